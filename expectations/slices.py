"""Slices: the rows of a build's table that are of one term, known by their fingerprint."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import duckdb

from orchestration.fingerprints import NO_ROWS, table_fingerprint, term_fingerprints
from orchestration.reading.landing import stat_of

Fingerprints = dict[str, str | dict[str, str]]
"""By table: of each term, or of the whole table where it knows no terms."""


def slice_fingerprint(con: duckdb.DuckDBPyConnection, table: str, term: str) -> str:
    """A table's fingerprint for one term; the whole table's where it knows no terms.

    Every mart is asked for, and compared with others, term by term, at every gate: so a table is
    read once for all of its terms, and once for all gates while its file is as it was.
    """
    known = _known(con)
    if table not in known:
        known[table] = _fingerprints(con, table)
    found = known[table]
    return found if isinstance(found, str) else found.get(term, NO_ROWS)


def _fingerprints(con: duckdb.DuckDBPyConnection, table: str) -> str | dict[str, str]:
    columns = con.execute(f"select column_name from (describe {table})").fetchall()
    return (term_fingerprints if ("term",) in columns else table_fingerprint)(con, table)


def _known(con: duckdb.DuckDBPyConnection) -> Fingerprints:
    """What is remembered of the file that a connection reads; nothing where it may write it."""
    path = con.execute(
        "select path from duckdb_databases() where database_name = current_database() and readonly"
    ).fetchone()
    return _remembered(path[0], stat_of(Path(path[0]))) if path else {}


@lru_cache(maxsize=4)
def _remembered(path: str, stat: tuple[int, ...]) -> Fingerprints:  # noqa: ARG001
    return {}
