"""Conforming chunks: days, times and numbers from text, as the contract declares them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from orchestration.reading.errors import FileRefused
from tests.unit.reading.conforming import USUAL, contract, refused


@pytest.mark.parametrize("day", ["2022-02-01", "2022-06-30"])
def test_a_term_includes_its_first_and_last_day(conform, day):
    assert conform(USUAL | {"observed_on": day}, contract=contract()).accepted.num_rows == 1


def test_dates_are_read_as_the_contract_declares(conform):
    ours = contract(fields={"observed_on": {"column": "observed_on", "date": "%m/%d/%Y"}})
    made = conform(
        USUAL | {"observed_on": "3/4/2022"}, USUAL | {"observed_on": "31/3/2022"}, contract=ours
    )
    assert made.accepted["observed_on"].to_pylist() == [date(2022, 3, 4)]
    assert refused(made) == [(3, "observed_on: not a date (expected MM/DD/YYYY)")]


def test_several_formats_are_tried_in_order(conform):
    formats = ["%Y-%m-%d", "%d.%m.%Y"]
    ours = contract(fields={"observed_on": {"column": "observed_on", "date": formats}})
    rows = [USUAL | {"observed_on": text} for text in ("2022-03-04", "04.03.2022", "?")]
    made = conform(*rows, contract=ours)
    assert made.accepted["observed_on"].to_pylist() == [date(2022, 3, 4)] * 2
    assert refused(made)[0][1] == "observed_on: not a date (expected YYYY-MM-DD or DD.MM.YYYY)"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("%Y-%m-%dT%H:%M:%S.%f%z", "2022-03-04T20:10:00.000-08:00"),
        ("%Y-%m-%dT%H:%M:%S%z", "2022-03-04T20:10:00Z"),
        ("%Y/%m/%d %I:%M:%S %p %Z", "2022/03/04 8:10:00 PM PST"),
        ("%Y/%m/%d %I:%M:%S %p %Z", "2022/03/04 8:10:00 PM GMT-8"),
        ("%m/%d/%Y %H:%M %Z", "3/4/2022 20:10 GMT+5:30"),
    ],
)
def test_a_day_is_the_one_where_the_time_was_written(conform, written, text):
    ours = contract(fields={"observed_on": {"column": "observed_on", "date": written}})
    made = conform(USUAL | {"observed_on": text}, contract=ours)
    assert made.accepted["observed_on"].to_pylist() == [date(2022, 3, 4)]


@pytest.mark.parametrize("text", ["2022-03-04 20:10", "2022-03-04 8:10 PM", "2022-03-04 20:10 ?"])
def test_a_zone_that_is_declared_has_to_stand_there(conform, text):
    formats = ["%Y-%m-%d", "%Y-%m-%d %H:%M %Z"]
    ours = contract(fields={"observed_on": {"column": "observed_on", "date": formats}})
    made = conform(USUAL | {"observed_on": text}, contract=ours)
    expected = "observed_on: not a date (expected YYYY-MM-DD or YYYY-MM-DD HH:MM zone)"
    assert refused(made) == [(2, expected)]


@pytest.mark.parametrize(
    ("text", "number"), [("7", 7), ("+7", 7), ("-7", -7), ("7.0", 7), ("007", 7), ("", None)]
)
def test_whole_numbers_may_look_as_spreadsheets_write_them(conform, text, number):
    made = conform(USUAL | {"minutes_observed": text}, contract=contract())
    assert made.accepted["minutes_observed"].to_pylist() == [number]


@pytest.mark.parametrize("text", ["7,5", "1e3", "٧", "9" * 20, "0x7", "7.5"])
def test_what_is_no_whole_number_is_refused(conform, text):
    made = conform(USUAL | {"minutes_observed": text}, contract=contract())
    assert refused(made) == [(2, "minutes_observed: not a whole number")]


def test_a_row_s_own_time_and_its_file_s_are_told_apart(conform):
    ours = contract(
        versioned_by={
            "row": {"column": "changed", "timestamp": "%Y-%m-%d %H:%M"},
            "file": {"pattern": r"_(\d{8})\.", "timestamp": "%Y%m%d"},
        }
    )
    rows = [USUAL | {"changed": "2022-03-02 10:30"}, USUAL | {"changed": "lately"}]
    made = conform(*rows, contract=ours, file="visits_20220401.csv")
    assert made.stamps.to_pylist() == [
        {"row_time": datetime(2022, 3, 2, 10, 30), "file_time": datetime(2022, 4, 1)}
    ]
    assert refused(made) == [(3, "changed: not a date and time (expected YYYY-MM-DD HH:MM)")]
    with pytest.raises(FileRefused, match="its name carries no export time as contract ours"):
        conform(USUAL | {"changed": ""}, contract=ours, file="visits.csv")


def test_a_file_s_time_may_stand_in_a_column(conform):
    ours = contract(versioned_by={"file": {"column": "exported"}})
    made = conform(USUAL | {"exported": "2022-04-01T00:00:00"}, contract=ours)
    assert made.stamps["file_time"].to_pylist() == [datetime(2022, 4, 1)]
    assert made.stamps["row_time"].null_count == 1
