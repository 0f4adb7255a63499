"""Whoever reads the marts or what is published, while both are swapped, sees whole versions."""

from __future__ import annotations

import json
import shutil
import time
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from orchestration import warehouse
from orchestration.fingerprints import file_sha256
from orchestration.publishing.catalogue import point_latest
from orchestration.settings import Home
from tests.pipeline.watching import FACT, MARTS, Version, version, watched

pytestmark = pytest.mark.long

SWAPS = 50
ROWS = 2_000
EIGHT = ("holding", "opening", "following") * 2 + ("opening", "following")


def _build(path: Path, number: int) -> Version:
    """A complete build in which every row of every mart says which build it is of."""
    fact = path.with_suffix(".parquet")
    with closing(duckdb.connect(str(path))) as con:
        con.execute("create schema raw")
        con.execute("create table raw.build as select ? as build_id", [f"build {number}"])
        rows = f"select {number} as build, range as row from range({ROWS})"
        for name in MARTS:
            con.execute(f"create table {name} as {rows}")
        con.execute(f"copy ({rows}) to '{fact}'")
        con.execute(f"create view {FACT} as from read_parquet('{fact}')")
        con.execute("checkpoint")
        return version(con)


def _stand(home: Home, number: int) -> str:
    """A publication of two files, and its manifest."""
    folder = home.published / f"{number:03}"
    folder.mkdir()
    pages = {name: f"publication {number}, {name}\n" * ROWS for name in ("index.html", "data.csv")}
    listed = {}
    for name, page in pages.items():
        (folder / name).write_text(page, encoding="utf-8")
        listed[name] = {"sha256": file_sha256(folder / name)}
    (folder / "manifest.json").write_text(json.dumps({"files": listed}), encoding="utf-8")
    point_latest(home, folder.name)
    return folder.name


def test_eight_readers_see_whole_versions_in_their_order_through_fifty_swaps(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path).create()
    prepared = [tmp_path / f"build-{number}.duckdb" for number in range(SWAPS + 1)]
    versions = [_build(path, number) for number, path in enumerate(prepared)]
    _release(home, prepared[0])
    stood: list[Version] = [(_stand(home, 0),)]
    with watched(tmp_path, tmp_path, pause=0.005, readers=EIGHT) as seen:
        for number, path in enumerate(prepared[1:], start=1):
            _release(home, path)
            stood.append((_stand(home, number),))
            time.sleep(0.05)
    for one in seen:
        if one.how == "holding":
            assert one.versions == [versions[0]]
            assert one.looks > 1
            continue
        all_of_them = stood if one.how == "following" else versions
        order = [all_of_them.index(found) for found in one.versions]
        assert order == sorted(order)
        assert order[-1] == SWAPS
        assert len(order) > 2


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
