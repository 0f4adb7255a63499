"""Suites are declarations: whole, told apart by their content, and cheap to import."""

import subprocess
import sys
from dataclasses import replace

import pytest

from expectations import SUITES, describe, suite_for
from expectations.declared import BETWEEN, Expectation, Frame, Suite

SUITE = suite_for("raw_roster")


def changed(suite, **values):
    first, *others = suite.expectations
    return replace(suite, expectations=(replace(first, **values), *others))


def test_importing_the_suites_does_not_import_great_expectations():
    program = (
        "import sys, expectations; expectations.describe(); "
        "sys.exit('great_expectations' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize(
    "other",
    [
        changed(SUITE, kwargs={"column": "refused", "max_value": 1}),
        changed(SUITE, severity="warning"),
        changed(SUITE, do="Do something else."),
        replace(SUITE, expectations=SUITE.expectations[1:]),
        replace(SUITE, expectations=SUITE.expectations[::-1]),
        replace(SUITE, compares=("schools",)),
        replace(SUITE, frames={**SUITE.frames, "files": Frame("select 1", is_profile=True)}),
    ],
    ids=["threshold", "severity", "words", "fewer", "order", "compares", "profile"],
)
def test_a_suite_that_says_anything_else_has_another_hash(other):
    assert other.fingerprint != SUITE.fingerprint


def test_an_unchanged_suite_keeps_its_hash_of_16_digits():
    assert replace(SUITE).fingerprint == SUITE.fingerprint
    assert len(bytes.fromhex(SUITE.fingerprint)) == 8


def test_no_two_suites_share_a_hash():
    assert len({suite.fingerprint for suite in SUITES.values()}) == len(SUITES)


def test_every_expectation_says_what_it_means_why_it_matters_and_what_to_do():
    described = describe()
    assert len(described) == sum(len(suite.expectations) for suite in SUITES.values())
    for one in described:
        for words in ("means", "why", "do"):
            assert one[words][0].isupper() or one[words].startswith("n "), one["name"]
            assert one[words].endswith("."), one["name"]
            assert len(one[words]) > 20, one["name"]
        assert one["severity"] in ("critical", "warning")


def test_an_expectation_on_no_frame_is_refused():
    one = Expectation("a_claim", "critical", "rows", BETWEEN, {"column": "n"}, "M.", "W.", "D.")
    with pytest.raises(ValueError, match="'rows', which is no frame"):
        Suite("table", frames={}, expectations=(one,))


def test_two_expectations_of_one_name_are_refused():
    one = Expectation("a_claim", "critical", "rows", BETWEEN, {"column": "n"}, "M.", "W.", "D.")
    with pytest.raises(ValueError, match="stand once"):
        Suite("table", frames={"rows": Frame("")}, expectations=(one, one))


def test_a_profile_is_judged_by_limits_alone():
    one = Expectation("a_claim", "critical", "files", "ExpectMiracles", {}, "M.", "W.", "D.")
    with pytest.raises(ValueError, match="must set limits"):
        Suite("table", frames={"files": Frame("", is_profile=True)}, expectations=(one,))


def test_a_table_without_a_suite_is_named():
    with pytest.raises(KeyError, match="'raw_weather' has no suite"):
        suite_for("raw_weather")
