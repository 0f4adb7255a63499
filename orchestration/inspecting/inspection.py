"""Inspecting a file: format, columns, and how near each contract is. Bounded, whatever its size."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from orchestration.counting import number_of
from orchestration.inspecting.columns import Column, column_of
from orchestration.inspecting.recognising import Recognised, recognise
from orchestration.reading.bundles import unzipping
from orchestration.reading.columns import one_array
from orchestration.reading.contracts import Contract
from orchestration.reading.fitting import Distance, distances
from orchestration.reading.formats import open_file
from orchestration.reading.headers import plain_name
from orchestration.reading.text import as_utf8
from orchestration.reading.unzipped import unzipped
from orchestration.registry import Registry

LOOKED_AT = 2_000
"""How many rows are looked at to tell what the columns are."""
NEAREST = 3
LAST, WIDE = 20, 3
"""How many last records are looked at for notes, and from how many columns on."""
LONGEST_END = 1 << 16
"""In how many bytes the last records stand, where they are notes."""
TOTAL = re.compile(r"(grand |sub-?)?total\b|average\b|sum\b", re.IGNORECASE)


@dataclass(frozen=True)
class Inspected:
    """What a file is; `rows` counts its records, `unsplit` those that are not of the table.

    `notes` are the beginnings of what stands below the table, which are no records of it; `cells`
    are its first rows, as text.
    """

    path: Path
    recognised: Recognised
    rows: int
    unsplit: int
    notes: tuple[str, ...]
    cells: pa.Table
    columns: tuple[Column, ...]
    repeated: tuple[str, ...]
    distances: tuple[Distance, ...]

    @property
    def fitting(self) -> list[Contract]:
        """The contracts that the file fits."""
        return [one.contract for one in self.distances if one.fits]

    @property
    def identifying(self) -> set[str]:
        """The columns that a contract it fits says are people's, or written by them."""
        return {
            name
            for one in self.fitting
            for name in (*one.identifying, *one.secret, *one.withheld_columns)
        }


def inspect(path: Path, contracts: Sequence[Contract], registry: Registry) -> Inspected:
    """Look at a file. Raises FileRefused, as a sentence, for one that no reader can open."""
    answers = {text.lower() for known in registry.value_maps.values() for text in known}
    found = recognise(path)
    header = found.reader.header
    once = [name for name in header if name and header.count(name) == 1]
    repeated = tuple(dict.fromkeys(name for name in header if name and header.count(name) > 1))
    rows, unsplit, trailing, tail = _passed(found, once)
    notes, below = _notes([*tail, *_last_records(path, found, trailing)])
    unsplit -= min(below, trailing)
    cells = _first_rows(found, once).slice(0, rows - below - unsplit)
    with duckdb.connect() as con:
        columns = tuple(
            column_of(con, name, found.labels.get(name), one_array(cells[name]), answers)
            for name in once
        )
    near = [
        _in_another_format(one, header)
        for one in distances(contracts, lambda reads: open_file(path, reads))
    ]
    near.sort(key=lambda one: (not one.fits, len(one.missing)))
    return Inspected(
        path, found, rows - below, unsplit, notes, cells, columns, repeated, tuple(near)
    )


def _in_another_format(one: Distance, header: Sequence[str]) -> Distance:
    """What a contract of another format would miss: its columns may be there all the same."""
    if not one.is_other:
        return one
    there = set(map(plain_name, header))
    missing = (name for name in one.contract.required_columns if plain_name(name) not in there)
    return replace(one, missing=tuple(missing))


def _first_rows(found: Recognised, columns: Sequence[str]) -> pa.Table:
    kept: list[pa.Table] = []
    for chunk in found.reader.chunks(columns):
        kept.append(chunk.cells)
        if sum(one.num_rows for one in kept) >= LOOKED_AT:
            break
    if not kept:
        return pa.table({name: pa.array([], pa.string()) for name in columns})
    return pa.concat_tables(kept).slice(0, LOOKED_AT).combine_chunks()


def _passed(found: Recognised, columns: Sequence[str]) -> tuple[int, int, int, list[list[str]]]:
    """How many records there are; how many were not split, in all, and of the last ones.

    And the filled cells of the last that were.
    """
    rows = unsplit = trailing = 0
    tail: list[list[str]] = []
    for chunk in found.reader.chunks(columns):
        refused = chunk.rejects.lines
        rows += chunk.rows
        unsplit += len(refused)
        if len(chunk.lines):
            trailing = 0
            refused = refused[refused > chunk.lines[-1]]
        trailing += len(refused)
        last = chunk.cells.slice(max(0, chunk.cells.num_rows - LAST)).to_pylist()
        tail = [*tail, *([cell for cell in row.values() if cell.strip()] for row in last)][-LAST:]
    return rows, unsplit, trailing, tail


