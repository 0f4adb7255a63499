"""A term's rows are known by a fingerprint of their own, which changes when they do."""

import hashlib
import json

import duckdb
import pytest

from expectations.slices import slice_fingerprint

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
def test_a_slice_is_known_by_its_terms_rows_alone(term, database, opened):
    with opened(database) as con:
        found = slice_fingerprint(con, "mart", term)
    assert found == by_hand([row for row in ROWS if row[2] == term])


def test_a_table_without_terms_is_one_slice(database, opened):
    with opened(database) as con:
        assert slice_fingerprint(con, "measures", "fall").startswith("4-")
        assert slice_fingerprint(con, "measures", "fall") == slice_fingerprint(con, "measures", "")


def test_a_table_is_read_once_while_its_file_is_as_it_was(database, opened, monkeypatch):
    with opened(database) as con:
        before = slice_fingerprint(con, "mart", "fall")
    monkeypatch.delattr("expectations.slices.term_fingerprints")
    with opened(database) as con:
        assert slice_fingerprint(con, "mart", "fall") == before
        assert slice_fingerprint(con, "mart", "spring") == by_hand(ROWS[3:])


def test_a_file_that_was_written_to_is_read_again(database, opened):
    with opened(database) as con:
        slice_fingerprint(con, "mart", "fall")
    write(database, ROWS[1:])
    with opened(database) as con:
        assert slice_fingerprint(con, "mart", "fall") == by_hand(ROWS[1:3])


def test_what_may_be_written_to_is_read_each_time(database):
    with duckdb.connect(str(database)) as con:
        slice_fingerprint(con, "mart", "fall")
        con.execute("delete from mart where n = 2")
        assert slice_fingerprint(con, "mart", "fall") == by_hand(ROWS[1:3])
