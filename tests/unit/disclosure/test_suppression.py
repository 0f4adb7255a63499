"""What a suppressed cell keeps, and what it does not."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest

from orchestration.disclosure import PUBLISHABLE, publishable
from tests.unit.disclosure.rows import ACCOUNT, COVERAGE, DECLARED, ESTIMATE, WHOLE, made


def adoption(*rows: dict) -> pd.DataFrame:
    return made("mart_adoption", *rows)


def coverage(*rows: dict) -> pd.DataFrame:
    return made("mart_coverage", *rows)


def statistics(frame: pd.DataFrame, table: str = "mart_adoption") -> pd.Series:
    return frame.iloc[0][PUBLISHABLE[table].statistics]


def test_a_cell_of_exactly_the_minimum_is_published_as_it_is():
    row = adoption({**ESTIMATE, "n": 5}).iloc[0]
    assert row["suppression"] == "none"
    assert row["shown"] == "84% (78% to 89%)"
    assert (row["n"], row["estimate"]) == (5, 0.84)


@pytest.mark.parametrize("n", [1, 4])
def test_a_cell_under_the_minimum_keeps_its_keys_and_names_and_nothing_else(n):
    frame = adoption({**ESTIMATE, "n": n})
    assert statistics(frame).isna().all()
    row = frame.iloc[0]
    assert (row["suppression"], row["shown"]) == ("primary", "n < 5")
    assert (row["unit_name"], row["school_year"]) == ("West", "2021-22")


def test_nobody_observed_is_nobody_and_is_shown():
    nothing = dict.fromkeys(("estimate", "ci_low", "ci_high", "std_error", "df"))
    row = adoption({**ESTIMATE, **nothing, "n": 0, "presentation": "caution"}).iloc[0]
    assert (row["suppression"], row["shown"]) == ("none", "no classroom observed")
    assert (row["n"], row["n_eligible"]) == (0, 130)


def test_caution_does_not_hide():
    row = adoption({**ESTIMATE, "presentation": "caution"}).iloc[0]
    assert (row["presentation"], row["shown"]) == ("caution", "84% (78% to 89%)")


def test_each_weighting_shows_its_own_estimate_in_the_same_form():
    roster = {**ESTIMATE, "weighting": "roster", "estimate": 0.8, "ci_low": None, "ci_high": None}
    assert list(adoption(ESTIMATE, roster)["shown"]) == ["84% (78% to 89%)", "80% (no interval)"]


def test_the_minimum_is_the_one_that_is_given():
    frame = publishable(
        "mart_adoption", pd.DataFrame([ESTIMATE]), replace(DECLARED, minimum_n={"classrooms": 41})
    )
    assert frame.iloc[0]["shown"] == "n < 41"


def test_no_school_row_is_ever_published():
    school = {**ESTIMATE, "level": "school", "unit_id": "S1", "unit_name": "School 1"}
    assert list(adoption(ESTIMATE, school)["level"]) == ["local_district"]
    assert len(adoption(school)) == 0


def test_a_level_that_nobody_has_ruled_on_is_refused():
    with pytest.raises(ValueError, match="classroom"):
        adoption({**ESTIMATE, "level": "classroom"})


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"n_eligible": 5, "n_seen": 5}, False),
        ({"n_eligible": 4, "n_seen": 0}, True),
        ({"n_eligible": 400, "n_seen": 4}, True),
        ({"n_eligible": 0, "n_seen": 0}, False),
        ({"n_eligible": 0, "n_seen": 9}, False),
    ],
)
def test_coverage_is_hidden_where_few_were_rostered_or_few_were_seen(counts, hidden):
    frame = coverage({**COVERAGE, **counts, "n_matched": 0, "coverage": None})
    assert (frame.iloc[0]["suppression"] == "primary") is hidden
    assert statistics(frame, "mart_coverage").isna().all() == hidden


def test_coverage_shows_those_seen_of_those_rostered():
    assert coverage(COVERAGE).iloc[0]["shown"] == "31% (410 of 1,310)"


def test_a_flag_of_a_hidden_cell_is_hidden_too():
    hidden = {**COVERAGE, "n_eligible": 3, "n_seen": 0, "flag": "none_seen"}
    assert coverage(hidden)["flag"].isna().all()


def test_no_mask_keeps_what_it_hides():
    frame = adoption({**ESTIMATE, "n": 3, "estimate": 0.6180339887, "n_eligible": 987654321})
    for name in PUBLISHABLE["mart_adoption"].statistics:
        array = frame[name].array
        under = getattr(array, "_data", array)
        assert not {0.6180339887, 987654321}.intersection(list(under))


def test_counts_are_nullable_integers_and_figures_nullable_floats():
    frame = adoption({**ESTIMATE, "n": 3})
    assert {str(frame[name].dtype) for name in ("n", "df", "n_visits")} == {"Int64"}
    assert {str(frame[name].dtype) for name in ("estimate", "coverage", "deff")} == {"Float64"}


def test_files_and_their_names_are_summed_away_in_the_account():
    other = {**ACCOUNT, "file": "b.csv", "rows_read": 5, "reasons": '{"quarantined: no date": 4}'}
    frame = made("mart_row_accounting", ACCOUNT, other)
    assert not {"file", "sha256", "contract"} & set(frame.columns)
    row = frame.iloc[0]
    assert row["rows_read"] == 15
    assert json.loads(row["reasons"]) == {
        "quarantined: no date": 5,
        "set aside: unknown school": 1,
    }
    assert "Tell-Tale" not in frame.to_csv()
    assert (row["suppression"], row["shown"]) == ("none", "14 of 15 rows used")


@pytest.mark.parametrize("name", list(PUBLISHABLE))
def test_a_mart_without_rows_is_a_publishable_table_without_rows(name):
    frame = publishable(name, pd.DataFrame([WHOLE[name]]).iloc[:0], DECLARED)
    assert list(frame.columns) == list(PUBLISHABLE[name].published)
    assert len(frame) == 0


def test_rows_have_one_order_whatever_order_they_came_in():
    rows = [{**ESTIMATE, "unit_id": unit, "term": term} for unit in "cab" for term in "yx"]
    pd.testing.assert_frame_equal(adoption(*rows), adoption(*reversed(rows)))


def test_the_mart_is_left_as_it_was():
    mart = pd.DataFrame([{**ESTIMATE, "n": 3}])
    before = mart.copy(deep=True)
    publishable("mart_adoption", mart, DECLARED)
    pd.testing.assert_frame_equal(mart, before)


def test_a_key_that_stands_twice_is_refused():
    with pytest.raises(ValueError, match="share a key"):
        adoption(ESTIMATE, ESTIMATE)


def test_a_column_that_nobody_declared_is_refused_by_name():
    with pytest.raises(ValueError, match="teacher_id"):
        adoption({**ESTIMATE, "teacher_id": "T1"})


def test_a_missing_column_is_refused_by_name():
    with pytest.raises(ValueError, match="n_visits"):
        adoption({key: value for key, value in ESTIMATE.items() if key != "n_visits"})


def test_a_denominator_that_nobody_knows_is_refused():
    with pytest.raises(ValueError, match=r"mart_adoption\.n is null"):
        adoption(ESTIMATE, {**ESTIMATE, "subgroup": "x", "n": None})


def test_a_unit_without_a_minimum_is_refused():
    given = replace(DECLARED, minimum_n={"students": 11})
    with pytest.raises(ValueError, match="classrooms"):
        publishable("mart_adoption", pd.DataFrame([ESTIMATE]), given)


def test_a_measure_that_nobody_declared_is_refused():
    with pytest.raises(ValueError, match=r"measure_id holds made_up"):
        adoption({**ESTIMATE, "measure_id": "made_up"})


def test_a_table_that_is_not_publishable_is_refused():
    with pytest.raises(ValueError, match="fct_observation"):
        publishable("fct_observation", pd.DataFrame(), DECLARED)
