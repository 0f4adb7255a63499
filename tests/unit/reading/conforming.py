"""A contract of few columns, and what of a chunk conforms to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.reading.chunks import Chunk, Rejects
from orchestration.reading.conform import Conformed, Conformer
from orchestration.reading.contracts import Contract
from orchestration.reading.pseudonyms import Key
from orchestration.reading.rules import Rules, TermDates

SPRING = TermDates("2021-22-spring", date(2022, 2, 1), date(2022, 6, 30))
MAPS = {"materials": {"yes": "as_designed", "no": "none"}, "yn": {"Y": "yes", "N": "no"}}
USUAL = {
    "observation_id": "o1",
    "observed_on": "2022-03-01",
    "school_id": "s1",
    "class_id": "c1",
    "observer_id": "coach",
    "materials": "yes",
}


def contract(**changes) -> Contract:
    fields = {name: {"column": name} for name in USUAL if name != "materials"}
    fields |= {
        "minutes_observed": {"column": "minutes_observed"},
        "teacher_id": {"column": "teacher_id"},
        "grade": {"column": "grade"},
    }
    told = {
        "name": "ours",
        "version": 1,
        "source": "observations",
        "description": "",
        "fields": fields | changes.pop("fields", {}),
        "answers": {"materials": {"column": "materials", "map": "materials"}},
        "identifying": ["teacher_id", "observer_id"],
    }
    return Contract.model_validate(told | changes)


def unmapped(source: str, columns: Iterable[str]) -> Contract:
    """A contract by which each field is the column of its name."""
    told = {"name": "ours", "version": 1, "source": source, "description": ""}
    return Contract.model_validate(told | {"fields": {name: {"column": name} for name in columns}})


def conformed(
    con: duckdb.DuckDBPyConnection,
    key: Key,
    *rows: dict[str, str],
    contract: Contract,
    crosswalks: dict[str, dict[str, str]] | None = None,
    erased: frozenset[str] = frozenset(),
    term: TermDates = SPRING,
    file: str = "visits.csv",
    rejects: Rejects | None = None,
) -> Conformed:
    """Rows of texts by column, conformed as those of a file."""
    columns = {name: None for row in rows for name in row} or USUAL
    cells = pa.table(
        {name: pa.array([row.get(name, "") for row in rows], pa.string()) for name in columns}
    )
    rules = Rules(contract, MAPS, crosswalks or {}, term, key, erased)
    conformer = Conformer(con, rules, file=file, sha256="f" * 64, header=tuple(columns))
    lines = np.arange(2, 2 + len(rows))
    chunk = Chunk(cells.select(conformer.columns), lines, rejects or Rejects.none())
    return conformer.conform(chunk)


def refused(conformed: Conformed) -> list[tuple[int, str]]:
    table = conformed.refused
    return list(zip(table["line"].to_pylist(), table["reason"].to_pylist(), strict=True))
