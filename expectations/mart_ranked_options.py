"""What is expected of `mart_ranked_options`: the marts' own shares, in their order."""

from __future__ import annotations

from expectations.declared import BETWEEN, Frame, Suite
from expectations.invariants import (
    COUNTS_ARE_NOT_NEGATIVE,
    TOLERANCE,
    invariant,
    no_more_than,
    stands_once,
)
from expectations.mart_change import ESTIMATES, MARTS

UNIT = ("term", "geography", "level", "unit_id")
ITEM = (*UNIT, "item", "weighting")

ROWS = Frame(
    f"""
    with mart as (
        select
            *,
            lead(estimate) over following as next_estimate,
            lead(measure_id) over following as following_id,
            row_number() over following as place
        from mart_ranked_options
        where term = (select term from judged)
        window following as (partition by {", ".join(ITEM)} order by rank)
    ),
    estimates as (
        select {", ".join(UNIT)}, measure_id, weighting, estimate as own
        from ({ESTIMATES}) as all_estimates
        where term = (select term from judged) and subgroup_type = 'all'
    )
    select
        mart.*,
        least(coalesce(n - 1, -1), coalesce(rank - 1, -1), coalesce(df, 0)) as smallest_count,
        coalesce(abs(estimate - own), 1) as estimate_gap,
        (
            rank <> place
            or next_measure_id is distinct from following_id
            or coalesce(next_estimate > estimate + {TOLERANCE}, false)
        )::int as is_out_of_order,
        coalesce(
            abs(difference - (estimate - next_estimate)),
            (difference is null and next_estimate is null)::int - 1
        ) as difference_gap,
        greatest(coalesce(ci_low - difference, 0), coalesce(difference - ci_high, 0))
            as outside_interval,
        (
            against_next is distinct from if(
                ci_low > 0, 'above', if(ci_low <= 0, 'across', null)
            )
        )::int as is_said_otherwise
    from mart left join estimates using ({", ".join(UNIT)}, measure_id, weighting)
    """
)

SUITE = Suite(
    table="mart_ranked_options",
    compares=MARTS,
    frames={"rows": ROWS},
    expectations=(
        stands_once((*ITEM, "measure_id"), "An option"),
        COUNTS_ARE_NOT_NEGATIVE,
        invariant(
            "shares_are_those_of_their_marts",
            BETWEEN,
            no_more_than("estimate_gap", TOLERANCE),
            means="An option's share is that which its measure's own mart has of the unit.",
            why="Two marts would answer one question in two ways.",
        ),
        invariant(
            "options_stand_in_their_order",
            BETWEEN,
            no_more_than("is_out_of_order", 0),
            means="Ranks run from 1 without a gap, a larger share before a smaller, and the next "
            "option is the one of the next rank.",
            why="The option that leads would not be the one that most have named.",
        ),
        invariant(
            "difference_is_the_share_less_the_next_one",
            BETWEEN,
            {"column": "difference_gap", "min_value": 0, "max_value": TOLERANCE},
            means="The difference is the option's share less the next one's; the last has none.",
            why="A reader who subtracts them would find another number.",
        ),
        invariant(
            "differences_lie_in_their_intervals",
            BETWEEN,
            no_more_than("outside_interval", TOLERANCE),
            means="Each difference lies in its interval.",
            why="An interval that leaves out its own estimate is of something else.",
        ),
        invariant(
            "above_the_next_means_an_interval_above_nothing",
            BETWEEN,
            no_more_than("is_said_otherwise", 0),
            means="An option is called above the next where the difference's interval is above 0.",
            why="What chance put first would be said to be named most.",
        ),
    ),
)
