"""Plain words for what the tables code: terms, days, subgroups, flags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from orchestration.disclosure.shown import SEEN, SINGULAR, count

DASH = "–"

SUBGROUP_TYPES: Mapping[str, str] = {
    "all": "All",
    "support": "Support",
    "school_level": "School level",
    "grade": "Grade",
    "course": "Course",
    "english_learner": "English learner status",
    "disability": "Disability",
    "race_ethnicity": "Race and ethnicity",
    "gender": "Gender",
    "role": "Role",
    "support_provider": "Support provider",
    "pl_hours": "Hours of professional learning",
}
SUBGROUPS: Mapping[str, Mapping[str, str]] = {
    "support": {"supported": "Supported schools", "unsupported": "Schools without support"},
    "school_level": {
        "elementary": "Elementary schools",
        "middle": "Middle schools",
        "high": "High schools",
        "span": "Schools of several levels",
    },
    "english_learner": {"yes": "English learners", "no": "Not English learners"},
    "disability": {"yes": "With a disability", "no": "Without a disability"},
    "pl_hours": {
        "none": "No hours",
        "under_6": "Under 6 hours",
        "6_to_12": "6 to 12 hours",
        "12_plus": "12 hours or more",
    },
}
"""Subgroups in the reader's order; those of other types stand as the exports say."""

NOT_STATED = "not_stated"
FLAGS: Mapping[str, str] = {
    "none_seen": "Nobody was seen here",
    "none_rostered": "Seen, but none is on the roster",
    "unassigned": "Schools without a local district: counted here, in no estimate",
    "over_100": "More were seen than the roster has: it is incomplete, or ids do not match",
    "below_85": "Below 85%",
    "no_frame": "No roster tells how many were asked",
}
RULES: Mapping[str, str] = {
    "exclude": "Left out",
    "lowest": "Counted as the lowest rating",
    "drop_visit": "The whole visit left out",
}
"""What may be done with an item that was not observed."""
POPULATIONS: Mapping[str, str] = {
    "classrooms": "Classrooms observed",
    "students": "Students who answered",
    "teachers": "Teachers who answered",
    "educators": "Educators at professional learning",
}


def number(value: Any) -> str:
    """A count as read, or a dash where there is none."""
    return DASH if pd.isna(value) else count(value)


def day(value: Any) -> str:
    """A day as `15 July 2022`."""
    stamp = pd.Timestamp(value)
    return f"{stamp.day} {stamp:%B %Y}"


def term_lines(season: str, starts_on: Any, ends_on: Any) -> tuple[str, str]:
    """A term's season and year: `Spring`, `2022`; over a new year, `Winter`, `2021–22`."""
    first, last = pd.Timestamp(starts_on).year, pd.Timestamp(ends_on).year
    return season.capitalize(), str(last) if first == last else f"{first}–{last % 100:02d}"


def subgroup(subgroup_type: str, code: str) -> str:
    """A subgroup as its reader knows it."""
    if code == NOT_STATED:
        return "Not stated"
    if subgroup_type == "grade" and code.isdigit():
        return f"Grade {code}"
    return SUBGROUPS.get(subgroup_type, {}).get(code, code)


def in_order(subgroup_type: str, codes: Iterable[str]) -> list[str]:
    """Subgroups in the reader's order: declared ones, numbers, others by name, not stated last."""
    order = list(SUBGROUPS.get(subgroup_type, ()))

    def place(code: str) -> tuple[int, int, str]:
        if code in order:
            return 0, order.index(code), code
        if code == NOT_STATED:
            return 3, 0, code
        return (1, int(code), code) if code.isdecimal() else (2, 0, code)

    return sorted(codes, key=place)


def phrase(code: str) -> str:
    """A code, as of a source, as a phrase: `pl_sessions` is `Professional learning sessions`."""
    text = code.replace("_", " ")
    if text.startswith("pl "):
        text = f"professional learning{text.removeprefix('pl')}"
    return text[:1].upper() + text[1:]


def inside(label: str) -> str:
    """A label as it reads within a sentence: its first letter small, unless it is an acronym."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def listed(names: list[str]) -> str:
    """Names as a reader lists them: `a, b and c`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def those_seen(unit: str) -> str:
    """A unit and how it was seen: `classrooms observed`, `students who answered`."""
    how = SEEN.get(unit, "seen")
    return f"{unit} {how}" if unit == "classrooms" else f"{unit} who {how}"


def singular(unit: str) -> str:
    """One of a unit."""
    return SINGULAR.get(unit, unit)
