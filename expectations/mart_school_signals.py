"""What is expected of `mart_school_signals`: schools once, signals that follow from tests."""

from __future__ import annotations

from expectations.declared import BETWEEN, Frame, Suite
from expectations.invariants import (
    COUNTS_ARE_NOT_NEGATIVE,
    TOLERANCE,
    invariant,
    no_more_than,
    stands_once,
)

MARTS = ("mart_adoption", "mart_instruction", "mart_unfinished_learning")

_CLASSROOMS = " union all ".join(
    f"select term, level, unit_id, measure_id, n from {mart}"
    " where subgroup_type = 'all' and weighting = 'none'"
    for mart in MARTS
)

ROWS = Frame(
    f"""
    with mart as (
        select * from mart_school_signals where term = (select term from judged)
    ),
    classrooms as (
        select unit_id, measure_id, max(n) as n_classrooms
        from ({_CLASSROOMS})
        where term = (select term from judged) and level = 'school'
        group by unit_id, measure_id
    )
    select
        mart.*,
        coalesce(n, -1) as smallest_count,
        coalesce(n - n_classrooms, n) as beyond_classrooms,
        ((n = 0) <> (estimate is null) or (n = 0 and p_value is not null))::int
            as is_without_ground,
        greatest(
            -limit_998_low,
            limit_998_low - limit_95_low,
            limit_95_low - reference,
            reference - limit_95_high,
            limit_95_high - limit_998_high,
            limit_998_high - 1
        ) as limits_out_of_order,
        greatest(-p_value, p_value - coalesce(q_value, 1), coalesce(q_value, 1) - 1)
            as probability_beyond_bounds,
        case
            when signal = 'none' then coalesce(q_value, 1) <= 0.05
            when signal = 'warning' then coalesce(q_value, 1) > 0.05
            else coalesce(q_value, 1) > 0.05 or estimate between limit_998_low and limit_998_high
        end::int as is_another_signal
    from mart left join classrooms using (unit_id, measure_id)
    """
)

SUITE = Suite(
    table="mart_school_signals",
    frames={"rows": ROWS},
    expectations=(
        stands_once(
            ("term", "unit_id", "reference_kind", "measure_id"), "A school's measure and reference"
        ),
        COUNTS_ARE_NOT_NEGATIVE,
        invariant(
            "teachers_are_those_of_classrooms_observed",
            BETWEEN,
            no_more_than("beyond_classrooms", 0),
            means="No school has more teachers observed than classrooms observed.",
            why="A classroom would count twice, or one that nobody observed would count.",
        ),
        invariant(
            "figures_have_their_ground",
            BETWEEN,
            no_more_than("is_without_ground", 0),
            means="A school has an estimate where somebody was observed, and no test where nobody "
            "was.",
            why="A figure of nobody would be read as one of somebody.",
        ),
        invariant(
            "limits_lie_around_their_reference",
            BETWEEN,
            no_more_than("limits_out_of_order", TOLERANCE),
            means="The limits lie from 0 to 1 around the reference, the 99.8% ones outside.",
            why="Schools would be drawn outside a funnel that they are in.",
        ),
        invariant(
            "probabilities_are_probabilities",
            BETWEEN,
            no_more_than("probability_beyond_bounds", TOLERANCE),
            means="A p value lies from 0 to 1, and its q value from there to 1.",
            why="What is made of many tests cannot be surer than each of them.",
        ),
        invariant(
            "signals_follow_from_tests",
            BETWEEN,
            no_more_than("is_another_signal", 0),
            means="A school has a signal where q is at most .05, and asks for action only outside "
            "the 99.8% limits.",
            why="Somebody would visit a school for noise, or leave out one that needs it.",
        ),
    ),
)
