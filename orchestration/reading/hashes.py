"""Which values recur among more rows than are held in memory, told by their hashes.

Mostly none does. Those that may are few, and are told apart by themselves.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.reading.registered import registered


class HashFile:
    """The hash of every row's values, eight bytes each, in a file of its own."""

    def __init__(self, con: duckdb.DuckDBPyConnection, path: Path) -> None:
        self._con = con
        self._path = path
        path.write_bytes(b"")

    def note(self, values: pa.Table) -> None:
        """Note rows: of each, DuckDB's `hash` of its values, in the table's order."""
        columns = ", ".join(f'"{name}"' for name in values.column_names)
        with registered(self._con, noted=values):
            hashed = self._con.execute(f"select hash({columns}) from noted").to_arrow_table()
        with self._path.open("ab") as file:
            for chunk in hashed.column(0).chunks:
                file.write(chunk.to_numpy().tobytes())

    def recurring(self) -> pa.UInt64Array:
        """The hashes that several rows have: those of all values that recur, and hardly another."""
        if not self._path.stat().st_size:
            return pa.array([], pa.uint64())
        hashes = np.memmap(self._path, dtype=np.uint64, mode="r+")
        hashes.sort()
        return pa.array(np.unique(hashes[1:][hashes[1:] == hashes[:-1]]), pa.uint64())
