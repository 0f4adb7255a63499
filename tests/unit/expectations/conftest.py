"""Hand-made partitions and builds that are clean, for tests to damage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations.frames import Partition
from orchestration.fingerprints import file_sha256
from orchestration.reading.templates import raw_schema
from orchestration.settings import Home

TERM = "2021-22-spring"
ENDS_ON = date(2022, 6, 30)
SCHOOLS = tuple(f"S{number}" for number in range(1, 5))
LOCAL_DISTRICT = {"S1": "North", "S2": "North", "S3": "South", "S4": "South"}
CLASSES = [(school, f"{school}-{number}") for school in SCHOOLS for number in range(30)]
FILES = ("a" * 64, "b" * 64)

Rows = list[dict[str, Any]]


def _school_rows() -> Rows:
    return [
        {
            "school_id": school,
            "school_name": f"School {school}",
            "level": "middle",
            "local_district": LOCAL_DISTRICT[school],
            "region": None,
            "valid_from": date(2019, 7, 1),
            "valid_to": None,
        }
        for school in SCHOOLS
    ]


def _roster_rows() -> Rows:
    return [
        {
            "class_id": class_id,
            "school_id": school,
            "grade": "6",
            "course": "Math 6",
            "subject": "mathematics",
            "students": 28,
        }
        for school, class_id in CLASSES
    ]


def _observation_rows() -> Rows:
    return [
        {
            "observation_id": f"O{number}",
            "observed_on": date(2022, 3, 1),
            "school_id": school,
            "class_id": class_id,
            "observer_id": f"observer {number % 5}",
            "answers": [{"item": "materials", "text": "As designed", "code": "as_designed"}],
        }
        for number, (school, class_id) in enumerate(CLASSES)
    ]


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


def _raw_case(source: str) -> RawCase:
    made = {"schools": _school_rows, "roster": _roster_rows, "observations": _observation_rows}
    term = "all" if source == "schools" else TERM
    rows = [
        {**row, "term": term, "file_sha256": FILES[number % 2], "line": number + 2}
        for number, row in enumerate(made[source]())
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
            "extra_columns": ["colour"],
        }
        for sha in FILES
    ]
    beside: dict[str, Rows] = {}
    if source != "schools":
        beside = {"schools": _school_rows(), "last_year": made[source]()}
    if source == "observations":
        beside["roster"] = _roster_rows()
    return RawCase(source, rows, files, beside, term)


@pytest.fixture
def raw_case():
    """A function from a source to its clean partition."""
    return _raw_case


UNITS = (
    ("local_district", "district", "district", SCHOOLS),
    ("local_district", "local_district", "North", ("S1", "S2")),
    ("local_district", "local_district", "South", ("S3", "S4")),
    ("region", "region", "East", ("S1", "S3")),
    *(("local_district", "school", school, (school,)) for school in SCHOOLS),
)
MEASURES = {"adoption_any": 0.8, "adoption_as_designed": 0.5}
SEEN, ELIGIBLE = 20, 30

_ADOPTION = """
    school_year varchar, term varchar, geography varchar, level varchar, unit_id varchar,
    unit_name varchar, measure_id varchar, subgroup_type varchar, subgroup varchar,
    weighting varchar, n bigint, n_clusters bigint, n_eligible bigint, coverage double,
    estimate double, std_error double, df bigint, ci_low double, ci_high double, deff double,
    n_effective double, presentation varchar, n_visits bigint
"""
_COVERAGE = """
    school_year varchar, term varchar, geography varchar, level varchar, unit_id varchar,
    unit_name varchar, population varchar, subgroup_type varchar, subgroup varchar,
    n_eligible bigint, n_seen bigint, n_matched bigint, coverage double, flag varchar
"""
_ACCOUNTING = """
    source varchar, term varchar, file varchar, sha256 varchar, contract varchar,
    rows_read bigint, rows_accepted bigint, rows_quarantined bigint, rows_superseded bigint,
    rows_erased bigint, rows_used bigint, rows_set_aside bigint, reasons varchar
