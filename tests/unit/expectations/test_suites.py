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
        changed(SUITE, a_person_may_judge=True),
        replace(SUITE, expectations=SUITE.expectations[1:]),
        replace(SUITE, expectations=SUITE.expectations[::-1]),
        replace(SUITE, compares=("schools",)),
        replace(SUITE, frames={**SUITE.frames, "files": Frame("select 1", is_profile=True)}),
    ],
    ids=["threshold", "severity", "words", "judgement", "fewer", "order", "compares", "profile"],
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


JUDGED_BY_PEOPLE = {
    "few_versions_were_chosen_by_their_hash",
    "classes_are_no_fewer_than_two_thirds_of_last_years",
    "classes_are_not_last_years",
    "responses_are_no_more_than_those_asked",
    "items_of_a_form_agree",
    "forms_are_not_all_alike",
    "no_scale_is_turned_round",
    "few_rows_are_copies_under_other_ids",
}
"""What asks whether data is plausible, to which somebody who knows the district has an answer."""


def test_only_what_asks_for_plausibility_is_left_to_a_person():
    left = [one for one in describe() if one["a_person_may_judge"]]
    assert {one["name"] for one in left} == JUDGED_BY_PEOPLE
    assert {one["severity"] for one in left} == {"critical"}


@pytest.mark.parametrize(
    "about",
    ["keys_are", "account", "file_was_read", "required", "quarantined", "unknown", "spells"],
)
def test_keys_accounting_reading_and_joins_are_left_to_nobody(about):
    named = [one for one in describe() if about in one["name"]]
    assert named
    assert not any(one["a_person_may_judge"] for one in named)


def test_no_mart_leaves_its_invariants_its_reconciliation_or_its_screening_to_a_person():
    marts = [one for one in describe() if one["table"].startswith("mart_")]
    assert len({one["table"] for one in marts}) == 16
    assert not any(one["a_person_may_judge"] for one in marts)


@pytest.mark.parametrize(("severity", "is_profile"), [("warning", True), ("critical", False)])
def test_a_warning_or_a_claim_on_rows_cannot_be_left_to_a_person(severity, is_profile):
    one = Expectation("a_claim", severity, "rows", BETWEEN, {"column": "n"}, "M.", "W.", "D.")
    with pytest.raises(ValueError, match="cannot be left to a person"):
        Suite(
            "table",
            frames={"rows": Frame("", is_profile)},
            expectations=(replace(one, a_person_may_judge=True),),
        )


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
