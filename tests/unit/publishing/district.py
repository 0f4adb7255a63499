"""A made-up district: marts of estimates and of coverage, with a cell of every awkward kind."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from tests.unit.publishing.registry import CALENDAR, MEASURES, MINIMUM_N, SCHOOLS

DISTRICTS = {"Northeast": 0.79, "West": 0.82, "Northwest": 0.91}
REGIONS = {"Region North": 0.85, "Region South": 0.8}
RULES = ("exclude", "lowest", "drop_visit")
SECRET = 0.6180339887498949
"""The estimate of every cell that must not be seen: no other number looks like it."""
SECRET_COUNT = 9007199254740
"""A count that no other cell has, in the suppressed rows alone."""

Row = dict[str, Any]
Group = tuple[str, str, float, float]

UNIT_KEYS = ("school_year", "term", "geography", "level", "unit_id", "unit_name")


def unit_rows(term: str) -> list[Row]:
    """Every unit of a term with its share and its rostered classrooms."""
    year = term.rsplit("-", 1)[0]
    shared = {"school_year": year, "term": term}
    local = {**shared, "geography": "local_district"}
    district = {"level": "district", "unit_id": "district", "unit_name": "All local districts"}
    rows = [{**local, **district, "share": 0.84, "eligible": 18 * sum(SCHOOLS.values())}]
    for name, share in DISTRICTS.items():
        unit = {"level": "local_district", "unit_id": name, "unit_name": name}
        rows.append({**local, **unit, "share": share, "eligible": 18 * SCHOOLS[name]})
    for name, share in REGIONS.items():
        unit = {"level": "region", "unit_id": name, "unit_name": name}
        rows.append({**shared, "geography": "region", **unit, "share": share, "eligible": 1950})
    school = {"level": "school", "unit_id": "Northeast-001", "unit_name": "Northeast School 1"}
    rows.append({**local, **school, "share": SECRET, "eligible": SECRET_COUNT})
    return rows


ALL: Group = ("all", "all", 1.0, 0.0)
SUBGROUPS: dict[str, list[Group]] = {
    "classrooms": [
        ALL,
        ("support", "supported", 0.45, 0.04),
        ("support", "unsupported", 0.55, -0.04),
        ("school_level", "middle", 0.6, 0.02),
        ("school_level", "high", 0.36, -0.05),
        ("school_level", "span", 0.04, 0.0),
        ("grade", "7", 0.3, 0.0),
        ("pl_hours", "none", 0.7, -0.03),
        ("pl_hours", "12_plus", 0.3, 0.05),
    ],
    "teachers": [ALL, ("role", "Teacher", 0.9, 0.0), ("role", "not_stated", 0.1, 0.0)],
    "students": [
        ALL,
        ("english_learner", "yes", 0.2, -0.06),
        ("english_learner", "no", 0.8, 0.02),
        ("race_ethnicity", "Black/African American", 0.1, 0.01),
        ("race_ethnicity", "Latino", 0.9, 0.0),
    ],
}
UNFRAMED = ("race_ethnicity", "role")
"""The types of subgroup that no roster tells of."""
TIMES = {"classrooms": 1.0, "teachers": 0.4, "students": 25.0}
"""How many of a unit there are for a rostered classroom."""


def groups(row: Row, unit: str) -> list[Group]:
    return SUBGROUPS[unit] if row["level"] != "school" else SUBGROUPS[unit][:1]


def cell_n(row: Row, subgroup: str, part: float) -> int:
    """Units seen in a cell; a few are awkward on purpose. The district's are its parts'."""
    if row["level"] == "district":
        whole = sum(SCHOOLS.values())
        return sum(
            cell_n(
                {
                    **row,
                    "level": "local_district",
                    "unit_id": name,
                    "eligible": round(row["eligible"] * schools / whole),
                },
                subgroup,
                part,
            )
            for name, schools in SCHOOLS.items()
        )
    if row["unit_id"] == "Northwest" and subgroup == "span":
        return 0
    if row["unit_id"] == "West" and row["term"] == "2021-22-fall":
        return next(n for least, n in ((1, 4), (0.5, 3), (0.1, 1), (0, 0)) if part >= least)
    if row["unit_id"] == "West" and subgroup in ("span", "not_stated"):
        return 3
    if row["unit_id"] == "Northeast" and row["term"] == "2020-21-spring":
        return 0
    rate = 0.18 if row["term"] == "2020-21-spring" else 0.31
    exact = row["eligible"] * part * rate
    return math.floor(exact) if part < 1 else round(exact)


def growth(term: str) -> float:
    return 0.05 * (list(CALENDAR["term"]).index(term) - 4)


def estimate_row(row: Row, measure: str, weighting: str, group: Group, unit: str) -> Row:
    """A row of a mart of estimates, from a share that is moved onto the measure's range."""
    kind, subgroup, part, shift = group
    seen = {**row, "eligible": round(row["eligible"] * TIMES[unit])}
    n = cell_n(seen, subgroup, part)
    small = 0 < n < MINIMUM_N[unit]
    share = row["share"] - 0.08 + shift + growth(row["term"]) - 0.22 * (measure != "adoption_any")
    share -= 0.06 * (measure == "challenge_other")
    share = min(max(share + 0.007 * (weighting == "roster"), 0.02), 0.997)
    error = 1.6 * math.sqrt(share * (1 - share) / n) if n else 0
    low, high = map(float, (MEASURES[measure][3] or "0 1").split())
    eligible = None if kind in UNFRAMED else round(seen["eligible"] * part)

    def scaled(value: float) -> float | None:
        return low + (high - low) * value if n else None

    return {
        **{key: row[key] for key in UNIT_KEYS},
        "measure_id": measure,
        "subgroup_type": kind,
        "subgroup": subgroup,
        "weighting": weighting,
        "n": n,
        "n_clusters": min(n, round(n / 6.5) + 1) if n else 0,
        "n_eligible": SECRET_COUNT if small else eligible,
        "coverage": n / eligible if eligible else None,
        "estimate": SECRET if small or row["level"] == "school" else scaled(share),
        "std_error": error * (high - low) if n else None,
        "df": max(round(n / 6.5) - 3, 1) if n else None,
        "ci_low": scaled(max(share - 2 * error, 0.001)),
        "ci_high": scaled(min(share + 2 * error, 0.999)),
        "deff": 2.56 if n else None,
        "n_effective": n / 2.56 if n else None,
        "presentation": "show" if n >= 75 else "caution",
        "against_target": None,
    }


