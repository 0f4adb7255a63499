"""Fingerprints: what a file or a table is, independent of its name and of its rows' order."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb

CHUNK = 1 << 20


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal, read a megabyte at a time."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(CHUNK):
            digest.update(block)
    return digest.hexdigest()


def canonical(content: Any) -> bytes:
    """Anything JSON can say, in one form."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def text_sha256(content: Any) -> str:
    """SHA-256 of anything JSON can say, in its canonical form."""
    return hashlib.sha256(canonical(content)).hexdigest()


def table_fingerprint(con: duckdb.DuckDBPyConnection, table: str, where: str = "true") -> str:
    """`<rows>-<hex>-<hex>`: the row count and the sums of both halves of the rows' MD5.

    Sums, because an exclusive-or would let two equal rows cancel; two HUGEINTs, because there is
    no 128-bit sum. A row's canonical text is that of its columns in name order, as JSON.
    """
    names = [
        row[0] for row in con.execute(f"select column_name from (describe {table})").fetchall()
    ]
    pairs = ", ".join(f'"{name}" := "{name}"' for name in sorted(names))
    rows, lower, upper = con.execute(
        f"""
        select
            count(*),
            coalesce(sum(md5_number_lower(body)::hugeint), 0),
            coalesce(sum(md5_number_upper(body)::hugeint), 0)
        from (select to_json(struct_pack({pairs}))::varchar as body from {table} where {where})
        """
    ).fetchone() or (0, 0, 0)
    return f"{rows}-{int(lower):x}-{int(upper):x}"
