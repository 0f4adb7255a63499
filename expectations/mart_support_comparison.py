"""What is expected of `mart_support_comparison`: differences of estimates that their marts hold."""

from __future__ import annotations

from expectations.declared import BETWEEN, IN_SET, Frame, Suite
from expectations.invariants import (
    COUNTS_ARE_NOT_NEGATIVE,
    TOLERANCE,
    invariant,
    no_more_than,
    stands_once,
)
from expectations.mart_change import ESTIMATES, MARTS

CELL = ("term", "geography", "level", "unit_id", "measure_id", "weighting")

ROWS = Frame(
    f"""
    with mart as (
        select * from mart_support_comparison where term = (select term from judged)
    ),
    estimates as (
        select
            {", ".join(f"all_estimates.{name}" for name in CELL)},
            max(estimate) filter (where subgroup = 'supported') as of_supported,
            max(estimate) filter (where subgroup = 'unsupported') as of_unsupported
        from ({ESTIMATES}) as all_estimates
        left join dim_measure using (measure_id)
        where
            all_estimates.term = (select term from judged)
            and all_estimates.subgroup_type = 'support'
            and all_estimates.missing_rule = coalesce(dim_measure.missing_rule, 'exclude')
        group by {", ".join(f"all_estimates.{name}" for name in CELL)}
    )
    select
        mart.*,
        least(
            coalesce(n_supported - 1, -1),
            coalesce(n_unsupported - 1, -1),
            coalesce(n_clusters_supported - 1, -1),
            coalesce(n_clusters_unsupported - 1, -1),
            coalesce(df, -1),
            coalesce(change_df, 0),
            coalesce(baseline_n_supported - 1, 0),
            coalesce(baseline_n_unsupported - 1, 0),
            coalesce(n_supported - change_n_supported, 0),
            coalesce(n_unsupported - change_n_unsupported, 0)
        ) as smallest_count,
        coalesce(abs(difference - (estimate_supported - estimate_unsupported)), 1)
            as difference_gap,
        greatest(
            coalesce(ci_low - difference, 0),
            coalesce(difference - ci_high, 0),
            coalesce(change_ci_low - change_difference, 0),
            coalesce(change_difference - change_ci_high, 0),
            coalesce(baseline_ci_low - baseline_effect_size, 0),
            coalesce(baseline_effect_size - baseline_ci_high, 0)
        ) as outside_interval,
        coalesce(
            greatest(
                abs(estimate_supported - of_supported),
                abs(estimate_unsupported - of_unsupported)
            ),
            1
        ) as estimate_gap,
        (
            baseline_label is distinct from case
                when baseline_term is null then 'no_baseline'
                when abs(baseline_effect_size) <= 0.05 then 'equivalent'
                when abs(baseline_effect_size) <= 0.25 then 'needs_adjustment'
                when abs(baseline_effect_size) > 0.25 then 'not_equivalent'
            end
            or (
                baseline_term is null
                and (baseline_effect_size is not null or change_difference is not null)
            )
        )::int as is_labelled_otherwise
    from mart left join estimates using ({", ".join(CELL)})
    """
)

SUITE = Suite(
    table="mart_support_comparison",
    compares=(*MARTS, "dim_measure"),
    frames={"rows": ROWS},
    expectations=(
        stands_once(CELL, "A comparison"),
        COUNTS_ARE_NOT_NEGATIVE,
        invariant(
            "units_are_those_that_have_both",
            IN_SET,
            {"column": "level", "value_set": ["district", "local_district", "region"]},
            means="Supported and unsupported are compared above schools.",
            why="A school is one or the other.",
        ),
        invariant(
            "difference_is_supported_less_unsupported",
            BETWEEN,
            no_more_than("difference_gap", TOLERANCE),
            means="The difference is the estimate of supported less that of unsupported schools.",
            why="A reader who subtracts them would find another number.",
        ),
        invariant(
            "differences_lie_in_their_intervals",
            BETWEEN,
            no_more_than("outside_interval", TOLERANCE),
            means="The differences, now, before and since, lie in their intervals.",
            why="An interval that leaves out its own estimate is of something else.",
        ),
        invariant(
            "estimates_are_those_of_their_marts",
            BETWEEN,
            no_more_than("estimate_gap", TOLERANCE),
            means="The two estimates are those which the measure's own mart has of them.",
            why="Two marts would answer one question in two ways.",
        ),
        invariant(
            "baselines_are_labelled_by_their_size",
            BETWEEN,
            no_more_than("is_labelled_otherwise", 0),
            means="Groups are called equivalent up to .05, in need of adjustment up to .25, not "
            "equivalent beyond; and without a baseline nothing is said of one.",
            why="A reader goes by the label.",
        ),
    ),
)
