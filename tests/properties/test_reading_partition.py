"""A partition follows from its set of files: not from their order, names, or cut."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.reading.accounts import Account
from orchestration.reading.contract_files import load_contracts, parse_contract
from orchestration.reading.partition import read_partition
from orchestration.reading.pseudonyms import Key
from orchestration.registry import load_registry
from orchestration.settings import Home

REGISTRY = load_registry()
CONTRACTS = load_contracts(None, REGISTRY)
TERM = "2021-22-spring"
HEADER = "observation_id,observed_on,school_id,class_id,observer_id,materials"

rows = st.tuples(
    st.sampled_from(["o1", "o2", "o3", ""]),
    st.sampled_from(["2022-03-01", "2022-03-02", "2022-02-30", "2021-03-01"]),
    st.just("s1"),
    st.sampled_from(["c1", "c2"]),
    st.sampled_from(["coach", " COACH "]),
    st.sampled_from(["as_designed", "none", "sometimes"]),
).map(",".join)
files = st.lists(st.lists(st.one_of(rows, st.just("ragged")), max_size=6), min_size=1, max_size=4)
few = settings(max_examples=15, deadline=None)


@contextmanager
def landed(contents: dict[str, list[str]]) -> Iterator[tuple[Home, Account]]:
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder)).create()
        partition = home.landing / "observations" / TERM
        partition.mkdir(parents=True)
        for name, lines in contents.items():
            (partition / name).write_text("\n".join([HEADER, *lines]))
        account = read_partition(
            home, "observations", TERM, registry=REGISTRY, contracts=CONTRACTS, key=Key(b"k")
        )
        yield home, account


def raw_rows(contents: dict[str, list[str]], without: tuple[str, ...] = ()) -> list[dict]:
    with landed(contents) as (home, account):
        table = pq.read_table(home.root / account.raw.path).drop(list(without))
    return sorted(table.to_pylist(), key=str)


@few
@given(files)
def test_every_row_read_is_accounted_for(contents):
    named = {f"{n}.csv": lines for n, lines in enumerate(contents)}
    with landed(named) as (home, account):
        for one in account.files:
            assert one.rows_read == len(named[one.file])
            ends = (one.rows_accepted, one.rows_quarantined, one.rows_superseded, one.rows_erased)
            assert one.rows_read == sum(ends)
        raw = pq.read_table(home.root / account.raw.path)
        quarantine = pq.read_table(home.root / account.quarantine.path)
    assert raw.num_rows == sum(one.rows_accepted for one in account.files)
    assert quarantine.num_rows == sum(one.rows_quarantined for one in account.files)
    ids = raw["observation_id"].to_pylist()
    good = {
        line.split(",")[0]
        for lines in contents
        for line in lines
        if line != "ragged" and "2022-03" in line and "sometimes" not in line
    } - {""}
    assert sorted(ids) == sorted(good)


@few
@given(files, st.randoms())
def test_names_and_order_of_files_leave_raw_the_same_to_the_byte(contents, random):
    names = [f"{n}.csv" for n in range(len(contents))]
    with landed(dict(zip(names, contents, strict=True))) as (_, account):
        before = account.raw
    random.shuffle(names)
    with landed(dict(zip(names, contents, strict=True))) as (_, account):
        assert account.raw == before


@few
@given(st.lists(rows, max_size=8), st.randoms(), st.integers(0, 8))
def test_a_file_cut_in_two_or_shuffled_holds_the_same_records(lines, random, cut):
    origin = ("file_sha256", "line")
    whole = raw_rows({"a.csv": lines}, origin)
    assert raw_rows({"a.csv": lines[:cut], "b.csv": lines[cut:]}, origin) == whole
    shuffled = random.sample(lines, len(lines))
    assert raw_rows({"a.csv": shuffled}, origin) == whole


@few
@given(st.lists(rows, max_size=6), st.lists(rows, max_size=6))
def test_a_longer_export_that_contains_an_earlier_one_adds_its_rows_alone(early, added):
    origin = ("file_sha256", "line")
    longer = raw_rows({"late.csv": early + added}, origin)
    assert raw_rows({"early.csv": early, "late.csv": early + added}, origin) == longer


events = st.lists(
    st.one_of(
        st.tuples(st.just("land"), st.integers(0, 3), st.lists(rows, max_size=4)),
        st.tuples(st.just("land again"), st.integers(0, 3), st.integers(0, 3)),
        st.tuples(st.just("rename"), st.integers(0, 3), st.integers(0, 3)),
        st.tuples(st.just("remove"), st.integers(0, 3), st.none()),
    ),
    max_size=6,
)


@few
@given(events)
def test_what_a_partition_has_been_through_leaves_no_trace(happened):
    lying = {}
    with landed({}) as (home, account):
        folder = home.landing / "observations" / TERM
        for what, number, other in happened:
            name, another = f"{number}.csv", f"{other}.csv"
            if what == "land":
                lying[name] = other
            elif what == "land again" and name in lying:
                lying[another] = lying[name]
            elif what == "rename" and name in lying:
                lying[another] = lying.pop(name)
            elif what == "remove":
                lying.pop(name, None)
            for path in folder.iterdir():
                path.unlink()
            for one, lines in lying.items():
                (folder / one).write_text("\n".join([HEADER, *lines]))
            account = read_partition(
                home, "observations", TERM, registry=REGISTRY, contracts=CONTRACTS, key=Key(b"k")
            )
        with landed(lying) as (_, afresh):
            assert (account.raw, account.quarantine, account.files) == (
                afresh.raw, afresh.quarantine, afresh.files
            )  # fmt: skip


STAMPED = """\
name: stamped
version: 1
source: observations
description: Visits with the moment of their last change.
fields:
  observation_id: {column: id}
  observed_on: {column: day}
  school_id: {column: school}
  class_id: {column: class}
  observer_id: {column: observer}
answers:
  materials: {column: use}
identifying: [observer]
versioned_by:
  row: {column: changed}
"""
changes = st.lists(
    st.tuples(
        st.sampled_from(["o1", "o2"]), st.integers(1, 9), st.sampled_from(["none", "modified"])
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda one: one[:2],
)


@few
@given(changes, st.lists(st.integers(0, 2), min_size=8, max_size=8), st.randoms())
def test_of_a_corrected_record_the_newest_stands_whichever_file_it_came_in(made, where, random):
    contracts = {"stamped": parse_contract(STAMPED, "stamped.yaml", "stamped", REGISTRY)}
    random.shuffle(made)
    newest = {one: max(made, key=lambda row: (row[0] == one, row[1])) for one, _, _ in made}
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder)).create()
        partition = home.landing / "observations" / TERM
        partition.mkdir(parents=True)
        for number in range(3):
            own = [row for row, place in zip(made, where, strict=False) if place == number]
            lines = [
                f"{one},2022-03-01,s1,c1,coach,{use},2022-03-0{moment} 12:00:00"
                for one, moment, use in own
            ]
            header = "id,day,school,class,observer,use,changed"
            (partition / f"{number}.csv").write_text("\n".join([header, *lines]))
        account = read_partition(
            home, "observations", TERM, registry=REGISTRY, contracts=contracts, key=Key(b"k")
        )
        table = pq.read_table(home.root / account.raw.path)
    found = {
        row["observation_id"]: {answer["item"]: answer["code"] for answer in row["answers"]}
        for row in table.to_pylist()
    }
    assert found == {one: {"materials": use} for one, (_, _, use) in newest.items()}
