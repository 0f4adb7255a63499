"""A made-up district: three local districts, seven terms, and a cell of every awkward kind."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from orchestration.disclosure import publishable
from orchestration.publishing import Release
from orchestration.settings import Home

MINIMUM_N = {"students": 11, "teachers": 5, "classrooms": 5}
SEASONS = {
    "fall": ("08-01", "11-30", "12-15"),
    "winter": ("12-01", "01-31", "02-15"),
    "spring": ("02-01", "06-30", "07-15"),
}
DISTRICTS = {"Northeast": 0.79, "West": 0.82, "Northwest": 0.91}
REGIONS = {"Region North": 0.85, "Region South": 0.8}
SCHOOLS = {"Northeast": 76, "West": 74, "Northwest": 70}
SECRET = 0.6180339887498949
"""The estimate of every cell that must not be seen: no other number looks like it."""
SECRET_COUNT = 9007199254740
"""A count that no other cell has, in the suppressed rows alone."""


def terms(*names: str) -> pd.DataFrame:
    rows = []
    for name in names:
        year, season = name.rsplit("-", 1)
        first = int(year[:4])
        start, end, release = SEASONS[season]
        starts_in = first + (season == "spring")
        ends_in = first + (season != "fall")
        rows.append(
            {
                "term": name,
                "school_year": year,
                "season": season,
                "starts_on": pd.Timestamp(f"{starts_in}-{start}"),
                "ends_on": pd.Timestamp(f"{ends_in}-{end}"),
                "releases_on": pd.Timestamp(f"{ends_in}-{release}"),
            }
        )
    return pd.DataFrame(rows)


CALENDAR = terms(
    "2020-21-spring",
    "2021-22-fall",
    "2021-22-winter",
    "2021-22-spring",
    "2022-23-fall",
    "2022-23-winter",
    "2022-23-spring",
)


def dim_measure() -> pd.DataFrame:
    shared = {
        "mart": "mart_adoption",
        "denominator": "Visits coded other than not_observed",
        "unit": "classrooms",
        "kind": "proportion",
        "range_min": 0.0,
        "range_max": 1.0,
        "direction": "higher",
        "target": None,
        "source": "Use of materials, one code a visit",
    }
    return pd.DataFrame(
        [
            {
                "measure_id": "adoption_as_designed",
                "position": 2,
                "label": "Uses the curriculum as designed",
                "definition": "Materials in use as designed, or modified within guidance.",
                "numerator": "Visits coded as_designed or modified",
                **shared,
            },
            {
                "measure_id": "adoption_any",
                "position": 1,
                "label": "Uses the curriculum (any use)",
                "definition": "Materials in use, as designed, modified or departed from.",
                "numerator": "Visits coded as_designed, modified or departed",
                **shared,
            },
        ]
    )


def dim_school() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "school_id": f"{name}-{number:03d}",
                "school_name": f"{name} School {number}",
                "level": "middle" if number % 3 else "high",
                "local_district": name,
                "region": "Region North" if number % 2 else "Region South",
                "valid_from": pd.Timestamp("2015-08-01"),
                "valid_to": pd.NaT,
                "support_provider": "LE" if number % 2 else None,
                "support_from": pd.Timestamp("2021-08-01") if number % 2 else pd.NaT,
                "support_to": pd.NaT,
            }
            for name, schools in SCHOOLS.items()
            for number in range(schools)
        ]
    )


DIMENSIONS = {"dim_measure": dim_measure(), "dim_term": CALENDAR, "dim_school": dim_school()}


def unit_rows(term: str) -> list[dict[str, Any]]:
    """Every unit of a term with its share and its rostered classrooms."""
    year = term.rsplit("-", 1)[0]
    shared = {"school_year": year, "term": term}
    local = {**shared, "geography": "local_district"}
    district = {"level": "district", "unit_id": "district", "unit_name": "All local districts"}
    rows = [{**local, **district, "share": 0.84, "eligible": 3910}]
    for name, share in DISTRICTS.items():
        unit = {"level": "local_district", "unit_id": name, "unit_name": name}
        rows.append({**local, **unit, "share": share, "eligible": 18 * SCHOOLS[name]})
    for name, share in REGIONS.items():
        unit = {"level": "region", "unit_id": name, "unit_name": name}
        rows.append({**shared, "geography": "region", **unit, "share": share, "eligible": 1950})
    school = {"level": "school", "unit_id": "Northeast-001", "unit_name": "Northeast School 1"}
    rows.append({**local, **school, "share": SECRET, "eligible": SECRET_COUNT})
    return rows


SUBGROUPS = [
    ("all", "all", 1.0, 0.0),
    ("support", "supported", 0.45, 0.04),
    ("support", "unsupported", 0.55, -0.04),
    ("school_level", "middle", 0.6, 0.02),
    ("school_level", "high", 0.36, -0.05),
    ("school_level", "span", 0.04, 0.0),
    ("grade", "7", 0.3, 0.0),
]


def cell_n(row: dict[str, Any], subgroup: str, part: float) -> int:
    """Classrooms observed in a cell; a few are awkward on purpose."""
    if row["unit_id"] == "Northwest" and subgroup == "span":
        return 0
    if row["unit_id"] == "West" and subgroup == "span":
        return 3
    if row["unit_id"] == "West" and row["term"] == "2021-22-fall":
        return 4
    if row["unit_id"] == "Northeast" and row["term"] == "2020-21-spring":
        return 0
    rate = 0.18 if row["term"] == "2020-21-spring" else 0.31
    return round(row["eligible"] * part * rate)


def growth(term: str) -> float:
    return 0.05 * (list(CALENDAR["term"]).index(term) - 4)


def estimate_row(row: dict[str, Any], measure: str, weighting: str, group: tuple) -> dict[str, Any]:
    kind, subgroup, part, shift = group
    n = cell_n(row, subgroup, part)
    small = 0 < n < MINIMUM_N["classrooms"]
    share = row["share"] - 0.08 + shift + growth(row["term"]) - 0.22 * (measure != "adoption_any")
    share = SECRET if small else min(max(share + 0.007 * (weighting == "roster"), 0.02), 0.997)
    error = 1.6 * math.sqrt(share * (1 - share) / n) if n else 0
    keys = ("school_year", "term", "geography", "level", "unit_id", "unit_name")
    eligible = SECRET_COUNT if small else round(row["eligible"] * part)
    return {
        **{key: row[key] for key in keys},
        "measure_id": measure,
        "subgroup_type": kind,
        "subgroup": subgroup,
        "weighting": weighting,
        "n": n,
        "n_clusters": min(n, round(n / 6.5) + 1) if n else 0,
        "n_eligible": eligible,
        "coverage": n / eligible if eligible else None,
        "estimate": share if n else None,
        "std_error": error if n else None,
        "df": max(round(n / 6.5) - 3, 1) if n else None,
        "ci_low": max(share - 2 * error, 0.001) if n else None,
        "ci_high": min(share + 2 * error, 0.999) if n else None,
        "deff": 2.56 if n else None,
        "n_effective": n / 2.56 if n else None,
        "presentation": "show" if n >= 75 else "caution",
        "n_visits": round(n * 1.2),
    }


def mart_adoption(names: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            estimate_row(row, measure, weighting, group)
            for term in names
            for row in unit_rows(term)
            for measure in ("adoption_any", "adoption_as_designed")
            for weighting in ("none", "roster")
            for group in (SUBGROUPS if row["level"] != "school" else SUBGROUPS[:1])
        ]
    )


def coverage_row(row: dict[str, Any], group: tuple) -> dict[str, Any]:
    kind, subgroup, part, _ = group
    seen = cell_n(row, subgroup, part)
    small = 0 < seen < MINIMUM_N["classrooms"]
    eligible = SECRET_COUNT if small else round(row["eligible"] * part)
    keys = ("school_year", "term", "geography", "level", "unit_id", "unit_name")
    return {
        **{key: row[key] for key in keys},
        "population": "classrooms",
        "subgroup_type": kind,
        "subgroup": subgroup,
        "n_eligible": eligible,
        "n_seen": seen + (3 if seen > 100 else 0),
        "n_matched": seen,
        "coverage": seen / eligible,
        "flag": "none_seen" if not seen else None,
    }


def mart_coverage(names: list[str]) -> pd.DataFrame:
    rows = [
        coverage_row(row, group)
        for term in names
        for row in unit_rows(term)
        for group in (SUBGROUPS if row["level"] != "school" else SUBGROUPS[:1])
    ]
    for term in names:
        unassigned = {"unit_id": "unassigned", "unit_name": "No local district", "eligible": 64}
        row = {**unit_rows(term)[1], **unassigned}
        rows.append({**coverage_row(row, SUBGROUPS[0]), "flag": "unassigned"})
    return pd.DataFrame(rows)


def account(source: str, term: str, file: str, read: int, reasons: dict) -> dict[str, Any]:
    refused = sum(rows for reason, rows in reasons.items() if reason.startswith("quarantined"))
    aside = sum(rows for reason, rows in reasons.items() if reason.startswith("set aside"))
    return {
        "source": source,
        "term": term,
        "file": file,
        "sha256": "0" * 64,
        "contract": source,
        "rows_read": read,
        "rows_accepted": read - refused - 12,
        "rows_quarantined": refused,
        "rows_superseded": 12,
        "rows_erased": 0,
        "rows_used": read - refused - 12 - aside,
        "rows_set_aside": aside,
        "reasons": json.dumps(reasons),
    }


def mart_row_accounting(names: list[str]) -> pd.DataFrame:
    rows = [account("schools", "all", "directory.csv", 240, {})]
    for term in names:
        rows.append(account("roster", term, "roster Mrs Tell-Tale.csv", 3922, {}))
        for part, read in enumerate((900, 640)):
            reasons = {
                "quarantined: observed_on is not a date": 3,
                "set aside: the school is not known in this term": 5 + part,
            }
            rows.append(account("observations", term, f"visits {part}.csv", read, reasons))
    return pd.DataFrame(rows)


def expectation(name: str, severity: str, *, passed: bool) -> dict[str, Any]:
    return {
        "name": name,
        "severity": severity,
        "passed": passed,
        "observed": "0.9% of rows" if not passed else "0 rows",
        "expected": "0 rows",
        "means": "Observations name schools that the directory does not have in this term.",
        "why": "Their classrooms are in no figure, so coverage is lower than it should be.",
        "do": "Ask the sender for the school ids, or add the schools to the directory.",
    }


def verdicts(names: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "table": table,
            "term": term,
            "fingerprint": f"{table}-{term}",
            "suite": "0123456789abcdef",
            "outcome": "warned" if table == "observations" else "passed",
            "expectations": [
                expectation("every_row_is_accounted_for", "critical", passed=True),
                expectation("schools_are_known", "warning", passed=table != "observations"),
            ],
        }
        for table in ("observations", "roster", "mart_adoption", "mart_coverage")
        for term in names
    ]


def make_release(*names: str, simulated: bool = True, schools_read: int = 240) -> Release:
    """A release of the named terms, as the pipeline would give it."""
    chosen = list(names)
    accounting = mart_row_accounting(chosen)
    accounting.loc[accounting["term"] == "all", "rows_read"] = schools_read
    restricted = {
        "mart_adoption": mart_adoption(chosen),
        "mart_coverage": mart_coverage(chosen),
        "mart_row_accounting": accounting,
    }
    inputs = [
        {"source": source, "term": term, "sha256": f"{source} {term}", "rows_read": 1540}
        for source in ("observations", "roster")
        for term in chosen
    ]
    last = pd.to_datetime(CALENDAR.set_index("term")["releases_on"])[chosen[-1]]
    return Release(
        terms=tuple(chosen),
        tables={name: publishable(name, frame, MINIMUM_N) for name, frame in restricted.items()},
        dimensions=DIMENSIONS,
        inputs=[*inputs, {"source": "schools", "term": "all", "sha256": f"{schools_read}"}],
        verdicts=verdicts(chosen),
        versions={"uptake": "0.1.0", "duckdb": "1.5.6", "dbt_project": "f" * 64},
        as_of=last.date(),
        simulated=simulated,
    )


@pytest.fixture(scope="session")
def release() -> Callable[..., Release]:
    """Make a release of the named terms."""
    return make_release


@pytest.fixture
def home(tmp_path) -> Home:
    return Home(tmp_path / "home").create()


@pytest.fixture(scope="session")
def all_terms() -> list[str]:
    return list(CALENDAR["term"])


@pytest.fixture(scope="session")
def secrets() -> tuple[float, int]:
    """The estimate and the count that only suppressed cells and school rows have."""
    return SECRET, SECRET_COUNT
