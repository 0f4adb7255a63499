"""Each expectation on a mart holds on clean rows and fails on the fault it is about."""

import duckdb
import pytest

from expectations.frames import mart_frames
from expectations.running import run_suite
from expectations.suites import SUITES, suite_for

TERM = "2021-22-spring"
MARTS = ("mart_adoption", "mart_coverage", "mart_row_accounting")
DISTRICT = {"level": "district", "subgroup_type": "all"}
NORTH = {"unit_id": "North", "subgroup_type": "all"}
SCHOOL = {"unit_id": "S1", "subgroup_type": "all"}
GRADE = {"unit_id": "North", "subgroup": "6"}
EAST = {"unit_id": "East", "subgroup_type": "all"}


def judged(build, table, term=TERM):
    with duckdb.connect() as con:
        build.load(con)
        suite = suite_for(table)
        return {one.name: one for one in run_suite(suite, mart_frames(suite, con, term))}


def failing(build, table, term=TERM):
    return {name for name, one in judged(build, table, term).items() if not one.passed}


def put(table, where, **values):
    """A damage: these values in the first row that matches."""

    def damage(build):
        build.row(table, **where).update(values)

    return damage


def adoption(where, **values):
    weighted = {"measure_id": "adoption_any", "weighting": "none"} | where
    return put("mart_adoption", weighted, **values)


def coverage(where, **values):
    return put("mart_coverage", where, **values)


def accounting(**values):
    return put("mart_row_accounting", {}, **values)


def twice(table, **where):
    """A damage: the first row that matches stands again."""

    def damage(build):
        getattr(build, table).append(dict(build.row(table, **where)))

    return damage


def forget_south(build):
    """South is on the roster, but nobody saw it and adoption has lost its rows."""
    for table in ("mart_adoption", "mart_coverage"):
        for row in build.rows(table):
            south = row["unit_id"] in ("South", "S3", "S4")
            if south and table == "mart_coverage":
                row.update(n_seen=0, n_matched=0, coverage=0.0)
            if table == "mart_adoption" and row["level"] == "district":
                row["n"] //= 2
    build.mart_adoption = [
        row for row in build.mart_adoption if row["unit_id"] not in ("South", "S3", "S4")
    ]
    for row in build.mart_adoption:
        row["n_effective"] = row["n"]


def see_no_materials_in_south(build):
    forget_south(build)
    clean = type(build)()
    empty = dict.fromkeys(("estimate", "std_error", "df", "ci_low", "ci_high", "deff"), None)
    build.mart_adoption += [
        {**row, **empty, "n": 0, "n_clusters": 0, "n_effective": None, "presentation": "caution"}
        for row in clean.mart_adoption
        if row["unit_id"] in ("South", "S3", "S4")
    ]
    build.mart_coverage = clean.mart_coverage


def lose_the_term(build):
    build.mart_adoption = []


def lose_a_school(table):
    def damage(build):
        setattr(build, table, [row for row in build.rows(table) if row["unit_id"] != "S1"])

    return damage


def unassign(build):
    row = build.row("mart_coverage", **NORTH)
    counts = {"n_eligible": 0, "n_seen": 1, "n_matched": 0, "coverage": None}
    build.mart_coverage.append({**row, "unit_id": "unassigned", **counts, "flag": "unassigned"})
    build.mart_coverage.append({**row, **counts, "unit_id": "S9", "level": "school"})
    for subgroup in ("all", "6"):
        build.row("mart_coverage", level="district", subgroup=subgroup)["n_seen"] += 1
    part = build.row("mart_coverage", unit_id="unassigned")
    build.mart_coverage.append({**part, "subgroup_type": "grade", "subgroup": "6"})


