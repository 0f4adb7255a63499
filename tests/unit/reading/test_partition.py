"""Partitions end to end: files in, raw, quarantine and account out."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import date

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration.fingerprints import file_sha256
from orchestration.reading import partition
from orchestration.reading.accounts import accounts, load_account
from orchestration.reading.contract_files import parse_contract
from orchestration.reading.errors import ReadingError
from orchestration.reading.pseudonyms import Key
from orchestration.reading.templates import raw_schema
from orchestration.registry import Registry
from orchestration.registry.models import Answer, Row, ValueMapping

TERM = "2021-22-spring"


def test_every_row_is_accepted_quarantined_or_superseded_and_says_why(
    home, land, read, visits, rows_of, quarantined
):
    land(
        "observations",
        "a.csv",
        visits(
            {},
            {"observation_id": "o2", "materials": "sometimes"},
            {"observation_id": "o3", "observed_on": "2022-02-30"},
            {},
        )
        + "ragged\n",
    )
    land("observations", "b.csv", visits({"class_id": "c2"}, {"observation_id": "o4"}))
    account = read("observations")
    by_file = {one.file: one for one in account.files}
    assert sum(one.rows_read for one in account.files) == 7
    assert sum(one.rows_accepted for one in account.files) == 2 == account.raw.rows
    assert sum(one.rows_superseded for one in account.files) == 2
    assert by_file["a.csv"].rows_quarantined == 3 == account.quarantine.rows
    known = {reason: n for reason, n in by_file["a.csv"].reasons.items() if "super" not in reason}
    assert known == {
        "quarantined: materials: a code that no value map knows (map scale:use_of_materials)": 1,
        "quarantined: observed_on: not a date (expected YYYY-MM-DD)": 1,
        "quarantined: row: fewer cells than the header's 6": 1,
    }
    assert {row["observation_id"] for row in rows_of(account)} == {"o1", "o4"}
    refused = quarantined(account)
    assert [(row["file"], row["line"]) for row in refused] == [
        ("a.csv", 3),
        ("a.csv", 4),
        ("a.csv", 6),
    ]
    assert json.loads(refused[0]["row"])["materials"] == "sometimes"
    assert refused[2]["row"] is None
    assert {row["sha256"] for row in refused} == {by_file["a.csv"].sha256}
    assert load_account(home, "observations", TERM) == account
    assert accounts(home) == [account]


def test_raw_rows_lead_back_to_their_file_and_line_in_a_total_order(land, read, visits, rows_of):
    paths = [
        land("observations", f"{n}.csv", visits({"observation_id": f"{n}x"}, {"observation_id": n}))
        for n in "abc"
    ]
    rows = rows_of(read("observations"))
    assert [(row["file_sha256"], row["line"]) for row in rows] == sorted(
        (file_sha256(path), line) for path in paths for line in (2, 3)
    )


def test_raw_has_the_template_s_schema_and_modes_let_the_group_read_raw_alone(
    home, land, read, visits
):
    land("observations", "a.csv", visits({}, {"observation_id": "o2", "class_id": ""}))
    account = read("observations")
    raw, quarantine = home.root / account.raw.path, home.root / account.quarantine.path
    assert pq.read_schema(raw) == raw_schema("observations")
    modes = [oct(path.stat().st_mode & 0o777) for path in (raw, raw.parent, quarantine)]
    assert modes == ["0o640", "0o750", "0o600"]
    assert quarantine.parent.stat().st_mode & 0o777 == 0o700
    assert home.landing.stat().st_mode & 0o777 == 0o700
    assert not list(home.warehouse.glob("reading-*"))
    assert (
        duckdb.sql(f"select observed_on, answers[1].code from '{raw}'").fetchall()
        == [(date(2022, 3, 1), "as_designed")]
    )  # fmt: skip


def test_raw_files_are_named_by_their_content_and_recorded(home, land, read, visits):
    land("observations", "a.csv", visits({}))
    account = read("observations")
    raw = home.root / account.raw.path
    assert account.raw.sha256 == file_sha256(raw)
    assert raw.name == f"{TERM}-{account.raw.sha256[:16]}.parquet"
    assert account.quarantine.sha256 == file_sha256(home.root / account.quarantine.path)


def test_an_unchanged_partition_is_not_read_again(home, land, read, visits, stale, monkeypatch):
    land("observations", "a.csv", visits({}))
    assert stale()
    account = read("observations")
    assert not stale()
    monkeypatch.setattr(partition, "_read", None)
    assert read("observations") == account


@pytest.mark.parametrize("stage", ["raw", "quarantine", "account"])
def test_a_partition_whose_files_do_not_agree_is_read_again(home, land, read, visits, stale, stage):
    land("observations", "a.csv", visits({}, {"observation_id": "o2", "class_id": ""}))
    account = read("observations")
    paths = {
        "raw": home.root / account.raw.path,
        "quarantine": home.root / account.quarantine.path,
        "account": home.accounts / "observations" / f"{TERM}.json",
    }
    for damage in (paths[stage].unlink, lambda: paths[stage].write_bytes(b"damaged")):
        damage()
        assert stale()
        assert read("observations") == account
        assert not stale()


def test_whatever_rows_follow_from_makes_a_partition_stale(
    land, read, visits, stale, registry, contracts, key
):
    path = land("observations", "a.csv", visits({}))
    read("observations")
    rows = dict(registry.rows)

    def declaring(table: str, row: Row) -> Registry:
        return replace(registry, rows={**rows, table: (*rows[table], row)})

    other = ValueMapping(map="subject", text="calculus", code="mathematics")
    assert not stale(registry=declaring("value_maps", other))
    extra = ValueMapping(map="scale:use_of_materials", text="somewhat", code="modified")
    assert stale(registry=declaring("value_maps", extra))
    told = {"scale": "use_of_materials", "code": "partly", "position": 7, "label": "In part"}
    assert stale(registry=declaring("answers", Answer.model_validate(told)))
    unasked = Answer.model_validate(told | {"scale": "agreement"})
    assert not stale(registry=declaring("answers", unasked))
    assert stale(registry=replace(registry, erased=frozenset({"0" * 64})))
    assert stale(key=Key(b"another"))
    ours = contracts["observations"]
    assert stale(contracts={"observations": ours.model_copy(update={"version": ours.version + 1})})
    assert not stale(contracts={"observations": ours.model_copy(update={"description": "new"})})
    assert not stale(
        contracts={**contracts, "roster": contracts["roster"].model_copy(update={"version": 2})}
    )
    longer = registry.terms[TERM].model_copy(update={"ends_on": date(2022, 7, 1)})
    terms = tuple(longer if row.term == TERM else row for row in registry.terms.values())
    assert stale(registry=replace(registry, rows={**rows, "terms": terms}))
    path.write_text(path.read_text().replace("c1", "c2"))
    assert stale()


def test_files_renamed_reordered_or_sent_twice_leave_raw_as_it_was(home, land, read, visits):
    one = visits({}, {"observation_id": "o2"})
    longer = visits({}, {"observation_id": "o2"}, {"observation_id": "o3"})
    first = land("observations", "a.csv", one)
    second = land("observations", "b.csv", longer)
    before = read("observations").raw
    first.rename(first.with_name("z.csv"))
    assert read("observations").raw == before
    land("observations", "again.csv", longer)
    account = read("observations")
    assert account.raw == before
    again = {one.file: one for one in account.files}
    assert again["again.csv"].rows_accepted + again["z.csv"].rows_accepted == 3
    assert again["b.csv"].reasons == {"superseded: duplicate file": 3}
    assert second.exists()


def test_a_folder_that_was_emptied_gives_an_empty_partition(home, land, read, visits, stale):
    path = land("observations", "a.csv", visits({}))
    read("observations")
    path.unlink()
    assert stale()
    account = read("observations")
    assert (account.files, account.raw.rows, account.quarantine.rows) == ((), 0, 0)
    assert pq.read_schema(home.root / account.raw.path) == raw_schema("observations")
    assert not stale()


def test_a_file_that_changes_while_it_is_read_stops_the_reading(
    home, land, read, visits, monkeypatch
):
    path = land("observations", "a.csv", visits({}))

    def meddle(said: str) -> None:
        path.write_text(path.read_text() + visits({"observation_id": "o2"}).splitlines()[1] + "\n")

    with pytest.raises(ReadingError, match=r"a\.csv changed while it was read; run again"):
        read("observations", progress=meddle)
    assert accounts(home) == []
    assert not list(home.raw.rglob("*.parquet"))
    with pytest.raises(ReadingError, match="files came or went while it was read"):
        read("observations", progress=lambda _: land("observations", "new.csv", visits()))
    assert read("observations").raw.rows == 2


def test_progress_names_the_file(land, read, visits):
    said = []
    land("observations", "a.csv", visits({}))
    read("observations", progress=said.append)
    assert said == ["observations 2021-22-spring: reading a.csv"]


def test_an_unknown_source_or_term_is_a_sentence(read):
    with pytest.raises(ReadingError, match="'lunches' is no known source; expected one of schools"):
        read("lunches")
    with pytest.raises(ReadingError, match="'2021-22-autumn' is no term of the registry"):
        read("roster", "2021-22-autumn")


def test_schools_and_rosters_are_read_by_their_templates(land, read, rows_of, key):
    land(
        "schools",
        "s.csv",
        "school_id,school_name,level,local_district,valid_from,valid_to\n"
        "s1,North,middle,,2020-07-01,\n"
        "s1,North,middle,West,2022-01-01,9999-12-31\n"
        "s2,South,college,West,2020-07-01,\n",
    )
    account = read("schools")
    rows = rows_of(account)
    assert [(row["valid_from"], row["local_district"], row["region"]) for row in rows] == [
        (date(2020, 7, 1), None, None),
        (date(2022, 1, 1), "West", None),
    ]
    assert rows[0]["term"] == "all"
    assert list(account.files[0].reasons) == [
        "quarantined: level: a code that no value map knows (map school_level)"
    ]
    land(
        "roster",
        "r.csv",
        "class_id,school_id,grade,course,subject,teacher_id,students\n"
        "c1,s1,7,Math 7,Maths,T1,31\n"
        "c1,s2,7,Band,band,,\n",
    )
    rows = rows_of(read("roster"))
    assert [(row["subject"], row["teacher_id"], row["students"]) for row in rows] == [
        ("mathematics", key.pseudonym("educator", "t1"), 31),
        ("other", None, None),
    ]


def test_the_newest_version_wins_by_the_times_that_a_contract_declares(
    land, read, visits, rows_of, registry, contracts
):
    text = """\
        name: ours
        version: 1
        source: observations
        description: With a row's own time, and the file's in its name.
        fields:
          observation_id: {column: observation_id}
          observed_on: {column: observed_on}
          school_id: {column: school_id}
          class_id: {column: class_id}
          observer_id: {column: observer_id}
        answers:
          materials: {column: materials}
        identifying: [observer_id]
        versioned_by:
          row: {column: changed, timestamp: "%Y-%m-%d"}
          file: {pattern: "([0-9]{8})", timestamp: "%Y%m%d"}
        """
    ours = parse_contract(text, "ours.yaml", "ours", registry)
    land(
        "observations",
        "a-20220401.csv",
        visits(
            {"class_id": "newest", "changed": "2022-03-09"},
            {"observation_id": "o2", "class_id": "old", "changed": "2022-03-02"},
            columns=("changed",),
        ),
    )
    land(
        "observations",
        "b-20220501.csv",
        visits(
            {"class_id": "older", "changed": "2022-03-02"},
            {"observation_id": "o2", "class_id": "new", "changed": "2022-03-02"},
            columns=("changed",),
        ),
    )
    account = read("observations", contracts={**contracts, "ours": ours})
    assert {one.contract for one in account.files} == {"ours"}
    assert {row["class_id"] for row in rows_of(account)} == {"newest", "new"}
    assert [one.reasons for one in account.files] == [{"superseded: older version": 1}] * 2


def test_threads_make_no_difference_to_raw(home, land, read, visits, monkeypatch):
    rows = [{"observation_id": f"o{n % 700}", "class_id": f"c{n % 3}"} for n in range(2000)]
    land("observations", "a.csv", visits(*rows[:1200]))
    land("observations", "b.csv", visits(*rows[1200:]))
    connect = duckdb.connect

    def raw_with(threads):
        def connecting(config):
            return connect(config=config | {"threads": threads})

        monkeypatch.setattr(partition.duckdb, "connect", connecting)
        (home.accounts / "observations" / f"{TERM}.json").unlink(missing_ok=True)
        account = read("observations")
        return account.raw.sha256, account.quarantine.sha256

    assert len({raw_with(1), raw_with(2), raw_with(4)}) == 1


def test_leftovers_of_a_killed_reading_are_removed(home, land, read, visits):
    left = home.warehouse / "reading-killed"
    left.mkdir()
    (left / "candidates.parquet").write_bytes(b"half")
    land("observations", "a.csv", visits({}))
    read("observations")
    assert not left.exists()


def test_a_relative_home_is_as_good_as_an_absolute_one(home, land, read, visits, stale):
    land("observations", "a.csv", visits({}))
    account = read("observations")
    assert not os.path.isabs(account.raw.path)  # noqa: PTH117
    assert not os.path.isabs(account.quarantine.path)  # noqa: PTH117
