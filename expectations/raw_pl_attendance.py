"""What is expected of a term's attendance of professional learning."""

from __future__ import annotations

from expectations.declared import BETWEEN, Expectation
from expectations.profile import Part
from expectations.raw_over_time import volume
from expectations.raw_rostered import LOCAL_DISTRICTS, known_teachers
from expectations.raw_suite import raw_suite

UNKNOWN_SESSIONS_SHARE = 0.02
"""Above this share, as of unknown schools, the two exports are not of the same sessions."""

UNKNOWN_SESSIONS_ROWS = 20
"""Fewer rows than this are of a session that the list lacks."""

ATTENDED_ALIKE = 0.98
"""Somebody is always missing, and somebody always comes."""

ATTENDED_ROWS = 200
"""Of fewer rows all may have come."""

SESSIONS = Part(
    name="sessions",
    ctes=f"""
    sessions as (
        select
            count(*) filter (where is_known is null) as rows_unknown_session,
            case
                when count(*) filter (where is_known is null) >= {UNKNOWN_SESSIONS_ROWS}
                    then count(*) filter (where is_known is null) / count(*)
            end as share_unknown_session,
            count(*) filter (where attended = 'yes') as rows_attended,
            case
                when count(*) >= {ATTENDED_ROWS}
                    then count(*) filter (where attended = 'yes') / count(*)
            end as share_attended,
            (
                select count(*) from pl_sessions
                where session_id not in (select session_id from raw where session_id is not null)
            ) as sessions_without_rows
        from raw
        left join (select distinct session_id, true as is_known from pl_sessions)
            using (session_id)
    )
    """,
    expectations=(
        Expectation(
            name="few_rows_are_of_unknown_sessions",
            severity="critical",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "share_unknown_session", "max_value": UNKNOWN_SESSIONS_SHARE},
            counts="rows_unknown_session",
            shown_as="share",
            means="At most a small share of the rows names a session that is not among the term's "
            "admitted sessions.",
            why="Such rows are set aside, and their hours with them.",
            do="Land the sessions of the term, or compare the ids of both exports.",
        ),
        Expectation(
            name="no_row_is_of_an_unknown_session",
            severity="warning",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "rows_unknown_session", "max_value": 0},
            counts="rows_unknown_session",
            means="Every row names one of the term's admitted sessions.",
            why="A row of an unknown session is set aside and counts in no figure.",
            do="Add the session to its export, or correct its id.",
        ),
        Expectation(
            name="some_come_and_some_do_not",
            severity="warning",
            on="relation",
            expectation=BETWEEN,
            kwargs={
                "column": "share_attended",
                "min_value": 1 - ATTENDED_ALIKE,
                "max_value": ATTENDED_ALIKE,
            },
            counts="rows_attended",
            shown_as="share",
            means="Neither nearly everybody who was expected came, nor nearly nobody.",
            why="Lists of those invited look like that, and so does a column that was filled down.",
            do="Ask how attendance was taken, and whether the export lists those who came.",
        ),
        Expectation(
            name="every_session_has_its_attendance",
            severity="warning",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "sessions_without_rows", "max_value": 0},
            counts="sessions_without_rows",
            means="Of every session on the list somebody's attendance is there, whether they came "
            "or not.",
            why="A session without any was cancelled, or its attendance was not exported.",
            do="Ask for its attendance, or take it off the list of sessions.",
        ),
    ),
)

SUITE = raw_suite(
    "pl_attendance",
    volume(),
    LOCAL_DISTRICTS,
    SESSIONS,
    known_teachers("educator_id", "role = 'teacher'"),
    compares=("schools", "roster", "last_year", "pl_sessions"),
    in_schools=True,
)
