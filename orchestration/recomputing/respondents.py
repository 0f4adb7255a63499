"""Respondents of a term: whose answers count, and what divides them."""

from __future__ import annotations

from collections import Counter

from orchestration.recomputing.classrooms import Key, Room, rooms
from orchestration.recomputing.recipes import Recipe
from orchestration.recomputing.rows import Landed, Row, answers
from orchestration.recomputing.schools import NOT_STATED, School
from orchestration.recomputing.units import Cell, Population, Source, Unit, with_schools

ATTRIBUTES = ("english_learner", "disability", "race_ethnicity", "gender", "role")
UNFRAMED = frozenset({"race_ethnicity", "gender", "role"})


def respondents(landed: Landed, term: Row, schools: dict[str, School], how: Recipe) -> Population:
    """Those who have a value of a measure, and those on the roster."""
    name = term["term"]
    known = rooms(landed, term, schools)
    on_roster = {key: room for key, room in known.items() if room.roster is not None}
    units = (_unit(landed, row, on_roster, how) for row in _counting(landed, name, schools, how))
    count = _teachers if how.measure["unit"] == "teachers" else _seats
    return Population(
        tuple(one for one in units if one is not None),
        with_schools(count(on_roster, schools), schools),
        UNFRAMED,
    )


def _counting(landed: Landed, term: str, schools: dict[str, School], how: Recipe) -> list[Row]:
    """Of a respondent's complete responses the latest; of those without a name, all of them."""
    complete = [
        row
        for row in landed.rows(how.source, term)
        if row["school_id"] in schools
        and any(
            (item, code) in how.substantive
            for item, codes in answers(row).items()
            if item in how.own_items
            for code in codes
        )
    ]
    latest: dict[str, Row] = {}
    for row in sorted(complete, key=lambda row: (row["recorded_on"], row["response_id"])):
        if row["respondent_id"] is not None:
            latest[row["respondent_id"]] = row
    return [
        row
        for row in complete
        if row["respondent_id"] is None or latest[row["respondent_id"]] is row
    ]


def _unit(landed: Landed, row: Row, on_roster: dict[Key, Room], how: Recipe) -> Unit | None:
    value = how.value(answers(row))
    if value is None:
        return None
    room = on_roster.get((row["school_id"], row["class_id"]))
    if row["class_id"] is not None:
        part = f"class {row['class_id']}"
    elif row["respondent_id"] is not None:
        part = f"respondent {row['respondent_id']}"
    else:
        part = f"response {row['response_id']}"
    groups = {
        "grade": row["grade"] or NOT_STATED,
        "course": NOT_STATED,
        **{name: row[name] or NOT_STATED for name in ATTRIBUTES if name in row},
    }
    if room is not None:
        rostered = {name: room.groups[name] for name in ("grade", "course")}
        groups |= {name: code for name, code in rostered.items() if code != NOT_STATED}
    return Unit(
        school_id=row["school_id"],
        part=part,
        value=float(value),
        is_matched=_is_matched(row, on_roster, how.source),
        groups=groups,
        sources=(Source(landed.file(row["file_sha256"], how.source, row["term"]), row["line"]),),
    )


def _is_matched(row: Row, on_roster: dict[Key, Room], source: str) -> bool:
    if source == "teacher_survey" and row["respondent_id"] is not None:
        return any(one.teacher == row["respondent_id"] for one in on_roster.values())
    if source == "student_survey" and row["class_id"] is not None:
        return (row["school_id"], row["class_id"]) in on_roster
    return any(school_id == row["school_id"] for school_id, _ in on_roster)


def _teachers(on_roster: dict[Key, Room], schools: dict[str, School]) -> Counter[Cell]:
    """Teachers once a post-stratum, at the school in which they have most of their classes."""
    classes: dict[tuple, Counter[str]] = {}
    for (school_id, _), room in on_roster.items():
        if room.teacher is not None:
            key = room.teacher, *schools[school_id].post_stratum
            classes.setdefault(key, Counter())[school_id] += 1
    return Counter(
        (min(counts, key=lambda school_id: (-counts[school_id], school_id)), "all", "all")
        for counts in classes.values()
    )


def _seats(on_roster: dict[Key, Room], schools: dict[str, School]) -> Counter[Cell]:  # noqa: ARG001
    """Students as seats; where a class does not say how many are of a kind, they are not stated."""
    found: Counter[Cell] = Counter()
    for (school_id, _), room in on_roster.items():
        row = room.roster or {}
        seats = row["students"] or 0
        found[school_id, "all", "all"] += seats
        for kind in ("grade", "course"):
            found[school_id, kind, room.groups[kind]] += seats
        for kind, name in (
            ("english_learner", "english_learners"),
            ("disability", "students_with_disabilities"),
        ):
            if row[name] is None:
                found[school_id, kind, NOT_STATED] += seats
            elif row["students"] is not None:
                found[school_id, kind, "yes"] += row[name]
                found[school_id, kind, "no"] += seats - row[name]
    return found
