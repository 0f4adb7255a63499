"""Arrow tables that SQL can name for a while, and SQL that leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import duckdb
import pyarrow as pa


def in_memory() -> duckdb.DuckDBPyConnection:
    """A connection that writes nothing: DuckDB would spill, people's ids too, where it is run."""
    return duckdb.connect(config={"temp_directory": ""})


@contextmanager
def registered(con: duckdb.DuckDBPyConnection, **tables: pa.Table) -> Iterator[None]:
    """Have a connection know these tables by their names, and forget them at the end."""
    with ExitStack() as stack:
        for name, table in tables.items():
            con.register(name, table)
            stack.callback(con.unregister, name)
        yield