def unsee_south(build):
    for row in build.rows("mart_coverage"):
        if row["unit_id"] in ("South", "S3", "S4"):
            row.update(n_seen=0, n_matched=0, coverage=0.0)
        if row["level"] == "district":
            row.update(n_seen=row["n_seen"] // 2, n_matched=row["n_matched"] // 2)
            row["coverage"] /= 2


DAMAGES = {
    "mart_adoption": {
        "rows_stand_once": (
            twice("mart_adoption", **EAST, weighting="roster"),
            set(),
        ),
        "counts_are_not_negative": (adoption(NORTH, n_eligible=-1), set()),
        "figures_are_finite": (adoption(NORTH, std_error=float("inf")), set()),
        "estimates_lie_in_the_measures_range": (adoption(NORTH, ci_high=1.01), set()),
        "estimates_lie_in_their_intervals": (adoption(NORTH, ci_low=0.81), set()),
        "standard_errors_are_not_negative": (adoption(NORTH, std_error=-0.1), set()),
        "degrees_of_freedom_are_not_negative": (adoption(NORTH, df=-1), set()),
        "clusters_are_no_more_than_n": (adoption(NORTH, n_clusters=1000), set()),
        "coverage_is_a_share": (adoption(NORTH, coverage=1.01), set()),
        "effective_n_is_at_most_n": (adoption(NORTH, n_effective=1000.0), set()),
        "presentation_is_show_or_caution": (adoption(NORTH, presentation="hide"), set()),
        "whoever_was_observed_has_an_estimate": (
            adoption(NORTH, estimate=None, ci_low=None, ci_high=None, measure_id="adoption_any"),
            set(),
        ),
        "stricter_measures_are_not_above_looser_ones": (
            adoption(NORTH | {"measure_id": "adoption_as_designed"}, estimate=0.85, ci_high=0.9),
            set(),
        ),
        "local_districts_add_up_to_the_district": (
            adoption({"level": "district", "subgroup": "6"}, n=39, n_effective=1.0),
            {"subgroups_add_up_to_all"},
        ),
        "schools_add_up_to_the_district": (lose_a_school("mart_adoption"), set()),
        "subgroups_add_up_to_all": (adoption(EAST | {"subgroup_type": "grade"}, n=19), set()),
        "visits_are_no_fewer_than_classrooms": (adoption(NORTH, n_visits=0), set()),
        "no_local_district_is_gone": (forget_south, set()),
        "every_local_district_seen_has_an_estimate": (see_no_materials_in_south, set()),
        "the_term_has_an_estimate": (
            lose_the_term,
            {"every_local_district_seen_has_an_estimate"},
        ),
    },
    "mart_coverage": {
        "rows_stand_once": (
            twice("mart_coverage", **EAST),
            {"subgroups_add_up_to_all"},
        ),
        "counts_are_not_negative": (
            coverage(EAST, n_matched=-1, coverage=-1 / 60),
            {"subgroups_add_up_to_all"},
        ),
        "matched_are_eligible": (
            coverage(SCHOOL, n_seen=31, n_matched=31, coverage=31 / 30),
            {"schools_add_up_to_the_district"},
        ),
        "matched_are_seen": (
            coverage(SCHOOL, n_matched=21, coverage=21 / 30),
            {"schools_add_up_to_the_district"},
        ),
        "coverage_is_matched_over_eligible": (coverage(NORTH, coverage=None), set()),
        "local_districts_add_up_to_the_district": (
            coverage(GRADE, n_seen=21),
            {"subgroups_add_up_to_all"},
        ),
        "schools_add_up_to_the_district": (lose_a_school("mart_coverage"), set()),
        "subgroups_add_up_to_all": (coverage(EAST | {"subgroup_type": "grade"}, n_seen=21), set()),
        "no_school_is_unassigned": (unassign, set()),
        "every_local_district_was_seen": (unsee_south, set()),
    },
    "mart_row_accounting": {
        "files_stand_once": (twice("mart_row_accounting", source="roster"), set()),
        "counts_are_not_negative": (
            accounting(rows_used=91, rows_set_aside=-1),
            {"every_loss_has_a_reason"},
        ),
        "rows_read_are_accounted_for": (accounting(rows_read=101), set()),
        "rows_accepted_are_used_or_set_aside": (accounting(rows_used=59), set()),
        "every_loss_has_a_reason": (
            accounting(reasons='{"quarantined: no such date":4,"set aside: not_admitted":30}'),
            set(),
        ),
    },
}
CASES = [(table, name) for table, damages in DAMAGES.items() for name in damages]


def test_every_suite_is_of_a_raw_source_or_of_a_mart():
    assert {table for table in SUITES if not table.startswith("raw_")} == set(MARTS)


@pytest.mark.parametrize("table", MARTS)
def test_every_expectation_on_a_mart_has_a_damage(table):
    assert {one.name for one in suite_for(table).expectations} == set(DAMAGES[table])


@pytest.mark.parametrize("table", MARTS)
def test_a_clean_mart_passes_everything(table, build):
    assert failing(build, table) == set()


@pytest.mark.parametrize(("table", "name"), CASES)
def test_a_damage_fails_the_expectation_that_is_about_it(table, name, build):
    damage, also = DAMAGES[table][name]
    damage(build)
    assert failing(build, table) == {name} | also


@pytest.mark.parametrize("table", MARTS)
def test_only_the_term_that_is_asked_for_is_judged(table, build):
    for row in build.rows(table):
        row["term"] = "2020-21-spring"
    if table == "mart_adoption":
        build.mart_coverage = []
        build.row(table)["estimate"] = 7.0
    assert failing(build, table) == set()


@pytest.mark.parametrize(
    ("estimate", "interval"), [(float("nan"), (0.7, 0.9)), (0.8, (None, 0.9)), (None, (0.7, 0.9))]
)
def test_a_figure_that_is_no_number_does_not_slip_past_as_a_null(estimate, interval, build):
    adoption(NORTH, estimate=estimate, ci_low=interval[0], ci_high=interval[1])(build)
    assert failing(build, "mart_adoption")


def test_an_estimate_of_nobody_is_found(build):
    adoption(NORTH, n=0, n_clusters=0, n_effective=0.0)(build)
    assert "whoever_was_observed_has_an_estimate" in failing(build, "mart_adoption")


def test_a_measure_that_is_not_declared_is_outside_every_range(build):
    row = build.row("mart_adoption", **EAST)
    build.mart_adoption.append({**row, "measure_id": "invented"})
    assert "estimates_lie_in_the_measures_range" in failing(build, "mart_adoption")


def test_a_rounding_error_is_no_alarm(build):
    adoption(NORTH, ci_low=0.8 + 1e-12, ci_high=0.8)(build)
    assert failing(build, "mart_adoption") == set()


def test_a_roster_weighted_row_of_those_off_the_roster_may_lack_an_estimate(build):
    row = build.row("mart_adoption", **NORTH, weighting="roster")
    row.update(estimate=None, ci_low=None, ci_high=None)
    assert failing(build, "mart_adoption") == set()


def test_a_term_with_a_roster_and_no_visits_is_no_fault(build):
    build.mart_adoption = []
    for row in build.mart_coverage:
        row.update(n_seen=0, n_matched=0, coverage=0.0)
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
    accounting(reasons=reasons)(build)
    assert failing(build, "mart_row_accounting") == {"every_loss_has_a_reason"}


@pytest.mark.parametrize(
    "stated",
    ['"erased: on the list":2,"quarantined: no such date":4', '"quarantined: no such date":5'],
)
def test_reasons_that_count_other_rows_are_found(stated, build):
    others = '"set aside: not_admitted":30,"superseded: newer":5'
    accounting(reasons=f"{{{stated},{others}}}")(build)
    assert failing(build, "mart_row_accounting") == {"every_loss_has_a_reason"}


def test_erased_rows_need_no_other_reason(build):
    row = build.row("mart_row_accounting")
    row["reasons"] = row["reasons"].replace('"erased: on the list":1,', "")
    assert failing(build, "mart_row_accounting") == set()


def test_the_account_of_schools_is_judged_under_the_term_all(build):
    for row in build.mart_row_accounting:
        row["term"] = "all"
    accounting(rows_read=101)(build)
    assert failing(build, "mart_row_accounting", term="all") == {"rows_read_are_accounted_for"}


def test_an_outcome_counts_rows_and_shows_no_values(build):
    adoption(NORTH, estimate=0.123456)(build)
    outcome = judged(build, "mart_adoption")["estimates_lie_in_their_intervals"]
    assert (outcome.observed, outcome.expected, outcome.rows) == (
        f"1 of {len(build.mart_adoption)} rows",
        f"0 of {len(build.mart_adoption)} rows",
        1,
    )
