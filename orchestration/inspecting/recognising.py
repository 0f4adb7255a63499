"""Which format a file is of, by what its first records say. Nothing is guessed twice: the readers'
own layouts, encodings and delimiters decide, and a file that they refuse is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from orchestration.reading.bundles import is_bundle, unzipping
from orchestration.reading.chunks import Reader
from orchestration.reading.delimited import DelimitedReader
from orchestration.reading.errors import FileRefused
from orchestration.reading.excel import ExcelReader, sheet_names
from orchestration.reading.files import File
from orchestration.reading.foreign import refuse_foreign
from orchestration.reading.formats import open_file
from orchestration.reading.headers import plain_name
from orchestration.reading.layouts import LOOKED_THROUGH, Header, Layout, Row, plain, told_apart
from orchestration.reading.reads import ANY, Format, Reads
from orchestration.reading.surveys import QUALTRICS, SURVEYMONKEY
from orchestration.reading.unzipped import unzipped
from orchestration.reading.zipped import is_workbook

TEXT = Reads(encoding="any", delimiter=ANY)
FORM_COLUMNS = {"start time", "completion time"}
KOBO_COLUMNS = {"_uuid", "_submission_time", "meta/instanceid", "_index"}
ODK_COLUMNS = {"key", "submissiondate", "meta-instanceid", "meta:instanceid", "instanceid"}
GOOGLE_MOMENTS = (
    "timestamp",
    "marca temporal",
    "carimbo de data/hora",
    "horodateur",
    "zeitstempel",
)
"""What Google Forms calls a response's time, in the language of whoever made the form."""
GRID = re.compile(r".+ \[.+\]$")
RESPONDENT = re.compile(r"respondent ?id", re.IGNORECASE)
NUMBER = re.compile(r"[-+$]?[\d,.]+%?")
MOSTLY = 0.6
"""The share of a first record's cells that differ where it is a header, though names recur."""
HEADER_SHARE = 0.8
"""How much of the widest record a header fills at least."""
MOST_ABOVE = 5
"""How many records another table has at most that stands above the table proper."""
NAMED_BY = 3
"""How many of its names tell a header with titles above it."""


Opened = TypeVar("Opened")


@dataclass(frozen=True)
class Recognised:
    """A file's format, a reader of it, and what it says of itself.

    `labels` has by column the question that stands below its name, where a platform writes one;
    `titles` counts the records above the header. `is_headed` says that its first record is one.
    `other_tables` counts the workbook's other sheets that could be meant as well.
    """

    reads: Reads
    reader: Reader
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    labels: dict[str, str]
    titles: int
    is_headed: bool
    other_tables: int = 0


def recognise(path: Path) -> Recognised:
    """What a file is. Raises FileRefused, as a sentence, for one that no reader can open."""
    if is_bundle(path):
        bundle = Reads(format="oneroster")
        return Recognised(bundle, open_file(path, bundle), None, None, None, {}, 0, is_headed=True)
    refuse_foreign(path)
    export = unzipped(path)
    others = 0
    if is_workbook(export):
        sheet, records, others = _sheet_and_records(export)
        table = Reads(format="excel", sheet=sheet)
    else:
        sheet = None
        with unzipping():
            text, records = _first_records(DelimitedReader, export, TEXT)
        table = Reads.model_validate({"encoding": text.encoding, "delimiter": text.delimiter})
    told = _format(records)
    titles, stands_on = (0, 1) if told else _header(table, records)
    reads = Reads(format=told, sheet=sheet) if told else _below(table, records, titles, stands_on)
    reader = open_file(path, reads)
    below = records[titles + 1] if told == "qualtrics" and len(records) > titles + 1 else []
    labels = {
        name: " ".join(label.split())
        for name, label in zip(reader.header, below, strict=False)
        if name and label.strip() and plain_name(label) != plain_name(name)
    }
    return Recognised(
        reads=reads,
        reader=reader,
        encoding=table.encoding,
        delimiter=table.delimiter,
        sheet=sheet,
        labels=labels,
        titles=titles,
        is_headed=told is not None
        or stands_on > 1
        or _is_header(records[titles], MOSTLY)
        or _heads_days(records, titles),
        other_tables=others,
    )


def _first_records(
    kind: Callable[[File, Reads, Layout], Opened], path: File, reads: Reads
) -> tuple[Opened, list[list[str]]]:
    """A reader of the plain table, and the file's first records, the header among them."""
    seen: list[list[str]] = []

    def look(rows: Sequence[Row]) -> Header:
        seen.extend(list(row) for row in rows)
        return Header(told_apart(rows[0]), 1)

    return kind(path, reads, Layout(LOOKED_THROUGH, look)), seen


def _sheet_and_records(path: File) -> tuple[str | None, list[list[str]], int]:
    """The sheet with the widest first records, where it has to be named, and those records.

    And how many others hold a table, too.
    """
    try:
        return None, _first_records(ExcelReader, path, Reads(format="excel"))[1], 0
    except FileRefused:
        names = sheet_names(path)
        if len(names) < 2:
            raise
    found: list[tuple[int, str, list[list[str]]]] = []
    for name in names:
        try:
            _, records = _first_records(ExcelReader, path, Reads(format="excel", sheet=name))
        except FileRefused:
            continue
        found.append((sum(map(_filled, records)), name, records))
    if not found:
        raise FileRefused("none of its sheets holds a table: expected a header and its rows.")
    _, name, records = max(found, key=lambda one: one[0])
    tables = sum(max(map(_filled, records)) > 1 for _, _, records in found)
    return name, records, max(0, tables - 1)


