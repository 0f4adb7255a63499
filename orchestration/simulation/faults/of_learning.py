"""Faults of professional learning: what was held, and who came."""

from __future__ import annotations

from orchestration.simulation.faults import rows
from orchestration.simulation.faults.declared import Fault
from orchestration.simulation.faults.rows import every, on_rows

OF_PROFESSIONAL_LEARNING = (
    Fault(
        "sessions_without_hours",
        "pl_sessions",
        "the column hours is empty.",
        on_rows(rows.filled(hours="")),
        "sessions_have_their_hours",
    ),
    Fault(
        "hours_in_minutes",
        "pl_sessions",
        "sessions are timed in minutes.",
        on_rows(rows.multiplied("hours", 60)),
        "hours_are_counted_in_hours",
    ),
    Fault(
        "hours_negative",
        "pl_sessions",
        "every third session ends before it begins.",
        every(3, rows.multiplied("hours", -1)),
        "sessions_last_hours",
    ),
    Fault(
        "sessions_of_unknown_places",
        "pl_sessions",
        "local districts are called by abbreviations.",
        on_rows(rows.written("local_district", lambda name: f"LD{name[:2].upper()}")),
        "sessions_are_held_for_local_districts",
    ),
    Fault(
        "sessions_listed_twice",
        "pl_sessions",
        "every session is listed again under another id.",
        on_rows(rows.listed_twice),
        "few_rows_are_copies_under_other_ids",
    ),
    Fault(
        "sequence_backwards",
        "pl_sessions",
        "sessions are one sequence, in which the last comes first.",
        on_rows(rows.one_sequence_backwards),
        "sessions_are_held_in_their_order",
        table="mart_pl_sequence",
    ),
    Fault(
        "attendance_of_unknown_sessions",
        "pl_attendance",
        "sessions have the ids of another calendar.",
        on_rows(rows.anew("session_id", "CAL-")),
        "few_rows_are_of_unknown_sessions",
    ),
    Fault(
        "everybody_attended",
        "pl_attendance",
        "the list is of those invited: everybody came.",
        on_rows(rows.filled(attended="yes")),
        "some_come_and_some_do_not",
    ),
    Fault(
        "a_session_without_attendance",
        "pl_attendance",
        "nobody's attendance of one session was exported.",
        on_rows(rows.unattended),
        "every_session_has_its_attendance",
    ),
)
