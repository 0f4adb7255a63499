"""The marts that count: coverage, survey quality, professional learning and row accounting."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from tests.pipeline.by_pandas import classrooms, respondents
from tests.pipeline.by_pandas.frame import UNKNOWN_TO_THE_ROSTER, TermFrame
from tests.pipeline.by_pandas.measures import CONSTRUCTS, INSTRUMENTS
from tests.pipeline.by_pandas.standing import Unit, assigned, units

SURVEYS = (("student_survey", "students"), ("teacher_survey", "teachers"))


def _place(frame: TermFrame, unit: Unit) -> dict[str, Any]:
    return {
        "term": frame.district.term,
        "geography": unit.geography,
        "level": unit.level,
        "unit_id": unit.unit_id,
        "unit_name": unit.unit_name,
    }


def coverage(frames: list[TermFrame]) -> pd.DataFrame:
    """`mart_coverage`: every unit's populations, by the subgroups that the roster knows."""
    rows = []
    for frame in frames:
        for name, people in frame.populations.items():
            cells: dict[tuple[str, str], dict[str, list[int]]] = {}
            for (school_id, kind, part), n in people.eligible.items():
                cells.setdefault((kind, part), {}).setdefault(school_id, [0, 0, 0])[0] += n
            for kind in ("all", *people.types(name)):
                if kind in UNKNOWN_TO_THE_ROSTER or people.seen.empty:
                    continue
                seen = zip(
                    people.seen["school_id"],
                    people.seen[kind],
                    people.seen["is_matched"],
                    strict=True,
                )
                for school_id, part, matched in seen:
                    counts = cells.setdefault((kind, part), {}).setdefault(school_id, [0, 0, 0])
                    counts[1] += 1
                    counts[2] += bool(matched)
            for unit in units(frame.schools):
                for (kind, part), by_school in cells.items():
                    if unit.level == "school" and kind != "all":
                        continue
                    inside = [by_school[one] for one in unit.schools if one in by_school]
                    eligible, n_seen, matched = (sum(one[i] for one in inside) for i in range(3))
                    if eligible or n_seen:
                        rows.append(
                            {
                                **_place(frame, unit),
                                "population": name,
                                "subgroup_type": kind,
                                "subgroup": part,
                                "n_eligible": eligible,
                                "n_seen": n_seen,
                                "n_matched": matched,
                                "coverage": matched / eligible if eligible else np.nan,
                                "flag": _flag(unit, name, eligible, n_seen, matched),
                            }
                        )
    return pd.DataFrame(rows)


def _flag(unit: Unit, population: str, eligible: int, seen: int, matched: int) -> str | None:
    if unit.level == "local_district" and unit.unit_id == "unassigned":
        return "unassigned"
    if eligible == 0:
        return "none_rostered"
    if seen == 0:
        return "none_seen"
    if matched > eligible:
        return "over_100"
    return "seats" if population == "students" else None


def survey_quality(frames: list[TermFrame]) -> pd.DataFrame:
    """`mart_survey_quality`: response rates, and Cronbach's alpha with numpy's variances."""
    rows = []
    for frame in frames:
        schools = assigned(frame.schools)
        for source, name in SURVEYS:
            people = frame.populations[name]
            seen = people.seen
            if seen.empty or not seen["school_id"].isin(schools).any():
                continue
            for unit in units(schools):
                here = seen[seen["school_id"].isin(unit.schools)]
                eligible = sum(people.eligible[one, "all", "all"] for one in unit.schools)
                if not eligible and here.empty:
                    continue
                rate = len(here) / eligible if eligible else np.nan
                for construct, members in CONSTRUCTS[source].items():
                    answers = here[[f"item {item}" for item in members]].dropna().to_numpy()
                    rows.append(
                        {
                            **_place(frame, unit),
                            "instrument": INSTRUMENTS[source],
                            "construct": construct,
                            "n_items": len(members),
                            "n_complete": len(answers),
                            "alpha": alpha(answers),
                            "n_respondents": len(here),
                            "n_eligible": eligible,
                            "response_rate": rate,
                            "flag": "no_frame"
                            if not eligible
                            else "over_100"
                            if rate > 1
                            else "below_85"
                            if rate < 0.85
                            else None,
                        }
                    )
    return pd.DataFrame(rows)