def estimate_mart(mart: str, names: list[str]) -> pd.DataFrame:
    """A mart of estimates, with the columns of its own."""
    rows = [
        estimate_row(row, measure, weighting, group, unit)
        for term in names
        for row in unit_rows(term)
        for measure, (own, unit, *_) in MEASURES.items()
        if own == mart
        for weighting in ("none", "roster")
        for group in groups(row, unit)
    ]
    frame = pd.DataFrame(rows)
    if mart == "mart_adoption":
        return frame.assign(n_visits=(frame["n"] * 1.2).round().astype(int))
    if mart == "mart_instruction":
        return pd.concat([_under(frame, rule) for rule in RULES], ignore_index=True)
    return frame


def _under(frame: pd.DataFrame, rule: str) -> pd.DataFrame:
    """The estimates under a rule on what was not observed: the lowest rating lowers them."""
    lowered = frame["estimate"] - 0.04 * (frame["estimate"] != SECRET) * (rule == "lowest")
    return frame.assign(missing_rule=rule, estimate=lowered)


def off_roster(row: Row, kind: str) -> int:
    """Units seen that the roster does not have: three in Northeast, which are the district's."""
    whole = kind == "all" and row["unit_id"] in ("Northeast", "district")
    return 3 if whole and row["term"] != "2020-21-spring" else 0


def coverage_row(row: Row, group: Group, unit: str) -> Row:
    kind, subgroup, part, _ = group
    seen = cell_n({**row, "eligible": round(row["eligible"] * TIMES[unit])}, subgroup, part)
    small = 0 < seen < MINIMUM_N[unit]
    eligible = SECRET_COUNT if small else round(round(row["eligible"] * TIMES[unit]) * part)
    return {
        **{key: row[key] for key in UNIT_KEYS},
        "population": unit,
        "subgroup_type": kind,
        "subgroup": subgroup,
        "n_eligible": eligible,
        "n_seen": seen + off_roster(row, kind),
        "n_matched": seen,
        "coverage": seen / eligible,
        "flag": "none_seen" if not seen else "seats" if unit == "students" else None,
    }


def mart_coverage(names: list[str]) -> pd.DataFrame:
    rows = [
        coverage_row(row, group, unit)
        for term in names
        for row in unit_rows(term)
        for unit in ("classrooms", "students", "teachers")
        for group in groups(row, unit)
        if group[0] not in UNFRAMED
    ]
    for term in names:
        unassigned = {"unit_id": "unassigned", "unit_name": "No local district", "eligible": 64}
        row = coverage_row({**unit_rows(term)[1], **unassigned}, ALL, "classrooms")
        whole = next(
            one
            for one in rows
            if (one["term"], one["level"], one["population"], one["subgroup_type"])
            == (term, "district", "classrooms", "all")
        )
        for count in ("n_eligible", "n_seen", "n_matched"):
            whole[count] += row[count]
        whole["coverage"] = whole["n_matched"] / whole["n_eligible"]
        rows.append({**row, "flag": "unassigned"})
    return pd.DataFrame(rows)
