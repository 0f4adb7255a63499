"""A chunk's cells by column, trimmed, and rows as JSON text."""

from __future__ import annotations

import json
from collections.abc import Sequence

import duckdb
import pyarrow as pa

from orchestration.reading.columns import Encoded, one_array, texts_of, typed
from orchestration.reading.registered import registered


class Cells:
    """A chunk's columns of text, each encoded once, and typed as moments once."""

    def __init__(self, cells: pa.Table) -> None:
        self._cells = cells
        self._texts: dict[str, Encoded] = {}
        self._moments: dict[tuple[str, tuple[str, ...]], pa.TimestampArray] = {}

    @property
    def rows(self) -> int:
        """How many rows the chunk has."""
        return int(self._cells.num_rows)

    @property
    def names(self) -> list[str]:
        """The columns' names."""
        return list(self._cells.column_names)

    def plain(self, column: str) -> pa.StringArray:
        """A column, row by row: what `texts_of` its cells is."""
        return texts_of(one_array(self._cells[column]))

    def texts(self, column: str) -> Encoded:
        """A column as its distinct values; some may have become equal by being trimmed."""
        if column not in self._texts:
            found = Encoded.of(one_array(self._cells[column]))
            self._texts[column] = found.valued(texts_of(found.values))
        return self._texts[column]

    def moments(
        self, con: duckdb.DuckDBPyConnection, column: str, formats: Sequence[str]
    ) -> pa.TimestampArray:
        """What the values of `texts` are as moments, by `formats`; null where one is none."""
        asked = column, tuple(formats)
        if asked not in self._moments:
            self._moments[asked] = typed(con, self.texts(column).values, "timestamp", formats)
        return self._moments[asked]


def json_rows(con: duckdb.DuckDBPyConnection, cells: pa.Table) -> pa.StringArray:
    """Each row as the JSON text of {column: cell}, in the table's order."""
    # under names of our own: SQL would take columns that differ in case alone for one
    table = cells.rename_columns([f"c{index}" for index in range(cells.num_columns)])
    pairs = ", ', ', ".join(
        f"?, ': ', to_json(c{index})::varchar" for index in range(cells.num_columns)
    )
    names = [json.dumps(name, ensure_ascii=False) for name in cells.column_names]
    with registered(con, cells_to_write=table):
        written = con.execute(f"select concat('{{', {pairs}, '}}') from cells_to_write", names)
        return one_array(written.to_arrow_table().column(0))
