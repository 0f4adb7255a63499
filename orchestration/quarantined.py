"""`uptake quarantine`: the rows that Read refused, and their way back in.

What is shown and written here are rows as they stood, people's names and ids among them: it is for
whoever may see landing, and for nobody else.
"""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from orchestration.fingerprints import file_sha256
from orchestration.reading.accounts import Account, accounts, write_atomically
from orchestration.reading.errors import FileRefused
from orchestration.reading.landing import partition_folder, simulated_files
from orchestration.reading.mending import CONTRACT, FILE, MARKS, REASON, ROW, digest, mended_file
from orchestration.reading.problems import EXCLUDED
from orchestration.reading.registered import in_memory
from orchestration.reading.templates import templates
from orchestration.settings import Home
from orchestration.site import Site
from orchestration.spreadsheets import escaped

WORKBOOK, TEXT = ".xlsx", ".csv"
PRIVATE_FILE = 0o600


class QuarantineError(ValueError):
    """What was asked for cannot be done, as a sentence."""


@dataclass(frozen=True)
class Asked:
    """Which rows are meant: of a source, a term, a file, refused for a reason that begins so."""

    source: str | None = None
    term: str | None = None
    file: str | None = None
    reason: str | None = None


def listed(home: Home, asked: Asked) -> list[dict[str, Any]]:
    """How many rows were refused, by source, term, file and reason; the most first."""
    rows = _rows(home, asked)
    counted = rows.groupby(["source", "term", "file", "reason"], sort=True).size()
    frame = counted.reset_index(name="rows").sort_values("rows", ascending=False, kind="stable")
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def shown(home: Home, asked: Asked, limit: int) -> list[dict[str, Any]]:
    """Refused rows as they stood: source, term, file, line, reason, and cells by column.

    `cells` is None for a record that could not be split into them.
    """
    return [
        {
            **{name: row[name] for name in ("source", "term", "file", "line", "reason")},
            "cells": json.loads(row["row"]) if isinstance(row["row"], str) else None,
        }
        for row in _rows(home, asked).head(limit).to_dict("records")
    ]


@dataclass(frozen=True)
class Exported:
    """How many rows were written, and how many could not be: those that were never split."""

    rows: int
    unsplit: int


def exported(home: Home, asked: Asked, path: Path) -> Exported:
    """Write the refused rows of one partition to a spreadsheet, for somebody to mend.

    Text alone, so that no program takes an id for a number. Rows that a contract excludes are left
    out. Raises QuarantineError where there is nothing to mend, where the rows are of several
    partitions or contracts, and where the file is there already.
    """
    if path.suffix not in (WORKBOOK, TEXT):
        raise QuarantineError(f"{path.name} ends in neither {WORKBOOK} nor {TEXT}; name it so.")
    if path.exists():
        raise QuarantineError(f"{path} is there already: name another file, or move it away.")
    rows = _rows(home, asked)
    rows = rows[~rows["reason"].str.contains(EXCLUDED, regex=False)]
    unsplit = int(rows["row"].isna().sum())
    rows = rows[rows["row"].notna()]
    if rows.empty:
        more = f" {unsplit} records could not be split: correct the file." if unsplit else ""
        raise QuarantineError(f"No row that was asked for can be mended in a spreadsheet.{more}")
    _one(rows, "source", "--source")
    _one(rows, "term", "--term")
    contracts = _contracts(home)
    rows = rows.assign(contract=[contracts[key] for key in rows["sha256"]])
    _one(rows, "contract", "--file")
    table = _table(rows)
    written = _as_workbook(table) if path.suffix == WORKBOOK else _as_text(table)
    write_atomically(path, written, mode=PRIVATE_FILE)
    return Exported(len(table), unsplit)


