"""Each expectation on a raw partition holds on clean rows and fails on the fault it is about."""

from datetime import timedelta

import pytest

from expectations.frames import raw_claims
from expectations.item_rows import item_rows
from expectations.running import run_suite
from expectations.suites import SUITES, suite_for
from orchestration.reading.problems import excluded
from orchestration.reading.templates import templates
from orchestration.registry import load_registry
from tests.unit.expectations.raw_damages import (
    DAMAGES,
    PLACED,
    SOURCES,
    conflicts,
    everybody,
    leave_only_headers,
    overlap_spells,
    quarantine,
    see_no_materials,
)
from tests.unit.expectations.sharing import first_of_each

REGISTRY = load_registry()


def judged(case, folder):
    partition, admitted = case.write(folder)
    suite = suite_for(f"raw_{case.source}")
    paths = {name: path for name, (_, path) in admitted.items()}
    items = item_rows(REGISTRY, case.source) if templates()[case.source].has_answers else []
    claims = raw_claims(suite, partition, paths, case.ends_on, folder, items)
    return {one.name: one for one in run_suite(suite, claims)}


def failing(case, folder):
    return {name for name, one in judged(case, folder).items() if not one.passed}


def test_every_expectation_on_a_raw_partition_has_a_damage():
    declared = {
        (table.removeprefix("raw_"), one.name)
        for table, suite in SUITES.items()
        if table.startswith("raw_")
        for one in suite.expectations
    }
    assert declared == set(DAMAGES)


def test_every_source_has_a_suite():
    assert {f"raw_{source}" for source in templates()} <= set(SUITES)


@pytest.mark.parametrize("source", SOURCES)
def test_a_clean_partition_passes_everything(source, raw_case, tmp_path):
    outcomes = judged(raw_case(source), tmp_path)
    assert [one.name for one in outcomes.values() if not (one.passed and one.judged)] == []


@pytest.mark.parametrize(("source", "name"), first_of_each(DAMAGES))
def test_a_damage_fails_the_expectation_that_is_about_it(source, name, raw_case, tmp_path):
    damage, also = DAMAGES[source, name]
    case = raw_case(source)
    damage(case)
    assert failing(case, tmp_path) == {name} | also


@pytest.mark.parametrize("source", SOURCES[1:])
def test_a_partition_with_nothing_beside_it_is_judged_for_itself(source, raw_case, tmp_path):
    case = raw_case(source)
    kept = ("schools", "pl_sessions")
    case.beside = {name: rows for name, rows in case.beside.items() if name in kept}
    assert failing(case, tmp_path) == set()


@pytest.mark.parametrize("source", PLACED)
def test_without_admitted_schools_every_row_is_of_an_unknown_one(source, raw_case, tmp_path):
    case = raw_case(source)
    del case.beside["schools"]
    outcome = judged(case, tmp_path)["few_rows_are_of_unknown_schools"]
    assert (outcome.passed, outcome.rows) == (False, 240)


def test_without_admitted_sessions_every_row_is_of_an_unknown_one(raw_case, tmp_path):
    case = raw_case("pl_attendance")
    del case.beside["pl_sessions"]
    outcome = judged(case, tmp_path)["few_rows_are_of_unknown_sessions"]
    assert (outcome.passed, outcome.rows) == (False, 240)


def test_a_school_is_known_up_to_its_last_day(raw_case, tmp_path):
    case = raw_case("roster")
    case.beside["schools"][0]["valid_to"] = case.ends_on
    assert failing(case, tmp_path / "on it") == set()
    case.beside["schools"][0]["valid_to"] = case.ends_on - timedelta(days=1)
    assert "few_rows_are_of_unknown_schools" in failing(case, tmp_path / "before it")


def test_spells_that_meet_do_not_overlap(raw_case, tmp_path):
    case = raw_case("schools")
    overlap_spells(case)
    case.rows[0]["valid_to"] -= timedelta(days=1)
    assert failing(case, tmp_path) == set()


@pytest.mark.parametrize("source", SOURCES)
def test_a_partition_whose_files_were_removed_passes(source, raw_case, tmp_path):
    case = raw_case(source)
    case.rows, case.files, case.beside = [], [], {}
    assert failing(case, tmp_path) == set()


def test_erased_rows_alone_do_not_keep_a_partition_out(raw_case, tmp_path):
    case = raw_case("observations")
    leave_only_headers(case)
    case.files[0].update(rows_read=3, rows_erased=3)
    assert failing(case, tmp_path) == set()


@pytest.mark.parametrize("source", SOURCES[2:])
def test_a_few_rows_are_not_judged_by_shares(source, raw_case, tmp_path):
    case = raw_case(source)
    case.rows, case.files = case.rows[:2], case.files[:1]
    case.files[0].update(rows_read=2, rows_accepted=2)
    del case.beside["last_year"]
    for row in case.rows:
        row.update(class_id="off the roster", held_on=case.ends_on, recorded_on=case.ends_on)
        row["answers"] = row.get("answers", [])[:1]
    if source == "observations":
        see_no_materials(2)(case)
    if source == "pl_attendance":
        case.beside["pl_sessions"] = case.beside["pl_sessions"][:2]
    everybody("yes")(case)
    assert failing(case, tmp_path) == set()


def test_a_source_of_other_instruments_is_judged_by_those_alone(raw_case, tmp_path):
    case = raw_case("observations")
    for row in case.rows:
        row["answers"] = [one for one in row["answers"] if one["item"] == "materials"]
    assert failing(case, tmp_path) == set()


def test_an_outcome_names_the_file_and_counts_the_rows(raw_case, tmp_path):
    case = raw_case("roster")
    quarantine(120, 1000)(case)
    outcome = judged(case, tmp_path)["few_rows_are_quarantined"]
    assert (outcome.observed, outcome.expected) == ("file 2: 12%", "at most 5%")
    assert outcome.rows == 120


def test_rows_that_the_contract_excludes_are_none_that_were_refused(raw_case, tmp_path):
    case = raw_case("roster")
    quarantine(400, 1000, excluded("Status", "a preview"))(case)
    assert failing(case, tmp_path) == set()
    file = case.files[1]
    file.update(rows_quarantined=440, rows_superseded=file["rows_superseded"] - 40)
    file["reasons"]["quarantined: students: not a whole number"] = 40
    outcome = judged(case, tmp_path)["few_rows_are_quarantined"]
    assert (outcome.observed, outcome.rows) == ("file 2: 6.67%", 40)


def test_an_outcome_on_a_reason_names_it(raw_case, tmp_path):
    case = raw_case("student_survey")
    quarantine(7, 1000, "comment_consent: none of the codes yes, no")(case)
    outcome = judged(case, tmp_path)["answers_and_codes_are_known"]
    assert outcome.observed == "file 2, comment_consent: none of the codes yes, no: 7"
    assert outcome.rows == 7


def test_an_outcome_on_answers_names_the_item(raw_case, tmp_path):
    case = raw_case("teacher_survey")
    DAMAGES["teacher_survey", "items_are_answered"][0](case)
    outcome = judged(case, tmp_path)["items_are_answered"]
    assert outcome.observed == "pl_useful: 47.9%"


def test_an_outcome_that_holds_says_how_near_it_came(raw_case, tmp_path):
    case = raw_case("roster")
    quarantine(30, 1000)(case)
    conflicts(40, 1000)(case)
    assert judged(case, tmp_path)["few_rows_are_quarantined"].observed == "3%"
    assert judged(case, tmp_path)["volume_is_like_last_years"].observed == "1 times"