def _format(records: Sequence[Row]) -> Format | None:
    """A survey platform's format, or None."""
    names = {plain_name(name) for name in records[0]}
    if _fits(QUALTRICS, records):
        return "qualtrics"
    if RESPONDENT.fullmatch(records[0][0].strip()) and _fits(SURVEYMONKEY, records):
        return "surveymonkey"
    if len(names & KOBO_COLUMNS) > 1 or len(names & ODK_COLUMNS) > 1:
        return "kobo"
    if names >= FORM_COLUMNS:
        return "microsoft_forms"
    grids = sum(GRID.fullmatch(name.strip()) is not None for name in records[0])
    if plain_name(records[0][0]) in GOOGLE_MOMENTS or grids > 1:
        return "google_forms"
    return None


def _fits(layout: Layout, records: Sequence[Row]) -> bool:
    try:
        layout.header(records[: layout.looks])
    except FileRefused:
        return False
    return True


def _header(table: Reads, records: Sequence[Row]) -> tuple[int, int]:
    """How many records stand above the first that could be the header, and how many it takes.

    Two where names recur that headings above some of them tell apart.
    """
    # a longer record than the table's is of something above it; a workbook's are filled up
    longest = max(map(len, records)) if table.format == "excel" else _usual_length(records)
    filled = [_filled(record) if len(record) <= longest else 0 for record in records]
    full = [cells >= HEADER_SHARE * max(filled) for cells in filled]
    for place, record in enumerate(records):
        if full[place] and (_is_header(record) or _heads_days(records, place)):
            return _below_another_table(records, place), 1
    two = plain(table.model_copy(update={"header_rows": 2}))
    for place, (above, below) in enumerate(pairwise(records)):
        if not full[place + 1] or not (_filled(above) and _names(below)):
            continue
        if full[place] and not _is_merged(above):
            continue
        if _is_header(two.header([above, below]).names):
            return place, 2
    return 0, 1


def _usual_length(records: Sequence[Row]) -> int:
    """How many cells more than half of the records that are split have; else as many as any."""
    lengths = Counter(len(record) for record in records if len(record) > 1)
    usual = [length for length, times in lengths.items() if times * 2 > lengths.total()]
    return usual[0] if usual else max(map(len, records))


def _below_another_table(records: Sequence[Row], header: int) -> int:
    """The header of the table proper, where the first is of a few records that tell of the whole.

    So a meeting's own are written above those of who came. A header is as wide as its records, so
    that a wider one which has no data in it, as they have on both sides, is another's.
    """
    bare = [_filled(record) > 0 and _data(record) == 0 for record in records]
    for place in range(header + 2, min(len(records), header + 2 + MOST_ABOVE)):
        wider = _filled(records[place]) > max(map(_filled, records[header:place]))
        around = [*bare[header + 1 : place], *bare[place + 1 :]]
        if wider and bare[place] and _is_header(records[place]) and around and not any(around):
            return place
    return header


def _is_merged(record: Row) -> bool:
    """Whether a full record is of headings above several columns each, as merged cells are read."""
    cells = [cell.strip() for cell in record if cell.strip()]
    return len(set(cells)) * 2 <= len(cells)


def _is_header(record: Row, distinct: float = 1) -> bool:
    """Whether a record names columns, of which this share have a name of their own."""
    cells = [cell.strip() for cell in record if cell.strip()]
    return len(set(cells)) >= distinct * len(cells) and _names(record)


def _heads_days(records: Sequence[Row], place: int) -> bool:
    """Whether a record names columns, some by a day each, below which there are none."""
    record, below = records[place], records[place + 1 :]
    days = [at for at, cell in enumerate(record) if _is_day(cell.strip())]
    others = [cell for at, cell in enumerate(record) if at not in days]
    if not days or not _filled(others) or _data(others) or len(set(record)) < len(record):
        return False
    under = [row[at].strip() for row in below for at in days if at < len(row)]
    return any(under) and not any(map(_is_day, under))


def _names(record: Row) -> bool:
    """Whether a record's cells are names: few numbers, days or addresses."""
    return _data(record) * 2 < max(1, _filled(record))


def _data(record: Row) -> int:
    """How many of a record's cells are numbers, days or addresses."""
    cells = (cell.strip() for cell in record)
    return sum(bool(NUMBER.fullmatch(cell)) or "@" in cell or _is_day(cell) for cell in cells)


def _is_day(cell: str) -> bool:
    return bool(re.match(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}", cell))


def _filled(record: Row) -> int:
    return sum(bool(cell.strip()) for cell in record)


def _below(table: Reads, records: Sequence[Row], titles: int, stands_on: int) -> Reads:
    """The plain table below its titles, whose header is known by some of its names."""
    names = [name.strip() for name in records[titles] if name.strip()] if titles else []
    return table.model_copy(
        update={"header_has": tuple(names[:NAMED_BY]), "header_rows": stands_on}
    )
