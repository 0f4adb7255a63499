"""Delimited text: a header, then records, read as UTF-8 in blocks of bounded size."""

from __future__ import annotations

import csv
from codecs import BOM_UTF8 as BOM
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv as arrow_csv

from orchestration.reading.chunks import Chunk, Rejects, places_of
from orchestration.reading.delimiters import hinted_delimiter, told_delimiter
from orchestration.reading.encoding import not_utf8
from orchestration.reading.errors import FileRefused, WrongFormat, unreadable
from orchestration.reading.files import File
from orchestration.reading.layouts import Header, Layout, plain
from orchestration.reading.notes import BELOW, first_note, is_note
from orchestration.reading.reads import ANY, Reads
from orchestration.reading.records import Bytes, Records, cells_in, find_records, positions
from orchestration.reading.text import SHOWN, as_utf8, told_encoding
from orchestration.reading.zipped import is_workbook

BLOCK = 16 << 20
LONGEST_RECORD = 8 << 20
MOST_RECORDS = 1 << 17
HEADER_BLOCK = 1 << 16
SAMPLE = 1 << 20
PARSE_BLOCK = 1 << 20

NOT_TEXT = {encoding: f"row: not {shown} text" for encoding, shown in SHOWN.items()}
HAS_NUL = "row: holds a NUL byte"


@dataclass(frozen=True)
class _Block:
    data: Bytes
    records: Records
    lines_before: int

    @property
    def lines(self) -> NDArray[np.int64]:
        return self.records.lines + self.lines_before + 1