"""


def _cells() -> Iterator[tuple[dict[str, Any], int]]:
    """Every unit and subgroup, with how many of its two halves of each school it holds."""
    for geography, level, unit_id, schools in UNITS:
        subgroups = [("all", "all", 2)]
        if level != "school":
            subgroups += [("grade", "6", 1), ("grade", "7", 1)]
        for subgroup_type, subgroup, halves in subgroups:
            cell = {
                "school_year": "2021-22",
                "term": TERM,
                "geography": geography,
                "level": level,
                "unit_id": unit_id,
                "unit_name": unit_id,
                "subgroup_type": subgroup_type,
                "subgroup": subgroup,
            }
            yield cell, halves * len(schools)


def _adoption_rows() -> Rows:
    rows = []
    for cell, halves in _cells():
        n, eligible = halves * SEEN // 2, halves * ELIGIBLE // 2
        for measure_id, estimate in MEASURES.items():
            rows += [
                {
                    **cell,
                    "measure_id": measure_id,
                    "weighting": weighting,
                    "n": n,
                    "n_clusters": 4,
                    "n_eligible": eligible,
                    "coverage": n / eligible,
                    "estimate": estimate,
                    "std_error": 0.05,
                    "df": 2,
                    "ci_low": estimate - 0.1,
                    "ci_high": estimate + 0.1,
                    "deff": 1.2,
                    "n_effective": n / 1.2,
                    "presentation": "show",
                    "n_visits": n + 1,
                }
                for weighting in ("none", "roster")
            ]
    return rows


def _coverage_rows() -> Rows:
    rows = []
    for cell, halves in _cells():
        n, eligible = halves * SEEN // 2, halves * ELIGIBLE // 2
        counts = {"n_eligible": eligible, "n_seen": n, "n_matched": n, "coverage": n / eligible}
        rows.append({**cell, "population": "classrooms", **counts, "flag": None})
    return rows


def _accounting_rows() -> Rows:
    return [
        {
            "source": "observations",
            "term": TERM,
            "file": f"walks {number}.csv",
            "sha256": FILES[number],
            "contract": "canonical",
            "rows_read": 100,
            "rows_accepted": 90,
            "rows_quarantined": 4,
            "rows_superseded": 5,
            "rows_erased": 1,
            "rows_used": 60,
            "rows_set_aside": 30,
            "reasons": '{"erased: on the list":1,"quarantined: no such date":4,'
            '"set aside: not_admitted":30,"superseded: newer":3,"superseded: the same again":2}',
        }
        for number in range(2)
    ] + [
        {
            "source": "roster",
            "term": TERM,
            "file": "refused.csv",
            "sha256": "c" * 64,
            "contract": None,
            **dict.fromkeys(
                (
                    "rows_read",
                    "rows_accepted",
                    "rows_quarantined",
                    "rows_superseded",
                    "rows_erased",
                    "rows_used",
                    "rows_set_aside",
                ),
                0,
            ),
            "reasons": '{"refused: it holds no text":1}',
        }
    ]


@dataclass
class Build:
    """The tables of a build that mart suites look at, as rows."""

    mart_adoption: Rows = field(default_factory=_adoption_rows)
    mart_coverage: Rows = field(default_factory=_coverage_rows)
    mart_row_accounting: Rows = field(default_factory=_accounting_rows)

    def rows(self, table: str, **where: Any) -> Rows:
        """The rows of a table whose columns have the values given."""
        return [
            row
            for row in getattr(self, table)
            if all(row[column] == value for column, value in where.items())
        ]

    def row(self, table: str, **where: Any) -> dict[str, Any]:
        """The first of those rows."""
        return self.rows(table, **where)[0]

    def write(self, path: Path) -> Path:
        """The build as a DuckDB file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(str(path)) as con:
            self.load(con)
        return path

    def load(self, con: duckdb.DuckDBPyConnection) -> None:
        for table, columns in (
            ("mart_adoption", _ADOPTION),
            ("mart_coverage", _COVERAGE),
            ("mart_row_accounting", _ACCOUNTING),
        ):
            con.execute(f"create table {table} ({columns})")
            if getattr(self, table):
                con.register("loaded", pd.DataFrame(getattr(self, table)))
                con.execute(f"insert into {table} by name select * from loaded")
                con.unregister("loaded")
        con.execute(
            """
            create table dim_measure as
            select *, 'proportion' as kind, 0.0::double as range_min, 1.0::double as range_max
            from (values ('adoption_any'), ('adoption_as_designed')) as measures (measure_id);
            create schema raw;
            create table raw.measure_values as
            select measure_id, 'materials' as item, code, value::double as value
            from (values
                ('adoption_any', 'as_designed', 1),
                ('adoption_any', 'departed', 1),
                ('adoption_any', 'none', 0),
                ('adoption_as_designed', 'as_designed', 1),
                ('adoption_as_designed', 'departed', 0),
                ('adoption_as_designed', 'none', 0)
            ) as measure_values (measure_id, code, value)
            """
        )


@pytest.fixture
def build():
    """A clean build of one term."""
    return Build()


@pytest.fixture
def home(tmp_path):
    """An empty data home."""
    return Home(tmp_path / "home").create()


@pytest.fixture
def opened():
    """A function that opens a build read-only, as a context manager."""

    @contextmanager
    def open_build(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        con = duckdb.connect(str(path), read_only=True)
        try:
            yield con
        finally:
            con.close()

    return open_build
