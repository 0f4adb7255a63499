"""What is expected of a term's roster: it is every denominator, so what it lacks nobody misses."""

from __future__ import annotations

from expectations.declared import BETWEEN, Expectation
from expectations.profile import LAST_YEAR_ROWS, Part
from expectations.raw_over_time import volume
from expectations.raw_suite import raw_suite

STUDENTS_LEAST, STUDENTS_MOST = 1, 60
"""A section of nobody is not taught, and one of more than sixty is a hall, or several sections."""

ODD_CLASSES_SHARE = 0.02
"""A few such classes are usual: new sections, orchestras, homerooms. More is another count."""

MATHEMATICS = "mathematics"
"""The subject's code, as value maps give it; what is measured is taught in these classes."""

SUBJECT_CLASSES = 20
"""Fewer classes than this may be a school of something else."""

LOST_SCHOOLS_SHARE = 0.1
"""Schools close, a few in a hundred in a year at most."""

LEAST, MOST = 0.8, 1.25
"""A roster moves by a few in a hundred from year to year."""

LOST_CLASSES_LEAST = 0.67
"""A district that has lost a third of its classes in a year is a part of a district."""

SAME_CLASSES_SHARE = 0.5
"""Classes that keep id, teacher and every count from one year to the next are a coincidence."""

SIZES_VARY = 10
"""Where classes have fewer sizes than this, they are not counted but assumed."""

TEACHERS_STAY_SHARE = 0.25
"""Teachers stay, nine in ten of them. Where fewer than a quarter are known, ids were given anew."""

YEARLY_TEACHERS = 50
"""Fewer teachers than this may be one school's, and all new."""

SIZES = Part(
    name="sizes",
    ctes=f"""
    sizes as (
        select
            count(*) filter (where students not between {STUDENTS_LEAST} and {STUDENTS_MOST})
                as n_odd_classes,
            count(*) filter (where students not between {STUDENTS_LEAST} and {STUDENTS_MOST})
            / nullif(count(students), 0) as share_odd_classes,
            case
                when count(*) >= {SUBJECT_CLASSES}
                    then (count(*) filter (where subject = '{MATHEMATICS}') = 0)::int
            end as has_no_mathematics
        from raw
    )
    """,
    expectations=(
        Expectation(
            name="class_sizes_are_plausible",
            severity="warning",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "share_odd_classes", "max_value": ODD_CLASSES_SHARE},
            counts="n_odd_classes",
            shown_as="share",
            means=f"All but a few classes have {STUDENTS_LEAST} to {STUDENTS_MOST} students.",
            why="Other numbers are of something else: periods added up, or placeholders.",
            do="Ask what the column counts, and filter placeholder sections out of the export.",
        ),
        Expectation(
            name="mathematics_is_taught",
            severity="critical",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "has_no_mathematics", "max_value": 0},
            counts="rows",
            means="At least one class is a class of mathematics.",
            why="Classes of other subjects are set aside: nobody would be eligible.",
            do="Look at how the export calls the subject, and add it to the value map subject.",
        ),
    ),
)

PLACES = Part(
    name="places",
    ctes="""
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
    ),
    places as (select count(*) as n_local_districts_absent from absent)
    """,
    expectations=(
        Expectation(
            name="every_local_district_has_a_roster",
            severity="warning",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "n_local_districts_absent", "max_value": 0},
            means="Each local district with a school that is valid on the term's last day has a "
            "class.",
            why="Without a roster there is no denominator: coverage of that local district is "
            "unknown.",
            do="Ask for the missing local district's roster, and land it beside this one.",
        ),
    ),
)

YEARS = Part(
    name="years",
    ctes=f"""
    lost as (
        select
            count(*) as n_schools,
            count(*) filter (where school_id not in (select school_id from raw)) as n_schools_lost
        from (select distinct school_id from last_year semi join placed using (school_id))
    ),
    kept as (
        select count(*) as n_kept
        from raw semi join last_year
            on raw.school_id = last_year.school_id
            and raw.class_id = last_year.class_id
            and raw.teacher_id is not distinct from last_year.teacher_id
            and raw.students is not distinct from last_year.students
            and raw.english_learners is not distinct from last_year.english_learners
            and raw.students_with_disabilities
            is not distinct from last_year.students_with_disabilities
    ),
    teachers as (
        select
            count(distinct teacher_id) as n_teachers,
            count(distinct teacher_id) filter (
                where teacher_id in (select teacher_id from last_year)
            ) as n_known,
            (select count(distinct teacher_id) from last_year) as n_then,
            count(distinct students) as n_sizes
        from raw
    ),
    years as (
        select
            n_schools_lost,
            case when rows_then >= {LAST_YEAR_ROWS} then n_schools_lost / nullif(n_schools, 0) end
                as share_schools_lost,
            n_kept,
            case
                when rows_then >= {LAST_YEAR_ROWS} and n_sizes >= {SIZES_VARY}
                    then n_kept / nullif(rows, 0)
            end as share_same_classes,
            case
                when least(n_teachers, n_then) >= {YEARLY_TEACHERS} then n_known / n_teachers
            end as share_teachers_known
        from basics, lost, kept, teachers, (select count(*) as rows_then from last_year)
    )
    """,
    expectations=(
        Expectation(
            name="schools_of_last_year_are_rostered",
            severity="warning",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "share_schools_lost", "max_value": LOST_SCHOOLS_SHARE},
            counts="n_schools_lost",
            shown_as="share",
            means="Nearly every school that had classes a year before, and is still valid, has "
            "some.",
            why="Their classrooms would be missing from every denominator, so that coverage looks "
            "better than it is.",
            do="Ask which schools the export was limited to, and land the others beside it.",
        ),
        Expectation(
            name="classes_are_no_fewer_than_two_thirds_of_last_years",
            severity="critical",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "ratio_last_year", "min_value": LOST_CLASSES_LEAST},
            counts="rows",
            shown_as="ratio",
            a_person_may_judge=True,
            means="There are at least two thirds of the classes of the same season a year before.",
            why="Half a roster is half of every denominator, and nothing else would show it.",
            do="Have the whole roster exported again.",
        ),
        Expectation(
            name="classes_are_not_last_years",
            severity="critical",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "share_same_classes", "max_value": SAME_CLASSES_SHARE},
            counts="n_kept",
            shown_as="share",
            a_person_may_judge=True,
            means="Most classes differ from last year's in their id, teacher or students.",
            why="Last year's roster would be every denominator of this year.",
            do="Have the roster exported again as of this term's end.",
        ),
        Expectation(
            name="teachers_are_known_from_last_year",
            severity="warning",
            on="relation",
            expectation=BETWEEN,
            kwargs={"column": "share_teachers_known", "min_value": TEACHERS_STAY_SHARE},
            counts="rows",
            shown_as="share",
            means="At least a quarter of the teachers taught a class a year before.",
            why="Teachers whose ids were given anew join nothing of an earlier term, nor of other "
            "sources with the old ids.",
            do="Ask for the ids that the other exports have, or for a crosswalk between them.",
        ),
    ),
)

SUITE = raw_suite(
    "roster",
    volume(LEAST, MOST),
    SIZES,
    PLACES,
    YEARS,
    compares=("schools", "last_year"),
    in_schools=True,
)
