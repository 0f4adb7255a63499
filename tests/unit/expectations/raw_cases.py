"""Hand-made partitions of every source that are clean, for tests to damage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from expectations.frames import Partition
from orchestration.fingerprints import file_sha256
from orchestration.reading.templates import raw_schema

TERM = "2021-22-spring"
ENDS_ON = date(2022, 6, 30)
SCHOOLS = tuple(f"S{number}" for number in range(1, 5))
MORE_SCHOOLS = tuple(f"S{number}" for number in range(101, 121))
LOCAL_DISTRICT = {"S1": "North", "S2": "North", "S3": "South", "S4": "South"}
CLASSES = [(school, f"{school}-{number}") for school in SCHOOLS for number in range(60)]
FILES = ("a" * 64, "b" * 64)
ROLES = ("teacher", "teacher", "leader")
STUDENT_ITEMS = (
    "want_mathematician",
    "am_mathematician",
    "recognised",
    "want_challenge",
    "like_hard",
    "share_ideas",
    "fit_in",
)
TEACHER_ITEMS = (
    "confident_use",
    "confident_adapt",
    "understand_design",
    "eager_continue",
    "pl_useful",
)
RATINGS = ("ca2_overall", "ca3_overall", "col", "engagement", "sharing")
INDICATORS = ("ca1_a", "ca1_b", "ca1_c")

Rows = list[dict[str, Any]]


def day(number: int) -> date:
    """A day of the term, another for each of ninety numbers."""
    return date(2022, 2, 7) + timedelta(days=number % 90)


def answer(item: str, code: str) -> dict[str, str]:
    """An answer, its text being its code."""
    return {"item": item, "text": code, "code": code}


def scale(number: int, item: int) -> int:
    """1 to 4: a respondent's own level, and now and then one more or less."""
    return min(4, max(1, 1 + number % 4 + (0, 1, 0, -1, 0)[(number * 7 + item * 3) % 5]))


def agreement(items: tuple[str, ...], negative: str, number: int) -> list[dict[str, str]]:
    """The answers of a respondent to positive items and one that is negative."""
    return [
        *(answer(item, str(scale(number, at))) for at, item in enumerate(items)),
        answer(negative, str(5 - scale(number, len(items)))),
    ]


def schools() -> Rows:
    return [
        {
            "school_id": school,
            "school_name": f"School {school}",
            "level": "middle",
            "local_district": LOCAL_DISTRICT[school],
            "region": None,
            "valid_from": date(2019, 7, 1),
            "valid_to": None,
            "support_provider": "Provider" if school == "S1" else None,
            "support_from": date(2021, 8, 1) if school == "S1" else None,
        }
        for school in SCHOOLS
    ]


def many_schools() -> Rows:
    """The schools, and twenty more of the same places."""
    return schools() + [
        {**schools()[number % 4], "school_id": school, "support_provider": None}
        for number, school in enumerate(MORE_SCHOOLS)
    ]


def roster(year: int = 0) -> Rows:
    return [
        {
            "class_id": class_id,
            "school_id": school,
            "grade": str(6 + number % 3),
            "course": f"Math {6 + number % 3}",
            "subject": "mathematics",
            "teacher_id": f"teacher {number}",
            "students": 20 + (number * 7 + year) % 15,
            "english_learners": (number * 5 + year) % 11,
            "students_with_disabilities": number % 6,
        }
        for number, (school, class_id) in enumerate(CLASSES)
    ]


