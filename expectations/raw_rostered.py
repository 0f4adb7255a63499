"""What is expected of rows about classes and people beside the roster: that it knows them."""

from __future__ import annotations

from expectations.declared import BETWEEN, Expectation, Severity
from expectations.profile import Part

OFF_ROSTER_SHARE = 0.05
"""Sections that were made or renamed since the roster was drawn are a percent or so."""

OFF_ROSTER_CLASSES = 100
"""Fewer classrooms than this can be off the roster by that share by chance."""

MOSTLY_OFF_ROSTER_SHARE = 0.5
"""Where most classrooms are not on it, the ids are of another kind, or of another year."""

MOSTLY_OFF_ROSTER_CLASSES = 20
"""A handful of classrooms says nothing of the ids."""

UNKNOWN_TEACHERS_SHARE = 0.5
"""Substitutes, co-teachers and those who came late are no roster's; half of all is no chance."""

UNKNOWN_TEACHERS = 30
"""Fewer teachers than this may be a pilot's, or one school's."""

SILENT_ROWS = 100
"""Fewer rows than this need not come from everywhere."""

LOCAL_DISTRICTS = Part(
    name="heard_of",
    ctes=f"""
    placed as (
        select schools.local_district, schools.school_id
        from schools, partition
        where
            schools.valid_from <= partition.ends_on
            and coalesce(schools.valid_to, partition.ends_on) >= partition.ends_on
            and trim(schools.local_district) <> ''
    ),
    silent as (
        select placed.local_district
        from placed
        left join (select distinct school_id, true as is_rostered from roster) using (school_id)
        left join (select distinct school_id, true as is_there from raw) using (school_id)
        group by placed.local_district
        having count(is_rostered) > 0 and count(is_there) = 0
    ),
    heard_of as (
        select
            case when rows >= {SILENT_ROWS} then (select count(*) from silent) end
                as n_local_districts_silent
        from basics
    )
    """,
    expectations=(
        Expectation(
            name="every_local_district_has_rows",
            severity="warning",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "n_local_districts_silent", "max_value": 0},
            means="Each local district with classes on the term's roster has at least one row.",
            why="A local district without any is absent from the district's figures as well.",
            do="Ask whether its part was exported apart, or is still to come.",
        ),
    ),
)
"""Which local districts of the roster no row is about."""


def classes(severity: Severity) -> Part:
    """Which of the classrooms that rows name are on the roster; how bad it is if most are not."""
    return Part(
        name="on_roster",
        ctes=f"""
    rostered as (select distinct school_id, class_id from roster),
    classes as (
        select raw.school_id, raw.class_id, count(*) as n_rows, bool_or(rostered.class_id is null)
            as is_off_roster
        from raw left join rostered using (school_id, class_id)
        where raw.class_id is not null
        group by raw.school_id, raw.class_id
    ),
    counted_classes as (
        select
            count(*) as n_classes,
            count(*) filter (where is_off_roster) / nullif(count(*), 0) as share_off_roster,
            coalesce(sum(n_rows) filter (where is_off_roster), 0)::bigint as rows_off_roster
        from classes
    ),
    on_roster as (
        select
            rows_off_roster,
            case when has_roster and n_classes >= {OFF_ROSTER_CLASSES} then share_off_roster end
                as share_off_roster,
            case
                when has_roster and n_classes >= {MOSTLY_OFF_ROSTER_CLASSES} then share_off_roster
            end as share_mostly_off_roster
        from counted_classes, partition
    )
    """,
        expectations=(
            Expectation(
                name="most_classrooms_are_on_the_roster",
                severity=severity,
                on="relation",
                expectation=BETWEEN,
                kwargs={"column": "share_mostly_off_roster", "max_value": MOSTLY_OFF_ROSTER_SHARE},
                counts="rows_off_roster",
                shown_as="share",
                means="At least half of the classrooms that rows name are on the term's admitted "
                "roster.",
                why="Rows that match no roster say nothing of coverage, nor can they be weighted "
                "to it.",
                do="Compare the class ids of both exports: one is of another system or year.",
            ),
            Expectation(
                name="nearly_all_classrooms_are_on_the_roster",
                severity="warning",
                on="relation",
                expectation=BETWEEN,
                kwargs={"column": "share_off_roster", "max_value": OFF_ROSTER_SHARE},
                counts="rows_off_roster",
                shown_as="share",
                means="At most a small share of the classrooms that rows name is missing from the "
                "roster.",
                why="Off the roster a classroom counts in n, but its grade, course and eligibility "
                "do not.",
                do="Have the roster exported again as of the term's end, or correct the class ids.",
            ),
        ),
    )


def known_teachers(person: str, where: str = "true") -> Part:
    """How many of the people in a column, on rows `where`, teach a class on the roster."""
    return Part(
        name="known_people",
        ctes=f"""
        people as (
            select {person} as teacher_id, count(*) as n_rows
            from raw where {person} is not null and {where} group by {person}
        ),
        taught as (select distinct teacher_id, true as is_known from roster),
        known_people as (
            select
                coalesce(sum(n_rows) filter (where is_known is null), 0)::bigint
                    as rows_unknown_teachers,
                case
                    when count(*) >= {UNKNOWN_TEACHERS} and (select count(*) from taught) > 1
                        then count(*) filter (where is_known is null) / count(*)
                end as share_unknown_teachers
            from people left join taught using (teacher_id)
        )
        """,
        expectations=(
            Expectation(
                name="most_teachers_are_on_the_roster",
                severity="warning",
                on="relation",
                expectation=BETWEEN,
                kwargs={"column": "share_unknown_teachers", "max_value": UNKNOWN_TEACHERS_SHARE},
                counts="rows_unknown_teachers",
                shown_as="share",
                means="At least half of the teachers whom rows name teach a class on the term's "
                "roster.",
                why="Where ids do not join, nobody has answered, nobody was reached, and no "
                "classroom's teacher had any hours.",
                do="Compare the teachers' ids of both exports: one has ids of another system.",
            ),
        ),
    )
