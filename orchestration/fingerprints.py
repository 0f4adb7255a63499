"""Fingerprints: what a file or a table is, independent of its name and of its rows' order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb", buffering=0) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def canonical(content: Any) -> bytes:
    """Anything JSON can say, in one form."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def text_sha256(content: Any) -> str:
    """SHA-256 of anything JSON can say, in its canonical form."""
    return hashlib.sha256(canonical(content)).hexdigest()


def table_fingerprint(con: duckdb.DuckDBPyConnection, table: str) -> str:
    """`<rows>-<hex>-<hex>`: the row count and the sums of both halves of the rows' MD5.

    Sums, because an exclusive-or would let two equal rows cancel; two HUGEINTs, because there is
    no 128-bit sum. A row's canonical text is that of its columns in name order, as JSON.
    """
    (sums,) = con.execute(f"select {_SUMS} from {_bodies(con, table)}").fetchall()
    return _fingerprint(sums)


def term_fingerprints(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """The fingerprint of each term's rows, as if a table had no others; it is read once."""
    rows = con.execute(f"select term, {_SUMS} from {_bodies(con, table)} group by term").fetchall()
    return {term: _fingerprint(sums) for term, *sums in rows}


NO_ROWS = "0-0-0"
"""The fingerprint of a table without rows."""

_SUMS = """
    count(*),
    coalesce(sum(md5_number_lower(body)::hugeint), 0),
    coalesce(sum(md5_number_upper(body)::hugeint), 0)
"""


def _bodies(con: duckdb.DuckDBPyConnection, table: str) -> str:
    """SQL of a table's rows, each with its canonical text as `body`."""
    names = [
        row[0] for row in con.execute(f"select column_name from (describe {table})").fetchall()
    ]
    pairs = ", ".join(f'"{name}" := "{name}"' for name in sorted(names))
    return f"(select *, to_json(struct_pack({pairs}))::varchar as body from {table})"


def _fingerprint(sums: Sequence[Any]) -> str:
    rows, lower, upper = sums
    return f"{rows}-{int(lower):x}-{int(upper):x}"
