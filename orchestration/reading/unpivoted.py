"""Rows that one record of a file makes: of a sheet with a column a session, one for each of them.

record ── each of its columns ─┬─ the heading: `names`
                               ├─ the cell: `values`
                               └─ beside it what the other columns say of the record
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.reading.chunks import Chunk, Reader, Rejects
from orchestration.reading.columns import is_blank, one_array, texts_of
from orchestration.reading.errors import FileRefused
from orchestration.reading.headers import plain_name, renamed
from orchestration.reading.unpivoting import Unpivoting

ROWS = 1 << 16
"""How many rows are made at once, about."""


class Unpivoted:
    """A Reader of the rows that a file's cells make; see `unpivoting.Unpivoting`, `chunks.Reader`.

    The rows of one record stand on its line, in the order of the columns. Raises FileRefused, as a
    sentence, for a file without any column that makes rows, or that has the made ones already.
    """

    def __init__(self, reader: Reader, unpivoting: Unpivoting) -> None:
        self._reader = renamed(reader, unpivoting.named)
        self._unpivoting = unpivoting
        self._columns = unpivoting.columns or tuple(
            name for name in self._reader.header if name and name not in unpivoting.besides
        )
        there = set(map(plain_name, self._reader.header))
        for name in unpivoting.made:
            if plain_name(name) in there:
                raise FileRefused(
                    f"it has a column named '{name}', which the contract makes of others: it is "
                    "no sheet with a column for each, or the contract needs another name."
                )
        if not self._columns:
            raise FileRefused(
                "it has no columns but those that the contract names under 'besides'; expected "
                f"others, each with the {unpivoting.names} that it is of as its heading."
            )

    @property
    def header(self) -> tuple[str, ...]:
        """The file's columns, but those that are told by not being named, and the two made."""
        told = {*self._columns} - {*self._unpivoting.columns}
        return (*(one for one in self._reader.header if one not in told), *self._unpivoting.made)

    def chunks(self, columns: Sequence[str]) -> Iterator[Chunk]:
        """The rows, of which only `columns` are kept. Raises FileRefused as the reader does."""
        own = [name for name in columns if name not in self._unpivoting.made]
        at_once = max(1, ROWS // len(self._columns))
        records = rows = blanks = 0
        for chunk in self._reader.chunks([*own, *self._columns]):
            records += len(chunk.lines)
            for first in range(0, len(chunk.lines), at_once):
                some = slice(first, first + at_once)
                cells, of, blank = self._made(chunk.cells[some], columns)
                rows, blanks = rows + cells.num_rows, blanks + blank
                yield Chunk(cells, chunk.lines[some][of], Rejects.none())
            yield Chunk(_none(columns), chunk.lines[:0], chunk.rejects, chunk.notes)
        notes = [f"records that were unpivoted: {records:,} into {rows:,} rows"]
        if blanks and self._unpivoting.blank is None:
            notes.append(f"blank cells, of which no row is made: {blanks:,}")
        elif blanks:
            notes.append(f"blank cells, taken for what the contract says: {blanks:,}")
        yield Chunk(_none(columns), np.zeros(0, dtype=np.int64), Rejects.none(), tuple(notes))

    def _made(self, records: pa.Table, columns: Sequence[str]) -> tuple[pa.Table, np.ndarray, int]:
        """The rows of some records, the record that each is of, and how many cells are blank."""
        texts = [texts_of(one_array(records[name])) for name in self._columns]
        # record after record, and in each the columns in their order
        places = np.arange(len(texts) * len(records)).reshape(len(texts), -1).T.ravel()
        values = pa.concat_arrays(texts).take(pa.array(places))
        of, column = np.divmod(np.arange(len(values)), len(texts))
        blank = is_blank(values)
        if self._unpivoting.blank is not None:
            values = pc.if_else(pa.array(blank), self._unpivoting.blank, values)
        else:
            of, column, values = of[~blank], column[~blank], values.filter(pa.array(~blank))
        names = pa.array(self._columns, pa.string()).take(pa.array(column))
        made = dict(zip(self._unpivoting.made, (names, values), strict=True))
        cells = {
            name: made[name] if name in made else one_array(records[name]).take(pa.array(of))
            for name in columns
        }
        return pa.table(cells), of, int(blank.sum())


def _none(columns: Sequence[str]) -> pa.Table:
    return pa.table({name: pa.array([], pa.string()) for name in columns})
