"""What was published against what was rebuilt: rows a term, and then every file's bytes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from orchestration.disclosure import PUBLISHABLE
from orchestration.publishing.changes import Change, changes
from orchestration.publishing.comparison import Content
from orchestration.publishing.files import (
    DATA,
    DATABASE,
    csv_bytes,
    described,
    dimension_arrow,
    parquet_bytes,
    to_arrow,
)
from orchestration.publishing.manifest import Manifest, in_order
from orchestration.publishing.pages import all_pages, first_difference
from orchestration.publishing.report import renderer
from orchestration.publishing.slices import read_slices


@dataclass(frozen=True)
class Rebuilt:
    """Slices made anew: the rows of `terms`, what the manifest says of them, the dimensions."""

    terms: tuple[str, ...]
    tables: Mapping[str, pd.DataFrame]
    dimensions: Mapping[str, pd.DataFrame]
    manifest: Manifest

    def entries(self, name: str) -> list[dict[str, Any]]:
        """The entries of the manifest's list `name` that are of the terms."""
        return [one for one in self.manifest[name] if one["term"] in self.terms]

    def rows(self, name: str) -> pd.DataFrame:
        """A table's rows of the terms."""
        frame = self.tables[name]
        return frame[frame["term"].isin(self.terms)]


def row_differences(folder: Path, rebuilt: Rebuilt) -> Iterator[str]:
    """Where the published rows of the rebuilt terms are not the rebuilt ones, a sentence a table.

    `folder` is the publication's.
    """
    published = read_slices(folder).tables
    asked = set(rebuilt.terms)
    there = {name: frame[frame["term"].isin(asked)] for name, frame in published.items()}
    here = {name: rebuilt.rows(name) for name in there}
    found: dict[tuple[str, str], list[Change]] = {}
    for one in changes(there, here):
        found.setdefault((one.table, one.term), []).append(one)
    for (table, term), rows in found.items():
        first = rows[0]
        yield (
            f"{table}, {term}: {len(rows)} rows are not as published, the first of them "
            f"{first.figure} ({', '.join(first.columns[:4])}): published "
            f"“{first.shown_from or 'no such row'}”, rebuilt “{first.shown_to or 'no such row'}”."
        )


def list_differences(manifest: Manifest, rebuilt: Rebuilt) -> Iterator[str]:
    """Where verdicts or accounts of inputs are not as published, a sentence a table and term."""
    for name, key in (("inputs", "source"), ("verdicts", "table")):
        published = [one for one in manifest[name] if one["term"] in rebuilt.terms]
        then, now = (_grouped(entries, key) for entries in (published, rebuilt.entries(name)))
        for what in sorted({*then, *now}):
            if then.get(what) != now.get(what):
                yield f"The {name} of {', '.join(what)} are not as the manifest has them."


def _grouped(
    entries: Iterable[dict[str, Any]], key: str
) -> dict[tuple[str, str], list[dict[str, Any]]]:
    grouped: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in in_order(entries):
        grouped.setdefault((one[key], one["term"]), []).append(one)
    return grouped


def file_differences(
    folder: Path, manifest: Manifest, rebuilt: Collection[Rebuilt]
) -> Iterator[str]:
    """Where a file of the publication is not, to the byte, what the whole rebuilt gives.

    The database is compared by its tables. Together `rebuilt` are every slice; the dimensions are
    those of the last, which is the publication's own.
    """
    own = list(rebuilt)[-1]
    tables = {}
    for name in read_slices(folder).tables:
        parts = [frame for one in rebuilt if len(frame := one.rows(name))]
        table = PUBLISHABLE[name]
        whole = pd.concat(parts or [own.rows(name)], ignore_index=True)
        tables[name] = table.ordered(table.typed(whole))
    lists = {
        name: in_order(entry for one in rebuilt for entry in one.entries(name))
        for name in ("inputs", "verdicts")
    }
    pages = all_pages(folder, Content({**manifest, **lists}, tables, own.dimensions))
    for name, text in pages.items():
        found = (folder / name).read_text(encoding="utf-8") if (folder / name).is_file() else ""
        if found != text:
            yield f"{name}: {first_difference(found, text)}"
    for name, frame in tables.items():
        for extension, written in (("parquet", parquet_bytes), ("csv", csv_bytes)):
            path = folder / DATA / f"{name}.{extension}"
            if path.is_file() and path.read_bytes() != written(PUBLISHABLE[name], frame):
                yield f"{DATA}/{path.name} has other bytes."
    arrows = {name: to_arrow(PUBLISHABLE[name], frame) for name, frame in tables.items()}
    arrows |= {name: dimension_arrow(name, frame) for name, frame in own.dimensions.items()}
    for name, arrow in arrows.items():
        if manifest["tables"].get(name) != _described(arrow):
            yield f"{DATABASE}, table {name}, has other content."


def _described(arrow: pa.Table) -> dict[str, Any]:
    with closing(duckdb.connect()) as con:
        con.register("rebuilt", arrow)
        return described(con, "rebuilt")


def other_makers(published: Manifest, term: str, rebuilt: Rebuilt) -> Iterator[str]:
    """What made a term's slice and has since become another, a clause each."""
    then, now = published["slices"][term]["versions"], rebuilt.manifest["versions"]
    for name in sorted({*then, *now}):
        if then.get(name) != now.get(name):
            was, has_become = ((one.get(name) or "not recorded")[:16] for one in (then, now))
            yield f"{name} was {was} and is {has_become}"
    contracts = {one["sha256"]: _contract(one) for one in rebuilt.entries("inputs")}
    for one in published["inputs"]:
        by = contracts.get(one["sha256"], _contract(one))
        if one["term"] == term and by != _contract(one):
            yield (
                f"a file of {one['source']} was read by the contract {' '.join(_contract(one))} "
                f"and is now by {' '.join(by)}"
            )
    if published.get("renderer") != renderer():
        yield "what makes the pages is another"


def _contract(entry: Mapping[str, Any]) -> tuple[str, str]:
    return str(entry.get("contract")), str(entry.get("contract_fingerprint", ""))[:16]