def _last_records(path: Path, found: Recognised, records: int) -> list[list[str]]:
    """The filled cells of a text's last records, of which its reader says only that they are none.

    None of them where they are too many to be notes, or too long.
    """
    if not found.encoding or not found.delimiter or not 0 < records <= LAST:
        return []
    end = b""
    with unzipping(), unzipped(path).open("rb") as stream:
        text = as_utf8(stream, found.encoding)
        while piece := text.read(LONGEST_END):
            end = (end + piece)[-LONGEST_END:]
    lines = io.StringIO(end.decode("utf-8", "replace"), newline="")
    split = [list(filter(str.strip, row)) for row in csv.reader(lines, delimiter=found.delimiter)]
    whole = [row for row in split if row]
    return whole[-records:] if len(whole) > records else []


def _notes(tail: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], int]:
    """How the records begin that end a table of several columns: of one filled cell, or totals.

    And how many they are.
    """
    below: list[str] = []
    for cells in reversed(tail):
        if len(cells) > 1 and not TOTAL.match(cells[0].strip()):
            break
        below += [cell.strip() for cell in cells[:1]]
    if len(below) == len(tail) or max(map(len, tail), default=0) < WIDE:
        return (), 0
    words = (text.split(maxsplit=1)[0] for text in reversed(below))
    return tuple(dict.fromkeys(word for word in words if word)), len(below)


def as_object(found: Inspected) -> dict[str, Any]:
    """The same as plain data; nothing in it is a person's."""
    told = found.recognised
    masked = found.identifying
    return {
        "file": str(found.path),
        "format": told.reads.format,
        "encoding": told.encoding,
        "delimiter": told.delimiter,
        "sheet": told.sheet,
        "titles": told.titles,
        "notes": list(found.notes),
        "header": told.is_headed,
        "rows": found.rows,
        "unsplit": found.unsplit,
        "columns": [
            {
                "name": one.name if told.is_headed else f"column {place}",
                "label": one.label,
                "type": one.kind,
                "formats": list(one.formats),
                "filled": one.filled,
                "distinct": one.distinct,
                "samples": ["(masked: a contract marks it)"] if one.name in masked
                else list(one.samples),
            }
            for place, one in enumerate(found.columns, start=1)
        ],
        "repeated_columns": list(found.repeated) if told.is_headed else len(found.repeated),
        "fits": [one.name for one in found.fitting],
        "contracts": [
            {
                "contract": one.contract.name,
                "source": one.contract.source,
                "reads": one.contract.reads.format,
                "fits": one.fits,
                "missing": list(one.missing),
                "refused": one.refused,
            }
            for one in found.distances
        ],
    }  # fmt: skip


def as_text(found: Inspected) -> list[str]:
    """The same for a person, a line each."""
    told = as_object(found)
    marks = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes"}
    lines = [f"{found.path.name}: {FORMATS[told['format']]}"]
    if told["encoding"]:
        lines.append(f"  {told['encoding']}, cells separated by {marks[told['delimiter']]}")
    if told["sheet"]:
        lines.append(f"  sheet '{told['sheet']}', of several")
    if told["titles"]:
        lines.append(f"  {number_of(told['titles'], 'record')} above the header")
    if told["notes"]:
        lines.append(f"  notes below the table, which begin: {' | '.join(told['notes'])}")
    if not told["header"]:
        lines.append("  its first record looks like data: a header is missing, and is not repeated")
    unsplit = f", {told['unsplit']:,} of which are not of its columns" if told["unsplit"] else ""
    lines.append(f"  {number_of(told['rows'], 'record')}{unsplit}")
    lines += ["", number_of(len(told["columns"]), "column")]
    for one in told["columns"]:
        of = f": {one['label']}" if one["label"] else ""
        lines.append(f"  {one['name']}{of}")
        several = "" if len(one["formats"]) < 2 else " in an order that nothing here tells"
        written = f" ({' or '.join(one['formats'])}){several}" if one["formats"] else ""
        lines.append(
            f"      {one['type']}{written}, {one['filled']:,} filled, {one['distinct']:,} "
            f"distinct: {' | '.join(one['samples']) or 'nothing'}"
        )
    for name in told["repeated_columns"] if told["header"] else ():
        lines.append(f"  {name}: stands several times, and can be read by no contract")
    lines += ["", *_contract_lines(told)]
    return lines


def _contract_lines(told: dict[str, Any]) -> list[str]:
    if told["fits"]:
        return [
            f"It fits the contract {one['contract']}, of {one['source']}."
            for one in told["contracts"]
            if one["fits"]
        ]
    lines = ["It fits no contract. The nearest:"]
    for one in told["contracts"][:NEAREST]:
        why = f"needs {', '.join(one['missing'])}" if one["missing"] else one["refused"]
        also = "" if one["reads"] == told["format"] else f" (it reads {one['reads']})"
        lines.append(f"  {one['contract']}, of {one['source']}: {why}{also}")
    return [*lines, "`uptake inspect --propose` writes a draft of one that reads it."]


FORMATS = {
    "delimited": "delimited text",
    "excel": "a workbook",
    "google_forms": "a Google Forms export",
    "qualtrics": "a Qualtrics export",
    "surveymonkey": "a SurveyMonkey export",
    "kobo": "a KoboToolbox or ODK export",
    "microsoft_forms": "a Microsoft Forms export",
    "oneroster": "a OneRoster bundle, of which a record is a class",
}
"""Each format in words."""
