"""Classrooms of a term: who is rostered, what was seen, and what divides them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from orchestration.recomputing.recipes import Recipe
from orchestration.recomputing.rows import Landed, Row, answers
from orchestration.recomputing.schools import NOT_STATED, School, schools_on
from orchestration.recomputing.units import Cell, Population, Source, Unit, with_schools

Key = tuple[str, str]
"""A classroom: its school and its class."""


@dataclass(frozen=True)
class Room:
    """A classroom that is rostered, or was visited, or both: what divides it, and its rows."""

    teacher: str | None
    groups: dict[str, str]
    roster: Row | None
    visits: tuple[Row, ...]


def rooms(landed: Landed, term: Row, schools: dict[str, School]) -> dict[Key, Room]:
    """The mathematics classrooms of known schools; nobody observes themselves."""
    on_roster = {
        (row["school_id"], row["class_id"]): row
        for row in landed.rows("roster", term["term"])
        if row["school_id"] in schools and row["subject"] == "mathematics"
    }
    seen: dict[Key, list[Row]] = {}
    for row in landed.rows("observations", term["term"]):
        alone = row["observer_id"] is not None and row["observer_id"] == row["teacher_id"]
        if row["school_id"] in schools and not alone:
            seen.setdefault((row["school_id"], row["class_id"]), []).append(row)
    sat = _sat(landed, term)
    return {
        key: _room(on_roster.get(key), seen.get(key, []), term, sat)
        for key in sorted({*on_roster, *seen})
    }


def classrooms(landed: Landed, term: Row, schools: dict[str, School], how: Recipe) -> Population:
    """The classrooms that have a value of a measure, and those on the roster."""
    known = rooms(landed, term, schools)
    eligible: Counter[Cell] = Counter()
    for (school_id, _), room in known.items():
        if room.roster is not None:
            eligible[school_id, "all", "all"] += 1
            for kind, code in room.groups.items():
                eligible[school_id, kind, code] += 1
    units = (_unit(landed, key, room, how) for key, room in known.items())
    return Population(
        tuple(one for one in units if one is not None), with_schools(eligible, schools)
    )


def _room(
    roster: Row | None, rows: list[Row], term: Row, sat: list[tuple[str, date, Fraction]] | None
) -> Room:
    """A classroom as the roster has it, and in what the roster leaves open as observers wrote."""
    said = {
        name: (roster or {}).get(name)
        or max((row[name] for row in rows if row[name] is not None), default=None)
        for name in ("grade", "course", "teacher_id")
    }
    first = min((row["observed_on"] for row in rows), default=None)
    hours = NOT_STATED
    if said["teacher_id"] is not None and sat is not None:
        hours = _band(
            sum(
                (
                    length
                    for educator, day, length in sat
                    if educator == said["teacher_id"]
                    and (day < first if first is not None else day <= term["ends_on"])
                ),
                Fraction(0),
            )
        )
    groups = {
        "grade": said["grade"] or NOT_STATED,
        "course": said["course"] or NOT_STATED,
        "pl_hours": hours,
    }
    return Room(said["teacher_id"], groups, roster, tuple(rows))


def _sat(landed: Landed, term: Row) -> list[tuple[str, date, Fraction]] | None:
    """Who sat in a session, when and for how long, in any term; None before any was recorded."""
    sessions = {(row["term"], row["session_id"]): row for row in landed.rows("pl_sessions")}
    ends = {row["term"]: row["ends_on"] for row in landed.rows("terms")}
    schools = {name: schools_on(landed, day) for name, day in ends.items()}
    found = []
    for row in landed.rows("pl_attendance"):
        session = sessions.get((row["term"], row["session_id"]))
        if row["attended"] == "yes" and session and row["school_id"] in schools[row["term"]]:
            length = Fraction(str(session["hours"] or 0))
            found.append((row["educator_id"], session["held_on"], length))
    first = min((day for _, day, _ in found), default=None)
    return found if first is not None and term["ends_on"] >= first else None


def _band(hours: Fraction) -> str:
    if hours == 0:
        return "none"
    return "under_6" if hours < 6 else "6_to_12" if hours < 12 else "12_plus"


def _unit(landed: Landed, key: Key, room: Room, how: Recipe) -> Unit | None:
    """A classroom's value: the mean of its visits, each the mean of those who went together."""
    visits: dict[str, list[Row]] = {}
    for row in room.visits:
        visits.setdefault(row["co_observation_id"] or row["observation_id"], []).append(row)
    values, sources = [], []
    for of_visit in visits.values():
        dropped = how.rule == "drop_visit" and any(how.is_dropped(answers(row)) for row in of_visit)
        each = [None if dropped else how.value(answers(row)) for row in of_visit]
        told = [value for value in each if value is not None]
        if told:
            values.append(sum(told, Fraction(0)) / len(told))
        sources += [
            Source(
                landed.file(row["file_sha256"], "observations", row["term"]),
                row["line"],
                None if value is None else float(value),
            )
            for row, value in zip(of_visit, each, strict=True)
        ]
    if not values:
        return None
    return Unit(
        school_id=key[0],
        part=f"teacher {room.teacher}" if room.teacher else f"class {key[1]}",
        value=float(sum(values, Fraction(0)) / len(values)),
        is_matched=room.roster is not None,
        groups=room.groups,
        sources=tuple(sources),
        class_id=key[1],
        n_visits=len(values),
    )