def observations() -> Rows:
    codes = ("as_designed", "modified", "departed", "other", "none")
    return [
        {
            "observation_id": f"O{number}",
            "observed_on": day(number),
            "school_id": school,
            "class_id": class_id,
            "teacher_id": f"teacher {number}",
            "observer_id": f"observer {number % 5}",
            "minutes_observed": 30,
            "answers": [
                answer("materials", codes[number % 5]),
                *(answer(item, str(scale(number, at))) for at, item in enumerate(RATINGS)),
                *(answer(item, str(scale(number, at) // 3)) for at, item in enumerate(INDICATORS)),
                answer("unfinished_learning", ("none_needed", "remediate_first")[number % 2]),
                answer("adaptation_pack", ("yes", "no")[number % 2]),
            ],
        }
        for number, (school, class_id) in enumerate(CLASSES)
    ]


def student_survey() -> Rows:
    return [
        {
            "response_id": f"R{number}",
            "recorded_on": day(number),
            "school_id": school,
            "class_id": class_id,
            "respondent_id": f"student {number}",
            "comment_consent": "yes",
            "answers": agreement(STUDENT_ITEMS, "math_not_for_me", number),
        }
        for number, (school, class_id) in enumerate(CLASSES)
    ]


def teacher_survey() -> Rows:
    return [
        {
            "response_id": f"R{number}",
            "recorded_on": day(number),
            "school_id": school,
            "class_id": class_id,
            "respondent_id": f"teacher {number}",
            "role": ROLES[number % 3],
            "answers": [
                *agreement(TEACHER_ITEMS, "materials_too_complex", number),
                answer("challenges", ("complexity", "pacing")[number % 2]),
            ],
        }
        for number, (school, class_id) in enumerate(CLASSES)
    ]


def pl_sessions() -> Rows:
    return [
        {
            "session_id": f"P{number}",
            "held_on": day(number),
            "local_district": ("North", "South")[number % 2],
            "priority_area": "discourse",
            "audience": "teachers",
            "title": f"Session {number}",
            "hours": 2,
            "sequence": number // 2 + 1,
        }
        for number in range(240)
    ]


def pl_attendance() -> Rows:
    return [
        {
            "session_id": f"P{number}",
            "educator_id": f"teacher {number}",
            "school_id": school,
            "role": ROLES[number % 3],
            "attended": "no" if number % 10 == 0 else "yes",
        }
        for number, (school, _) in enumerate(CLASSES)
    ]


MADE: dict[str, Callable[[], Rows]] = {
    "schools": many_schools,
    "roster": roster,
    "observations": observations,
    "student_survey": student_survey,
    "teacher_survey": teacher_survey,
    "pl_sessions": pl_sessions,
    "pl_attendance": pl_attendance,
}


@dataclass
class RawCase:
    """A partition before it is written: rows, its account's files, and what it is beside."""

    source: str
    rows: Rows
    files: list[dict[str, Any]] = field(default_factory=list)
    beside: dict[str, Rows] = field(default_factory=dict)
    term: str = TERM

    @property
    def ends_on(self) -> date | None:
        return None if self.source == "schools" else ENDS_ON

    def from_file(self, number: int) -> Rows:
        """The rows that came from the file of a number, from 1."""
        return [row for row in self.rows if row["file_sha256"] == FILES[number - 1]]

    def add(self, *rows: dict[str, Any]) -> None:
        """Rows more, of the first file and in its account."""
        self.rows += rows
        self.files[0]["rows_read"] += len(rows)
        self.files[0]["rows_accepted"] += len(rows)

    def write(self, folder: Path) -> tuple[Partition, dict[str, tuple[str, Path]]]:
        """The partition on disk, and what it is compared with as `raw_verdict` takes it."""
        raw = _write(folder / f"{self.source}.parquet", self.source, self.rows)
        admitted = {}
        for name, rows in self.beside.items():
            source = self.source if name == "last_year" else name
            path = _write(folder / f"beside-{name}.parquet", source, rows)
            admitted[name] = (file_sha256(path), path)
        account = {
            "source": self.source,
            "term": self.term,
            "raw": {"path": raw.name, "sha256": file_sha256(raw), "rows": len(self.rows)},
            "files": self.files,
        }
        return Partition(self.source, self.term, raw, account), admitted


def _write(path: Path, source: str, rows: Rows) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=raw_schema(source)), path)
    return path


def raw_case(source: str) -> RawCase:
    """A clean partition of a source, from two files, and what it is compared with."""
    term = "all" if source == "schools" else TERM
    rows = [
        {**row, "term": term, "file_sha256": FILES[number % 2], "line": number + 2}
        for number, row in enumerate(MADE[source]())
    ]
    files: Rows = [
        {
            "file": f"export {sha[0]}.csv",
            "sha256": sha,
            "bytes": 1000,
            "contract": "canonical",
            "refused": None,
            "rows_read": len(rows) // 2,
            "rows_accepted": len(rows) // 2,
            "rows_quarantined": 0,
            "rows_superseded": 0,
            "rows_erased": 0,
            "reasons": {},
            "extra_columns": [],
            "missing_items": [],
        }
        for sha in FILES
    ]
    beside: dict[str, Rows] = {}
    if source != "schools":
        last_year = roster(1) if source == "roster" else MADE[source]()
        beside = {"schools": schools(), "last_year": last_year}
    if source not in ("schools", "roster"):
        beside["roster"] = roster()
    if source == "pl_attendance":
        beside["pl_sessions"] = pl_sessions()
    return RawCase(source, rows, files, beside, term)
