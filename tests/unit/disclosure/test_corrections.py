"""What a corrected slice may show beside those that it can be subtracted from."""

from __future__ import annotations

from functools import partial

import pandas as pd
import pytest

from orchestration.disclosure import PUBLISHABLE
from orchestration.disclosure.corrections import hidden_as_before, too_few_apart
from tests.unit.disclosure.rows import (
    COVERAGE,
    DECLARED,
    ESTIMATE,
    QUALITY,
    REACH,
    SESSION,
    WHOLE,
    made,
)

Row = dict
in_long = partial(pytest.param, marks=pytest.mark.long)


def apart(name: str, before: list[Row], after: list[Row]) -> pd.DataFrame:
    return too_few_apart(PUBLISHABLE[name], made(name, *before), made(name, *after), DECLARED)


def again(name: str, before: list[Row], after: list[Row]) -> pd.DataFrame:
    return hidden_as_before(PUBLISHABLE[name], made(name, *before), made(name, *after))


@pytest.mark.parametrize(
    ("name", "column", "minimum"),
    [
        ("mart_adoption", "n", 5),
        ("mart_student_voice", "n", 11),
        ("mart_survey_quality", "n_complete", 11),
        ("mart_coverage", "n_seen", 5),
        in_long("mart_adoption", "n_eligible", 5),
        in_long("mart_instruction", "n", 5),
        in_long("mart_teacher_voice", "n", 5),
        in_long("mart_survey_quality", "n_respondents", 11),
        in_long("mart_professional_learning", "n_attended", 5),
        in_long("mart_pl_sequence", "n_attended", 5),
    ],
)
def test_an_n_may_change_by_nobody_or_by_the_minimum_of_its_unit(name, column, minimum):
    row = WHOLE[name]
    for difference in (1, minimum - 1, -1, 1 - minimum):
        few = apart(name, [row], [{**row, column: row[column] + difference}])
        assert few.to_dict("records") == [{key: row[key] for key in PUBLISHABLE[name].keys}]
    for difference in (0, minimum, -minimum, 10 * minimum):
        assert apart(name, [row], [{**row, column: row[column] + difference}]).empty


def test_the_minimum_is_that_of_the_rows_own_unit():
    for unit, few in (("students", 1), ("classrooms", 0)):
        row = {**COVERAGE, "population": unit}
        assert len(apart("mart_coverage", [row], [{**row, "n_seen": row["n_seen"] + 7}])) == few
    teachers = {**QUALITY, "instrument": "teacher_im"}
    more = {"n_respondents": teachers["n_respondents"] + 7}
    assert apart("mart_survey_quality", [teachers], [{**teachers, **more}]).empty


def test_an_estimate_that_changes_over_the_same_people_is_not_too_few_apart():
    assert apart("mart_adoption", [ESTIMATE], [{**ESTIMATE, "estimate": 0.5}]).empty


def test_a_cell_that_either_hides_is_not_compared():
    small, shown = {**ESTIMATE, "n": 4}, {**ESTIMATE, "n": 6}
    assert apart("mart_adoption", [small], [shown]).empty
    assert apart("mart_adoption", [shown], [small]).empty


def test_a_row_that_is_new_or_gone_counts_nobody_where_it_is_not():
    other = {**ESTIMATE, "unit_id": "East", "unit_name": "East", "n": 6}
    assert apart("mart_adoption", [ESTIMATE], [ESTIMATE, other]).empty
    assert apart("mart_adoption", [ESTIMATE, other], [ESTIMATE]).empty


def test_a_row_that_was_shown_under_a_lower_minimum_may_not_come_or_go():
    few = {**ESTIMATE, "n": 6}
    before, after = (
        made("mart_adoption", ESTIMATE, {**few, "unit_id": "East"}),
        made("mart_adoption", ESTIMATE),
    )
    raised = type(DECLARED)({**DECLARED.minimum_n, "classrooms": 10}, DECLARED.kinds)
    found = too_few_apart(PUBLISHABLE["mart_adoption"], before, after, raised)
    assert found["unit_id"].tolist() == ["East"]


def test_a_denominator_that_nobody_knows_is_not_compared():
    unknown = {**REACH, "n_eligible": None, "reach": None}
    assert apart("mart_professional_learning", [REACH], [unknown]).empty
    assert apart("mart_professional_learning", [unknown], [REACH]).empty


@pytest.mark.parametrize("name", ["mart_comments", "mart_row_accounting"])
def test_a_table_that_counts_no_people_is_left_as_it_is(name):
    row = WHOLE[name]
    after = made(name, row)
    assert apart(name, [row], [row]).empty
    pd.testing.assert_frame_equal(again(name, [row], [row]), after)


@pytest.mark.parametrize(
    ("name", "row", "column"),
    [
        ("mart_adoption", ESTIMATE, "n"),
        ("mart_coverage", COVERAGE, "n_seen"),
        ("mart_survey_quality", QUALITY, "n_respondents"),
        ("mart_pl_sequence", SESSION, "n_attended"),
    ],
)
def test_what_was_hidden_stays_hidden_however_many_there_are_now(name, row, column):
    found = again(name, [{**row, column: 3}], [row]).iloc[0]
    assert found[PUBLISHABLE[name].statistics].isna().all()
    assert (found["suppression"], found["shown"]) == ("secondary", "withheld")


def test_what_was_shown_is_shown_and_what_is_small_now_is_said_to_be():
    shown = again("mart_adoption", [ESTIMATE], [ESTIMATE])
    pd.testing.assert_frame_equal(shown, made("mart_adoption", ESTIMATE))
    small = again("mart_adoption", [{**ESTIMATE, "n": 3}], [{**ESTIMATE, "n": 4}]).iloc[0]
    assert (small["suppression"], small["shown"]) == ("primary", "n < 5")


def test_a_measure_that_joined_since_is_hidden_with_those_of_the_same_people():
    joined = {**ESTIMATE, "measure_id": "adoption_as_designed"}
    elsewhere = {**ESTIMATE, "unit_id": "East", "unit_name": "East"}
    found = again("mart_adoption", [{**ESTIMATE, "n": 3}], [ESTIMATE, joined, elsewhere])
    assert dict(zip(found["unit_id"] + " " + found["measure_id"], found["shown"], strict=True)) == {
        "East adoption_any": "84% (78% to 89%)",
        "West adoption_any": "withheld",
        "West adoption_as_designed": "withheld",
    }


def test_nothing_is_left_under_the_mask_of_what_is_hidden_again():
    found = again("mart_adoption", [{**ESTIMATE, "n": 3}], [ESTIMATE])
    for name in ("n", "estimate"):
        under = found[name].array._data
        assert ESTIMATE[name] not in list(under)
