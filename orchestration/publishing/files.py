"""A publication's files, written so that the same content has the same bytes."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from orchestration.disclosure import Kind, PublishableTable
from orchestration.fingerprints import table_fingerprint
from orchestration.publishing.model import DIMENSIONS
from orchestration.spreadsheets import escaped

DATA = "data"
DATABASE = "marts.duckdb"
FILE_MODE = 0o640

ARROW = {
    Kind.RANK: pa.int64(),
    Kind.DAY: pa.date32(),
    Kind.YES_NO: pa.bool_(),
    Kind.COUNT: pa.int64(),
    Kind.FIGURE: pa.float64(),
}
PANDAS = {
    pa.int64(): pd.Int64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.string(): pd.StringDtype(na_value=float("nan")),
}


def to_arrow(table: PublishableTable, frame: pd.DataFrame) -> pa.Table:
    """A publishable frame as an Arrow table of the declared types, without pandas' metadata."""
    schema = pa.schema(
        [(name, ARROW.get(kind, pa.string())) for name, kind in table.published.items()]
    )
    arrow = pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False)
    return arrow.replace_schema_metadata(None)


def parquet_bytes(table: PublishableTable, frame: pd.DataFrame) -> bytes:
    """A publishable frame as Parquet, with settings that do not follow a library's defaults."""
    sink = io.BytesIO()
    pq.write_table(
        to_arrow(table, frame),
        sink,
        version="2.6",
        compression="zstd",
        compression_level=9,
        use_dictionary=True,
        row_group_size=1 << 20,
    )
    return sink.getvalue()


def read_parquet(table: PublishableTable, path: Path) -> pd.DataFrame:
    """A publishable frame from the Parquet that `parquet_bytes` made of it."""
    arrow = pq.read_table(path, memory_map=False)
    return table.typed(arrow.to_pandas(types_mapper=PANDAS.get))


def csv_bytes(table: PublishableTable, frame: pd.DataFrame) -> bytes:
    """A publishable frame as CSV: UTF-8, LF, floats in full, no text that is a formula.

    Text stands in quotes, so that what is empty is not taken for what is missing.
    """
    arrow = to_arrow(table, frame)
    for position, (name, kind) in enumerate(table.published.items()):
        if kind not in ARROW:
            safe = escaped(arrow[name].combine_chunks())
            arrow = arrow.set_column(position, name, safe)
    sink = io.BytesIO()
    csv.write_csv(arrow, sink)
    return sink.getvalue()


def dimension_arrow(name: str, frame: pd.DataFrame) -> pa.Table:
    """A dimension as an Arrow table in its declared order; days are dates, empty columns text."""
    ordered = frame.sort_values(DIMENSIONS[name], kind="stable", ignore_index=True)
    arrow = pa.Table.from_pandas(ordered, preserve_index=False).replace_schema_metadata(None)
    types = {}
    for field in arrow.schema:
        if pa.types.is_timestamp(field.type):
            types[field.name] = pa.date32()
        elif pa.types.is_null(field.type) or pa.types.is_large_string(field.type):
            types[field.name] = pa.string()
    fields = [pa.field(field.name, types.get(field.name, field.type)) for field in arrow.schema]
    return arrow.cast(pa.schema(fields))


def write_database(path: Path, tables: Mapping[str, pa.Table]) -> None:
    """Write the tables into a fresh DuckDB file, which is whole when this returns."""
    with closing(duckdb.connect(str(path))) as con:
        for name, arrow in tables.items():
            con.register("incoming", arrow)
            con.execute(f'create table "{name}" as select * from incoming')
            con.unregister("incoming")
        con.execute("checkpoint")
    path.chmod(FILE_MODE)
    sync(path)


def read_dimensions(publication: Path) -> dict[str, pd.DataFrame]:
    """The dimensions that a publication holds. Raises duckdb.Error where it does not."""
    with closing(duckdb.connect(str(publication / DATABASE), read_only=True)) as con:
        return {name: con.table(name).df() for name in DIMENSIONS}


def database_tables(path: Path) -> dict[str, dict[str, Any]]:
    """The tables of a DuckDB file by name: their row counts and fingerprints."""
    with closing(duckdb.connect(str(path), read_only=True)) as con:
        names = [
            row[0]
            for row in con.execute(
                "select table_name from information_schema.tables order by table_name"
            ).fetchall()
        ]
        return {name: described(con, name) for name in names}


def described(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, Any]:
    """A table's row count and fingerprint."""
    fingerprint = table_fingerprint(con, table)
    return {"rows": int(fingerprint.split("-")[0]), "fingerprint": fingerprint}


def write_bytes(path: Path, content: bytes) -> dict[str, Any]:
    """Write a file to the disk itself; its SHA-256 and size, as the manifest has them."""
    path.write_bytes(content)
    path.chmod(FILE_MODE)
    sync(path)
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def sync(path: Path) -> None:
    """Have a file's content, or a folder's names, reach the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
