"""Hand-made partitions and builds that are clean, for tests to damage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import Home
from tests.unit.expectations import mart_build, raw_cases


@pytest.fixture
def raw_case():
    """A function from a source to its clean partition."""
    return raw_cases.raw_case


@pytest.fixture
def build():
    """A clean build of one term."""
    return mart_build.Build()


@pytest.fixture
def home(tmp_path):
    """An empty data home."""
    return Home(tmp_path / "home").create()


@pytest.fixture
def opened():
    """A function that opens a build read-only, as a context manager."""

    @contextmanager
    def open_build(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        con = duckdb.connect(str(path), read_only=True)
        try:
            yield con
        finally:
            con.close()

    return open_build
