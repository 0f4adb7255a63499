"""Mending: rows that were quarantined, corrected in a spreadsheet by a person, and landed again.

`uptake quarantine export` writes them as the contract's columns, beside these that say which rows
they are; the file is read by the contract that refused them, whatever its own format is. A mended
row supersedes the row that it mends, whatever becomes of it: its own refusal is the news.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from orchestration.reading.bundles import unzipping
from orchestration.reading.chunks import Chunk, Reader, Rejects, places_of
from orchestration.reading.columns import one_array, trimmed
from orchestration.reading.contracts import Contract
from orchestration.reading.delimited import DelimitedReader
from orchestration.reading.errors import FileRefused
from orchestration.reading.excel import ExcelReader
from orchestration.reading.files import File
from orchestration.reading.reads import ANY, Reads
from orchestration.reading.registered import registered
from orchestration.reading.unzipped import opened, unzipped
from orchestration.reading.zipped import Zipped, is_workbook
from orchestration.spreadsheets import unescaped

CONTRACT, FILE, ROW, REASON = MARKS = (
    "uptake_contract",
    "uptake_file",
    "uptake_row",
    "uptake_reason",
)
"""The contract that refused a row, the file that it stood in, which row it is, and why."""

KEY = r"^[0-9a-f]{64}:[0-9]+:[0-9a-f]{16}$"
"""A row: its file's SHA-256, its line, and the first half of the MD5 of its cells as JSON text."""

NO_KEY = f"{ROW}: not as it was exported, so that which row it mends cannot be told"
MENDED, TWICE = "mended", "mended twice"
LOOKED_AT = 1 << 16
TEXT = Reads(format="delimited", encoding="any", delimiter=ANY)
WORKBOOK = Reads(format="excel")


@dataclass(frozen=True)
class Mended:
    """A file of mended rows: the contract that they are read by, and the files they stood in."""

    contract: Contract
    reader: Reader
    origins: tuple[str, ...]


def mended_file(path: Path, contracts: Sequence[Contract]) -> Mended | None:
    """The mended rows of a file; None where it holds none. Raises FileRefused, as a sentence."""
    if not _may_be_mended(path):
        return None
    reader = Unescaped(opened(path, _table))
    if not {CONTRACT, FILE, ROW} <= set(reader.header):
        return None
    named: set[str] = set()
    origins: set[str] = set()
    for chunk in reader.chunks([CONTRACT, FILE]):
        for found, column in ((named, CONTRACT), (origins, FILE)):
            found |= set(pc.unique(trimmed(one_array(chunk.cells[column]))).to_pylist())
    known = {contract.name: contract for contract in contracts}
    meant = named - {""}
    if len(meant) != 1 or not meant <= set(known):
        raise FileRefused(
            f"it mends rows of {'several contracts' if len(meant) > 1 else 'no contract'} of this "
            f"source; expected one name in column {CONTRACT}, that of {' or '.join(known)}: leave "
            "the columns that begin with uptake_ as they were exported."
        )
    return Mended(known[meant.pop()], reader, tuple(sorted(origins)))


def _may_be_mended(path: Path) -> bool:
    """Whether a file's first bytes speak of mending: no text is to be read whole for nothing."""
    try:
        with unzipping():
            export = unzipped(path)
            if is_workbook(export):
                book, part = Zipped(export), "xl/sharedstrings.xml"
                start = next(book.pieces(part), b"") if part in book.parts else b""
            else:
                with export.open("rb") as stream:
                    start = stream.read(LOOKED_AT)
    except (OSError, FileRefused):
        return False  # whoever reads it says so
    return any(ROW.encode(wide) in start for wide in ("utf-8", "utf-16-le", "utf-16-be"))


def _table(export: File) -> Reader:
    return ExcelReader(export, WORKBOOK) if is_workbook(export) else DelimitedReader(export, TEXT)


class Unescaped:
    """A Reader of what was written for a spreadsheet; see `orchestration.spreadsheets`."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    @property
    def header(self) -> tuple[str, ...]:
        """The columns' names, trimmed, in the file's order."""
        return tuple(unescaped(pa.array(self._reader.header, pa.string())).to_pylist())

    def chunks(self, columns: Sequence[str]) -> Iterator[Chunk]:
        """The file's records. Raises FileRefused as the reader does."""
        header = self._reader.header
        named = [header[place] for place in places_of(self.header, columns).values()]
        for chunk in self._reader.chunks(named):
            cells = {
                name: unescaped(one_array(chunk.cells[own]))
                for name, own in zip(columns, named, strict=True)
            }
            yield Chunk(pa.table(cells), chunk.lines, chunk.rejects)


