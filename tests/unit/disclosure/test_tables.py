"""What each publishable table shows, whose minimum n it asks, and what it hides together."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.disclosure import PUBLISHABLE, Kind
from orchestration.release import GATED_MARTS
from tests.unit.disclosure.rows import (
    CELL,
    COMMENT,
    COVERAGE,
    QUALITY,
    REACH,
    RULED,
    SESSION,
    WHOLE,
    made,
)

SHOWN = {
    "mart_adoption": "84% (78% to 89%)",
    "mart_instruction": "84% (78% to 89%)",
    "mart_unfinished_learning": "84% (78% to 89%)",
    "mart_student_voice": "84% (78% to 89%)",
    "mart_teacher_voice": "84% (78% to 89%)",
    "mart_change": "in all +5 points (−1 to +11); in the same schools +4 points (−1 to +11)",
    "mart_support_comparison": "now +5 points (−1 to +11); before +.12 (−.20 to +.44), needs "
    "adjustment; since −3 points (−1 to +11)",
    "mart_observer_agreement": "73% of 40 pairs agree; κ .48",
    "mart_ranked_options": "51%; leads by +12 points (+2 to +22)",
    "mart_survey_quality": "45% answered (410 of 910); α .81 (3 items, 402 complete)",
    "mart_professional_learning": "37% (81 of 221) attended, 5.1 hours each",
    "mart_pl_sequence": "24 educators attended",
    "mart_coverage": "31% (410 of 1,310)",
    "mart_comments": "We talk more than before.",
    "mart_row_accounting": "7 of 10 rows used",
}
MINIMUM = {
    "mart_change": ("n_from", 11),
    "mart_support_comparison": ("n_unsupported", 11),
    "mart_observer_agreement": ("n_ratings", 5),
    "mart_ranked_options": ("n", 5),
    "mart_instruction": ("n", 5),
    "mart_unfinished_learning": ("n", 5),
    "mart_student_voice": ("n", 11),
    "mart_teacher_voice": ("n", 5),
    "mart_survey_quality": ("n_respondents", 11),
    "mart_professional_learning": ("n_attended", 5),
    "mart_pl_sequence": ("n_attended", 5),
    "mart_coverage": ("n_seen", 5),
}


def only(frame: pd.DataFrame) -> pd.Series:
    assert len(frame) == 1
    return frame.iloc[0]


def statistics_gone(table: str, row: pd.Series) -> bool:
    return bool(row[PUBLISHABLE[table].statistics].isna().all())


def test_every_table_is_judged_by_a_gate_before_it_is_published():
    assert set(PUBLISHABLE) <= set(GATED_MARTS)


@pytest.mark.parametrize("table", list(PUBLISHABLE))
def test_a_cell_that_may_be_shown_is_shown_in_its_own_words(table):
    row = only(made(table, WHOLE[table]))
    assert (row["suppression"], row["shown"]) == ("none", SHOWN[table])


@pytest.mark.parametrize(("table", "asked"), list(MINIMUM.items()))
def test_a_unit_under_its_own_minimum_is_hidden_and_at_it_is_shown(table, asked):
    column, minimum = asked
    under = only(made(table, {**WHOLE[table], column: minimum - 1}))
    assert (under["suppression"], under["shown"]) == ("primary", f"n < {minimum}")
    assert statistics_gone(table, under)
    assert only(made(table, {**WHOLE[table], column: minimum}))["suppression"] == "none"


def test_whom_an_instrument_asks_decides_the_minimum():
    few = {**QUALITY, "n_respondents": 6, "n_complete": 6}
    assert only(made("mart_survey_quality", few))["shown"] == "n < 11"
    teachers = {**few, "instrument": "teacher_im"}
    assert only(made("mart_survey_quality", teachers))["suppression"] == "none"


def test_whom_coverage_counts_decides_the_minimum():
    few = {**COVERAGE, "n_seen": 6, "n_matched": 6}
    assert only(made("mart_coverage", few))["suppression"] == "none"
    assert only(made("mart_coverage", {**few, "population": "students"}))["shown"] == "n < 11"


def test_an_instrument_that_nobody_declared_is_refused():
    with pytest.raises(ValueError, match=r"mart_survey_quality\.instrument holds made_up"):
        made("mart_survey_quality", {**QUALITY, "instrument": "made_up"})


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_a_frame_that_nobody_knows_hides_nothing(missing):
    row = only(made("mart_student_voice", {**CELL, "n_eligible": missing, "coverage": missing}))
    assert (row["suppression"], row["shown"]) == ("none", "84% (78% to 89%)")
    assert pd.isna(row["n_eligible"])


@pytest.mark.parametrize("table", ["mart_student_voice", "mart_professional_learning"])
def test_few_who_might_have_been_asked_hide_a_cell_that_nobody_is_in(table):
    counts = {"n": 0} if table == "mart_student_voice" else {"n_attended": 0}
    row = only(made(table, {**WHOLE[table], **counts, "n_eligible": 3}))
    assert row["suppression"] == "primary"
    assert statistics_gone(table, row)


def test_few_complete_answers_hide_a_constructs_alpha():
    row = only(made("mart_survey_quality", {**QUALITY, "n_complete": 10}))
    assert pd.isna(row["alpha"])


def test_a_small_item_hides_its_constructs_and_both_weightings_of_the_same_people():
    rows = [
        {**CELL, "measure_id": measure, "weighting": weighting, "subgroup": group, "n": n}
        for measure, n in (("am_mathematician", 40), ("identity", 10))
        for weighting in ("none", "roster")
        for group in ("yes", "no")
        if not (group == "no" and n == 10)
    ]
    frame = made("mart_student_voice", *rows).set_index(["subgroup", "measure_id"])
    assert set(frame.loc[("yes", "identity"), "suppression"]) == {"primary"}
    assert set(frame.loc[("yes", "am_mathematician"), "suppression"]) == {"secondary"}
    assert set(frame.loc[("yes", "am_mathematician"), "shown"]) == {"withheld"}
    assert frame.loc["yes"][PUBLISHABLE["mart_student_voice"].statistics].isna().all().all()
    assert set(frame.loc["no", "suppression"]) == {"none"}


def test_a_cell_small_under_one_missing_rule_is_hidden_under_all():
    rows = [
        {**RULED, "missing_rule": rule, "n": n}
        for rule, n in (("exclude", 4), ("lowest", 40), ("drop_visit", 40))
    ]
    frame = made("mart_instruction", *rows)
    assert set(frame["suppression"]) == {"primary", "secondary"}
    assert frame["estimate"].isna().all()


def test_what_is_hidden_in_one_place_or_term_hides_nothing_in_another():
    small = {**CELL, "n": 3}
    others = [{**CELL, "unit_id": "Northeast"}, {**CELL, "term": "2021-22-fall"}]
    frame = made("mart_student_voice", small, *others)
    assert sorted(frame["suppression"]) == ["none", "none", "primary"]


@given(st.lists(st.integers(min_value=0, max_value=30), min_size=1, max_size=6))
def test_a_unit_is_hidden_exactly_where_one_of_its_measures_is_small(counts):
    measures = ["am_mathematician", "identity", "engagement", "ipg_score", "adoption_any"]
    rows = [
        {**CELL, "measure_id": measure, "n": n}
        for measure, n in zip(measures, counts, strict=False)
    ]
    frame = made("mart_student_voice", *rows)
    hidden = any(0 < row["n"] < 11 for row in rows)
    assert set(frame["suppression"] != "none") == {hidden}


def test_a_mean_is_shown_as_a_mean():
    mean = {**CELL, "measure_id": "identity", "estimate": 2.85, "ci_low": 2.8, "ci_high": 2.96}
    assert only(made("mart_student_voice", mean))["shown"] == "2.9 (2.8 to 3.0)"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("mart_instruction", "no classroom observed"),
        ("mart_student_voice", "no student answered"),
        ("mart_teacher_voice", "no teacher answered"),
    ],
)
def test_nobody_is_said_of_the_unit_that_was_asked(table, said):
    assert only(made(table, {**WHOLE[table], "n": 0, "estimate": None}))["shown"] == said


def test_a_role_that_no_roster_knows_is_shown_without_a_reach():
    row = only(
        made(
            "mart_professional_learning",
            {**REACH, "role": "leader", "n_eligible": None, "reach": None},
        )
    )
    assert row["shown"] == "81 educators attended, 5.1 hours each"


def test_a_construct_of_one_item_is_shown_without_alpha():
    row = only(made("mart_survey_quality", {**QUALITY, "n_items": 1, "alpha": None}))
    assert row["shown"] == "45% answered (410 of 910)"


def test_only_released_comments_pass():
    other = {**COMMENT, "comment_id": "f" * 16, "released": False, "text": "Not this."}
    unread = {**COMMENT, "comment_id": "e" * 16, "released": None, "text": "Nor this."}
    frame = made("mart_comments", COMMENT, other, unread)
    assert list(frame["comment_id"]) == [COMMENT["comment_id"]]
    assert "this." not in frame.to_csv()


def test_sessions_stand_in_the_order_of_their_numbers_and_keep_their_day_when_hidden():
    rows = [{**SESSION, "sequence": at, "session_id": f"S-{at}"} for at in (10, 9, 2)]
    frame = made("mart_pl_sequence", *rows, {**SESSION, "sequence": None, "n_attended": 3})
    assert frame["sequence"].tolist()[:3] == [2, 9, 10]
    last = frame.iloc[3]
    assert (last["title"], last["held_on"]) == (SESSION["title"], SESSION["held_on"])
    assert pd.isna(last["hours"])


def test_every_statistic_is_hidden_and_nothing_else():
    for table in PUBLISHABLE.values():
        kept = {Kind.KEY, Kind.RANK, Kind.NAME, Kind.DAY, Kind.YES_NO}
        assert {table.columns[name] for name in table.statistics}.isdisjoint(kept)
        assert all(table.columns[name] in kept for name in set(table.columns) - {*table.statistics})
