"""Publishable tables: the current marts after disclosure control."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.disclosure import publishable
from orchestration.registry import Registry
from orchestration.release import GATED_MARTS
from orchestration.settings import Home
from orchestration.warehouse import read_only


def make_publishable(home: Home, registry: Registry) -> dict[str, pd.DataFrame]:
    """Every published mart of `marts/current.duckdb` after disclosure control, all terms.

    They are left in `warehouse/publishable/` to be looked at. A publication makes them anew from
    the marts that are current then, so that no older table can slip into it.
    """
    folder = home.warehouse / "publishable"
    folder.mkdir(exist_ok=True)
    tables = {}
    with read_only(home.current) as con:
        for name in GATED_MARTS:
            tables[name] = publishable(name, con.table(name).df(), registry.minimum_n)
    for name, frame in tables.items():
        temporary = folder / f".{name}.parquet"
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), temporary)
        temporary.replace(folder / f"{name}.parquet")
    return tables
