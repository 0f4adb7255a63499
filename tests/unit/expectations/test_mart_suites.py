"""Each expectation on a mart holds on clean rows and fails on the fault it is about."""

import pytest

from expectations.frames import mart_claims
from expectations.running import run_suite
from expectations.suites import SUITES, suite_for
from tests.unit.expectations.mart_cases import COLUMNS, MEASURES
from tests.unit.expectations.mart_damages import DAMAGES, EAST, NORTH, estimate, put
from tests.unit.expectations.sharing import first_of_each

TERM = "2021-22-spring"
MARTS = tuple(COLUMNS)


def judged(build, table, term=TERM):
    with build.loaded() as con:
        suite = suite_for(table)
        return {one.name: one for one in run_suite(suite, mart_claims(suite, con, term))}


def failing(build, table, term=TERM):
    return {name for name, one in judged(build, table, term).items() if not one.passed}


CASES = [(table, name) for table, damages in DAMAGES.items() for name in damages]


def test_every_suite_is_of_a_raw_source_or_of_a_mart():
    assert {table for table in SUITES if not table.startswith("raw_")} == set(MARTS)


@pytest.mark.parametrize("table", MARTS)
def test_every_expectation_on_a_mart_has_a_damage(table):
    assert {one.name for one in suite_for(table).expectations} == set(DAMAGES[table])


@pytest.mark.parametrize("table", MARTS)
def test_a_clean_mart_passes_everything(table, build):
    assert failing(build, table) == set()


@pytest.mark.parametrize(("table", "name"), first_of_each(CASES))
def test_a_damage_fails_the_expectation_that_is_about_it(table, name, build):
    damage, also = DAMAGES[table][name]
    damage(build)
    assert failing(build, table) == {name} | also


@pytest.mark.parametrize("table", MARTS)
def test_only_the_term_that_is_asked_for_is_judged(table, build):
    for name in MARTS:
        for row in build.rows(name):
            row["term"] = "2020-21-spring"
    if table in MEASURES:
        build.row(table)["estimate"] = 7.0
    assert failing(build, table) == set()


@pytest.mark.parametrize("mart", ["mart_instruction", "mart_unfinished_learning"])
def test_a_term_without_ratings_is_no_fault(mart, build):
    setattr(build, mart, [])
    assert failing(build, mart) == set()


@pytest.mark.parametrize("table", MARTS)
def test_a_mart_without_rows_is_judged(table, build):
    for name in MARTS:
        setattr(build, name, [])
    assert failing(build, table) == set()


def test_more_students_than_seats_are_flagged_and_not_refused(build):
    for row in build.rows("mart_student_voice"):
        row["coverage"] = 1.2
    assert failing(build, "mart_student_voice") == set()


@pytest.mark.parametrize(
    ("figure", "interval"), [(float("nan"), (0.7, 0.9)), (0.8, (None, 0.9)), (None, (0.7, 0.9))]
)
def test_a_figure_that_is_no_number_does_not_slip_past_as_a_null(figure, interval, build):
    low, high = interval
    estimate("mart_adoption", NORTH, estimate=figure, ci_low=low, ci_high=high)(build)
    assert failing(build, "mart_adoption")


def test_an_estimate_of_nobody_is_found(build):
    estimate("mart_adoption", NORTH, n=0, n_clusters=0, n_effective=0.0)(build)
    assert "whoever_was_observed_has_an_estimate" in failing(build, "mart_adoption")


def test_a_measure_that_is_not_declared_is_outside_every_range(build):
    row = build.row("mart_adoption", **EAST)
    build.mart_adoption.append({**row, "measure_id": "invented"})
    assert "estimates_lie_in_the_measures_range" in failing(build, "mart_adoption")


def test_a_rounding_error_is_no_alarm(build):
    estimate("mart_adoption", NORTH, ci_low=0.8 + 1e-12, ci_high=0.8)(build)
    assert failing(build, "mart_adoption") == set()


def test_a_roster_weighted_row_of_those_off_the_roster_may_lack_an_estimate(build):
    row = build.row("mart_adoption", **NORTH, weighting="roster")
    row.update(estimate=None, ci_low=None, ci_high=None)
    assert failing(build, "mart_adoption") == set()


def test_a_term_with_a_roster_and_no_visits_is_no_fault(build):
    build.mart_adoption = []
    for row in build.mart_coverage:
        row.update(n_seen=0, n_matched=0, coverage=0.0, flag="none_seen")
    assert failing(build, "mart_adoption") == set()
    assert failing(build, "mart_coverage") == set()


def test_schools_of_no_local_district_are_no_reason_to_miss_an_estimate(build):
    build.mart_adoption = []
    for row in build.mart_coverage:
        if row["level"] == "local_district":
            row["unit_id"] = "unassigned"
    assert failing(build, "mart_adoption") == set()


@pytest.mark.parametrize("reasons", [None, "", "no JSON", "[4]", '{"quarantined: x":"four"}'])
def test_reasons_that_cannot_be_read_are_no_reasons(reasons, build):
    put("mart_row_accounting", {}, reasons=reasons)(build)
    assert failing(build, "mart_row_accounting") == {"every_loss_has_a_reason"}


@pytest.mark.parametrize(
    "stated",
    ['"erased: on the list":2,"quarantined: no such date":4', '"quarantined: no such date":5'],
)
def test_reasons_that_count_other_rows_are_found(stated, build):
    others = '"set aside: not_admitted":30,"superseded: newer":5'
    put("mart_row_accounting", {}, reasons=f"{{{stated},{others}}}")(build)
    assert failing(build, "mart_row_accounting") == {"every_loss_has_a_reason"}


def test_erased_rows_need_no_other_reason(build):
    row = build.row("mart_row_accounting")
    row["reasons"] = row["reasons"].replace('"erased: on the list":1,', "")
    assert failing(build, "mart_row_accounting") == set()


def test_the_account_of_schools_is_judged_under_the_term_all(build):
    for row in build.mart_row_accounting:
        row["term"] = "all"
    put("mart_row_accounting", {}, rows_read=101)(build)
    assert failing(build, "mart_row_accounting", term="all") == {"rows_read_are_accounted_for"}


def test_an_outcome_counts_rows_and_shows_no_values(build):
    estimate("mart_adoption", NORTH, estimate=0.123456)(build)
    outcome = judged(build, "mart_adoption")["estimates_lie_in_their_intervals"]
    assert (outcome.observed, outcome.expected, outcome.rows) == (
        f"1 of {len(build.mart_adoption)} rows",
        f"0 of {len(build.mart_adoption)} rows",
        1,
    )
