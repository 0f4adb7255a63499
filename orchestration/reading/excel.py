"""Workbooks (.xlsx): a sheet's rows as the text that a person sees in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from orchestration.reading.chunks import Chunk, Rejects, places_of
from orchestration.reading.errors import FileRefused, WrongFormat, unreadable
from orchestration.reading.files import File
from orchestration.reading.layouts import Header, Layout, plain
from orchestration.reading.notes import BELOW, ends_table, is_note
from orchestration.reading.reads import Reads
from orchestration.reading.sheet_text import plain_sheet
from orchestration.reading.sheets import (
    Sheet,
    are_large,
    checked,
    refuse_large,
    scanned,
    sheet_parts,
    styles,
)
from orchestration.reading.zipped import NO_WORKBOOK, Zipped, is_workbook

ROWS = 1 << 13
DIGITS = 15
"""How many digits of a number a workbook keeps."""
WHOLE = 10**DIGITS
HALF = timedelta(microseconds=500_000)

Row = list[Any]


class ExcelReader:
    """A Reader of one sheet of a workbook; see `chunks.Reader`. Lines are the sheet's rows.

    The sheet is the one that the contract names, or the only visible one that holds a table.
    Dates are ISO text, with the time of day where their column shows it; numbers are plain digits,
    with leading zeros where their format shows them. The sheet is held in memory, under the bounds
    of `zipped` and `sheets`.
    Raises FileRefused, as a sentence, for a file that is no workbook, is too large, refers to
    others, or has no sheet that can be told to be the one.
    """

    def __init__(self, path: File, reads: Reads, layout: Layout | None = None) -> None:
        self._notes = reads.notes_below
        layout = layout or plain(reads)
        found = _sheets(path, reads.sheet)
        self._sheet, self._scan, self._header = _told(found, layout, named=reads.sheet is not None)

    @property
    def header(self) -> tuple[str, ...]:
        """The columns' names, trimmed, in the sheet's order."""
        return self._header.names

    def chunks(self, columns: Sequence[str]) -> Iterator[Chunk]:
        """The sheet's rows that are not blank, of which only `columns` are kept.

        Raises FileRefused, as a sentence, for a column that stands twice.
        """
        wanted = places_of(self.header, columns)
        rows = islice(_filled(self._sheet, self._scan), self._header.records, None)
        below = False
        while some := list(islice(rows, ROWS)):
            table = len(some)
            if self._notes and not below:
                ends = (ends_table(_shown(self._scan, *one), self._notes) for one in some)
                table = next((place for place, end in enumerate(ends) if end), len(some))
            yield self._chunk(some[: 0 if below else table], some[0 if below else table :], wanted)
            below = below or table < len(some)

    def _chunk(
        self, rows: list[tuple[int, Row]], under: list[tuple[int, Row]], wanted: dict[str, int]
    ) -> Chunk:
        texts = {}
        for name, place in wanted.items():
            values = [row[place] for _, row in rows]
            if not all(isinstance(value, str) for value in values):
                column = _text_of_column(self._scan, place)
                values = [column(at, row[place]) for at, row in rows]
            texts[name] = pa.array(values, pa.string())
        refused = [
            at + 1 for at, row in under if not is_note(_shown(self._scan, at, row), self._notes)
        ]
        rejects = Rejects(
            np.array(refused, dtype=np.int64), pa.array([BELOW] * len(refused), pa.string())
        )
        lines = np.array([at + 1 for at, _ in rows], dtype=np.int64)
        return Chunk(pa.table(texts), lines, rejects)


def sheet_names(path: File) -> list[str]:
    """The names of a workbook's sheets. Raises FileRefused for one that may not be read."""
    if not is_workbook(path):
        raise FileRefused("it is no workbook; expected an .xlsx.")
    book = Zipped(path)
    checked(book)
    return list(sheet_parts(book))


def _sheets(path: File, named: str | None) -> list[tuple[CalamineSheet, Sheet]]:
    """The sheets that may be meant and are not empty. Raises FileRefused."""
    if not is_workbook(path):
        raise WrongFormat("it is no workbook, which the contract reads; expected an .xlsx.")
    try:
        book = Zipped(path)
        checked(book)
        parts, shown = sheet_parts(book), styles(book)
        # not by its path: of a file that somebody renamed, calamine would believe the name
        with path.open("rb") as stream, CalamineWorkbook.from_filelike(stream) as opened:
            names = [name for name in _candidates(opened, named) if name in parts]
            scans = {
                name: plain_sheet(book, parts[name], shown) or scanned(book, parts[name], shown)
                for name in names
            }
            if are_large(scans.values()):  # perhaps only by cells without a value
                scans = {name: scanned(book, parts[name], shown) for name in names}
            refuse_large(scans.values())
            filled = ((name, scan) for name, scan in scans.items() if scan.rows)
            return [(opened.get_sheet_by_name(name), scan) for name, scan in filled]
    except OSError as problem:
        raise unreadable(problem) from problem
    except CalamineError as problem:
        raise FileRefused(NO_WORKBOOK) from problem
    except BaseException as problem:
        if type(problem).__name__ != "PanicException":  # calamine's own, and no Exception
            raise
        raise FileRefused("it is damaged: save it again as .xlsx.") from problem


