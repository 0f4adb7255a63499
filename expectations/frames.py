"""What suites judge, laid out for DuckDB: a raw partition beside others, and a mart's term."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from expectations.claims import Claim, claims_of
from expectations.declared import Suite
from expectations.reasons import kind_of
from orchestration.reading.problems import EXCLUDED
from orchestration.reading.templates import raw_schema

MEMORY_LIMIT = "1GB"
"""What DuckDB may hold while a partition is profiled; beyond it spills into the scratch folder."""

CONFLICT = "superseded: conflict"
"""The reason of rows whose versions only their content's hash told apart."""

_QUARANTINED = "quarantined: "
_COUNTS = ("rows_read", "rows_accepted", "rows_quarantined", "rows_superseded", "rows_erased")
_FILES = pa.schema(
    [
        ("file", pa.int64()),
        ("sha256", pa.string()),
        ("refused", pa.int64()),
        *((name, pa.int64()) for name in _COUNTS),
        ("rows_excluded", pa.int64()),
        ("n_conflicts", pa.int64()),
        ("n_extra_columns", pa.int64()),
        ("n_missing_items", pa.int64()),
    ]
)
_REASONS = pa.schema(
    [
        ("file", pa.int64()),
        ("reason", pa.string()),
        ("kind", pa.string()),
        ("rows", pa.int64()),
    ]
)
_ITEMS = pa.schema(
    [
        ("item", pa.string()),
        ("instrument", pa.string()),
        ("kind", pa.string()),
        ("scale", pa.string()),
        ("code", pa.string()),
        ("value", pa.float64()),
        ("mirrored", pa.string()),
    ]
)

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Partition:
    """A raw partition: its Parquet file, and its account as the JSON document it is stored as."""

    source: str
    term: str
    raw: Path
    account: Mapping[str, Any]


def account_files(account: Mapping[str, Any]) -> Rows:
    """What a profile takes from an account: the counts of each file, by its number from 1."""
    return [
        {
            "file": number,
            "sha256": one["sha256"],
            "refused": int(one["refused"] is not None),
            **{name: int(one[name]) for name in _COUNTS},
            "rows_excluded": sum(
                int(rows)
                for reason, rows in one["reasons"].items()
                if reason.startswith(_QUARANTINED) and EXCLUDED in reason
            ),
            "n_conflicts": sum(
                int(rows) for reason, rows in one["reasons"].items() if reason.startswith(CONFLICT)
            ),
            "n_extra_columns": len(one["extra_columns"]),
            "n_missing_items": len(one["missing_items"]),
        }
        for number, one in enumerate(account["files"], start=1)
    ]


def account_reasons(account: Mapping[str, Any]) -> Rows:
    """Why each file's rows were quarantined: a row a file and reason, with the reason's kind."""
    return [
        {"file": number, "reason": reason, "kind": kind_of(reason), "rows": int(rows)}
        for number, one in enumerate(account["files"], start=1)
        for stated, rows in one["reasons"].items()
        if stated.startswith(_QUARANTINED) and (reason := stated.removeprefix(_QUARANTINED))
    ]


def raw_claims(
    suite: Suite,
    partition: Partition,
    admitted: Mapping[str, Path],
    ends_on: date | None,
    scratch: Path,
    items: Rows | None = None,
) -> list[Claim]:
    """The claims of a raw partition's suite; see `claims`.

    Its SQL sees `raw` (the partition's rows), `files` and `reasons` (its account's counts),
    `items` (what the registry declares of the source's items, see `declared_items`), the sources
    that the suite compares it with, empty where none is admitted, and `partition`, one row: term,
    ends_on, and has_<source> for each of those. What does not fit into memory goes to the folder
    `scratch`, which the caller removes.
    """
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT,
        "temp_directory": str(scratch),
        "autoinstall_known_extensions": "false",
    }
    tables = {
        "files": (account_files(partition.account), _FILES),
        "reasons": (account_reasons(partition.account), _REASONS),
        "items": (items or [], _ITEMS),
    }
    with closing(duckdb.connect(config=settings)) as con:
        con.execute("set enable_progress_bar = false")  # it would print over other output
        con.read_parquet(str(partition.raw)).create_view("raw")
        for name, (rows, schema) in tables.items():
            con.register(name, pa.Table.from_pylist(rows, schema=schema))
        facts: dict[str, Any] = {"term": partition.term, "ends_on": ends_on}
        for name in suite.compares:
            if name in admitted:
                con.read_parquet(str(admitted[name])).create_view(name)
            else:
                con.register(name, raw_schema(_source(name, partition)).empty_table())
            facts[f"has_{name}"] = name in admitted
        columns = ", ".join(f"${fact} as {fact}" for fact in facts)
        typed = columns.replace("$ends_on", "$ends_on::date")
        con.execute(f"create temp table partition as select {typed}", facts)
        return claims_of(con, suite)


def mart_claims(suite: Suite, con: duckdb.DuckDBPyConnection, term: str) -> list[Claim]:
    """The claims of a mart's suite on one term; see `claims`.

    Their SQL sees the build that `con` is open on, and `judged`, one row: term.
    """
    with _aside(con) as cursor:
        cursor.execute("create temp table judged as select $term as term", {"term": term})
        return claims_of(cursor, suite)


def _source(compared: str, partition: Partition) -> str:
    return partition.source if compared == "last_year" else compared


@contextmanager
def _aside(con: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """A second connection to the same build, so that the caller's keeps no temporary table."""
    cursor = con.cursor()
    try:
        yield cursor
    finally:
        cursor.close()
