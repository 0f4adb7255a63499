"""What is expected of `mart_professional_learning`: wholes that hold their parts, and rates."""

from __future__ import annotations

from expectations.declared import BETWEEN, Frame, Suite
from expectations.invariants import (
    COUNTS_ARE_NOT_NEGATIVE,
    TOLERANCE,
    invariant,
    no_more_than,
    stands_once,
)

KEY = ("term", "geography", "level", "unit_id", "priority_area", "role")

ROWS = Frame(
    """
    with mart as (
        select * from mart_professional_learning where term = (select term from judged)
    ),
    wholes as (
        select mart.*, whole.n_sessions as all_sessions, whole.hours as all_hours,
            whole.n_attended as all_attended
        from mart
        left join mart as whole
            on mart.geography = whole.geography
            and mart.level = whole.level
            and mart.unit_id = whole.unit_id
            and whole.priority_area = 'all'
            and whole.role in (mart.role, 'all')
            and (mart.role <> whole.role or mart.priority_area <> 'all')
    ),
    compared as (
        select
            geography, level, unit_id, priority_area, role,
            max(greatest(
                n_sessions - all_sessions, n_attended - all_attended, hours - all_hours
            )) as above_whole,
            (priority_area <> 'all' or role <> 'all') and bool_or(all_sessions is null)
                as is_without_whole
        from wholes
        group by geography, level, unit_id, priority_area, role
    ),
    covered as (
        select
            geography, level, unit_id,
            max(n_eligible) filter (where population = 'teachers') as n_teachers,
            max(n_seen) filter (where population = 'educators') as n_educators
        from mart_coverage
        where term = (select term from judged) and subgroup_type = 'all'
        group by geography, level, unit_id
    )
    select
        mart.*,
        least(
            coalesce(n_sessions, -1), coalesce(n_attended, -1), coalesce(hours, 0),
            coalesce(mean_hours, 0), coalesce(n_eligible, 0)
        ) as smallest_count,
        case when is_without_whole then 1 else above_whole end as above_whole,
        mean_hours - hours as mean_above_sum,
        case
            when role = 'teacher' then coalesce(
                abs(reach - n_attended / nullif(n_eligible, 0)),
                ((reach is null) <> (coalesce(n_eligible, 0) = 0))::int
            )
            else (reach is not null or n_eligible is not null)::int
        end as reach_gap,
        abs(n_eligible - n_teachers) as eligible_gap,
        -- who is entered under one school may be rostered, and seen, at another near by
        case when level in ('district', 'local_district') then n_attended - n_educators end
            as above_seen,
        (
            role = 'teacher' and level in ('district', 'local_district') and reach > 1
        )::int as is_over_full
    from mart
    left join compared using (geography, level, unit_id, priority_area, role)
    left join covered using (geography, level, unit_id)
    """
)

SUITE = Suite(
    table="mart_professional_learning",
    compares=("mart_coverage",),
    frames={"rows": ROWS},
    expectations=(
        stands_once(KEY, "A unit's priority area and role"),
        COUNTS_ARE_NOT_NEGATIVE,
        invariant(
            "wholes_hold_their_parts",
            BETWEEN,
            no_more_than("above_whole", TOLERANCE),
            means="No priority area and no role has more sessions, hours or educators than all of "
            "them together, and there is a row for all.",
            why="A part that is more than its whole is counted twice, or the whole is short.",
        ),
        invariant(
            "nobody_attends_more_than_was_offered",
            BETWEEN,
            no_more_than("mean_above_sum", TOLERANCE),
            means="The mean of an educator's hours is no more than the hours of all sessions.",
            why="Somebody's attendance would be counted twice.",
        ),
        invariant(
            "reach_is_attended_over_eligible",
            BETWEEN,
            no_more_than("reach_gap", TOLERANCE),
            means="Reach is attended over eligible, of teachers alone: of no other role does the "
            "roster know how many there are.",
            why="The share that a reader sees would not be that of the counts beside it.",
        ),
        invariant(
            "eligible_are_those_of_coverage",
            BETWEEN,
            no_more_than("eligible_gap", 0),
            means="As many teachers are eligible as mart_coverage says of the same unit.",
            why="Two denominators of one and the same thing cannot both be right.",
        ),
        invariant(
            "attended_are_among_those_seen",
            BETWEEN,
            no_more_than("above_seen", 0),
            means="No more educators attended than mart_coverage has seen.",
            why="Who was not seen did not attend.",
        ),
        invariant(
            "no_local_district_reaches_more_than_all",
            BETWEEN,
            no_more_than("is_over_full", 0),
            severity="warning",
            means="In no local district do more teachers attend than are on the roster.",
            why="A reach above 100% says that the roster is short, or that roles are wrong.",
            do="Compare the roles in the attendance export, and the teachers on the roster.",
        ),
    ),
)
