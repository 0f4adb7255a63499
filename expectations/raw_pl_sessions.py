"""What is expected of a term's sessions of professional learning."""

from __future__ import annotations

from expectations.declared import BETWEEN, Expectation
from expectations.profile import Part
from expectations.raw_answers import copies
from expectations.raw_over_time import days, volume
from expectations.raw_suite import raw_suite

LONGEST_SESSION = 40
"""Hours. An institute may last a week; what is longer is counted in minutes."""

ODD_HOURS_SHARE = 0.5
"""One session may be entered wrongly; most of them are in another unit."""

UNTIMED_SHARE = 0.05
"""A session or two may lack their hours; more is a column that was not exported."""

ENOUGH_SESSIONS = 5
"""Of fewer sessions one is a large share."""

HOURS = Part(
    name="timed",
    ctes=f"""
    timed as (
        select
            count(*) filter (where hours is null) as n_untimed,
            case
                when count(*) >= {ENOUGH_SESSIONS}
                    then count(*) filter (where hours is null) / count(*)
            end as share_untimed,
            count(*) filter (where hours not between 0 and {LONGEST_SESSION}) as n_odd_hours,
            count(*) filter (where hours not between 0 and {LONGEST_SESSION})
            / nullif(count(hours), 0) as share_odd_hours
        from raw
    )
    """,
    expectations=(
        Expectation(
            name="sessions_have_their_hours",
            severity="warning",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "share_untimed", "max_value": UNTIMED_SHARE},
            counts="n_untimed",
            shown_as="share",
            means="All but a few sessions say how many hours they lasted.",
            why="Who attended one of the others counts as having had no hours of it.",
            do="Have the hours filled in, or take them from the calendar of sessions.",
        ),
        Expectation(
            name="hours_are_counted_in_hours",
            severity="critical",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "share_odd_hours", "max_value": ODD_HOURS_SHARE},
            counts="n_odd_hours",
            shown_as="share",
            means=f"Of the sessions that state their hours at least half lasted 0 to "
            f"{LONGEST_SESSION}.",
            why="In another unit every figure on professional learning is wrong by as much.",
            do="Ask what the column counts; minutes are to be made hours.",
        ),
        Expectation(
            name="sessions_last_hours",
            severity="warning",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "n_odd_hours", "max_value": 0},
            counts="n_odd_hours",
            means=f"Every session that states its hours lasted 0 to {LONGEST_SESSION}.",
            why="Hours are added up a person: one session of 900 outweighs everybody's year.",
            do="Ask what the column counts; minutes are to be made hours.",
        ),
    ),
)

PLACES = Part(
    name="held",
    ctes="""
    known as (
        select distinct lower(trim(schools.local_district)) as local_district
        from schools, partition
        where
            schools.valid_from <= partition.ends_on
            and coalesce(schools.valid_to, partition.ends_on) >= partition.ends_on
    ),
    held as (
        select
            count(*) filter (
                where lower(trim(local_district)) not in (select local_district from known)
            ) as n_elsewhere,
            (
                select count(*)
                from (
                    select count(distinct title) as n_titles
                    from raw
                    where sequence is not null
                    group by local_district, priority_area, audience, sequence
                )
                where n_titles > 1
            ) as n_places_taken
        from raw
    )
    """,
    expectations=(
        Expectation(
            name="sessions_are_held_for_local_districts",
            severity="warning",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "n_elsewhere", "max_value": 0},
            counts="n_elsewhere",
            means="Every session was held for a local district that the schools name.",
            why="A session of another name is in no local district's sequence.",
            do="Write local districts as the schools export does, or map them by a crosswalk.",
        ),
        Expectation(
            name="places_in_a_sequence_are_taken_once",
            severity="warning",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "n_places_taken", "max_value": 0},
            counts="n_places_taken",
            means="In a local district, priority area and audience each place has one title, for "
            "however many groups it is held.",
            why="Sessions that share a place have no order, so that the sequence tells nothing.",
            do="Ask how sessions are numbered, and number the steps of the sequence.",
        ),
    ),
)

SUITE = raw_suite(
    "pl_sessions",
    volume(),
    days("held_on"),
    HOURS,
    PLACES,
    copies(
        ("held_on", "local_district", "priority_area", "audience", "title", "sequence"),
        "sessions",
        least=ENOUGH_SESSIONS,
    ),
    compares=("schools", "last_year"),
)
