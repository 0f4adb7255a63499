"""Parquet as Read leaves it: content-named, byte for byte the same from the same rows."""

from __future__ import annotations

import fcntl
import hashlib
import io
import json
import os
import shutil
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from orchestration.fingerprints import file_sha256
from orchestration.reading.accounts import (
    StoredFile,
    accounts,
    make_folder,
    move_into_place,
    write_atomically,
)
from orchestration.reading.templates import raw_schema
from orchestration.settings import GROUP_READABLE, PRIVATE, Home

ROW_GROUP = 1 << 16
WRITTEN_AT_ONCE = 8 << 20
DICTIONARY = 8 << 20
"""Room, in bytes, for a row group's distinct values: hashes are long and recur."""
RAW_MODE, QUARANTINE_MODE = 0o640, 0o600
UNREFERRED = timedelta(hours=24)
"""How long a reader may go on with a raw file that nothing refers to any more."""

QUARANTINE = pa.schema(
    [
        ("source", pa.string()),
        ("term", pa.string()),
        ("file", pa.string()),
        ("sha256", pa.string()),
        ("line", pa.int64()),
        ("reason", pa.string()),
        ("row", pa.string()),
    ]
)


class Sink:
    """A Parquet file being written; its bytes depend on the rows and their order alone."""

    def __init__(
        self,
        path: Path,
        schema: pa.Schema,
        *,
        unique: Collection[str] = (),
        incompressible: Collection[str] = (),
    ) -> None:
        """Begin a file; the columns `unique` hold values that do not recur.

        What is `incompressible`, such as hashes, costs time and is hardly shorter when compressed.
        """
        self.path = path
        self.rows = 0
        self._schema = schema
        self._waiting: list[pa.Table] = []
        self._file = _HashedFile(path)
        self._stream = pa.BufferedOutputStream(pa.PythonFile(self._file, "w"), WRITTEN_AT_ONCE)
        leaves = list(_leaves(schema))
        self._writer = pq.ParquetWriter(
            self._stream,
            schema,
            write_batch_size=ROW_GROUP,
            compression={leaf: "none" if leaf in incompressible else "snappy" for leaf in leaves},
            use_dictionary=[leaf for leaf in leaves if leaf not in unique and leaf != "line"],
            column_encoding={"line": "DELTA_BINARY_PACKED"} if "line" in schema.names else None,
            write_statistics=[one.name for one in schema if not pa.types.is_nested(one.type)],
            dictionary_pagesize_limit=DICTIONARY,
            store_schema=False,  # how text was encoded in memory is nobody's business
        )

    def add(self, table: pa.Table) -> None:
        """Append rows; small tables are gathered, so that row groups are not small."""
        self.rows += table.num_rows
        if table.num_rows:
            self._waiting.append(table)
        if sum(one.num_rows for one in self._waiting) >= ROW_GROUP:
            self._write()

    def close(self) -> None:
        """Write what waits, and the footer."""
        self._write()
        self._writer.close()
        self._stream.close()

    @property
    def sha256(self) -> str:
        """The hash of the file's bytes, once it is closed."""
        return self._file.sha256

    def __enter__(self) -> Sink:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def _write(self) -> None:
        if self._waiting:
            table = pa.concat_tables(self._waiting).combine_chunks()
            self._waiting = []
            self._writer.write_table(table, row_group_size=table.num_rows)


class _HashedFile(io.BufferedWriter):
    """A file whose hash is taken as it is written."""

    def __init__(self, path: Path) -> None:
        super().__init__(io.FileIO(path, "w"))
        self._digest = hashlib.sha256()

    def write(self, data: Any, /) -> int:
        self._digest.update(data)
        return super().write(data)

    @property
    def sha256(self) -> str:
        """Of what has been written, in hexadecimal."""
        return self._digest.hexdigest()


def _leaves(schema: pa.Schema) -> Iterator[str]:
    """The paths of the columns as Parquet knows them."""
    for one in schema:
        if pa.types.is_list(one.type):
            yield from (f"{one.name}.list.element.{part.name}" for part in one.type.value_type)
        else:
            yield one.name


