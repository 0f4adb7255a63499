"""Publishable tables: the current marts after disclosure control."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.disclosure import PUBLISHABLE, Declared, publishable
from orchestration.registry import Registry
from orchestration.registry.derived import UNITS
from orchestration.settings import Home
from orchestration.warehouse import read_only


def make_publishable(home: Home, registry: Registry) -> dict[str, pd.DataFrame]:
    """Every published mart of `marts/current.duckdb` after disclosure control, all terms.

    They are left in `warehouse/publishable/` to be looked at. A publication makes them anew from
    the marts that are current then, so that no older table can slip into it.
    """
    folder = home.warehouse / "publishable"
    folder.mkdir(exist_ok=True)
    tables = publishable_tables(home, registry)
    for name, frame in tables.items():
        temporary = folder / f".{name}.parquet"
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), temporary)
        temporary.replace(folder / f"{name}.parquet")
    return tables


def publishable_tables(
    home: Home,
    registry: Registry,
    terms: Collection[str] | None = None,
    *,
    database: Path | None = None,
) -> dict[str, pd.DataFrame]:
    """Every published mart of `marts/current.duckdb`, or another build, after disclosure control.

    With `terms`, their rows alone.
    """
    with read_only(database or home.current) as con:
        declared = _declared(con, registry)
        return {name: publishable(name, _rows(con, name, terms), declared) for name in PUBLISHABLE}


def estimates_now(
    home: Home, terms: Collection[str], *, database: Path | None = None
) -> dict[str, pd.DataFrame]:
    """What the marts of estimates say of terms: keys, n and estimate, schools left out."""
    with read_only(database or home.current) as con:
        return {
            name: con.execute(
                f"select {', '.join(table.keys)}, n, estimate from {name} "
                "where level <> 'school' and term in (select unnest($terms))",
                {"terms": sorted(terms)},
            ).df()
            for name, table in PUBLISHABLE.items()
            if table.has_estimates
        }


def what_is_declared(home: Home, registry: Registry, *, database: Path | None = None) -> Declared:
    """What hiding and showing rest on in `marts/current.duckdb`, or another build."""
    with read_only(database or home.current) as con:
        return _declared(con, registry)


def _rows(con: duckdb.DuckDBPyConnection, name: str, terms: Collection[str] | None) -> pd.DataFrame:
    """A mart's rows but those of schools, which are the most, and never published."""
    asked = ["true"]
    if "level" in PUBLISHABLE[name].columns:
        asked.append("level is distinct from 'school'")
    if terms is not None:
        asked.append("term in (select unnest($terms))")
    given = {} if terms is None else {"terms": sorted(terms)}
    return con.execute(f'select * from "{name}" where {" and ".join(asked)}', given).df()


def _declared(con: duckdb.DuckDBPyConnection, registry: Registry) -> Declared:
    """What hiding and showing rest on: the marts' own measures, the registry's minimum n."""
    measures = con.execute("select measure_id, kind, unit from dim_measure").fetchall()
    return Declared(
        minimum_n=registry.minimum_n,
        kinds={name: kind for name, kind, _ in measures},
        units={name: unit for name, _, unit in measures},
        populations={name: UNITS[one.source] for name, one in registry.instruments.items()},
    )
