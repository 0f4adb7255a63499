"""Slices: the rows of a build's table that are of one term, known by their fingerprint.

Every mart is asked for, and compared with others, term by term, at every gate and by whoever asks
how things stand. So a table is read once for all of its terms, and what was found is remembered
under the SHA-256 of the build's file: what is released is a copy of what was judged, and the same
again. The memory is sealed with the home's key as verdicts are, and may be deleted.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import duckdb

from expectations.sealed import read_sealed, write_sealed
from orchestration.fingerprints import (
    NO_ROWS,
    file_sha256,
    table_fingerprint,
    term_fingerprints,
)
from orchestration.reading.landing import stat_of
from orchestration.settings import Home

MEMORY = ".slices"
BUILDS = 4
"""How many builds are remembered: what is released and what is not, and two before."""
MADE_BY = f"duckdb {duckdb.__version__}"
"""What made the rows' canonical texts: what another version made is not remembered."""

Found = str | dict[str, str]
"""The fingerprint of a whole table that knows no terms; else of each term."""


def slice_fingerprint(home: Home, con: duckdb.DuckDBPyConnection, table: str, term: str) -> str:
    """A table's fingerprint for one term; the whole table's where it knows no terms.

    What `con` may write to is read each time; a view, whose rows lie elsewhere, by each process.
    """
    sha256 = _build(con)
    known = {} if sha256 is None else _known(home, sha256)
    if table not in known:
        known[table] = _fingerprints(con, table)
        if sha256 is not None and _is_stored(con, table):
            with suppress(OSError):  # a home may be closed to whoever only asks
                _remember(home, sha256, table, known[table])
    found = known[table]
    return found if isinstance(found, str) else found.get(term, NO_ROWS)


def _fingerprints(con: duckdb.DuckDBPyConnection, table: str) -> Found:
    columns = con.execute(f"select column_name from (describe {table})").fetchall()
    return (term_fingerprints if ("term",) in columns else table_fingerprint)(con, table)


def _is_stored(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    schema, _, name = table.rpartition(".")
    stored = "select 1 from duckdb_tables() where schema_name = ? and table_name = ?"
    return con.execute(stored, [schema or "main", name]).fetchone() is not None


def _build(con: duckdb.DuckDBPyConnection) -> str | None:
    """The SHA-256 of the file that a connection reads; None where it may write it."""
    path = con.execute(
        "select path from duckdb_databases() where database_name = current_database() and readonly"
    ).fetchone()
    return _sha256(path[0], stat_of(Path(path[0]))) if path else None


@lru_cache(maxsize=BUILDS)
def _sha256(path: str, stat: tuple[int, ...]) -> str:  # noqa: ARG001
    return file_sha256(Path(path))


@lru_cache(maxsize=BUILDS)
def _known(home: Home, sha256: str) -> dict[str, Found]:
    return _remembered(home).get(sha256, {})


def _remembered(home: Home) -> dict[str, dict[str, Found]]:
    """What is remembered, by build, the latest last; nothing that this home did not seal."""
    with suppress(OSError):
        body = read_sealed(home, home.verdicts / MEMORY)
        if body is not None and body.get("by") == MADE_BY:
            return dict(body["builds"])
    return {}


def _remember(home: Home, sha256: str, table: str, found: Found) -> None:
    builds = _remembered(home)
    own = builds.pop(sha256, {}) | {table: found}
    kept = [*builds.items(), (sha256, own)][-BUILDS:]
    write_sealed(home, home.verdicts / MEMORY, {"by": MADE_BY, "builds": dict(kept)})
