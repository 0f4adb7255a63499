"""The made-up district's surveys' quality, professional learning, comments and row accounts."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from tests.unit.publishing.district import (
    DISTRICTS,
    SECRET,
    SECRET_COUNT,
    TIMES,
    UNIT_KEYS,
    Row,
    cell_n,
    unit_rows,
)
from tests.unit.publishing.registry import CALENDAR, INSTRUMENTS, MINIMUM_N

CONSTRUCTS = {"teacher_im": {"confidence": 3}, "student_mathematics": {"identity": 3, "lone": 1}}
AREAS = ("Discussion", "Fluency")
AUDIENCES = ("Instructional leaders", "Teacher leaders", "Teachers")
RELEASED = "We talk more than before, and = is a sign again."
NOT_RELEASED = "Mrs Tell-Tale in room 12 never opens the book."


def quality_row(row: Row, unit: str, construct: str, n_items: int) -> Row:
    eligible = round(row["eligible"] * TIMES[unit])
    n = cell_n({**row, "eligible": eligible}, "all", 1.0)
    small = 0 < n < MINIMUM_N[unit] or row["level"] == "school"
    return {
        **{key: row[key] for key in UNIT_KEYS},
        "instrument": INSTRUMENTS[unit],
        "construct": construct,
        "n_items": n_items,
        "n_complete": n,
        "alpha": (SECRET if small else 0.7312) if n and n_items > 1 else None,
        "n_respondents": n,
        "n_eligible": SECRET_COUNT if small else eligible,
        "response_rate": SECRET if small else n / eligible,
        "flag": "below_85",
    }


def mart_survey_quality(names: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            quality_row(row, unit, construct, n_items)
            for term in names
            for row in unit_rows(term)
            for unit, instrument in INSTRUMENTS.items()
            for construct, n_items in CONSTRUCTS[instrument].items()
        ]
    )


def reach_row(row: Row, area: str, role: str) -> Row:
    part = (1.0 if area == "all" else 0.6) * (1.0 if role == "all" else 0.5)
    teachers = round(row["eligible"] * 0.4)
    n = cell_n({**row, "eligible": teachers}, "all", part)
    small = 0 < n < MINIMUM_N["educators"] or row["level"] == "school"
    asked = role == "teacher"
    return {
        **{key: row[key] for key in UNIT_KEYS},
        "priority_area": area,
        "role": role,
        "n_sessions": 12 if area == "all" else 6,
        "hours": 24.0 if area == "all" else 12.0,
        "n_attended": n,
        "n_eligible": (SECRET_COUNT if small else teachers) if asked else None,
        "reach": (SECRET if small else n / teachers) if asked else None,
        "mean_hours": SECRET if small else 5.25,
    }


def mart_professional_learning(names: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            reach_row(row, area, role)
            for term in names
            for row in unit_rows(term)
            for area in ("all", *AREAS)
            for role in ("all", "teacher", "teacher_leader")
        ]
    )


def mart_pl_sequence(names: list[str]) -> pd.DataFrame:
    starts = CALENDAR.set_index("term")["starts_on"]
    rows = []
    for term in names:
        for unit in DISTRICTS:
            for area in AREAS:
                for at, audience in enumerate(AUDIENCES):
                    small = unit == "West" and at == 0
                    rows.append(
                        {
                            "school_year": term.rsplit("-", 1)[0],
                            "term": term,
                            "local_district": unit,
                            "priority_area": area,
                            "audience": audience,
                            "sequence": at + 1,
                            "session_id": f"{unit}-{area}-{at}",
                            "title": f"{area}, part {at + 1}",
                            "held_on": starts[term] + pd.Timedelta(days=14 * at + 3),
                            "hours": SECRET if small else 2.0,
                            "n_attended": 3 if small else 24,
                        }
                    )
    return pd.DataFrame(rows)


def mart_comments(names: list[str]) -> pd.DataFrame:
    rows = []
    for term in names:
        for number, unit in enumerate((*DISTRICTS, "unassigned")):
            for released in (True, False):
                rows.append(
                    {
                        "school_year": term.rsplit("-", 1)[0],
                        "term": term,
                        "source": "teacher_survey",
                        "level": "local_district",
                        "unit_id": unit,
                        "unit_name": "No local district" if unit == "unassigned" else unit,
                        "comment_id": f"{list(CALENDAR['term']).index(term):02x}{number:02x}"
                        f"{released:012x}",
                        "text": f"{unit}: {RELEASED}" if released else NOT_RELEASED,
                        "consent": "yes",
                        "screen": "passed" if released else "held",
                        "reason": None if released else "school_name",
                        "released": released,
                    }
                )
    return pd.DataFrame(rows)


def account(source: str, term: str, file: str, read: int, reasons: dict[str, int]) -> Row:
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
                "set aside: unknown_school": 5 + part,
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
