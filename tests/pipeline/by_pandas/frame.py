"""Who should have been seen and who was, by school and subgroup, for each population of a term."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from tests.pipeline.by_pandas import classrooms, respondents
from tests.pipeline.by_pandas.standing import SCHOOL_TYPES, Standing, standings
from tests.pipeline.districts import District

Cell = tuple[str, str, str]
"""A school, a subgroup type and a subgroup."""

TYPES = {
    "classrooms": ("grade", "course", "pl_hours"),
    "students": (
        "grade",
        "course",
        "english_learner",
        "disability",
        "race_ethnicity",
        "gender",
    ),
    "teachers": ("role",),
    "educators": (),
}
UNKNOWN_TO_THE_ROSTER = ("race_ethnicity", "gender", "role")


@dataclass
class Population:
    """Those of a term: the people or rooms seen, one a row, and how many the roster has."""

    seen: pd.DataFrame
    eligible: Counter[Cell]

    def types(self, name: str) -> tuple[str, ...]:
        """What the population is divided by."""
        return (*TYPES[name], *SCHOOL_TYPES)


@dataclass
class TermFrame:
    """A term's schools and populations."""

    district: District
    schools: dict[str, Standing]
    rooms: pd.DataFrame
    populations: dict[str, Population]


def term_frames(districts: list[District]) -> list[TermFrame]:
    """The populations of every term, whose hours add up over those before."""
    schools = [standings(districts, one.ends_on) for one in districts]
    frames = []
    for i, district in enumerate(districts):
        sat = classrooms.attended_hours(zip(districts[: i + 1], schools, strict=False))
        rooms = classrooms.classrooms(district, schools[i], sat)
        frames.append(
            TermFrame(district, schools[i], rooms, _populations(district, schools[i], rooms))
        )
    return frames


def _populations(
    district: District, schools: dict[str, Standing], rooms: pd.DataFrame
) -> dict[str, Population]:
    rostered = rooms[rooms["is_rostered"]]
    teachers = taught_at(rostered, schools)
    staff = _by_school_too(
        Counter((school_id, "all", "all") for school_id in teachers.values()), schools
    )
    visited = rooms[rooms["is_visited"]].assign(is_matched=rooms["is_rostered"])
    return {
        "classrooms": Population(_with_school(visited, schools), _counted(rostered, schools)),
        "students": Population(
            _with_school(
                respondents.respondents(district, "student_survey", schools, rooms), schools
            ),
            _seats(rostered, schools),
        ),
        "teachers": Population(
            _with_school(
                respondents.respondents(district, "teacher_survey", schools, rooms), schools
            ),
            staff,
        ),
        "educators": Population(
            _with_school(_attending(district, schools, teachers), schools),
            staff,
        ),
    }


def taught_at(rostered: pd.DataFrame, schools: dict[str, Standing]) -> dict[tuple, str]:
    """The school at which a teacher counts in each post-stratum: where most of the classes are."""
    classes: dict[tuple, Counter[str]] = {}
    for row in rostered.to_dict("records"):
        if row["teacher_id"]:
            one = schools[row["school_id"]]
            key = row["teacher_id"], one.local_district, one.level
            classes.setdefault(key, Counter())[row["school_id"]] += 1
    return {
        key: min(counts, key=lambda school_id: (-counts[school_id], school_id))
        for key, counts in classes.items()
    }


def _attending(
    district: District, schools: dict[str, Standing], teachers: dict[tuple, str]
) -> pd.DataFrame:
    came: dict[tuple, set[str]] = {}
    for row in classrooms.used(district, "pl_attendance", schools):
        if row["attended"] == "yes":
            one = schools[row["school_id"]]
            key = row["educator_id"], one.local_district, one.level
            came.setdefault(key, set()).add(row["school_id"])
    return pd.DataFrame(
        [
            {"school_id": teachers.get(key, min(ids)), "is_matched": key in teachers}
            for key, ids in came.items()
        ]
    )


def _with_school(seen: pd.DataFrame, schools: dict[str, Standing]) -> pd.DataFrame:
    if seen.empty:
        return seen
    of_school = {
        kind: [schools[school_id].subgroup(kind) for school_id in seen["school_id"]]
        for kind in SCHOOL_TYPES
    }
    return seen.assign(all="all", **of_school)


def _counted(rostered: pd.DataFrame, schools: dict[str, Standing]) -> Counter[Cell]:
    counts: Counter[Cell] = Counter()
    for row in rostered.to_dict("records"):
        counts[row["school_id"], "all", "all"] += 1
        for kind in TYPES["classrooms"]:
            counts[row["school_id"], kind, row[kind]] += 1
    return _by_school_too(counts, schools)


def _seats(rostered: pd.DataFrame, schools: dict[str, Standing]) -> Counter[Cell]:
    """Students as seats. Where a class does not say how many are of a kind, they are not stated."""
    counts: Counter[Cell] = Counter()
    for row in rostered.to_dict("records"):
        seats = int(row["students"] or 0)
        counts[row["school_id"], "all", "all"] += seats
        counts[row["school_id"], "grade", row["grade"]] += seats
        counts[row["school_id"], "course", row["course"]] += seats
        for kind, of_kind in (
            ("english_learner", row["english_learners"]),
            ("disability", row["students_with_disabilities"]),
        ):
            if of_kind == "":
                counts[row["school_id"], kind, "not_stated"] += seats
            elif row["students"] != "":
                counts[row["school_id"], kind, "yes"] += of_kind
                counts[row["school_id"], kind, "no"] += seats - of_kind
    return _by_school_too(counts, schools)


def _by_school_too(counts: Counter[Cell], schools: dict[str, Standing]) -> Counter[Cell]:
    for (school_id, kind, _), n in list(counts.items()):
        if kind == "all":
            for of_school in SCHOOL_TYPES:
                counts[school_id, of_school, schools[school_id].subgroup(of_school)] += n
    return counts
