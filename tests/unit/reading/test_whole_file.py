"""What only the whole file can tell: the order of its dates, and values that recur."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import pytest

from orchestration.reading.contract_files import parse_contract
from orchestration.reading.whole_file import confusable

DATES = """\
name: visits
version: 1
source: observations
description: Visits whose dates are written as people write them.
fields:
  observation_id: {column: id}
  observed_on: {column: day, date: ["%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y"]}
  school_id: {column: school}
  class_id: {column: class}
  observer_id: {column: observer}
answers:
  materials: {constant: as_designed}
identifying: [observer]
"""
UNIQUE = DATES.replace("{column: id}", "{column: id, unique: true}")
HEADER = "id,day,school,class,observer\n"


@pytest.fixture
def visits(land, read, registry, contracts):
    def visits(*days: str, contract: str = DATES, rows: Sequence[str] = ()):
        """The account of visits on these days, one each; or of these rows."""
        rows = rows or [f"o{number},{day},s1,c1,ann" for number, day in enumerate(days)]
        land("observations", "a.csv", "\n".join(["id,day,school,class,observer", *rows]) + "\n")
        own = parse_contract(contract, "visits.yaml", "visits", registry)
        return read("observations", contracts={**contracts, "visits": own})

    return visits


@pytest.mark.parametrize(
    ("one", "other", "rivals"),
    [
        ("%m/%d/%Y", "%d/%m/%Y", True),
        ("%m/%d/%y", "%y/%m/%d", True),
        ("%d.%m.%Y %H:%M", "%m.%d.%Y %H:%M", True),
        ("%Y-%m-%d", "%m/%d/%Y", False),
        ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", False),
        ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", False),
    ],
)
def test_two_formats_are_rivals_where_one_text_is_two_moments(one, other, rivals):
    assert confusable(one, other) is confusable(other, one) is rivals


def test_one_day_that_only_one_order_can_be_tells_the_whole_file(visits, rows_of):
    account = visits("03/04/2022", "05/02/2022", "31/03/2022", "2022-06-01")
    assert account.files[0].refused is None
    found = {row["observation_id"]: str(row["observed_on"]) for row in rows_of(account)}
    assert found == {"o0": "2022-04-03", "o1": "2022-02-05", "o2": "2022-03-31", "o3": "2022-06-01"}


def test_the_same_days_are_others_beside_a_day_of_the_other_order(visits, rows_of):
    account = visits("03/04/2022", "05/02/2022", "03/31/2022")
    found = {row["observation_id"]: str(row["observed_on"]) for row in rows_of(account)}
    assert found == {"o0": "2022-03-04", "o1": "2022-05-02", "o2": "2022-03-31"}


def test_days_that_cannot_be_told_apart_are_asked_about_and_not_guessed(visits):
    account = visits("03/04/2022", "05/02/2022")
    (one,) = account.files
    assert one.refused == (
        "a.csv: column 'day' holds times that could be MM/DD/YYYY or DD/MM/YYYY, and no row tells "
        "which is meant. Which is it? Ask whoever exported the file, and leave that one alone in "
        "the contract's field 'observed_on'."
    )
    assert account.raw.rows == 0


def test_days_of_both_orders_are_refused_with_what_contradicts(visits):
    (one,) = visits("03/04/2022", "31/03/2022", "03/31/2022").files
    assert "can only be MM/DD/YYYY and others that can only be DD/MM/YYYY" in one.refused


@pytest.mark.parametrize("looked_at", [1, 2, 4096])
@pytest.mark.parametrize(
    ("days", "told"),
    [
        (("03/04/2022", "31/03/2022", "2022-06-01"), "o0 2022-04-03, o1 2022-03-31, o2 2022-06-01"),
        (("03/04/2022", "03/31/2022", "99/99/2022"), "o0 2022-03-04, o1 2022-03-31"),
        (("03/04/2022", "31/03/2022", "03/31/2022"), "can only be MM/DD/YYYY"),
        (("03/04/2022", "05/02/2022", "2022-06-01"), "no row tells which is meant"),
    ],
)
def test_rows_tell_the_same_in_whatever_order_and_however_soon(
    visits, rows_of, monkeypatch, days, told, looked_at
):
    monkeypatch.setattr("orchestration.reading.whole_file.LOOKED_AT", looked_at)
    for order in permutations(enumerate(days)):
        rows = [f"o{number},{day},s1,c1,ann" for number, day in order]
        account = visits(rows=rows)
        read = sorted(f"{row['observation_id']} {row['observed_on']}" for row in rows_of(account))
        assert told in (account.files[0].refused or ", ".join(read))


def test_days_that_are_the_same_in_either_order_need_no_telling(visits, rows_of):
    account = visits("04/04/2022", "05/05/2022")
    assert [str(row["observed_on"]) for row in rows_of(account)] == ["2022-04-04", "2022-05-05"]


def test_what_is_no_day_at_all_tells_nothing_and_is_quarantined(visits):
    (one,) = visits("31/03/2022", "99/99/2022").files
    assert (one.refused, one.rows_accepted, one.rows_quarantined) == (None, 1, 1)
    (one,) = visits("03/04/2022", "99/99/2022").files
    assert "Which is it?" in one.refused


def test_a_value_that_stands_twice_though_unique_quarantines_each_of_its_rows(visits, quarantined):
    unique = DATES.replace("{column: class}", "{column: class, unique: true}")
    account = visits("2022-03-01", "2022-03-02", contract=unique)
    assert account.raw.rows == 0
    assert {row["reason"] for row in quarantined(account)} == {
        "class_id (column class): stands on several rows of the file, and is unique by the contract"
    }


def test_an_id_that_is_unique_by_the_contract_is_not_left_to_the_newest_version(
    land, read, registry, contracts
):
    own = parse_contract(UNIQUE, "v", "visits", registry)
    land(
        "observations",
        "a.csv",
        (
            f"{HEADER}o1,2022-03-01,s1,c1,ann\no1,2022-03-02,s1,c1,ann\n,2022-03-02,s1,c1,ann\n"
            "o2,2022-03-02,s1,c1,ann\n"
        ),
    )
    (one,) = read("observations", contracts={**contracts, "visits": own}).files
    assert one.reasons == {
        "quarantined: observation_id (column id): required, but blank": 1,
        "quarantined: observation_id (column id): stands on several rows of the file, and is "
        "unique by the contract": 2,
    }
    assert one.rows_accepted == 1


def test_a_file_that_is_read_again_for_what_recurs_leaves_no_trace_of_the_first_time(
    land, read, registry, contracts, rows_of, quarantined
):
    own = parse_contract(UNIQUE, "v", "visits", registry)
    row = "{},2022-03-01,s1,c1,ann\n"
    land("observations", "a.csv", HEADER + "".join(map(row.format, ("o1", "o2", "o1", "o3"))))
    # in a file of its own o1 is unique, and so stands
    land("observations", "b.csv", HEADER + "".join(map(row.format, ("o4", "o1"))))
    account = read("observations", contracts={**contracts, "visits": own})
    counted = {one.file: (one.rows_read, one.rows_accepted) for one in account.files}
    assert counted == {"a.csv": (4, 2), "b.csv": (2, 2)}
    assert sorted(row["observation_id"] for row in rows_of(account)) == ["o1", "o2", "o3", "o4"]
    assert [row["line"] for row in quarantined(account)] == [2, 4]


def test_ids_that_may_recur_have_versions_within_a_lone_file(visits, rows_of):
    account = visits(rows=["o1,2022-03-01,s1,c1,ann", "o1,2022-03-01,s1,c1,ann"])
    assert [row["observation_id"] for row in rows_of(account)] == ["o1"]
    assert account.files[0].reasons == {"superseded: exact duplicate": 1}


def test_ids_that_are_unique_in_each_file_still_have_versions_among_files(
    land, read, registry, contracts, rows_of
):
    own = parse_contract(UNIQUE, "v", "visits", registry)
    land("observations", "a.csv", f"{HEADER}o1,2022-03-01,s1,c1,ann\no2,2022-03-01,s1,c1,ann\n")
    land("observations", "b.csv", f"{HEADER}o1,2022-03-01,s1,c1,ann\no3,2022-03-01,s1,c1,ann\n")
    account = read("observations", contracts={**contracts, "visits": own})
    assert sorted(row["observation_id"] for row in rows_of(account)) == ["o1", "o2", "o3"]
    assert sum(one.rows_superseded for one in account.files) == 1


def test_ids_that_a_crosswalk_makes_one_have_versions_though_their_texts_are_unique(
    land, read, registry, contracts, rows_of
):
    walked = replace(registry, crosswalks={"ids": {"o1": "visit 1", "o1 (again)": "visit 1"}})
    contract = UNIQUE.replace("{column: id,", "{column: id, crosswalk: ids,")
    own = parse_contract(contract, "v", "visits", walked)
    land(
        "observations",
        "a.csv",
        f"{HEADER}o1,2022-03-01,s1,c1,ann\no1 (again),2022-03-01,s1,c1,ann\n",
    )
    account = read("observations", contracts={**contracts, "visits": own}, registry=walked)
    assert [row["observation_id"] for row in rows_of(account)] == ["visit 1"]
    assert account.files[0].reasons == {"superseded: exact duplicate": 1}


def test_values_beyond_the_contracts_range_quarantine_their_rows(land, read, registry, contracts):
    own = parse_contract(
        DATES.replace(
            "{column: school}",
            "{column: school}\n  minutes_observed: "
            "{column: minutes, at_least: 5, at_most: 120, required: true}",
        ).replace('"%d/%m/%Y"]}', '"%d/%m/%Y"], at_least: 2022-03-01}'),
        "v",
        "visits",
        registry,
    )
    land(
        "observations",
        "a.csv",
        (
            "id,day,school,class,observer,minutes\n"
            "o1,2022-03-01,s1,c1,ann,5\no2,2022-03-02,s1,c1,ann,120\no3,2022-03-02,s1,c1,ann,4\n"
            "o4,2022-03-02,s1,c1,ann,121\no5,2022-02-28,s1,c1,ann,60\no6,2022-03-02,s1,c1,ann,\n"
        ),
    )
    (one,) = read("observations", contracts={**contracts, "visits": own}).files
    minutes = "quarantined: minutes_observed (column minutes)"
    assert one.reasons == {
        f"{minutes}: outside 5 to 120, as the contract has it": 2,
        f"{minutes}: required, but blank": 1,
        "quarantined: observed_on (column day): below 2022-03-01, as the contract has it": 1,
    }


def test_drift_names_columns_that_are_new_gone_and_no_longer_of_their_type(land, read):
    land(
        "roster",
        "a.csv",
        (
            "class_id,school_id,GRADE,course,subject,teacher_id,students,homeroom\n"
            "c1,s1,6,M6,mathematics,t1,many,1\nc2,s1,6,M6,mathematics,t1,few,1\n"
            "c3,s1,6,M6,mathematics,t1,30,1\n"
        ),
    )
    (one,) = read("roster").files
    assert one.extra_columns == ("homeroom",)
    assert one.missing_columns == ("english_learners", "students_with_disabilities")
    assert one.changed_columns == ("students",)
