"""A build of one term: clean rows of every mart, and the database that holds them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from tests.unit.expectations.mart_cases import (
    COLUMNS,
    MEASURES,
    clean_accounting,
    clean_change,
    clean_comments,
    clean_coverage,
    clean_estimates,
    clean_observer_agreement,
    clean_pl_sequence,
    clean_professional_learning,
    clean_ranked_options,
    clean_school_signals,
    clean_support_comparison,
    clean_survey_quality,
)
from tests.unit.expectations.raw_cases import Rows


@dataclass
class Build:
    """The tables of a build that mart suites look at, as rows."""

    mart_adoption: Rows = field(default_factory=partial(clean_estimates, "mart_adoption"))
    mart_instruction: Rows = field(default_factory=partial(clean_estimates, "mart_instruction"))
    mart_unfinished_learning: Rows = field(
        default_factory=partial(clean_estimates, "mart_unfinished_learning")
    )
    mart_student_voice: Rows = field(default_factory=partial(clean_estimates, "mart_student_voice"))
    mart_teacher_voice: Rows = field(default_factory=partial(clean_estimates, "mart_teacher_voice"))
    mart_change: Rows = field(default_factory=clean_change)
    mart_support_comparison: Rows = field(default_factory=clean_support_comparison)
    mart_observer_agreement: Rows = field(default_factory=clean_observer_agreement)
    mart_school_signals: Rows = field(default_factory=clean_school_signals)
    mart_ranked_options: Rows = field(default_factory=clean_ranked_options)
    mart_survey_quality: Rows = field(default_factory=clean_survey_quality)
    mart_professional_learning: Rows = field(default_factory=clean_professional_learning)
    mart_pl_sequence: Rows = field(default_factory=clean_pl_sequence)
    mart_comments: Rows = field(default_factory=clean_comments)
    mart_coverage: Rows = field(default_factory=clean_coverage)
    mart_row_accounting: Rows = field(default_factory=clean_accounting)

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
        """The build as tables of an empty database."""
        con.execute("create schema raw")
        for table, columns in {**COLUMNS, **DECLARED}.items():
            con.execute(f"create table {table} ({columns})")
        for table in COLUMNS:
            _insert(con, table, getattr(self, table))
        _insert(con, "dim_measure", _declared_measures())
        _insert(con, "raw.measure_values", _declared_values())

    @contextmanager
    def loaded(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A database in memory with this build; a process loads what is clean in it but once."""
        clean, con = _clean()
        changed = [one for one in COLUMNS if getattr(self, one) != getattr(clean, one)]
        try:
            self._replace(con, changed)
            yield con
        finally:
            clean._replace(con, changed)

    def _replace(self, con: duckdb.DuckDBPyConnection, tables: list[str]) -> None:
        for table in tables:
            con.execute(f"delete from {table}")
            _insert(con, table, getattr(self, table))


@cache
def _clean() -> tuple[Build, duckdb.DuckDBPyConnection]:
    clean, con = Build(), duckdb.connect()
    clean.load(con)
    return clean, con


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: Rows) -> None:
    if rows:
        names = dict.fromkeys(name for row in rows for name in row)
        con.register("loaded", pa.table({name: [row.get(name) for row in rows] for name in names}))
        con.execute(f"insert into {table} by name select * from loaded")
        con.unregister("loaded")


DECLARED = {
    "dim_measure": "measure_id varchar, kind varchar, range_min double, range_max double, "
    "missing_rule varchar",
    "raw.measure_values": "measure_id varchar, item varchar, code varchar, value double",
}


def _declared_measures() -> Rows:
    return [
        {
            "measure_id": name,
            "kind": "proportion" if high == 1 else "mean",
            "range_min": low,
            "range_max": high,
            "missing_rule": "exclude",
        }
        for declared in MEASURES.values()
        for name, (_, low, high) in declared.items()
    ]


def _declared_values() -> Rows:
    return [
        {"measure_id": measure_id, "item": mart, "code": code, "value": float(code in counted)}
        for mart, declared in MEASURES.items()
        for measure_id, counted in zip(declared, ("wholly or partly", "wholly"), strict=False)
        for code in ("wholly", "partly", "not")
    ]
