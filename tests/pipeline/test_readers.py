"""Whoever has marts/current.duckdb open while it is swapped sees whole versions, and no error."""

from __future__ import annotations

import shutil
import time
from contextlib import closing
from pathlib import Path

import duckdb

from orchestration import warehouse
from orchestration.settings import Home
from tests.pipeline.watching import MARTS, Version, version, watched

BUILDS = 8
ROWS = 5_000


def _build(path: Path, number: int) -> Version:
    """A complete build in which every row of every mart says which build it is of."""
    with closing(duckdb.connect(str(path))) as con:
        con.execute("create schema raw")
        con.execute("create table raw.build as select ? as build_id", [f"build {number}"])
        for name in MARTS:
            con.execute(
                f"create table {name} as select {number} as build, range as row from range({ROWS})"
            )
        con.execute("checkpoint")
        return version(con)


def test_readers_see_whole_versions_in_their_order_while_builds_are_released(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path).create()
    prepared = [tmp_path / f"build-{number}.duckdb" for number in range(BUILDS)]
    versions = [_build(path, number) for number, path in enumerate(prepared)]
    _release(home, prepared[0])
    with watched(home.current, tmp_path, pause=0.01) as seen:
        for path in prepared[1:]:
            _release(home, path)
            time.sleep(0.15)
    opening = [versions.index(one) for one in seen["opening"].versions]
    assert opening == sorted(opening)
    assert opening[-1] == BUILDS - 1
    assert len(opening) > 2
    assert seen["holding"].versions == [versions[0]]
    assert seen["holding"].looks > BUILDS


def _release(home: Home, prepared: Path) -> None:
    copy = home.warehouse / "next.duckdb"
    shutil.copyfile(prepared, copy)
    copy.replace(home.unreleased)
    assert warehouse.release(home)


def test_a_build_that_is_current_is_not_swapped_again(tmp_path: Path) -> None:
    home = Home(tmp_path).create()
    _build(tmp_path / "one.duckdb", 1)
    _release(home, tmp_path / "one.duckdb")
    before = home.current.stat()
    assert not warehouse.release(home)
    assert home.current.stat().st_ino == before.st_ino


def test_a_log_left_beside_the_marts_is_not_taken_for_the_new_ones(tmp_path: Path) -> None:
    home = Home(tmp_path).create()
    first, second = tmp_path / "one.duckdb", tmp_path / "two.duckdb"
    _build(first, 1)
    whole = _build(second, 2)
    _release(home, first)
    home.current.with_name("current.duckdb.wal").write_bytes(b"what a killed writer left")
    _release(home, second)
    with warehouse.read_only(home.current) as con:
        assert version(con) == whole
