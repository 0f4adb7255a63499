"""What is expected of a term's roster: it is every denominator, so what it lacks nobody misses."""

from __future__ import annotations

from expectations.declared import BETWEEN, Expectation, Frame, Suite
from expectations.profile import LAST_YEAR_CTE, columns_frame, files_frame, relation_ctes
from expectations.raw_partition import (
    FILE_EXPECTATIONS,
    PARTITION_EXPECTATIONS,
    SCHOOL_EXPECTATIONS,
    VOLUME_EXPECTATION,
)

STUDENTS_LEAST, STUDENTS_MOST = 1, 60
"""A section of nobody is not taught, and one of more than sixty is a hall, or several sections."""

ODD_CLASSES_SHARE = 0.02
"""A few such classes are usual: new sections, orchestras, homerooms. More is another count."""

RELATION = Frame(
    f"""
    with {relation_ctes("roster")},
    {LAST_YEAR_CTE},
    sizes as (
        select
            count(*) filter (where students not between {STUDENTS_LEAST} and {STUDENTS_MOST})
                as n_odd_classes,
            count(students) as n_counted
        from raw
    ),
    placed as (
        select schools.local_district, schools.school_id
        from schools, partition
        where
            schools.valid_from <= partition.ends_on
            and coalesce(schools.valid_to, partition.ends_on) >= partition.ends_on
            and trim(schools.local_district) <> ''
    ),
    absent as (
        select placed.local_district
        from placed left join (select distinct school_id from raw) as rostered using (school_id)
        group by placed.local_district
        having count(rostered.school_id) = 0
    )
    select
        basics.*,
        ratio_last_year,
        n_odd_classes,
        n_odd_classes / nullif(n_counted, 0) as share_odd_classes,
        (select count(*) from absent) as n_local_districts_absent
    from basics, a_year_before, sizes
    """,
    is_profile=True,
)

EXPECTATIONS = (
    Expectation(
        name="class_sizes_are_plausible",
        severity="warning",
        on="relation",
        expectation=BETWEEN,
        kwargs={"column": "share_odd_classes", "max_value": ODD_CLASSES_SHARE},
        counts="n_odd_classes",
        shown_as="share",
        means=f"All but a few classes have {STUDENTS_LEAST} to {STUDENTS_MOST} students.",
        why="Other numbers are of something else: periods added up, or placeholders in the roster.",
        do="Ask what the column counts, and filter placeholder sections out of the export.",
    ),
    Expectation(
        name="every_local_district_has_a_roster",
        severity="warning",
        on="relation",
        expectation=BETWEEN,
        kwargs={"column": "n_local_districts_absent", "max_value": 0},
        means="Each local district with a school that is valid on the term's last day has a class.",
        why="Without a roster there is no denominator: coverage of that local district is unknown.",
        do="Ask for the missing local district's roster, and land it beside this one.",
    ),
)

SUITE = Suite(
    table="raw_roster",
    compares=("schools", "last_year"),
    frames={
        "files": files_frame(in_schools=True),
        "columns": columns_frame("roster"),
        "relation": RELATION,
    },
    expectations=(
        *FILE_EXPECTATIONS,
        *SCHOOL_EXPECTATIONS,
        *PARTITION_EXPECTATIONS,
        VOLUME_EXPECTATION,
        *EXPECTATIONS,
    ),
)
