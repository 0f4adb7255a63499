"""Rows that several records of a file make: a class of its students, a visit of its ratings.

    records ── those that agree in the columns `by` ─┬─ how many distinct values: `counts`
                                                     ├─ the value beside each name: `spreads`
                                                     └─ of any other column what most of them say

The whole file is looked at before its first row, since a row's records may stand anywhere in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.reading.chunks import Chunk, Reader, Rejects
from orchestration.reading.columns import one_array, texts_of
from orchestration.reading.errors import FileRefused
from orchestration.reading.grouping import Grouping
from orchestration.reading.headers import renamed
from orchestration.reading.registered import in_memory, registered

AGAIN = "row: its records have several values for one name"
MOST = 1 << 30
"""How many bytes the records may take, where a text that recurs in a chunk counts once."""
ROWS = 1 << 16
TEXT = pa.dictionary(pa.int32(), pa.string())

# of texts that equally many records say, the first by alphabet; blank where none says any
MOST_SAID = """
    coalesce(
        list_sort(list_transform(map_entries({0}), lambda one: {{n: -one.value, text: one.key}}))
            [1].text,
        ''
    )
"""


class Grouped:
    """A Reader of what a file's records make; see `grouping.Grouping` and `chunks.Reader`.

    A row's line is that of its first record. Rows whose records give one name several values are
    rejected. Raises FileRefused, as a sentence, for a file of more than is held in memory.
    """

    def __init__(self, reader: Reader, grouping: Grouping) -> None:
        self._reader = renamed(reader, grouping.inputs)
        self._grouping = grouping

    @property
    def header(self) -> tuple[str, ...]:
        """The file's columns, and those that are made."""
        return (*self._reader.header, *self._grouping.made)

    def chunks(self, columns: Sequence[str]) -> Iterator[Chunk]:
        """The rows, of which only `columns` are kept. Raises FileRefused as the reader does."""
        own = [name for name in columns if name not in self._grouping.made]
        names = list(dict.fromkeys([*self._grouping.inputs, *own]))
        records, rejects, notes = self._records(names)
        query, asked = _query(self._grouping, names, columns)
        with in_memory() as con, registered(con, records=records):
            rows = con.execute(query, asked).to_arrow_table()
        made = f"records that were grouped: {records.num_rows:,} into {rows.num_rows:,} rows"
        notes = (*notes, made, *_differing(rows, self._grouping, columns))
        for first in range(0, max(1, rows.num_rows), ROWS):
            chunk = _chunk(rows.slice(first, ROWS), self._grouping, columns)
            if first == 0:
                chunk = replace(chunk, rejects=Rejects.of([rejects, chunk.rejects]), notes=notes)
            yield chunk

    def _records(self, names: Sequence[str]) -> tuple[pa.Table, Rejects, tuple[str, ...]]:
        """The file's records, by the places of `names`; those that cannot be split; its notes."""
        texts = [pa.field(_at(place), TEXT) for place in range(len(names))]
        schema = pa.schema([*texts, ("line", pa.int64())])
        parts, rejects, notes = [schema.empty_table()], [Rejects.none()], dict[str, None]()
        size = 0
        for chunk in self._reader.chunks(names):
            cells = (texts_of(one_array(chunk.cells[name])) for name in names)
            columns = [*(one.dictionary_encode() for one in cells), pa.array(chunk.lines)]
            parts.append(pa.table(columns, schema=schema))
            size += parts[-1].nbytes
            if size > MOST:
                raise FileRefused(
                    f"its records take more than {MOST >> 30} GiB, the most that is grouped into "
                    "rows: send it in parts, each with all records of its rows."
                )
            rejects.append(chunk.rejects)
            notes |= dict.fromkeys(chunk.notes)
        return pa.concat_tables(parts), Rejects.of(rejects), tuple(notes)


def _at(place: int) -> str:
    return f"c{place}"


def _query(
    grouping: Grouping, names: Sequence[str], columns: Sequence[str]
) -> tuple[str, list[object]]:
    """SQL for the rows in the order of their lines, and its parameters.

    Each of `columns` has by its place the row's text, and in `n…` how many different texts its
    records say.
    """
    said = _said(grouping, {name: _at(place) for place, name in enumerate(names)})
    told = [(_at(place), *said[name]) for place, name in enumerate(columns)]
    texts = (f"{MOST_SAID.format(at)} as {at}, cardinality({at}) as n{at}" for at, _, _ in told)
    keys = (_at(names.index(name)) for name in grouping.by)
    query = f"""
        select {", ".join(["line", *texts])}
        from (
            select
                min(line) as line,
                {", ".join(f"{sql} as {at}" for at, sql, _ in told)}
            from records group by {", ".join(keys)}
        )
        order by line
    """
    return query, [value for _, _, values in told for value in values]


def _said(grouping: Grouping, at: Mapping[str, str]) -> dict[str, tuple[str, list[object]]]:
    """For each column SQL for its texts and how many records say each, and its parameters."""
    said: dict[str, tuple[str, list[object]]] = {
        name: (f"histogram({place}) filter (where {place} <> '')", []) for name, place in at.items()
    }
    for one in grouping.counts:
        chosen, values = "true", list[object]()
        if one.where is not None:
            lowered = f"lower({at[one.where.column]})"
            chosen = f"list_contains(list_transform(?, lambda one: lower(one)), {lowered})"
            values = [[text.strip() for text in one.where.values]]
        counted = f"count(distinct nullif({at[one.of]}, '')) filter (where {chosen})"
        said[one.column] = (f"map {{({counted})::varchar: 1}}", values)
    if grouping.spreads is not None:
        name, value = at[grouping.spreads.names], at[grouping.spreads.values]
        beside = f"lower({name}) = lower(?) and {value} <> ''"
        for column in grouping.spreads.columns:
            said[column] = (f"histogram({value}) filter (where {beside})", [column.strip()])
    return said


def _differing(rows: pa.Table, grouping: Grouping, columns: Sequence[str]) -> Iterator[str]:
    """The columns that have a text of most of a row's records, and not of all, by their rows."""
    for place, name in enumerate(columns):
        differ = pc.sum(pc.greater(rows[f"n{_at(place)}"], 1)).as_py()
        if differ and name not in grouping.made:
            yield f"rows whose records differ in '{name}', where what most say stands: {differ:,}"


def _chunk(rows: pa.Table, grouping: Grouping, columns: Sequence[str]) -> Chunk:
    """Some rows as a chunk; those that have several values for one name are rejected."""
    again = np.zeros(rows.num_rows, dtype=bool)
    for place, name in enumerate(columns):
        if name in grouping.made:
            several = pc.greater(rows[f"n{_at(place)}"], 1)
            again |= pc.fill_null(several, False).to_numpy()
    good = pa.array(~again)
    lines = rows["line"].to_numpy()
    cells = {name: one_array(rows[_at(place)]).filter(good) for place, name in enumerate(columns)}
    rejects = Rejects(lines[again], pa.array([AGAIN] * int(again.sum()), pa.string()))
    return Chunk(pa.table(cells), lines[~again], rejects)
