"""Ids for exports that have none: a row's hash, and which of its equals in the file it is."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from orchestration.reading.columns import one_array
from orchestration.reading.registered import registered


class Ordinals:
    """Numbers equal rows over all chunks of one file.

    So the same export sent again has the same ids, a longer one containing it too, and two equal
    rows of one file remain two.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._begun = False

    def ids(self, hashes: pa.StringArray) -> pa.StringArray:
        """`<32 digits of the hash>`, and `-<n>` behind it from the second equal row on."""
        if not self._begun:
            self._con.execute("create or replace temp table equal_rows (hash varchar, n bigint)")
            self._begun = True
        table = pa.table({"hash": hashes, "position": range(len(hashes))})
        with registered(self._con, hashed_rows=table):
            made = self._con.execute(
                """
                with before as (
                    select hash, sum(n) as n from equal_rows semi join hashed_rows using (hash)
                    group by hash
                ),
                numbered as (
                    select hash, position,
                        row_number() over (partition by hash order by position)
                        + coalesce(before.n, 0) as ordinal
                    from hashed_rows left join before using (hash)
                )
                select left(hash, 32) || if(ordinal > 1, '-' || ordinal::bigint, '') as id
                from numbered order by position
                """
            ).to_arrow_table()
            self._con.execute(
                "insert into equal_rows select hash, count(*) from hashed_rows group by hash"
            )
        return one_array(made.column(0))
