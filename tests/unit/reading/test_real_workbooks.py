"""Real workbooks: each one's rows, columns, a few cells, and what is odd about it."""

from __future__ import annotations

import csv

import pytest

from orchestration.reading.errors import FileRefused
from tests.paths import shared
from tests.unit.reading.reading import read, real, table


def test_a_form_s_filtered_rows_are_rows_and_its_seconds_whole() -> None:
    header, rows = table("google_forms/uva_fa22.xlsx", format="excel")
    assert header == (
        "Timestamp",
        "Are you a UVA Undergraduate student?",
        "Is a hot dog a sandwich?",
    )
    assert len(rows) == 194
    assert list(rows[0].values()) == ["2022-08-24 19:08:52", "No", "Yes"]


def test_a_form_as_a_workbook_says_what_it_says_as_text() -> None:
    _, rows = table("google_forms/uva_spring25.xlsx", format="excel")
    with shared("real/google_forms/uva_spring25_form_responses_crlf.csv").open(newline="") as file:
        expected = list(csv.DictReader(file))
    assert len(rows) == len(expected) == 64
    for row, stood in zip(rows, expected, strict=True):
        day, moment = stood["Timestamp"].split()
        month, date, year = (int(part) for part in day.split("/"))
        assert row["Timestamp"] == f"{year}-{month:02}-{date:02} {moment:0>8}"
        others = [name for name in stood if name != "Timestamp"]
        assert [row[name] for name in others] == [stood[name] for name in others]


@pytest.mark.parametrize(
    ("sheet", "rows", "columns"),
    [("Engagement", 8, 7), ("expectations ", 9, 8), ("IPG", 11, 11), ("Assignments", 8, 6)],
)
def test_a_workbook_of_templates_is_read_a_sheet_at_a_time(sheet, rows, columns) -> None:
    header, found = table("observations/tntp_metric_templates.xlsx", format="excel", sheet=sheet)
    assert (len(found), len(header)) == (rows, columns)
    assert header[-2:] == ("", "Notes (delete before using):")


def test_numbers_have_no_point_and_texts_among_them_stay() -> None:
    _, rows = table("observations/tntp_metric_templates.xlsx", format="excel", sheet="IPG")
    assert rows[0]["grade_level"] == "9"
    assert rows[0]["rfs_overall"] == "NA"


def test_of_seven_sheets_none_is_guessed_unless_one_alone_has_the_columns_declared() -> None:
    path = "observations/tntp_metric_templates.xlsx"
    with pytest.raises(FileRefused, match="7 of its sheets hold a table"):
        real(path, format="excel")
    with pytest.raises(FileRefused, match="no sheet named 'Grit', which the contract reads"):
        real(path, format="excel", sheet="Grit")
    header, rows = table(path, format="excel", header_has=["bel_ideas", "bel_fitin"])
    assert (header[1], len(rows)) == ("bel_ideas", 8)


def test_a_row_s_line_is_the_sheet_s() -> None:
    rows, _ = read(real("google_forms/uva_fa22.xlsx", format="excel"))
    assert [line for line, _ in rows] == list(range(2, 196))
