"""A term's rows are known by a fingerprint of their own, which changes when they do."""

import hashlib
import json
import shutil

import duckdb
import pytest

from expectations import slices
from expectations.slices import slice_fingerprint
from orchestration.settings import Home

ROWS = [("b", 2, "fall"), ("a", None, "fall"), ("a", None, "fall"), ("c", 3, "spring")]


def by_hand(rows):
    """A count, and the sums of the lower and upper halves of the rows' MD5 over JSON."""
    texts = [
        json.dumps({"n": n, "term": term, "unit": unit}, separators=(",", ":"))
        for unit, n, term in rows
    ]
    digests = [hashlib.md5(text.encode()).digest() for text in texts]
    sums = [sum(int.from_bytes(one[at : at + 8], "little") for one in digests) for at in (8, 0)]
    return f"{len(rows)}-{sums[0]:x}-{sums[1]:x}"


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home").create()


def write(path, rows):
    with duckdb.connect(str(path)) as con:
        con.execute("create or replace table mart (unit varchar, n integer, term varchar)")
        con.executemany("insert into mart values (?, ?, ?)", rows)
        con.execute("create or replace table measures as select * exclude term from mart")
    return path


@pytest.fixture
def database(tmp_path):
    return write(tmp_path / "build.duckdb", ROWS)


@pytest.mark.parametrize("term", ["fall", "spring", "winter"])
def test_a_slice_is_known_by_its_terms_rows_alone(term, database, opened, home):
    with opened(database) as con:
        found = slice_fingerprint(home, con, "mart", term)
    assert found == by_hand([row for row in ROWS if row[2] == term])


def test_a_table_without_terms_is_one_slice(database, opened, home):
    with opened(database) as con:
        assert slice_fingerprint(home, con, "measures", "fall").startswith("4-")
        assert slice_fingerprint(home, con, "measures", "fall") == slice_fingerprint(
            home, con, "measures", ""
        )


@pytest.fixture
def remembered(home, database, opened, monkeypatch):
    """A build that was asked about, in a process in which nothing can be read any more."""
    with opened(database) as con:
        slice_fingerprint(home, con, "mart", "fall")
    monkeypatch.delattr(slices, "term_fingerprints")
    slices._known.cache_clear()  # as in another process
    return database


def test_a_table_is_read_once_for_all_its_terms_and_whoever_asks(remembered, home, opened):
    with opened(remembered) as con:
        assert slice_fingerprint(home, con, "mart", "fall") == by_hand(ROWS[:3])
        assert slice_fingerprint(home, con, "mart", "spring") == by_hand(ROWS[3:])


def test_a_copy_of_a_build_is_not_read_again(remembered, home, opened, tmp_path):
    with opened(shutil.copyfile(remembered, tmp_path / "current.duckdb")) as con:
        assert slice_fingerprint(home, con, "mart", "fall") == by_hand(ROWS[:3])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda memory: memory.unlink(),
        lambda memory: memory.write_text("[1, 2"),
        lambda memory: memory.write_text("[1, 2]"),
        lambda memory: memory.write_text(memory.read_text().replace('"3-', '"4-')),
    ],
    ids=["gone", "damaged", "no memory", "edited"],
)
def test_what_the_home_did_not_seal_is_not_believed(spoil, remembered, home, opened):
    spoil(home.verdicts / ".slices")
    with opened(remembered) as con, pytest.raises(NameError, match="term_fingerprints"):
        slice_fingerprint(home, con, "mart", "fall")


def test_the_latest_builds_are_remembered_and_no_others(home, tmp_path, opened):
    for number in range(slices.BUILDS + 2):
        with opened(write(tmp_path / f"{number}.duckdb", [("a", number, "fall")])) as con:
            slice_fingerprint(home, con, "mart", "fall")
    kept = json.loads((home.verdicts / ".slices").read_text())["builds"]
    found = [one["mart"]["fall"] for one in kept.values()]
    assert found == [by_hand([("a", n, "fall")]) for n in range(2, slices.BUILDS + 2)]


def test_a_home_that_is_closed_is_told_all_the_same(home, database, opened):
    home.verdicts.rmdir()
    home.verdicts.write_text("in the way")
    with opened(database) as con:
        assert slice_fingerprint(home, con, "mart", "fall") == by_hand(ROWS[:3])


def test_what_a_view_shows_is_read_by_each_process(home, database, opened, tmp_path):
    rows = tmp_path / "rows.parquet"
    with duckdb.connect(str(database)) as con:
        con.execute(f"copy (select 1 as n, 'fall' as term) to '{rows}'")
        con.execute(f"create schema raw; create view raw.shown as from '{rows}'")
    found = []
    for n in (1, 2):
        duckdb.execute(f"copy (select {n} as n, 'fall' as term) to '{rows}'")
        with opened(database) as con:
            found.append(slice_fingerprint(home, con, "raw.shown", "fall"))
        slices._known.cache_clear()
    assert found[0] != found[1]


def test_a_file_that_was_written_to_is_read_again(database, opened, home):
    with opened(database) as con:
        slice_fingerprint(home, con, "mart", "fall")
    write(database, ROWS[1:])
    with opened(database) as con:
        assert slice_fingerprint(home, con, "mart", "fall") == by_hand(ROWS[1:3])


def test_what_may_be_written_to_is_read_each_time(database, home):
    with duckdb.connect(str(database)) as con:
        slice_fingerprint(home, con, "mart", "fall")
        con.execute("delete from mart where n = 2")
        assert slice_fingerprint(home, con, "mart", "fall") == by_hand(ROWS[1:3])
