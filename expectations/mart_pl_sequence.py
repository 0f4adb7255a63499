"""What is expected of `mart_pl_sequence`: every session once, and in its order."""

from __future__ import annotations

from expectations.declared import BETWEEN, Frame, Suite
from expectations.invariants import (
    COUNTS_ARE_NOT_NEGATIVE,
    invariant,
    no_more_than,
    stands_once,
)

ROWS = Frame(
    """
    with mart as (
        select * from mart_pl_sequence where term = (select term from judged)
    )
    select
        mart.*,
        least(coalesce(n_attended, -1), coalesce(hours, 0), coalesce(sequence, 0))
            as smallest_count,
        (held_on < max(held_on) over (
            partition by local_district, priority_area, audience
            order by sequence
            range between unbounded preceding and 1 preceding
        ))::int as is_before_its_turn
    from mart
    """
)

TERM = Frame(
    """
    select
        abs(
            (
                select count(*) from mart_pl_sequence
                where term = (select term from judged) and n_attended > 0
            ) - coalesce((
                select max(n_sessions) from mart_professional_learning
                where
                    term = (select term from judged)
                    and level = 'district'
                    and priority_area = 'all'
                    and role = 'all'
            ), 0)
        ) as n_sessions_astray
    """
)

SUITE = Suite(
    table="mart_pl_sequence",
    compares=("mart_professional_learning",),
    frames={"rows": ROWS, "term": TERM},
    expectations=(
        stands_once(("term", "session_id"), "A session"),
        COUNTS_ARE_NOT_NEGATIVE,
        invariant(
            "sessions_attended_are_those_of_professional_learning",
            BETWEEN,
            no_more_than("n_sessions_astray", 0),
            on="term",
            means="As many sessions were attended as mart_professional_learning counts.",
            why="One of the two has lost a session, or has it twice.",
        ),
        invariant(
            "sessions_are_held_in_their_order",
            BETWEEN,
            no_more_than("is_before_its_turn", 0),
            severity="warning",
            means="No session was held before one that stands before it in the sequence of its "
            "local district, priority area and audience.",
            why="A sequence that was not followed is not the one that the report describes.",
            do="Ask whether the dates or the places in the sequence are those that were planned.",
        ),
    ),
)
