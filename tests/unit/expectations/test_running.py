"""A suite that cannot be judged has not passed, and says nothing of the rows."""

from dataclasses import replace

import pandas as pd
import pytest

from expectations.declared import BETWEEN, Expectation, Frame, Suite
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
SUITE = Suite("table", frames={"rows": Frame("")}, expectations=(CLAIM,))
PROFILED = Suite("table", frames={"rows": Frame("", is_profile=True)}, expectations=(CLAIM,))


def outcome(frame, suite=SUITE):
    return run_suite(suite, {"rows": frame})[0]


def test_an_expectation_that_raises_has_not_passed_and_quotes_no_value():
    one = outcome(pd.DataFrame({"figure": [CANARY, "2"]}, dtype=object))
    assert (one.passed, one.judged) == (False, False)
    assert one.observed == "could not be judged (TypeError)"
    assert CANARY not in one.model_dump_json()


def test_great_expectations_logs_no_value_where_it_raises(caplog):
    outcome(pd.DataFrame({"figure": [CANARY, "2"]}, dtype=object))
    assert CANARY not in caplog.text


def test_a_missing_column_has_not_passed():
    one = outcome(pd.DataFrame({"other": [1]}))
    assert (one.passed, one.judged) == (False, False)


def test_one_that_raises_leaves_the_others_judged():
    sound = replace(CLAIM, name="others_are_small", kwargs={"column": "other", "max_value": 3})
    suite = replace(SUITE, expectations=(CLAIM, sound))
    frame = pd.DataFrame({"figure": [CANARY], "other": [1]})
    assert [one.passed for one in run_suite(suite, {"rows": frame})] == [False, True]


def test_a_type_that_great_expectations_does_not_have_is_an_error():
    suite = replace(SUITE, expectations=(replace(CLAIM, expectation="ExpectMiracles"),))
    with pytest.raises(AttributeError, match="ExpectMiracles"):
        run_suite(suite, {"rows": pd.DataFrame({"figure": [1]})})


def test_an_empty_table_breaks_no_claim_on_its_rows():
    assert outcome(pd.DataFrame({"figure": pd.Series([], dtype=float)})).passed


def test_a_profile_names_the_worst_three_and_counts_the_others():
    frame = pd.DataFrame({"label": list("abcdef"), "figure": [4, 9, 1, 7, 5, 6]})
    one = outcome(frame, PROFILED)
    assert (one.observed, one.rows) == ("b: 9; d: 7; f: 6; and 2 more", 5)


def test_rows_concerned_are_those_of_the_unexpected_alone():
    frame = pd.DataFrame({"label": ["a", "b"], "figure": [4, 1], "rows": [40, 10]})
    suite = replace(PROFILED, expectations=(replace(CLAIM, counts="rows"),))
    assert outcome(frame, suite).rows == 40


def test_nothing_to_compare_with_is_said():
    frame = pd.DataFrame({"label": [""], "figure": [float("nan")]})
    one = outcome(frame, PROFILED)
    assert (one.passed, one.observed) == (True, "nothing to judge")


@pytest.mark.parametrize(
    ("shown_as", "figure", "text"),
    [("count", 12345, "12,345"), ("share", 0.0504, "5.04%"), ("ratio", 0.333333, "0.333 times")],
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