class DelimitedReader:
    """A Reader of delimited text; see `chunks.Reader`.

    `layout` says what its first records are; the contract's plain header unless it is given.
    `block` and `longest` bound memory, in bytes: what is read at once, and the longest record;
    MOST_RECORDS bounds it where records are next to nothing.
    Raises FileRefused, as a sentence, for a file whose header cannot be read.
    """

    def __init__(
        self,
        path: File,
        reads: Reads,
        layout: Layout | None = None,
        *,
        block: int = BLOCK,
        longest: int = LONGEST_RECORD,
    ) -> None:
        self._path = path
        self._size = block
        self._longest = longest
        self._notes = reads.notes_below
        if is_workbook(path):
            raise WrongFormat(
                "it is a workbook, and the contract reads delimited text: save its table as that, "
                "or write a contract that says 'format: excel'."
            )
        with _reading():
            self._encoding = told_encoding(path, reads.text_encoding)
            self._delimiter = reads.text_delimiter
            if self._delimiter == ANY:
                self._delimiter = self._told_delimiter()
        self._header = self._read_header(layout or plain(reads))

    @property
    def encoding(self) -> str:
        """The encoding that the file is read in."""
        return self._encoding

    @property
    def delimiter(self) -> str:
        """What separates its cells."""
        return self._delimiter

    @property
    def header(self) -> tuple[str, ...]:
        """The columns' names, trimmed, in the file's order."""
        return self._header.names

    def chunks(self, columns: Sequence[str]) -> Iterator[Chunk]:
        """The file's records, of which only `columns` are kept.

        Raises FileRefused, as a sentence, for a column that stands twice, a record longer than the
        bound, and a quote that is never closed.
        """
        wanted = list(places_of(self.header, columns).values())
        to_pass = self._header.records
        below = False
        for block in self._blocks(self._size):
            passed = min(to_pass, len(block.records))
            to_pass -= passed
            records = block.records.only(slice(passed, None))
            for first in range(0, len(records), MOST_RECORDS):
                some = records.only(slice(first, first + MOST_RECORDS))
                table = len(some)
                if self._notes:
                    mark = ord(self._delimiter)
                    table = 0 if below else first_note(some, block.data, mark, self._notes)
                    below = table < len(some)
                if table:
                    above = some.only(slice(0, table))
                    yield self._split(_Block(block.data, above, block.lines_before), wanted)
                if below:
                    rest = some.only(slice(table, None))
                    yield self._below(_Block(block.data, rest, block.lines_before), wanted)

    def _told_delimiter(self) -> str:
        with self._path.open("rb") as stream:
            sample = as_utf8(stream, self._encoding).read(SAMPLE)
        text = sample.decode("utf-8-sig", "replace")
        return told_delimiter(text, whole=len(sample) < SAMPLE)

    def _read_header(self, layout: Layout) -> Header:
        looked_at: list[list[str]] = []
        hints = 0
        for cells in self._first_records():
            if cells is None:
                break
            if not looked_at and hinted_delimiter(self._delimiter.join(cells)):
                hints = 1
                continue
            looked_at.append(cells)
            if len(looked_at) == layout.looks:
                break
        if not looked_at:
            raise FileRefused("the file is empty; expected a header and its rows.")
        header = layout.header(looked_at)
        return replace(header, records=header.records + hints)

    def _first_records(self) -> Iterator[list[str] | None]:
        """The cells of a file's records; None for one that is no text. Raises FileRefused."""
        strict = True
        for block in self._blocks(min(HEADER_BLOCK, self._size)):
            for place in range(len(block.records)):
                yield self._header_cells(block, place, strict=strict)
                strict = False

    def _header_cells(self, block: _Block, place: int, *, strict: bool) -> list[str] | None:
        """A record's cells; None where it is no text, and not `strict`. Raises FileRefused."""
        data = block.data[block.records.starts[place] : block.records.ends[place]].tobytes()
        text = data.decode("utf-8", "replace")
        is_text = text.encode() == data
        if is_text and "\0" not in text:
            return self._cells(text)
        if not strict:
            return None
        shown = SHOWN[self._encoding]
        line = f"line {block.lines[place]}"
        if is_text:
            raise FileRefused(
                f"{line}: the header holds NUL bytes; expected delimited text in {shown}, and this "
                "is another format or encoding."
            )
        raise FileRefused(
            f"{line}: the header is not {shown} text; expected delimited text in {shown}: save the "
            "export again in that encoding, or name its own in the contract."
        )

    def _cells(self, record: str) -> list[str]:
        try:
            return next(csv.reader([record], delimiter=self._delimiter, strict=False), [])
        except csv.Error as problem:
            raise FileRefused(
                "a cell of its first records, or of its notes, is longer than 128 KiB; expected a "
                "header: perhaps a quote is opened and never closed."
            ) from problem

    def _below(self, block: _Block, wanted: list[int]) -> Chunk:
        """What stands below the table: rows of it, refused, and notes, of which nothing is kept."""
        bounds = zip(block.records.starts, block.records.ends, strict=True)
        texts = (
            block.data[start:end].tobytes().decode("utf-8", "replace") for start, end in bounds
        )
        rows = np.array([not is_note(self._cells(text), self._notes) for text in texts], dtype=bool)
        none = self._parse(block.data[:0], block.records.only(slice(0, 0)), wanted)
        reasons = pa.array([BELOW] * int(rows.sum()), pa.string())
        return Chunk(none, block.lines[:0], Rejects(block.lines[rows], reasons))

    def _blocks(self, size: int) -> Iterator[_Block]:
        """The file's bytes, a block at a time: each stands only until the next is asked for."""
        with _reading(), self._path.open("rb") as file:
            stream = as_utf8(file, self._encoding)
            # one room for all blocks, since a new one costs more than what is read into it
            room = np.empty(self._longest + size, dtype=np.uint8).data
            carried = lines = 0
            while True:
                read = stream.readinto(room[carried : carried + size])
                whole = room[: carried + read]
                if not lines and bytes(whole[: len(BOM)]) == BOM:
                    whole = whole[len(BOM) :]
                block = np.frombuffer(whole, dtype=np.uint8)
                records = find_records(block, ord(self._delimiter), last=read < size)
                self._refuse_unsplittable(records, len(block), lines, last=read < size)
                yield _Block(block, records, lines)
                if read < size:
                    return
                lines += records.line_ends
                cut_off = whole[records.consumed :]
                carried = len(cut_off)
                room[:carried] = cut_off

    def _refuse_unsplittable(self, records: Records, size: int, lines: int, *, last: bool) -> None:
        long = np.flatnonzero(records.ends - records.starts > self._longest)
        cut_off = size - records.consumed > self._longest
        if len(long) or cut_off:
            line = lines + 1 + int(records.lines[long[0]] if len(long) else records.line_ends)
            raise FileRefused(
                f"line {line}: the record that starts here is longer than {self._longest >> 20} "
                "MiB; expected rows of a table: perhaps a quote is opened and never closed."
            )
        if last and records.open_quote:
            raise FileRefused(
                f"line {lines + 1 + records.line_ends}: a quote opened in the record that starts "
                "here is never closed; expected its end: perhaps the file was cut short."
            )

    def _split(self, block: _Block, wanted: list[int]) -> Chunk:
        rejected: list[tuple[NDArray[np.bool_], str]] = []
        span = block.data[block.records.starts[0] : block.records.ends[-1]]
        not_text = NOT_TEXT[self._encoding]
        for bad, reason in ((positions(span, 0), HAS_NUL), (not_utf8(span), not_text)):
            if len(bad):
                bad_records = _holding(block.records, bad + block.records.starts[0])
                rejected.append((bad_records, reason))
        if not rejected:
            try:
                cells = self._parse(span, block.records, wanted)
                return Chunk(cells, block.lines, Rejects.none())
            except pa.ArrowInvalid:
                # some row is ragged; which ones is told below, for all of them at once
                pass
        expected = len(self.header)
        found = cells_in(block.records, block.data, ord(self._delimiter))
        rejected.append((found < expected, f"row: fewer cells than the header's {expected}"))
        rejected.append((found > expected, f"row: more cells than the header's {expected}"))
        whole = np.ones(len(block.records), dtype=bool)
        reasons = np.full(len(block.records), -1)
        for number, (bad_records, _) in enumerate(rejected):
            reasons[bad_records & whole] = number
            whole &= ~bad_records
        kept = block.records.only(whole)
        try:
            cells = self._parse(_bytes_of(block.data, kept), kept, wanted)
        except pa.ArrowInvalid as problem:
            raise FileRefused(
                f"its records from line {block.lines[0]} on cannot be told apart; expected quotes "
                "around cells that hold delimiters, quotes or line ends."
            ) from problem
        said = pa.array([reason for _, reason in rejected], pa.string())
        rejects = Rejects(block.lines[~whole], said.take(pa.array(reasons[~whole])))
        return Chunk(cells, block.lines[whole], rejects)

    def _parse(self, data: Bytes, records: Records, wanted: list[int]) -> pa.Table:
        names = [str(index) for index in range(len(self.header))]
        kept = [str(index) for index in wanted]
        if not len(records):
            return pa.table({self.header[i]: pa.array([], pa.string()) for i in wanted})
        if data[: len(BOM)].tobytes() == BOM:
            # within a file it is text, and Arrow would take it for a mark and drop it
            data = np.concatenate([np.frombuffer(BOM, dtype=np.uint8), data])
        longest = int((records.ends - records.starts).max())
        table = arrow_csv.read_csv(
            pa.BufferReader(pa.py_buffer(data)),
            # more than the longest record, lest one straddle two blocks
            read_options=arrow_csv.ReadOptions(
                column_names=names, block_size=max(PARSE_BLOCK, 2 * longest + 2)
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=self._delimiter, newlines_in_values=records.embedded
            ),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=kept,
                column_types=dict.fromkeys(kept, pa.string()),
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
        if table.num_rows != len(records):
            raise FileRefused(
                f"its records cannot be told apart: {table.num_rows} by one count and "
                f"{len(records)} by another; expected quotes around cells that hold line ends."
            )
        return table.rename_columns([self.header[index] for index in wanted]).combine_chunks()


@contextmanager
def _reading() -> Iterator[None]:
    """Have a file that cannot be opened or read refused."""
    try:
        yield
    except OSError as problem:
        raise unreadable(problem) from problem


def _bytes_of(data: Bytes, records: Records) -> Bytes:
    """The bytes of these records, one after the other."""
    edges = np.zeros(len(data) + 1, dtype=np.int8)
    # neighbours share an edge, where the end's -1 and the start's +1 cancel
    edges[records.starts] += 1
    edges[records.ends] -= 1
    return data[np.cumsum(edges[:-1], dtype=np.int8).astype(bool)]


def _holding(records: Records, bad: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which records hold any of these bytes."""
    return np.searchsorted(bad, records.ends) > np.searchsorted(bad, records.starts)