class OfOneFile:
    """A Reader of the mended rows that stood in one file, which FILE and ROW go on to say."""

    def __init__(self, mended: Mended, origin: str, mendings: Mendings, sha256: str) -> None:
        self._mended = mended
        self._origin = origin
        self._mendings = mendings
        self._sha256 = sha256

    @property
    def header(self) -> tuple[str, ...]:
        """The columns' names, those that say which rows they are left out."""
        return tuple(name for name in self._mended.reader.header if name not in MARKS)

    def chunks(self, columns: Sequence[str]) -> Iterator[Chunk]:
        """The file's records, each with the name of the file it stood in, and noted as mended."""
        first = self._origin == self._mended.origins[0]
        exact = self._mended.contract.reads.unpivoted is not None
        for chunk in self._mended.reader.chunks([*columns, FILE, ROW]):
            own = pc.equal(trimmed(one_array(chunk.cells[FILE])), self._origin)
            keys = trimmed(one_array(chunk.cells[ROW]))
            told = pc.or_(pc.match_substring_regex(keys, KEY), pc.equal(keys, ""))
            good, bad = pc.and_(own, told), pc.and_(own, pc.invert(told))
            lines = pa.array(chunk.lines)
            self._mendings.note(keys.filter(good), self._sha256, lines.filter(good), exact=exact)
            refused = lines.filter(bad).to_numpy()
            rejects = Rejects(refused, pa.array([NO_KEY] * len(refused), pa.string()))
            if first:
                rejects = Rejects.of([rejects, chunk.rejects])
            yield Chunk(chunk.cells.filter(good), lines.filter(good).to_numpy(), rejects)


class Mendings:
    """Which rows of a partition's files are mended, and by which others."""

    def __init__(self) -> None:
        self._noted: dict[str, list[pa.Table]] = {}

    def note(
        self, keys: pa.StringArray, by_sha256: str, by_lines: pa.Int64Array, *, exact: bool = False
    ) -> None:
        """Rows of one file that mend others; a blank key mends none.

        `exact` where several rows of a file share a line, and so are told apart by their cells.
        """
        table = pa.table({"key": keys, "by_line": by_lines, "exact": pa.repeat(exact, len(keys))})
        self._noted.setdefault(by_sha256, []).append(table)

    def forget(self, by_sha256: str) -> None:
        """What a file mended that has turned out to be refused."""
        self._noted.pop(by_sha256, None)

    def superseding(
        self, con: duckdb.DuckDBPyConnection, stored: Path, sha256: str, cells: str | None = None
    ) -> Superseding:
        """The rows of a Parquet file that have been mended, or mend what another row mends.

        `sha256` names the column of the row's file; `cells`, where there is one, that of the row
        as it stood, by which it is known in any other file, and among several of its line.
        """
        if not any(table.num_rows for tables in self._noted.values() for table in tables):
            none = np.zeros(0, np.int64)
            return Superseding(none, none)
        noted = pa.concat_tables(
            table.append_column("by_sha256", pa.repeat(by_sha256, table.num_rows))
            for by_sha256, tables in sorted(self._noted.items())
            for table in tables
        )
        same = f"m.cells = {digest(f'r.{cells}')}" if cells else "false"
        with registered(con, noted=noted):
            found = con.execute(
                f"""
                with mending as (
                    select distinct  -- a file may have been read more than once
                        split_part(key, ':', 1) as sha256, split_part(key, ':', 2)::bigint as line,
                        split_part(key, ':', 3) as cells, by_sha256, by_line, exact
                    from noted where key <> ''
                ),
                ranked as (
                    select by_sha256, by_line, row_number() over (
                        partition by sha256, line, case when exact then cells end
                        order by by_sha256 desc, by_line desc
                    ) as place
                    from mending
                )
                select
                    r.file_row_number as position,
                    exists (
                        select 1 from mending as m
                        where (
                            m.sha256 = r.{sha256} and m.line = r.line and (not m.exact or {same})
                        ) or (m.sha256 <> r.{sha256} and {same})
                    ) as mended,
                    exists (
                        select 1 from ranked as t
                        where t.place > 1 and t.by_sha256 = r.{sha256} and t.by_line = r.line
                    ) as twice
                from read_parquet(?, file_row_number = true) as r
                order by position
                """,
                [str(stored)],
            ).fetchnumpy()
        position = np.asarray(found["position"], dtype=np.int64)
        mended = np.asarray(found["mended"], dtype=bool)
        twice = np.asarray(found["twice"], dtype=bool) & ~mended
        return Superseding(position[mended], position[twice])


@dataclass(frozen=True)
class Superseding:
    """Rows, by position, that give way: to the row that mends them, or to another of its kind."""

    mended: NDArray[np.int64]
    twice: NDArray[np.int64]

    def counted(self, first: int, last: int) -> Counter[str]:
        """How many rows from `first` up to `last` give way, by reason."""
        own = {
            reason: int(np.diff(np.searchsorted(positions, [first, last]))[0])
            for reason, positions in ((MENDED, self.mended), (TWICE, self.twice))
        }
        return Counter({reason: n for reason, n in own.items() if n})

    @property
    def all(self) -> NDArray[np.int64]:
        """All of them, in order."""
        return np.union1d(self.mended, self.twice)


def digest(cells: str) -> str:
    """SQL for the digest of a row as it stood, in a row's key."""
    return f"left(md5({cells}), 16)"
