"""Stored files: empty tables, garbage, and the account's own law."""

from datetime import timedelta

import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from orchestration.reading.accounts import FileAccount, accounts
from orchestration.reading.errors import ReadingError
from orchestration.reading.store import collect_garbage, empty_raw
from orchestration.reading.templates import raw_schema, templates


def test_every_source_has_a_typed_empty_table(home):
    for source in templates():
        path = empty_raw(home, source)
        assert path == empty_raw(home, source)
        table = pq.read_table(path)
        assert (table.num_rows, table.schema) == (0, raw_schema(source))
        assert path.parent == home.raw / source


def test_raw_files_that_nothing_refers_to_go_after_a_while(home, land, read, visits):
    land("observations", "a.csv", visits({}))
    old = home.root / read("observations").raw.path
    land("observations", "a.csv", visits({"class_id": "c2"}))
    new = home.root / read("observations").raw.path
    built = empty_raw(home, "roster")
    assert collect_garbage(home, {old, built}, keep_for=timedelta(0)) == []
    assert collect_garbage(home, {built}) == []
    assert old.exists()
    assert collect_garbage(home, {built}, keep_for=timedelta(0)) == [old]
    assert not old.exists()
    assert new.exists()
    assert built.exists()


def test_what_was_referred_to_until_now_is_kept_for_its_readers(home, land, read, visits):
    land("observations", "a.csv", visits({}))
    old = home.root / read("observations").raw.path
    collect_garbage(home, set())
    land("observations", "a.csv", visits({"class_id": "c2"}))
    read("observations")
    assert collect_garbage(home, set(), keep_for=timedelta(hours=24)) == []
    assert old.exists()


def test_an_account_in_which_rows_vanish_cannot_be_made():
    told = {"file": "a.csv", "sha256": "0" * 64, "bytes": 1}
    FileAccount(**told, rows_read=2, rows_accepted=1, rows_erased=1)
    with pytest.raises(ValidationError, match="2 rows were read"):
        FileAccount(**told, rows_read=2, rows_accepted=1)
    with pytest.raises(ValidationError, match="reasons do not add up"):
        FileAccount(**told, rows_read=1, rows_quarantined=1)


def test_a_damaged_account_is_an_error_to_those_who_must_trust_it(home):
    (home.accounts / "roster").mkdir()
    (home.accounts / "roster" / "2021-22-fall.json").write_text("{")
    with pytest.raises(ReadingError, match="is damaged and vouches for nothing"):
        accounts(home)
