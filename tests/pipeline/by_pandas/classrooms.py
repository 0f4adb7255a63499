"""Classrooms of a term: who they are, what was seen in them, and their teachers' hours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from statistics import fmean
from typing import Any

import pandas as pd

from tests.pipeline.by_pandas.measures import (
    CORE_ACTION_1,
    IPG,
    IPG_RATINGS,
    RULES,
    UNFINISHED,
    USE,
    VISIT_RATINGS,
)
from tests.pipeline.by_pandas.standing import Standing
from tests.pipeline.districts import District

Row = dict[str, Any]


def set_aside(
    source: str, row: Row, schools: dict[str, Standing], sessions: set[str]
) -> str | None:
    """Why no mart uses a row of the roster, of the observations or of attendance."""
    if source == "pl_attendance" and row["session_id"] not in sessions:
        return "unknown_session"
    if row["school_id"] not in schools:
        return "unknown_school"
    if source == "roster" and row["subject"] != "mathematics":
        return "not_mathematics"
    if source == "observations" and row["teacher_id"] == row["observer_id"]:
        return "observer_is_teacher"
    return None


def used(district: District, source: str, schools: dict[str, Standing]) -> list[Row]:
    """The rows of a source that marts use."""
    sessions = {row["session_id"] for row in district.rows("pl_sessions")}
    return [
        row for row in district.rows(source) if set_aside(source, row, schools, sessions) is None
    ]


def attended_hours(
    so_far: Iterable[tuple[District, dict[str, Standing]]],
) -> list[tuple[str, date, float]]:
    """Who sat in a session, when, and for how long, over all terms so far."""
    sat = []
    for district, schools in so_far:
        sessions = {row["session_id"]: row for row in district.rows("pl_sessions")}
        for row in used(district, "pl_attendance", schools):
            if row["attended"] == "yes":
                session = sessions[row["session_id"]]
                sat.append((row["educator_id"], session["held_on"], float(session["hours"] or 0)))
    return sat


def classrooms(
    district: District,
    schools: dict[str, Standing],
    sat: Sequence[tuple[str, date, float]],
) -> pd.DataFrame:
    """Every classroom rostered or visited, with what divides it and the cluster it is in."""
    rostered = {(r["school_id"], r["class_id"]): r for r in used(district, "roster", schools)}
    seen: dict[tuple[str, str], list[Row]] = {}
    for row in used(district, "observations", schools):
        seen.setdefault((row["school_id"], row["class_id"]), []).append(row)
    rows = []
    for school_id, class_id in sorted(rostered.keys() | seen.keys()):
        on_roster = rostered.get((school_id, class_id), {})
        visits = seen.get((school_id, class_id), [])
        said = {
            name: on_roster.get(name) or max((row[name] for row in visits), default="")
            for name in ("grade", "course", "teacher_id")
        }
        first = min((row["observed_on"] for row in visits), default=None)
        rows.append(
            {
                "school_id": school_id,
                "class_id": class_id,
                "is_rostered": bool(on_roster),
                "is_visited": bool(visits),
                "teacher_id": said["teacher_id"],
                "grade": said["grade"] or "not_stated",
                "course": said["course"] or "not_stated",
                "pl_hours": _band(said["teacher_id"], first, district.ends_on, sat),
                "part": said["teacher_id"] or f"class {class_id}",
                **{
                    name: on_roster.get(name, "")
                    for name in ("students", "english_learners", "students_with_disabilities")
                },
            }
        )
    return pd.DataFrame(rows)


def _band(
    teacher_id: str,
    first_visit: date | None,
    ends_on: date,
    sat: Sequence[tuple[str, date, float]],
) -> str:
    if not teacher_id or not sat:
        return "not_stated"
    hours = sum(
        hours
        for educator_id, held_on, hours in sat
        if educator_id == teacher_id
        and (held_on < first_visit if first_visit is not None else held_on <= ends_on)
    )
    if hours == 0:
        return "none"
    return "under_6" if hours < 6 else "6_to_12" if hours < 12 else "12_plus"


def values(district: District, schools: dict[str, Standing]) -> dict[tuple[str, str], pd.DataFrame]:
    """Each measure's value of each classroom under each rule, and the visits that gave it."""
    visits: dict[tuple[str, str], dict[str, list[Row]]] = {}
    for row in used(district, "observations", schools):
        visit = row["co_observation_id"] or row["observation_id"]
        place = row["school_id"], row["class_id"]
        visits.setdefault(place, {}).setdefault(visit, []).append(row)
    found = {}
    for measure, rule in _asked():
        rows = []
        for (school_id, class_id), of_class in visits.items():
            by_visit = [_visit_value(rows, measure, rule) for rows in of_class.values()]
            with_value = [value for value in by_visit if value is not None]
            if with_value:
                rows.append((school_id, class_id, fmean(with_value), len(with_value)))
        found[measure, rule] = pd.DataFrame(
            rows, columns=["school_id", "class_id", "y", "n_visits"]
        )
    return found


def _asked() -> list[tuple[str, str]]:
    instruction = ("ipg_score", *IPG_RATINGS, *VISIT_RATINGS)
    return [(measure, "exclude") for measure in (*USE, *UNFINISHED)] + [
        (measure, rule) for measure in instruction for rule in RULES
    ]


def _visit_value(observers: list[Row], measure: str, rule: str) -> float | None:
    """The mean over those who went together, of whom each may have none."""
    instrument = IPG if measure in ("ipg_score", *IPG_RATINGS) else VISIT_RATINGS
    if rule == "drop_visit" and any(
        row[item] == "not_observed" for row in observers for item in instrument
    ):
        return None
    each = [_value(row, measure, rule) for row in observers]
    with_value = [value for value in each if value is not None]
    return fmean(with_value) if with_value else None


def _value(row: Row, measure: str, rule: str) -> float | None:
    if measure in USE:
        return USE[measure].get(row["materials"])
    if measure in UNFINISHED:
        item, counted = UNFINISHED[measure]
        return counted.get(row[item])
    if measure != "ipg_score":
        rating = _rating(row[measure], 1, rule)
        return None if rating is None else float(rating >= 3)
    ca1 = [_rating(row[item], 0, rule) for item in CORE_ACTION_1]
    others = [_rating(row[item], 1, rule) for item in IPG_RATINGS]
    if None in ca1 or None in others:
        return None
    return (sum(x for x in ca1 if x) + sum(x - 1 for x in others if x)) / 4


def _rating(code: str, least: int, rule: str) -> int | None:
    if code == "":
        return None
    if code == "not_observed":
        return least if rule == "lowest" else None
    return int(code)