def landed(site: Site, path: Path) -> Path:
    """Copy a file of mended rows to where they came from, and return its place there.

    Raises QuarantineError for a file that mends nothing, or rows of no file that is accounted for.
    """
    try:
        found = mended_file(path, list(site.contracts.values())) if path.is_file() else None
    except FileRefused as refusal:
        raise QuarantineError(f"{path.name}: {refusal}") from refusal
    if found is None:
        raise QuarantineError(
            f"{path} holds no mended rows: expected a file that `uptake quarantine export` wrote, "
            f"with the columns {', '.join(MARKS)} as they were."
        )
    source = found.contract.source
    keys = {
        key.partition(":")[0]
        for chunk in found.reader.chunks([ROW])
        for key in chunk.cells[ROW].to_pylist()
    }
    homes = {
        (account.term, one.file): one.simulated
        for account in accounts(site.home)
        if account.source == source
        for one in account.files
        if one.sha256 in keys
    }
    terms = {term for term, _ in homes}
    if len(terms) != 1:
        raise QuarantineError(
            f"{path.name} mends rows of {'several terms' if terms else 'no file that was read'}; "
            "expected those of one term, whose files still lie in landing."
        )
    folder = partition_folder(site.home, source, terms.pop())
    target = folder / f"mended-{file_sha256(path)[:12]}{path.suffix.lower()}"
    if any(homes.values()):
        _mark_simulated(site.home, target)
    write_atomically(target, path.read_bytes(), mode=PRIVATE_FILE)
    return target


def _mark_simulated(home: Home, target: Path) -> None:
    """What mends a simulated row is no more real than the row."""
    names = {*simulated_files(home), target.relative_to(home.landing).as_posix()}
    content = "".join(f"{name}\n" for name in sorted(names))
    write_atomically(home.landing / ".simulated", content.encode(), mode=PRIVATE_FILE)


def _rows(home: Home, asked: Asked) -> pd.DataFrame:
    """The quarantined rows that are meant, in order. Raises QuarantineError for no such source."""
    if asked.source is not None and asked.source not in templates():
        raise QuarantineError(f"'{asked.source}' is no source; there are {', '.join(templates())}.")
    paths = [
        str(home.root / account.quarantine.path)
        for account in accounts(home)
        if asked.source in (None, account.source) and asked.term in (None, account.term)
    ]
    columns = ["source", "term", "file", "sha256", "line", "reason", "row"]
    if not paths:
        return pd.DataFrame({name: pd.Series(dtype="object") for name in [*columns, "cells"]})
    with in_memory() as con:
        return con.execute(
            f"""
            select {", ".join(columns)}, {digest("row")} as cells
            from read_parquet(?)
            where (? is null or file = ?) and (? is null or starts_with(reason, ?))
            order by source, term, file, line
            """,
            [paths, *[asked.file] * 2, *[asked.reason] * 2],
        ).df()


def _one(rows: pd.DataFrame, column: str, option: str) -> None:
    values = sorted(set(rows[column]))
    if len(values) > 1:
        raise QuarantineError(
            f"The rows are of {len(values)} {column}s ({', '.join(values)}): choose one by "
            f"{option}."
        )


def _contracts(home: Home) -> dict[str, str]:
    """The contract by which each file, by its hash, was read."""
    read: Collection[Account] = accounts(home)
    return {one.sha256: one.contract or "" for account in read for one in account.files}


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    cells = pd.DataFrame([json.loads(row) for row in rows["row"]], dtype="object")
    # a row that was mended before says itself in which file it stood first
    stood = cells[FILE].fillna("") if FILE in cells else pd.Series([""] * len(cells))
    files = rows["file"].reset_index(drop=True)
    keys = [
        f"{sha256}:{line}:{digested}"
        for sha256, line, digested in zip(rows["sha256"], rows["line"], rows["cells"], strict=True)
    ]
    marks = pd.DataFrame(
        {
            CONTRACT: list(rows["contract"]),
            FILE: stood.where(stood != "", files),
            ROW: keys,
            REASON: list(rows["reason"]),
        }
    )
    own = [name for name in cells.columns if name not in MARKS]
    whole = pd.concat([marks, cells[own]], axis=1).fillna("").astype(str)
    safe = {name: _safe(whole[name].tolist()) for name in whole.columns}
    return pd.DataFrame(dict(zip(_safe(list(safe)), safe.values(), strict=True)))


def _safe(texts: Sequence[str]) -> list[str]:
    return escaped(pa.array(texts, pa.string())).to_pylist()


def _as_text(table: pd.DataFrame) -> bytes:
    # with a byte order mark, by which spreadsheets know the encoding
    return table.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _as_workbook(table: pd.DataFrame) -> bytes:
    import xlsxwriter

    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        as_text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet("mend")
        sheet.set_column(0, len(table.columns) - 1, 18, as_text)
        sheet.freeze_panes(1, len(MARKS))
        for column, name in enumerate(table.columns):
            for row, text in enumerate([name, *table[name]]):
                sheet.write_string(row, column, text, as_text)
    return written.getvalue()
