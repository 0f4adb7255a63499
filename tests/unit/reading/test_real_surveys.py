"""Real exports of the survey platforms: each one's rows, columns, a few cells, and its quirks."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from orchestration.reading.errors import FileRefused
from tests.paths import shared
from tests.unit.reading.reading import read, real, table


@pytest.mark.parametrize(
    ("name", "columns", "rows"),
    [
        ("uva_fa22.xlsx", 3, 194),
        ("uva_fa23_timestamp_dropped.csv", 4, 158),
        ("uva_spring25.xlsx", 9, 64),
        ("uva_spring25_form_responses_crlf.csv", 9, 64),
    ],
)
def test_a_google_form_is_read_whether_text_or_workbook(name, columns, rows) -> None:
    header, found = table(f"google_forms/{name}", format="google_forms")
    assert (len(header), len(found)) == (columns, rows)


def test_a_google_form_s_wording_is_its_own_each_term() -> None:
    header, rows = table("google_forms/uva_fa23_timestamp_dropped.csv", format="google_forms")
    assert header[1] == "Is a hot dog a sandwich"
    assert Counter(row[header[1]] for row in rows).keys() == {"Yes", "No"}
    _, rows = table("google_forms/uva_spring25.xlsx", format="google_forms")
    question = "Do you believe that a hotdog falls under the category of a sandwich?"
    assert {"Yesss", "NO"} < {row[question] for row in rows}


def test_the_grids_of_a_google_form_are_columns_of_a_stem_and_a_row() -> None:
    path = "observations/tntp_g2g_ipg_math_google_form.csv"
    header, rows = table(path, format="google_forms")
    assert (len(header), len(rows)) == (32, 14)
    grid = [name for name in header if name.endswith(")]")]
    assert len(grid) > 5
    assert {row[name] for row in rows for name in grid} <= {
        *("", "Yes", "No", "Mostly", "Somewhat", "Not Yet", "Not Applicable", "N/A"),
    }


@pytest.mark.parametrize(
    ("name", "columns", "rows", "first_line"),
    [
        ("qtools_many_types_insights_3header.csv", 190, 5, 4),
        ("qtools_many_types_legacy_2header_bom.csv", 190, 5, 3),
        ("qtools_matrix_insights_3header.csv", 30, 5, 4),
        ("qtools_matrix_legacy_2header_dupcols_bom.csv", 30, 5, 3),
        ("qtools_no_basis_insights_3header.csv", 49, 15, 4),
        ("qtools_no_basis_legacy_2header_bom.csv", 49, 15, 3),
        ("qualtRics_pkg_legacy_2header_trailing_comma.csv", 16, 1, 3),
        ("qualtRics_pkg_numeric_values_3header_german.csv", 20, 1, 4),
    ],
)
def test_qualtrics_s_headers_are_three_rows_or_two(name, columns, rows, first_line) -> None:
    reader = real(f"qualtrics/{name}", format="qualtrics")
    found, rejects = read(reader)
    assert (len(reader.header), len(found), found[0][0]) == (columns, rows, first_line)
    assert not rejects
    named = [one for one in reader.header if one]
    assert len(set(named)) == len(named) >= columns - 1
    ids = dict(zip(named, found[0][1], strict=True))
    assert ids.get("ResponseID", ids.get("ResponseId", "")).startswith("R_")


def test_the_same_responses_have_the_same_names_in_both_of_qualtrics_s_kinds() -> None:
    _, new = table("qualtrics/qtools_no_basis_insights_3header.csv", format="qualtrics")
    _, old = table("qualtrics/qtools_no_basis_legacy_2header_bom.csv", format="qualtrics")
    for name in ("ResponseID", "Finished", "Status", "Q1", "Q2_1", "Q3_4"):
        assert [row[name] for row in new] == [row[name] for row in old]
    assert new[0]["Q2_-1"] == old[0]["Q2_4"] == "1"


def test_import_ids_in_single_quotes_name_columns_whose_own_names_stand_twice() -> None:
    header, rows = table("qualtrics/qtools_many_types_insights_3header.csv", format="qualtrics")
    assert "QID50#2-3-4" in header
    assert header[11] == "fruits"
    assert {row["Status"] for row in rows} == {"2"}


def test_where_nothing_else_names_a_column_all_of_its_name_are_numbered() -> None:
    path = "qualtrics/qtools_matrix_legacy_2header_dupcols_bom.csv"
    header, rows = table(path, format="qualtrics")
    assert "question_one" not in header
    assert [rows[0][f"question_one ({n} of 3)"] for n in (1, 2, 3)] == ["1", "10", "13"]
    assert header[-1] == ""


def test_german_questions_stand_over_english_names_and_numbers() -> None:
    path = "qualtrics/qualtRics_pkg_numeric_values_3header_german.csv"
    _, (row,) = table(path, format="qualtrics")
    assert (row["ResponseId"], row["Q1"], row["Q2"]) == ("R_2YPOQ602ER1jkf1", "2", "Hello World!")


def test_surveymonkey_s_options_are_columns_under_their_question() -> None:
    path = "surveymonkey/538_midwest_region_2header.csv"
    header, rows = table(path, format="surveymonkey")
    with shared(f"real/{path}").open(encoding="utf-8-sig", newline="") as file:
        stood = list(csv.reader(file))
    assert (len(header), len(rows)) == (53, len(stood) - 2) == (53, 2778)
    states = [name for name in header if name.startswith("Which of the following states")]
    assert len(states) == 20
    assert {rows[1][name] for name in states} >= {"Illinois", "Wisconsin", ""}
    assert [list(row.values()) for row in rows] == stood[2:]
    for name in states:
        assert {row[name] for row in rows} <= {"", name.rpartition(" | ")[2]}
    assert header[:2] == (
        "RespondentID",
        "In your own words, what would you call the part of the country you live in now?",
    )


def test_surveymonkey_s_questions_of_one_column_are_named_by_themselves() -> None:
    header, rows = table("surveymonkey/538_steak_risk_2header.csv", format="surveymonkey")
    assert (len(header), len(rows)) == (15, 550)
    assert header[-1] == "Location (Census Region)"
    assert rows[1]["How do you like your steak prepared?"] == "Medium rare"
    assert set(rows[0].values()) == {"3237565956", "Lottery B", ""}


@pytest.mark.parametrize(
    ("name", "question", "options"),
    [
        (
            "kobo_kpi_default_export_en.csv",
            "What kind of symmetry do you have?",
            ["Spherical", "Radial", "Bilateral"],
        ),
        (
            "kobo_kpi_spanish_labels.csv",
            "¿Qué tipo de simetría tiene?",
            ["Esférico", "Radial", "Bilateral"],
        ),
    ],
)
def test_kobo_s_tags_are_no_row_and_its_options_are_columns(name, question, options) -> None:
    reader = real(f"kobo/{name}", format="kobo")
    rows, rejects = read(reader)
    assert [line for line, _ in rows] == [3, 4, 5]
    assert not rejects
    assert len(reader.header) == 18
    _, found = table(f"kobo/{name}", format="kobo")
    assert [found[0][f"{question}/{option}"] for option in options] == ["1", "1", "1"]
    assert [found[1][f"{question}/{option}"] for option in options] == ["0", "1", "0"]
    assert found[0][question] == " ".join(options)
    assert found[0]["_uuid"] == "48583952-1892-4931-8d9c-869e7b49bafb"


@pytest.mark.parametrize(
    ("path", "kind", "said"),
    [
        ("kobo/kobo_kpi_default_export_en.csv", "qualtrics", "not Qualtrics's"),
        ("google_forms/uva_fa22.xlsx", "surveymonkey", "not SurveyMonkey's"),
        ("qualtrics/qtools_matrix_insights_3header.csv", "surveymonkey", "not SurveyMonkey's"),
        ("surveymonkey/538_steak_risk_2header.csv", "qualtrics", "not Qualtrics's"),
    ],
)
def test_a_platform_s_export_is_not_taken_for_another_s(path, kind, said) -> None:
    with pytest.raises(FileRefused, match=said):
        real(path, format=kind)
