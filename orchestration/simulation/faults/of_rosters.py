"""Faults of schools and rosters: who exists."""

from __future__ import annotations

from orchestration.simulation.faults import rows
from orchestration.simulation.faults.declared import Fault
from orchestration.simulation.faults.rows import every, on_rows

OF_SCHOOLS = (
    Fault(
        "local_district_blank",
        "schools",
        "the schools of one local district say none.",
        on_rows(rows.local_district_blank),
        "every_school_has_a_local_district",
    ),
    Fault(
        "levels_unknown",
        "schools",
        "middle schools are called Intermediate, which no value map knows.",
        on_rows(rows.coded({"middle": "Intermediate"}, "level")),
        "answers_and_codes_are_known",
        says="level",
    ),
    Fault(
        "support_dropped",
        "schools",
        "the columns on support are empty.",
        on_rows(rows.filled(support_provider="", support_from="", support_to="")),
        "somebody_supports_a_school",
    ),
    Fault(
        "spells_overlapping",
        "schools",
        "the earlier row of a school that moved ends a month too late.",
        on_rows(rows.spells_overlapping),
        "spells_do_not_overlap",
    ),
    Fault(
        "schools_renumbered",
        "schools",
        "every school has a new id, which no other export has yet.",
        on_rows(rows.anew("school_id", "NEW")),
        "few_rows_are_of_unknown_schools",
        table="raw_roster",
    ),
)

OF_ROSTERS = (
    Fault(
        "roster_halved",
        "roster",
        "every second class is missing.",
        on_rows(rows.kept(1, of=2)),
        "classes_are_no_fewer_than_two_thirds_of_last_years",
    ),
    Fault(
        "roster_of_last_year",
        "roster",
        "it is the roster of the year before.",
        rows.last_years,
        "classes_are_not_last_years",
    ),
    Fault(
        "roster_without_a_local_district",
        "roster",
        "no class of one local district is on it.",
        rows.without_a_local_district,
        "every_local_district_has_a_roster",
    ),
    Fault(
        "roster_without_a_quarter_of_schools",
        "roster",
        "every fourth school is missing.",
        on_rows(rows.without_a_quarter_of_schools),
        "schools_of_last_year_are_rostered",
    ),
    Fault(
        "class_ids_renumbered",
        "roster",
        "every class has a new id, which no other export has.",
        on_rows(rows.anew("class_id", "SEC-")),
        "most_classrooms_are_on_the_roster",
        table="raw_observations",
    ),
    Fault(
        "teacher_ids_renumbered",
        "roster",
        "every teacher has a new id.",
        on_rows(rows.anew("teacher_id", "EMP-")),
        "teachers_are_known_from_last_year",
    ),
    Fault(
        "classes_without_students",
        "roster",
        "every tenth class has 0 students.",
        every(10, rows.filled(students="0", english_learners="0")),
        "class_sizes_are_plausible",
    ),
    Fault(
        "mathematics_renamed",
        "roster",
        "the subject is called Quantitative studies, so that nothing is mathematics.",
        on_rows(rows.filled(subject="Quantitative studies")),
        "mathematics_is_taught",
    ),
)
