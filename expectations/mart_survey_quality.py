"""What is expected of `mart_survey_quality`: rates of people, and items that go together."""

from __future__ import annotations

from expectations.declared import A_NOT_BELOW_B, BETWEEN, Frame, Suite, not_below
from expectations.invariants import (
    COUNTS_ARE_NOT_NEGATIVE,
    TOLERANCE,
    invariant,
    no_more_than,
    stands_once,
)

KEY = ("term", "geography", "level", "unit_id", "instrument", "construct")

WEAK_ALPHA = 0.5
"""What is called unacceptable everywhere; two items hardly reach more than .7."""

ENOUGH_COMPLETE = 100
"""Of fewer complete cases alpha is uncertain by a tenth or more."""

BELOW = 0.85
"""Under this rate NCES (standard 4-4-1) wants non-response bias looked into."""

ROWS = Frame(
    f"""
    with mart as (
        select * from mart_survey_quality where term = (select term from judged)
    ),
    totals as (
        select
            instrument,
            construct,
            sum(n_respondents) filter (where level = 'local_district') as in_districts,
            sum(n_respondents) filter (where level = 'school') as in_schools
        from mart
        where geography = 'local_district'
        group by instrument, construct
    )
    select
        mart.*,
        least(
            coalesce(n_items, -1),
            coalesce(n_complete, -1),
            coalesce(n_respondents, -1),
            coalesce(n_eligible, -1)
        ) as smallest_count,
        (
            (alpha is not null and (n_items < 2 or n_complete < 2 or isnan(alpha)))
            or alpha > 1 + {TOLERANCE}
        )::int as is_alpha_astray,
        coalesce(
            abs(response_rate - n_respondents / nullif(n_eligible, 0)),
            ((response_rate is null) <> (n_eligible = 0))::int
        ) as rate_gap,
        (
            flag is distinct from case
                when n_eligible = 0 then 'no_frame'
                when n_respondents > n_eligible then 'over_100'
                when n_respondents < {BELOW} * n_eligible then 'below_85'
            end
        )::int as is_flagged_otherwise,
        case when level = 'district' then abs(in_districts - n_respondents) end as n_gap_districts,
        case when level = 'district' then abs(in_schools - n_respondents) end as n_gap_schools,
        case
            when level = 'district' and n_items > 1 and n_complete >= {ENOUGH_COMPLETE} then alpha
        end as alpha_of_many,
        (
            level in ('district', 'local_district') and n_respondents > n_eligible
        )::int as is_over_full
    from mart left join totals using (instrument, construct)
    """
)

SUITE = Suite(
    table="mart_survey_quality",
    frames={"rows": ROWS},
    expectations=(
        stands_once(KEY, "A unit's construct"),
        COUNTS_ARE_NOT_NEGATIVE,
        invariant(
            "complete_are_respondents",
            A_NOT_BELOW_B,
            not_below("n_respondents", "n_complete"),
            means="No more answered every item of a construct than answered at all.",
            why="A case of nobody is none, and alpha would rest on it.",
        ),
        invariant(
            "alpha_is_a_reliability",
            BETWEEN,
            no_more_than("is_alpha_astray", 0),
            means="Alpha is at most 1, and stated only of two items and two cases or more.",
            why="One item cannot agree with itself, and nothing agrees more than wholly.",
        ),
        invariant(
            "response_rate_is_respondents_over_eligible",
            BETWEEN,
            no_more_than("rate_gap", TOLERANCE),
            means="The response rate is respondents over eligible, and not stated without these.",
            why="The rate that a reader sees would not be that of the counts beside it.",
        ),
        invariant(
            "flags_say_what_the_rates_do",
            BETWEEN,
            no_more_than("is_flagged_otherwise", 0),
            means="A row is flagged below 85%, over 100%, and where the roster knows nobody.",
            why="A reader is warned of non-response by the flag.",
        ),
        invariant(
            "local_districts_add_up_to_the_district",
            BETWEEN,
            no_more_than("n_gap_districts", 0),
            means="The local districts' respondents make the district's.",
            why="Somebody would be counted twice, or nowhere.",
        ),
        invariant(
            "schools_add_up_to_the_district",
            BETWEEN,
            no_more_than("n_gap_schools", 0),
            means="The schools' respondents make the district's.",
            why="A school would be missing, or counted twice.",
        ),
        invariant(
            "items_of_a_construct_hold_together",
            BETWEEN,
            {"column": "alpha_of_many", "min_value": WEAK_ALPHA},
            severity="warning",
            means=f"In the district every construct of several items has an alpha of {WEAK_ALPHA} "
            "or more.",
            why="The mean of items that do not go together is about nothing; one of them may be "
            "read from its other end.",
            do="Compare the items' directions in the registry with the form, and its translations.",
        ),
        invariant(
            "no_more_answer_than_were_asked",
            BETWEEN,
            no_more_than("is_over_full", 0),
            severity="warning",
            means="In no local district do more answer than are on the roster.",
            why="A rate above 100% says that the roster is short, or that people are counted "
            "twice.",
            do="Look for responses sent twice, and for teachers and classes that the roster lacks.",
        ),
    ),
)
