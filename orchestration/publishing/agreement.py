"""Do a publication's tables agree with each other, and each row with itself?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import duckdb
import pandas as pd

from orchestration.disclosure import PUBLISHABLE, PublishableTable
from orchestration.disclosure.shown import HIDDEN, WITHHELD
from orchestration.publishing.figures import address
from orchestration.publishing.manifest import Manifest
from orchestration.publishing.relations import relations
from orchestration.publishing.report.tables import Row, records
from orchestration.publishing.slices import read_slices

NAMED_AT_MOST = 3
"""Rows that are named of what is broken; the others are counted."""
HIDING = re.compile(rf"{WITHHELD}|{HIDDEN.format(minimum='[0-9]+')}")
"""What may be shown of a hidden row."""


def disagreements(database: Path) -> Iterator[str]:
    """Rows of a publication's database that break a relation between tables, a sentence each.

    Raises duckdb.Error for a database that cannot be read.
    """
    with closing(duckdb.connect(str(database), read_only=True)) as con:
        there = {row[0] for row in con.execute("select table_name from duckdb_tables()").fetchall()}
        for one in relations():
            if {one.table, *one.reads} <= there:
                broken = _rows(con.execute(one.sql))
                yield from _first(
                    broken,
                    f"{database}, {one.table}",
                    [
                        f"{address(one.table, row)}: {one.column} is {row['found']}; expected "
                        f"{row['expected']}."
                        for row in broken[:NAMED_AT_MOST]
                    ],
                )


def _rows(asked: duckdb.DuckDBPyConnection) -> list[Row]:
    names = [column[0] for column in asked.description or ()]
    return [dict(zip(names, row, strict=True)) for row in asked.fetchall()]


def _first(broken: Sequence[Row], where: str, named: Sequence[str]) -> Iterator[str]:
    for sentence in named:
        yield f"{where}, {sentence}"
    if len(broken) > len(named):
        yield f"{where}: {len(broken) - len(named)} more rows are wrong in the same way."


def misshown(
    folder: Path,
    tables: Mapping[str, pd.DataFrame],
    dim_measure: pd.DataFrame,
    terms: Collection[str],
) -> Iterator[str]:
    """Rows of which `shown` does not say what their numbers are, or that hide and yet tell.

    Asked of the terms alone: those that this version's words were chosen for.
    """
    kinds = dict(zip(dim_measure["measure_id"], dim_measure["kind"], strict=True))
    asked = dict(zip(dim_measure["instrument"], dim_measure["unit"], strict=True))
    for name, frame in tables.items():
        table = PUBLISHABLE[name]
        rows = records(frame[frame["term"].isin(terms)])
        wrong = [
            (row, expected)
            for row in rows
            if (expected := _misshown(table, row, kinds, asked)) is not None
        ]
        yield from _first(
            [row for row, _ in wrong],
            f"{folder}, {name}",
            [
                f"{address(name, row)}: shown is “{row['shown']}”; expected {expected}."
                for row, expected in wrong[:NAMED_AT_MOST]
            ],
        )


def not_carried(
    folder: Path, manifest: Manifest, tables: Mapping[str, pd.DataFrame]
) -> Iterator[str]:
    """Terms released before whose rows are not those of the publication that released them.

    Asked where that publication still stands.
    """
    for term, origin in manifest.get("slices", {}).items():
        released = folder.parent / origin["publication"]
        if released == folder:
            continue
        before = read_slices(released).tables
        for name in sorted(set(before) & set(tables)):
            then, now = (frame[frame["term"] == term] for frame in (before[name], tables[name]))
            if not then.reset_index(drop=True).equals(now.reset_index(drop=True)):
                yield (
                    f"{folder}, {name}: the rows of {term} are not those of {origin['publication']}"
                    ", which released them; expected them to be carried over as they were."
                )


def _misshown(
    table: PublishableTable, row: Row, kinds: Mapping[str, str], asked: Mapping[str, str]
) -> str | None:
    """What `shown` should be, where it is not; None where all is well, or nobody can tell."""
    if row["suppression"] in ("primary", "secondary"):
        telling = [name for name in table.statistics if row[name] is not None]
        if telling or not HIDING.fullmatch(row["shown"]):
            return f"a hidden row, without {', '.join(telling) or 'a number'}"
        return None
    if row["suppression"] != "none":
        return None
    unit: str | None = table.unit or ""
    if table.unit_column is not None:
        unit = row[table.unit_column]
    if table.instrument_column is not None:
        unit = asked.get(row[table.instrument_column])
    given = {**row, "kind": kinds.get(row.get("measure_id", ""))}
    if unit is None or ("kind" in table.shown.reads and given["kind"] is None):
        return None  # of a measure or an instrument that the registry has not
    expected = table.shown.write(unit, *(given[name] for name in table.shown.reads))
    return None if row["shown"] == expected else f"“{expected}”"
