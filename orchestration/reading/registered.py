"""Arrow tables that SQL can name for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import duckdb
import pyarrow as pa


@contextmanager
def registered(con: duckdb.DuckDBPyConnection, **tables: pa.Table) -> Iterator[None]:
    """Have a connection know these tables by their names, and forget them at the end."""
    with ExitStack() as stack:
        for name, table in tables.items():
            con.register(name, table)
            stack.callback(con.unregister, name)
        yield