def copy_rows(source: Path, target: Sink, keep: NDArray[np.bool_] | None = None) -> None:
    """Append a Parquet file's rows to a sink: all, or those that `keep` says, by position."""
    position = 0
    with pq.ParquetFile(source) as file:
        for group in range(file.num_row_groups):
            table = file.read_row_group(group)
            end = position + table.num_rows
            target.add(table if keep is None else table.filter(pa.array(keep[position:end])))
            position = end


def read_rows(source: Path, positions: NDArray[np.int64], columns: list[str]) -> list[list[Any]]:
    """Some rows of a Parquet file, by position, as one list a column."""
    taken = pq.read_table(source, columns=columns).take(pa.array(positions))
    return [taken[name].to_pylist() for name in columns]


@contextmanager
def workspace(home: Home) -> Iterator[Path]:
    """A private folder for what is not finished, gone at the end.

    What a killed process left goes first: its folder is the one that nobody holds a lock on.
    """
    make_folder(home.warehouse, PRIVATE)
    with (home.warehouse / ".reading.lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        for left in home.warehouse.glob("reading-*"):
            _remove_abandoned(left)
        made = Path(tempfile.mkdtemp(prefix="reading-", dir=home.warehouse))
        held = os.open(made, os.O_RDONLY)
        fcntl.flock(held, fcntl.LOCK_EX)
    try:
        yield made
    finally:
        shutil.rmtree(made)
        os.close(held)


def _remove_abandoned(folder: Path) -> None:
    try:
        held = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return  # its owner was faster
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pass
    else:
        shutil.rmtree(folder)
    finally:
        os.close(held)


def store_raw(home: Home, source: str, term: str, built: Sink) -> StoredFile:
    """Give a finished raw file its name, from its content; one that is there already stays."""
    target = home.raw / source / f"{term}-{built.sha256[:16]}.parquet"
    if not (target.is_file() and file_sha256(target) == built.sha256):
        make_folder(target.parent, GROUP_READABLE)
        move_into_place(built.path, target, mode=RAW_MODE)
    return _stored(home, target, built)


def store_quarantine(home: Home, source: str, term: str, built: Sink) -> StoredFile:
    """Replace a partition's quarantine."""
    target = home.quarantine / source / f"{term}.parquet"
    make_folder(target.parent, PRIVATE)
    move_into_place(built.path, target, mode=QUARANTINE_MODE)
    return _stored(home, target, built)


def _stored(home: Home, target: Path, built: Sink) -> StoredFile:
    path = target.relative_to(home.root).as_posix()
    return StoredFile(path=path, sha256=built.sha256, rows=built.rows)


def empty_raw(home: Home, source: str) -> Path:
    """A raw file of the source's schema without rows, made if it is not there."""
    with workspace(home) as folder:
        with Sink(folder / "empty.parquet", raw_schema(source)) as built:
            pass
        stored = store_raw(home, source, "empty", built)
    return home.root / stored.path


def collect_garbage(
    home: Home, referred: Collection[Path], *, keep_for: timedelta = UNREFERRED
) -> list[Path]:
    """Remove the raw files that for `keep_for` no account and no path of `referred` has named.

    When each was last referred to is noted in `accounts/.raw.json`, at each call; one that is
    not in it counts from this call on. Returns the files removed. After an erasure, `keep_for`
    is zero.
    """
    note = home.accounts / ".raw.json"
    try:
        seen: dict[str, float] = json.loads(note.read_bytes())
    except (FileNotFoundError, ValueError):
        seen = {}
    kept = {(home.root / account.raw.path).resolve() for account in accounts(home)}
    kept |= {path.resolve() for path in referred}
    now = time.time()
    removed, last = [], {}
    for path in sorted(home.raw.glob("*/*.parquet")):
        name = path.relative_to(home.root).as_posix()
        since = now if path.resolve() in kept else seen.get(name, now)
        if path.resolve() not in kept and now - since >= keep_for.total_seconds():
            path.unlink()
            removed.append(path)
        else:
            last[name] = since
    write_atomically(note, json.dumps(last, indent=0).encode(), mode=0o600)
    return removed
