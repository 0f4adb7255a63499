"""A suite that cannot be judged has not passed, and says nothing of the rows."""

from dataclasses import replace
from types import SimpleNamespace

import duckdb
import pandas as pd
import pytest

from expectations import running
from expectations.claims import claims_of
from expectations.declared import (
    A_NOT_BELOW_B,
    BETWEEN,
    IN_SET,
    UNIQUE_TOGETHER,
    Expectation,
    Frame,
    Suite,
)
from expectations.running import run_suite

CANARY = "canary-4711"
CLAIM = Expectation(
    name="figures_are_small",
    severity="critical",
    on="rows",
    expectation=BETWEEN,
    kwargs={"column": "figure", "max_value": 3},
    means="Figures are small.",
    why="They should be.",
    do="Make them smaller.",
)


def suite_on(rows, *claims, is_profile=False):
    return Suite("table", {"rows": Frame(f"select * from {rows}", is_profile)}, claims)


def outcomes(frame, *claims, is_profile=False):
    suite = suite_on("given", *claims, is_profile=is_profile)
    with duckdb.connect() as con:
        con.register("given", frame)
        return run_suite(suite, claims_of(con, suite))


def outcome(frame, claim=CLAIM, is_profile=False):
    return outcomes(frame, claim, is_profile=is_profile)[0]


def test_a_figure_that_cannot_be_had_has_not_passed_and_quotes_no_value():
    one = outcome(pd.DataFrame({"label": ["a"], "figure": [CANARY]}), is_profile=True)
    assert (one.passed, one.judged) == (False, False)
    assert one.observed == "could not be judged (ConversionException)"
    assert CANARY not in one.model_dump_json()


def test_a_figure_that_is_no_number_has_not_passed():
    frame = pd.DataFrame({"label": ["a"]}).assign(figure=1.0)
    suite = suite_on("given", CLAIM, is_profile=True)
    suite = replace(
        suite, frames={"rows": Frame("select label, 'nan'::double as figure from given", True)}
    )
    with duckdb.connect() as con:
        con.register("given", frame)
        (one,) = run_suite(suite, claims_of(con, suite))
    assert (one.passed, one.judged) == (False, False)


@pytest.mark.parametrize("is_profile", [True, False])
def test_a_missing_column_has_not_passed(is_profile):
    one = outcome(pd.DataFrame({"label": ["a"], "other": [1]}), is_profile=is_profile)
    assert (one.passed, one.judged) == (False, False)


def test_one_that_raises_leaves_the_others_judged():
    sound = replace(CLAIM, name="others_are_small", kwargs={"column": "other", "max_value": 3})
    frame = pd.DataFrame({"figure": [CANARY], "other": [1]})
    assert [one.passed for one in outcomes(frame, CLAIM, sound)] == [False, True]


def judged_by(result):
    """Great Expectations, answering so whatever it is asked."""
    batch = SimpleNamespace(validate=lambda *_, **__: SimpleNamespace(**result))
    return lambda: SimpleNamespace(get_batch=lambda **_: batch)


RAISED = {"raised_exception": True, "exception_traceback": f"gx.TypeError: {CANARY}"}


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ({"result": {}, "exception_info": {"metric": RAISED}}, "TypeError"),
        ({"result": {}, "exception_info": RAISED}, "TypeError"),
        ({"result": {}, "exception_info": {}}, "no result"),
        ({"result": {"element_count": 0}, "exception_info": {}}, "no result"),
    ],
)
def test_nothing_passes_that_great_expectations_did_not_judge(result, said, monkeypatch):
    monkeypatch.setattr(running, "_batches", judged_by({"success": True, **result}))
    one = outcome(pd.DataFrame({"figure": [1]}))
    assert (one.passed, one.judged) == (False, False)
    assert one.observed == f"could not be judged ({said})"


def test_an_empty_table_breaks_no_claim_on_its_rows():
    one = outcome(pd.DataFrame({"figure": pd.Series([], dtype=float)}))
    assert one.passed
    assert one.observed == "0 of 0 rows"


def test_an_empty_suite_of_claims_is_judged():
    assert outcomes(pd.DataFrame({"figure": [1]})) == ()


ROWS = pd.DataFrame(
    {
        "figure": [1.0, 4.0, None, 5.0],
        "less": [2.0, 3.0, 7.0, 5.0],
        "word": ["show", None, "hide", "show"],
        "key": ["a", "a", "a", "b"],
    }
)


@pytest.mark.parametrize(
    ("kind", "kwargs", "broken"),
    [
        (BETWEEN, {"column": "figure", "max_value": 3}, 2),
        (BETWEEN, {"column": "figure", "min_value": 2}, 1),
        (BETWEEN, {"column": "figure", "min_value": 2, "max_value": 4}, 2),
        (BETWEEN, {"column": "figure", "min_value": 1, "max_value": 5}, 0),
        (IN_SET, {"column": "word", "value_set": ["show", "caution"]}, 2),
        (A_NOT_BELOW_B, {"column_A": "figure", "column_B": "less"}, 1),
        (UNIQUE_TOGETHER, {"column_list": ["key"]}, 2),
        (UNIQUE_TOGETHER, {"column_list": ["key", "less"]}, 0),
    ],
)
def test_the_rows_that_are_not_as_expected_are_counted(kind, kwargs, broken):
    one = outcome(ROWS, replace(CLAIM, expectation=kind, kwargs=kwargs))
    assert (one.passed, one.rows) == (broken == 0, broken)
    assert one.observed == f"{broken} of 4 rows"


def test_a_profile_names_the_worst_three_and_counts_the_others():
    frame = pd.DataFrame({"label": list("abcdef"), "figure": [4, 9, 1, 7, 5, 6]})
    one = outcome(frame, is_profile=True)
    assert (one.observed, one.rows) == ("b: 9; d: 7; f: 6; and 2 more", 5)


def test_the_worst_of_what_is_too_little_is_the_least():
    frame = pd.DataFrame({"label": list("abc"), "figure": [1, 5, 0]})
    claim = replace(CLAIM, kwargs={"column": "figure", "min_value": 3})
    assert outcome(frame, claim, is_profile=True).observed == "c: 0; a: 1"


def test_rows_concerned_are_those_of_the_unexpected_alone():
    frame = pd.DataFrame({"label": ["a", "b"], "figure": [4, 1], "rows": [40, 10]})
    assert outcome(frame, replace(CLAIM, counts="rows"), is_profile=True).rows == 40


def test_nothing_to_compare_with_is_said():
    frame = pd.DataFrame({"label": [""], "figure": pd.Series([None], dtype="Int64")})
    one = outcome(frame, is_profile=True)
    assert (one.passed, one.observed) == (True, "nothing to judge")


@pytest.mark.parametrize(
    ("shown_as", "figure", "text"),
    [
        ("count", 12345, "12,345"),
        ("share", 0.0504, "5.04%"),
        ("ratio", 0.333333, "0.333 times"),
        ("number", -0.12345, "-0.123"),
    ],
)
def test_a_figure_reads_as_what_it_is(shown_as, figure, text):
    assert replace(CLAIM, shown_as=shown_as).shown(figure) == text


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        ({"max_value": 3}, "at most 3"),
        ({"min_value": 2}, "at least 2"),
        ({"min_value": 2, "max_value": 3}, "2 to 3"),
    ],
)
def test_limits_read_as_what_they_are(limits, text):
    assert replace(CLAIM, kwargs={"column": "figure", **limits}).limits == text
