"""What the files of a data home say past landing, down to the rows of their tables.

In the bytes of Parquet and DuckDB texts are compressed, and SQLite cuts long ones into pages, so
tables are asked for their rows as well. A file of a kind that is not known here fails the test that
met it: what cannot be looked into would pass every search.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from orchestration.warehouse import read_only

PLAIN = {
    "", ".complete", ".csv", ".db-shm", ".db-wal", ".err", ".html", ".json", ".key", ".lock",
    ".log", ".out", ".yaml",
}  # fmt: skip
"""Kinds of files whose bytes say all that there is."""

Files = Iterable[tuple[str, bytes]]
"""Files by their place in a home, each with all that it says."""


def found(files: Files, words: Iterable[str]) -> dict[str, set[str]]:
    """In which of these files each word stands, whatever its case: as UTF-8, UTF-16 or JSON."""
    spelt = {word: _spelt(word) for word in words}
    places: dict[str, set[str]] = {word: set() for word in spelt}
    for place, content in files:
        for word, spellings in spelt.items():
            if any(one in content for one in spellings):
                places[word].add(place)
    return places


def contents(home: Path) -> Iterator[tuple[str, bytes]]:
    """Each file of a home, landing aside: its name, its bytes and its tables, in lower case."""
    for path in sorted(home.rglob("*")):
        relative = path.relative_to(home)
        if relative.parts[0] == "landing" or path.is_symlink() or not path.is_file():
            continue
        place = relative.as_posix()
        assert path.suffix in PLAIN or path.suffix in TABLES, f"nothing here can look into {place}"
        rows = TABLES[path.suffix](path) if path.suffix in TABLES else []
        tables = "\n".join(_texts(rows)).lower().encode(errors="surrogatepass")
        yield place, b"\n".join((place.lower().encode(), path.read_bytes().lower(), tables))


def rooms(places: Iterable[str]) -> set[str]:
    """The home's own folders in which these files are."""
    return {place.partition("/")[0] for place in places}


def _spelt(word: str) -> set[bytes]:
    # bytes know no lower case of letters beyond ASCII
    written = {word, word.lower(), word.upper()}
    spellings = {one.encode(how) for one in written for how in ("utf-8", "utf-16-le")}
    return {one.lower() for one in spellings | {json.dumps(one)[1:-1].encode() for one in written}}


def _of_parquet(path: Path) -> list[Any]:
    rows: list[Any] = pq.read_table(path).to_pylist()
    return rows


def _of_duckdb(path: Path) -> list[Any]:
    with read_only(path) as con:
        names = con.execute(
            "select schema_name, table_name from duckdb_tables() union all "
            "select schema_name, view_name from duckdb_views() where not internal"
        ).fetchall()
        return [con.execute(f'from "{schema}"."{name}"').fetchall() for schema, name in names]


def _of_sqlite(path: Path) -> list[Any]:
    # a copy, because even a reader leaves files beside a database that has a log
    with tempfile.TemporaryDirectory() as folder:
        for one in (path, path.with_name(f"{path.name}-wal")):
            if one.exists():
                shutil.copyfile(one, Path(folder) / one.name)
        with closing(sqlite3.connect(Path(folder) / path.name)) as con:
            con.text_factory = bytes
            names = con.execute("select name from sqlite_master where type = 'table'").fetchall()
            return [con.execute(f'select * from "{name.decode()}"').fetchall() for (name,) in names]


TABLES: Mapping[str, Callable[[Path], list[Any]]] = {
    ".parquet": _of_parquet,
    ".duckdb": _of_duckdb,
    ".db": _of_sqlite,
}
"""Kinds of files that are asked for their rows."""


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value of rows, however deep."""
    if isinstance(value, dict):
        yield from _texts([*value.items()])
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, bytes):
        with suppress(zlib.error):  # so does Dagster keep what is long
            value = zlib.decompress(value)
        yield value.decode(errors="replace")
    elif value is not None:
        yield str(value)
