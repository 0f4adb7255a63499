"""Plain words for what the tables code: terms, days, subgroups, flags."""

from __future__ import annotations

from typing import Any

import pandas as pd

from orchestration.disclosure.shown import count

DASH = "–"

SUBGROUP_TYPES = {
    "all": "All",
    "support": "Support",
    "school_level": "School level",
    "grade": "Grade",
    "course": "Course",
    "support_provider": "Support provider",
}
SUBGROUPS = {
    "supported": "Supported schools",
    "unsupported": "Schools without support",
    "elementary": "Elementary schools",
    "middle": "Middle schools",
    "high": "High schools",
    "span": "Schools of several levels",
    "not_stated": "Not stated",
    "all": "All",
}
SUBGROUP_ORDER = list(SUBGROUPS)
FLAGS = {
    "none_seen": "Nobody was observed here",
    "none_rostered": "Observed, but none is on the roster",
    "unassigned": "Schools without a local district: counted here, in no estimate",
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


def subgroup(code: str) -> str:
    """A subgroup as its reader knows it."""
    return SUBGROUPS.get(code, code)


def phrase(code: str) -> str:
    """A code, as of a source, as a phrase: `student_survey` is `Student survey`."""
    text = code.replace("_", " ")
    return text[:1].upper() + text[1:]


def inside(label: str) -> str:
    """A label as it reads within a sentence: its first letter small, unless it is an acronym."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def listed(names: list[str]) -> str:
    """Names as a reader lists them: `a, b and c`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
