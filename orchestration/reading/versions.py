"""Versions: of all that the files say of one record, the newest stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from orchestration.reading.registered import registered

REASONS = ("exact duplicate", "conflict", "older version")
DUPLICATE_FILE = "duplicate file"


@dataclass(frozen=True)
class Superseded:
    """Rows that give way, by position in the file of candidates, and why: indices into REASONS."""

    positions: NDArray[np.int64]
    reasons: NDArray[np.int64]

    def counted(self, first: int, last: int) -> Counter[str]:
        """How many rows from `first` up to `last` give way for each reason."""
        own = slice(*np.searchsorted(self.positions, [first, last]))
        counts = np.bincount(self.reasons[own], minlength=len(REASONS))
        return Counter({REASONS[index]: int(counts[index]) for index in np.flatnonzero(counts)})


def superseded(
    con: duckdb.DuckDBPyConnection,
    candidates: Path,
    stamps: Path,
    *,
    key: Sequence[str],
    content: Sequence[str],
    dropped: NDArray[np.bool_],
    suspected: pa.UInt64Array,
) -> Superseded:
    """Which accepted rows another of the same key supersedes.

    `candidates` and `stamps` are Parquet files, row by row of one another, the candidates in order
    of file hash and line; those that are `dropped` take no part. The newest row time wins, then the
    newest file time, then the greatest hash of `content`; of rows alike in all of it, the first. A
    loser is an exact duplicate if its content is the winner's, a conflict if its times are, else an
    older version. Only rows whose key recurs are looked at whole, and none at all unless the hash
    of some key is `suspected` to.
    """
    if not len(suspected):
        return Superseded(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    keys = ", ".join(f'"{name}"' for name in key)
    packed = ", ".join(f'"{name}" := "{name}"' for name in content)
    left_out = pa.table({"position": np.flatnonzero(dropped)})
    with registered(con, dropped=left_out, suspected=pa.table({"hashed": suspected})):
        con.execute(
            f"""
            create or replace temp table repeated as
            select {keys} from read_parquet(?, file_row_number = true)
            where file_row_number not in (from dropped) and hash({keys}) in (from suspected)
            group by all having count(*) > 1
            """,
            [str(candidates)],
        )
        found = con.execute(
            f"""
            with candidates as (
                select * from read_parquet(?, file_row_number = true)
                semi join repeated using ({keys})
                where file_row_number not in (from dropped)
            ),
            stamped as (
                select
                    {keys}, candidates.file_row_number as position, row_time, file_time,
                    md5(to_json(struct_pack({packed}))::varchar) as content
                from candidates
                join read_parquet(?, file_row_number = true) as stamps using (file_row_number)
            ),
            ranked as (
                select
                    position, content, row_time, file_time,
                    row_number() over newest as place,
                    first_value(content) over newest as winning_content,
                    first_value(row_time) over newest as winning_row_time,
                    first_value(file_time) over newest as winning_file_time
                from stamped
                window newest as (
                    partition by {keys}
                    order by
                        row_time desc nulls last, file_time desc nulls last, content desc, position
                )
            )
            select
                position,
                case
                    when content = winning_content then 0
                    when row_time is not distinct from winning_row_time
                        and file_time is not distinct from winning_file_time then 1
                    else 2
                end as reason
            from ranked where place > 1 order by position
            """,
            [str(candidates), str(stamps)],
        ).fetchnumpy()
    positions = np.asarray(found["position"], dtype=np.int64)
    return Superseded(positions, np.asarray(found["reason"], dtype=np.int64))
