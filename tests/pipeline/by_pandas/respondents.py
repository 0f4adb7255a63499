"""Respondents of a term: whose answers count, why others' do not, and what was answered."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from tests.pipeline.by_pandas.measures import ANSWERS, CONSTRUCTS, NEGATIVE, OPTIONS, items
from tests.pipeline.by_pandas.standing import Standing
from tests.pipeline.districts import District

Row = dict[str, Any]


def answer(row: Row, item: str) -> float:
    """The value of an answer, a negative item's reversed; not a number where there is none."""
    value = ANSWERS.get(row[item], np.nan)
    return 5 - value if item in NEGATIVE else value


def chosen(row: Row) -> set[str]:
    """The options of the teacher survey's multi-select."""
    return {one.strip() for one in re.split("[;,|]", row.get("challenges", ""))} - {""}


def set_aside(district: District, source: str, schools: dict[str, Standing]) -> dict[str, str]:
    """The reason for which no mart uses a response, by its id."""
    reasons = {}
    latest: dict[str, Row] = {}
    standing = []
    for row in district.rows(source):
        answered = chosen(row) or any(row[item] in ANSWERS for item in items(source))
        if row["school_id"] not in schools:
            reasons[row["response_id"]] = "unknown_school"
        elif not answered:
            reasons[row["response_id"]] = "incomplete"
        elif row["respondent_id"]:
            standing.append(row)
    for row in sorted(standing, key=lambda row: (row["recorded_on"], row["response_id"])):
        latest[row["respondent_id"]] = row
    for row in standing:
        last = latest[row["respondent_id"]]
        if last is not row:
            same = last["school_id"] == row["school_id"]
            reasons[row["response_id"]] = (
                "answered_again" if same else "answered_again_at_another_school"
            )
    return reasons


def respondents(
    district: District, source: str, schools: dict[str, Standing], rooms: pd.DataFrame
) -> pd.DataFrame:
    """Those who count, with what divides them, their cluster, and a column for each measure."""
    ignored = set_aside(district, source, schools)
    rostered = rooms[rooms["is_rostered"]] if len(rooms) else rooms
    classes = {
        (row.school_id, row.class_id): row for row in rostered.itertuples() if row.is_rostered
    }
    rostered_schools = {school_id for school_id, _ in classes}
    teachers = {row.teacher_id for row in classes.values()} - {""}
    rows = []
    for row in district.rows(source):
        if row["response_id"] in ignored:
            continue
        here = classes.get((row["school_id"], row["class_id"]))
        if source == "teacher_survey" and row["respondent_id"]:
            matched = row["respondent_id"] in teachers
        elif source == "student_survey" and row["class_id"]:
            matched = here is not None
        else:
            matched = row["school_id"] in rostered_schools
        rows.append(
            {
                "school_id": row["school_id"],
                "is_matched": matched,
                "part": _part(row, district.term),
                "grade": (here.grade if here is not None else row["grade"]) or "not_stated",
                "course": here.course if here is not None else "not_stated",
                **{name: _stated(row.get(name, "")) for name in _ATTRIBUTES},
                **_values(row, source),
                **{f"item {item}": answer(row, item) for item in items(source)},
            }
        )
    return pd.DataFrame(rows)


def _part(row: Row, term: str) -> str:
    if row["class_id"]:
        return f"class {row['class_id']}"
    if row["respondent_id"]:
        return f"respondent {row['respondent_id']}"
    return f"nobody named {term} {row['response_id']}"


_ATTRIBUTES = ("english_learner", "disability", "race_ethnicity", "gender", "role")
_CODES = {"Yes": "yes", "No": "no", "Teachers": "teacher"}


def _stated(text: str) -> str:
    return _CODES.get(text, text) or "not_stated"


def _values(row: Row, source: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for construct, members in CONSTRUCTS[source].items():
        answers = np.array([answer(row, item) for item in members])
        for item, value in zip(members, answers, strict=True):
            found[item] = np.nan if np.isnan(value) else float(value >= 3)
        answered = answers[~np.isnan(answers)]
        enough = 3 * len(answered) >= 2 * len(members)
        found[construct] = float(answered.mean()) if enough else np.nan
    if source == "student_survey":
        # not a number if either is
        found["aspires_and_explores"] = found["want_mathematician"] * found["want_challenge"]
    else:
        named = chosen(row)
        for option, text in OPTIONS.items():
            found[f"challenge_{option}"] = float(text in named) if named else np.nan
    return found
