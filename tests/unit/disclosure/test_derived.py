"""What is worked out of cells: hidden where they are, in part where it rests on few."""

from __future__ import annotations

import pandas as pd
import pytest

from orchestration.disclosure import PUBLISHABLE, beside_cells, cells
from tests.unit.disclosure.rows import AGREEMENT, CELL, CHANGE, DECLARED, OPTION, SUPPORT, made

BEFORE = "2020-21-spring"
WITHIN = ["n_from_both", "n_to_both", "within_change", "within_df", "mix_change"]
SINCE = ["baseline_term", "baseline_effect_size", "baseline_label", "change_difference"]


def only(frame: pd.DataFrame) -> pd.Series:
    assert len(frame) == 1
    return frame.iloc[0]


def beside(table: str, row: dict, *hidden: dict, earlier: dict | None = None) -> pd.DataFrame:
    """A row beside the cells that it rests on, all shown but for some."""
    named = [
        {},
        {"term": BEFORE},
        {"subgroup_type": "support", "subgroup": "supported"},
        {"subgroup_type": "support", "subgroup": "unsupported"},
    ]
    rows = [{**CELL, **one, "n": 3 if one in hidden else 40} for one in named]
    shown = cells({"mart_student_voice": made("mart_student_voice", *rows)}, {})
    given = {row["term"]: earlier or {}}
    return beside_cells(PUBLISHABLE[table], made(table, row), shown, given, DECLARED)


@pytest.mark.parametrize("hidden", [{}, {"term": BEFORE}])
def test_a_change_is_hidden_where_either_of_its_cells_is(hidden):
    row = only(beside("mart_change", CHANGE, hidden))
    assert (row["suppression"], row["shown"]) == ("secondary", "withheld")
    assert row[PUBLISHABLE["mart_change"].statistics].isna().all()


def test_a_change_is_shown_where_both_of_its_cells_are():
    assert only(beside("mart_change", CHANGE))["change"] == CHANGE["change"]


def test_no_change_is_shown_from_a_term_that_is_not_as_it_was_released():
    row = only(beside("mart_change", CHANGE, earlier={BEFORE: "changed"}))
    assert row["shown"] == "withheld"


def test_there_is_no_row_from_a_term_that_is_not_released():
    assert beside("mart_change", CHANGE, earlier={BEFORE: "unreleased"}).empty


@pytest.mark.parametrize(
    "few",
    [
        {"n_from_both": 10},
        {"n_to_both": 10},
        {"n_from": 50, "n_from_both": 40},
        {"n_to": 60, "n_to_both": 50},
    ],
)
def test_what_rests_on_few_in_both_terms_or_in_one_alone_is_hidden_by_itself(few):
    row = only(made("mart_change", {**CHANGE, **few}))
    assert row["suppression"] == "none"
    assert row[WITHIN].isna().all()
    assert row["change"] == CHANGE["change"]
    assert row["shown"] == "in all +5 points (−1 to +11); in the same schools not shown"


def test_where_every_unit_is_in_both_nobody_is_told_of_by_subtraction():
    row = only(made("mart_change", {**CHANGE, "n_from_both": 50, "n_to_both": 60}))
    assert row["within_change"] == CHANGE["within_change"]


@pytest.mark.parametrize("group", ["supported", "unsupported"])
def test_a_comparison_is_hidden_where_either_group_is(group):
    hidden = {"subgroup_type": "support", "subgroup": group}
    assert only(beside("mart_support_comparison", SUPPORT, hidden))["shown"] == "withheld"


@pytest.mark.parametrize(
    ("hidden", "earlier"),
    [(({"term": BEFORE},), {}), ((), {BEFORE: "changed"}), ((), {"2019-20-fall": "unreleased"})],
)
def test_what_was_before_support_is_hidden_alone_where_it_may_not_be_told(hidden, earlier):
    row = only(beside("mart_support_comparison", SUPPORT, *hidden, earlier=earlier))
    assert row["difference"] == SUPPORT["difference"]
    assert row[SINCE].isna().all()
    assert row["shown"] == "now +5 points (−1 to +11); before not shown; since not shown"


def test_that_there_was_no_term_before_is_told():
    nothing = dict.fromkeys([name for name in SUPPORT if name.startswith(("baseline", "change"))])
    none = {**SUPPORT, **nothing, "baseline_label": "no_baseline"}
    row = only(beside("mart_support_comparison", none))
    assert row["baseline_label"] == "no_baseline"
    assert row["shown"] == "now +5 points (−1 to +11); before no term"


@pytest.mark.parametrize("count", ["baseline_n_supported", "change_n_unsupported"])
def test_few_before_or_since_are_hidden(count):
    row = only(made("mart_support_comparison", {**SUPPORT, count: 10}))
    assert row[SINCE].isna().all()


def test_few_pairs_of_observers_are_hidden_and_their_ratings_shown():
    row = only(made("mart_observer_agreement", {**AGREEMENT, "n_pairs": 4}))
    assert row[["n_pairs", "exact", "kappa"]].isna().all()
    assert (row["n_ratings"], row["shown"]) == (120, "not shown")


@pytest.mark.parametrize("own", [4, 116])
def test_few_ratings_by_or_but_the_own_organisation_are_hidden(own):
    row = only(made("mart_observer_agreement", {**AGREEMENT, "n_own": own}))
    assert row[["n_own", "share_own_organisation", "own_minus_other"]].isna().all()


def test_an_option_is_hidden_where_its_measures_cell_is():
    option = {**OPTION, "measure_id": "am_mathematician"}
    assert only(beside("mart_ranked_options", option, {}))["shown"] == "withheld"
    assert only(beside("mart_ranked_options", option))["suppression"] == "none"


def test_nothing_is_left_under_the_mask_of_a_hidden_part():
    column = made("mart_change", {**CHANGE, "n_to_both": 10})["within_change"]
    assert pd.isna(column.array.to_numpy(dtype="float64", na_value=float("nan"))[0])
    assert column.array._data[0] != CHANGE["within_change"]
