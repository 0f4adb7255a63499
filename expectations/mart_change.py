"""What is expected of `mart_change`: changes of the marts' own estimates, whole in their parts."""

from __future__ import annotations

from expectations.declared import BETWEEN, Frame, Suite
from expectations.invariants import (
    COUNTS_ARE_NOT_NEGATIVE,
    TOLERANCE,
    invariant,
    no_more_than,
    stands_once,
)

CELL = (
    "term",
    "geography",
    "level",
    "unit_id",
    "measure_id",
    "subgroup_type",
    "subgroup",
    "weighting",
)

MARTS = (
    "mart_adoption",
    "mart_instruction",
    "mart_unfinished_learning",
    "mart_student_voice",
    "mart_teacher_voice",
)

_EXCLUDED = "'exclude'"
_RULE = {"mart_instruction": "missing_rule"}
ESTIMATES = " union all ".join(
    f"select {', '.join(CELL)}, estimate, {_RULE.get(mart, _EXCLUDED)} as missing_rule from {mart}"
    for mart in MARTS
)

ROWS = Frame(
    f"""
    with mart as (
        select * from mart_change where term = (select term from judged)
    ),
    estimates as (
        select all_estimates.*
        from ({ESTIMATES}) as all_estimates
        left join dim_measure using (measure_id)
        where
            all_estimates.term = (select term from judged)
            and all_estimates.missing_rule = coalesce(dim_measure.missing_rule, 'exclude')
    )
    select
        mart.*,
        least(
            coalesce(n_from_both, -1),
            coalesce(n_to_both, -1),
            coalesce(n_from - n_from_both, -1),
            coalesce(n_to - n_to_both, -1),
            coalesce(n_clusters_both, -1),
            coalesce(n_clusters_entered, -1),
            coalesce(n_clusters_left, -1),
            coalesce(df, -1),
            coalesce(within_df, 0)
        ) as smallest_count,
        coalesce(abs(change - (estimate_to - estimate_from)), 1) as change_gap,
        coalesce(
            abs(
                change
                - coalesce(within_change, 0)
                - coalesce(mix_change, 0)
                - composition_change
            ),
            1
        ) as parts_gap,
        greatest(
            coalesce(ci_low - change, 0),
            coalesce(change - ci_high, 0),
            coalesce(within_ci_low - within_change, 0),
            coalesce(within_change - within_ci_high, 0)
        ) as outside_interval,
        coalesce(abs(estimate_to - estimates.estimate), 1) as estimate_gap
    from mart left join estimates using ({", ".join(CELL)})
    """
)

SUITE = Suite(
    table="mart_change",
    compares=(*MARTS, "dim_measure"),
    frames={"rows": ROWS},
    expectations=(
        stands_once((*CELL, "from_term"), "A change"),
        COUNTS_ARE_NOT_NEGATIVE,
        invariant(
            "change_is_the_later_less_the_earlier",
            BETWEEN,
            no_more_than("change_gap", TOLERANCE),
            means="The change is the later term's estimate less the earlier's.",
            why="A reader who subtracts them would find another number.",
        ),
        invariant(
            "parts_make_the_change",
            BETWEEN,
            no_more_than("parts_gap", TOLERANCE),
            means="Within schools, mix and composition sum to the change.",
            why="Something would have changed that no part accounts for.",
        ),
        invariant(
            "changes_lie_in_their_intervals",
            BETWEEN,
            no_more_than("outside_interval", TOLERANCE),
            means="Each change, in all and within schools, lies in its interval.",
            why="An interval that leaves out its own estimate is of something else.",
        ),
        invariant(
            "later_estimates_are_those_of_their_marts",
            BETWEEN,
            no_more_than("estimate_gap", TOLERANCE),
            means="The later estimate is that which the measure's own mart has of the same cell.",
            why="Two marts would answer one question in two ways.",
        ),
    ),
)