def _candidates(book: CalamineWorkbook, named: str | None) -> list[str]:
    """The sheet of a name, whatever its case; else those that are tables and can be seen."""
    if named is None:
        return [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
    found = [name for name in book.sheet_names if name.strip().lower() == named.strip().lower()]
    if not found:
        raise FileRefused(
            f"it has no sheet named '{named}', which the contract reads, among its "
            f"{len(book.sheet_names)}: rename the sheet, or correct 'sheet' in the contract."
        )
    return [named] if named in found else found


def _told(
    found: list[tuple[CalamineSheet, Sheet]], layout: Layout, *, named: bool
) -> tuple[CalamineSheet, Sheet, Header]:
    """The one sheet whose header can be read. Raises FileRefused for none, and for several."""
    refusal = FileRefused("the sheet is empty; expected a header and its rows.")
    fits = []
    for sheet, scan in found:
        first = islice(_filled(sheet, scan), layout.looks)
        looked_at = {at: _shown(scan, at, row) for at, row in first}
        _spread(looked_at, sheet)
        try:
            fits.append((sheet, scan, layout.header(list(looked_at.values()))))
        except FileRefused as problem:
            refusal = problem
    if not fits:
        raise refusal
    if len(fits) > 1:
        raise FileRefused(
            f"{len(fits)} of its sheets hold a table, and which one is meant cannot be told: name "
            "it under 'sheet' in the contract."
            if not named
            else "several of its sheets have the name that the contract reads: rename all but one."
        )
    return fits[0]


def _filled(sheet: CalamineSheet, scan: Sheet) -> Iterator[tuple[int, Row]]:
    """The rows that hold anything, each with its place from 0, and its cells from column A on."""
    before = [""] * (sheet.start[1] if sheet.start else 0)
    for at, cells in enumerate(sheet.iter_rows()):
        row = before + cells
        for place, error in scan.errors.get(at, {}).items():
            if place < len(row):
                row[place] = error
        if any(not isinstance(cell, str) or (cell and not cell.isspace()) for cell in row):
            yield at, row


def _spread(looked_at: Mapping[int, list[str]], sheet: CalamineSheet) -> None:
    """Have the text of merged cells in each of the cells that they cover."""
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        text = looked_at[top][left] if top in looked_at and left < len(looked_at[top]) else ""
        for row in (looked_at[at] for at in looked_at if top <= at <= bottom):
            row[left : right + 1] = [text] * len(row[left : right + 1])


def _shown(scan: Sheet, at: int, row: Row) -> list[str]:
    """A row's cells as text."""
    return [_text_of_column(scan, place)(at, value) for place, value in enumerate(row)]


def _text_of_column(scan: Sheet, place: int) -> Callable[[int, Any], str]:
    """What makes the cells of a column text, each given its row and value."""
    timed = place in scan.timed
    padded = place in scan.padded

    def text(at: int, value: Any) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            return str(value).upper()
        if isinstance(value, (int, float)):
            digits = _number(value)
            return digits.zfill(scan.digits(at, place)) if padded else digits
        return _moment(value, timed=timed)

    return text


def _number(value: float) -> str:
    """A number in plain digits: no exponent, no `.0`, and no more digits than a workbook keeps."""
    if abs(value) < WHOLE and value == int(value):
        return str(int(value))
    return f"{Decimal(f'{value:.{DIGITS}g}'):f}"


def _moment(value: date | time | timedelta, *, timed: bool) -> str:
    """A date, or a moment to the nearest second, in ISO form; a duration in hours."""
    if isinstance(value, datetime):
        rounded = (value + HALF).replace(microsecond=0)
        return rounded.isoformat(" ") if timed else value.date().isoformat()
    if isinstance(value, date):
        return f"{value.isoformat()} 00:00:00" if timed else value.isoformat()
    if isinstance(value, time):
        seconds = 3600 * value.hour + 60 * value.minute + value.second + value.microsecond / 1e6
    else:
        seconds = value.total_seconds()
    minutes, second = divmod(round(abs(seconds)), 60)
    return f"{'-' if seconds < 0 else ''}{minutes // 60:02}:{minutes % 60:02}:{second:02}"
