"""Real delimited text: each file's rows, columns, a few cells, and what is odd about it."""

from __future__ import annotations

import pytest

from orchestration.reading.errors import FileRefused
from tests.unit.reading.reading import read, real, table


def test_a_table_with_titles_above_and_notes_below_is_its_rows_alone() -> None:
    header, rows = table(
        "nasty/datagov_fy10_edu_title_rows_footnote_crlf.csv",
        header_has=["State Name", "TOTAL"],
        notes_below=["Note:"],
    )
    assert len(header) == 9
    assert len(rows) == 53
    assert rows[0]["State Name"] == "ALABAMA"
    assert rows[0]["TOTAL"] == "19,582"
    assert rows[-1]["State Name"] == "PHILIPPINES"
    lines, _ = read(
        real(
            "nasty/datagov_fy10_edu_title_rows_footnote_crlf.csv",
            header_has=["State Name", "TOTAL"],
            notes_below=["Note:"],
        )
    )
    assert (lines[0][0], lines[-1][0]) == (4, 56)


@pytest.mark.parametrize("delimiter", ["|", "any"])
def test_pipes_separate_cells_that_hold_bare_quotes_and_a_last_column_without_a_name(
    delimiter: str,
) -> None:
    header, rows = table("nasty/nrc_event_reports_pipe_delimited.txt", delimiter=delimiter)
    assert (len(header), header[0], header[-2:]) == (72, "Event Desc", ("Event Text", ""))
    assert len(rows) == 72
    assert rows[0]["Site Name"] == "PILGRIM"
    assert '  "On January 5, 2011, at 0120 hours' in rows[0]["Event Text"]
    assert rows[-1]["En No"] == "46716"


def test_a_lone_carriage_return_ends_a_line_and_stays_within_quotes() -> None:
    rows, rejects = read(real("nasty/tiny_mac_cr_newlines.csv"))
    assert rows == [(2, ("1", "2", "3")), (3, ("Once upon\ra time", "5", "6"))]
    assert not rejects


@pytest.mark.parametrize("name", ["tiny_utf16be_bom.csv", "tiny_utf16le_bom.csv"])
@pytest.mark.parametrize("encoding", ["utf-16", "any"])
def test_utf_16_is_read_in_either_order(name: str, encoding: str) -> None:
    rows, rejects = read(real(f"nasty/{name}", encoding=encoding))
    assert rows == [(2, ("1", "2", "3")), (3, ("4", "5", "ʤ"))]
    assert not rejects
    with pytest.raises(FileRefused, match="the header is not UTF-8 text"):
        real(f"nasty/{name}")


def test_a_byte_of_latin_1_is_read_where_declared_or_where_all_encodings_agree() -> None:
    for encoding in ("windows-1252", "mac_roman", "any"):
        rows, rejects = read(real("nasty/tiny_latin1.csv", encoding=encoding))
        assert (rows, rejects) == ([(2, ("1", "2", "3")), (3, ("4", "5", "©"))], [])
    rows, rejects = read(real("nasty/tiny_latin1.csv"))
    assert rows == [(2, ("1", "2", "3"))]
    assert rejects == [(3, "row: not UTF-8 text")]


def test_a_nul_byte_rejects_its_row() -> None:
    assert read(real("nasty/tiny_null_byte.csv")) == ([], [(2, "row: holds a NUL byte")])


def test_ragged_rows_are_rejected_and_the_others_stand() -> None:
    rows, rejects = read(real("nasty/tiny_ragged.csv"))
    assert rows == [(4, ("0", "mixed types.... uh oh", "17"))]
    assert rejects == [
        (2, "row: more cells than the header's 3"),
        (3, "row: fewer cells than the header's 3"),
    ]


def test_walkthroughs_of_a_google_form_keep_their_notes_of_several_lines() -> None:
    header, rows = table("observations/tntp_g2g_ipg_math_google_form.csv")
    assert (len(header), header[0], len(rows)) == (32, "Timestamp", 14)
    assert rows[0]["Timestamp"] == "6/6/2022 14:59:32"
    assert {"K"} < {row["Grade"] for row in rows}
    assert any("\n" in cell for row in rows for cell in row.values())


def test_simulated_observations_are_a_hundred_with_blanks_by_subject() -> None:
    header, rows = table("observations/tntp_ipg_practice_SIMULATED.csv")
    assert (len(header), len(rows)) == (14, 100)
    assert {row["rfs_overall"] for row in rows if row["form"] == "Math"} == {""}


@pytest.mark.parametrize("when", ["initial", "final"])
def test_simulated_students_are_a_thousand_each_time(when: str) -> None:
    header, rows = table(f"student_survey/tntp_ss_data_{when}_SIMULATED.csv")
    assert (header[:2], len(rows)) == (("class_id", "response_id"), 1000)
    assert {row["bel_fitin"] for row in rows} == {"", "-0.0", "0.0", "1.0", "2.0", "3.0"} - (
        {""} if when == "final" else set()
    )


def test_the_school_directory_keeps_the_zeros_of_its_codes() -> None:
    header, rows = table("school_directory/lausd_from_cde_pubschls_2018.csv", encoding="any")
    assert (len(header), len(rows)) == (40, 1352)
    assert {len(row["CDSCode"]) for row in rows} == {14}
    assert sum(row["School"] == "" for row in rows) == 1