def alpha(answers: np.ndarray) -> float:
    """k / (k - 1) (1 - sum of the items' variances / variance of the total)."""
    cases, k = answers.shape
    if k < 2 or cases < 2 or len(set(answers.sum(axis=1))) == 1:
        return np.nan
    return float(
        k / (k - 1) * (1 - answers.var(axis=0, ddof=1).sum() / answers.sum(axis=1).var(ddof=1))
    )


def professional_learning(frames: list[TermFrame]) -> pd.DataFrame:
    """`mart_professional_learning`, by priority area and role and for all of either."""
    rows = []
    for frame in frames:
        sessions = {row["session_id"]: row for row in frame.district.rows("pl_sessions")}
        came = [
            row
            for row in classrooms.used(frame.district, "pl_attendance", frame.schools)
            if row["attended"] == "yes"
        ]
        teachers = frame.populations["teachers"].eligible
        for unit in units(frame.schools):
            here = [
                (
                    sessions[row["session_id"]]["priority_area"],
                    "teacher" if row["role"] == "Teachers" else row["role"],
                    row["session_id"],
                    row["educator_id"],
                )
                for row in came
                if row["school_id"] in unit.schools
            ]
            for area in {"all", *(one[0] for one in here)}:
                for role in {"all", *(one[1] for one in here)}:
                    sat = {
                        one[2:]
                        for one in here
                        if area in ("all", one[0]) and role in ("all", one[1])
                    }
                    if not sat:
                        continue
                    people = {educator for _, educator in sat}
                    hours = {one: float(sessions[one]["hours"] or 0) for one, _ in sat}
                    eligible = sum(teachers[one, "all", "all"] for one in unit.schools)
                    is_framed = role == "teacher"
                    rows.append(
                        {
                            **_place(frame, unit),
                            "priority_area": area,
                            "role": role,
                            "n_sessions": len(hours),
                            "hours": sum(hours.values()),
                            "n_attended": len(people),
                            "n_eligible": eligible if is_framed else np.nan,
                            "reach": len(people) / eligible if is_framed and eligible else np.nan,
                            "mean_hours": sum(hours[one] for one, _ in sat) / len(people),
                        }
                    )
    return pd.DataFrame(rows)


def pl_sequence(frames: list[TermFrame]) -> pd.DataFrame:
    """`mart_pl_sequence`: every session, and how many came."""
    rows = []
    for frame in frames:
        came = {
            (row["session_id"], row["educator_id"])
            for row in classrooms.used(frame.district, "pl_attendance", frame.schools)
            if row["attended"] == "yes"
        }
        per_session = Counter(session_id for session_id, _ in came)
        for row in frame.district.rows("pl_sessions"):
            rows.append(
                {
                    "term": frame.district.term,
                    **{
                        name: row[name] or None
                        for name in ("session_id", "local_district", "priority_area", "audience")
                    },
                    "title": row["title"],
                    "sequence": row["sequence"],
                    "held_on": pd.Timestamp(row["held_on"]),
                    "hours": float(row["hours"]) if row["hours"] else np.nan,
                    "n_attended": per_session[row["session_id"]],
                }
            )
    return pd.DataFrame(rows)


def row_accounting(frames: list[TermFrame]) -> pd.DataFrame:
    """`mart_row_accounting` of a term's sources, file by file: nothing here is quarantined."""
    rows = []
    for frame in frames:
        district = frame.district
        sessions = {row["session_id"] for row in district.rows("pl_sessions")}
        for source, files in district.files.items():
            if source == "schools":
                continue
            of_survey = (
                respondents.set_aside(district, source, frame.schools)
                if source.endswith("_survey")
                else {}
            )
            for name, lines in files.items():
                reasons: Counter[str] = Counter()
                for row in lines:
                    reason = (
                        of_survey.get(row["response_id"])
                        if source.endswith("_survey")
                        else classrooms.set_aside(source, row, frame.schools, sessions)
                        if source != "pl_sessions"
                        else None
                    )
                    if reason is not None:
                        reasons[f"set aside: {reason}"] += 1
                rows.append(
                    {
                        "source": source,
                        "term": district.term,
                        "file": f"{district.term}-{name}.csv",
                        "rows_read": len(lines),
                        "rows_accepted": len(lines),
                        "rows_used": len(lines) - reasons.total(),
                        "rows_set_aside": reasons.total(),
                        "reasons": json.dumps(dict(sorted(reasons.items())), separators=(",", ":")),
                    }
                )
    return pd.DataFrame(rows)
