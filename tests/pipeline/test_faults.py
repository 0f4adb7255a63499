"""Planted faults are found by the expectation that is about them, and clean districts raise none.

A part of what `make faults` tries: the faults that reading alone shows, on one simulated district.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner

from expectations.suites import SUITES, suite_for
from orchestration.cli import main
from orchestration.reading.templates import templates
from orchestration.simulation.faults import FAULTS
from orchestration.simulation.faults.clean import Clean
from orchestration.simulation.faults.report import page
from orchestration.simulation.faults.trial import District, Trial, alarms, try_raw

pytestmark = pytest.mark.long

TRIED = (
    "local_district_blank",
    "roster_halved",
    "roster_of_last_year",
    "class_ids_renumbered",
    "columns_renamed",
    "item_column_missing",
    "file_cut_short",
    "wrong_term",
    "date_order_swapped",
    "encoding_latin_1",
    "sent_twice_with_other_values",
    "sent_twice_under_new_ids",
    "ratings_turned_round",
    "scale_turned_round",
    "scale_shifted",
    "negative_item_reversed_already",
    "answers_all_alike",
    "consent_in_unknown_words",
    "unknown_option",
    "respondent_in_two_schools",
    "hours_in_minutes",
    "attendance_of_unknown_sessions",
)
HELD = {
    "roster_halved",
    "roster_of_last_year",
    "columns_renamed",
    "wrong_term",
    "date_order_swapped",
    "encoding_latin_1",
    "sent_twice_with_other_values",
    "sent_twice_under_new_ids",
    "ratings_turned_round",
    "scale_turned_round",
    "negative_item_reversed_already",
    "answers_all_alike",
    "hours_in_minutes",
}
"""Faults that must not reach a build unread, by whichever expectation."""


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> District:
    return District.simulated(tmp_path_factory.mktemp("faults") / "clean")


@pytest.fixture(scope="module")
def trials(clean: District, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Trial]:
    root = tmp_path_factory.mktemp("planted")
    return {name: try_raw(clean, FAULTS[name], root / name) for name in TRIED}


def landed(district: District) -> dict[str, str]:
    folder = district.home.landing
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_there_are_thirty_faults_and_more_in_every_source() -> None:
    assert len(FAULTS) >= 30
    assert {fault.source for fault in FAULTS.values()} == set(templates())


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_says_what_is_wrong_and_names_an_expectation_that_there_is(name: str) -> None:
    fault = FAULTS[name]
    assert fault.what.endswith(".")
    assert fault.what[0].islower() or fault.what.startswith("9.99")
    assert fault.expectation in {one.name for one in suite_for(fault.judged).expectations}


def test_the_clean_district_that_is_damaged_raises_no_alarm(clean: District) -> None:
    assert [str(one) for one in alarms(clean.admission().verdicts.values())] == []


@pytest.mark.parametrize("name", TRIED)
def test_a_planted_fault_is_found_by_the_expectation_about_it(
    name: str, trials: dict[str, Trial]
) -> None:
    assert trials[name].observed is not None


@pytest.mark.parametrize("name", sorted(HELD))
def test_a_fault_that_spoils_a_partition_keeps_it_out_of_the_build(
    name: str, trials: dict[str, Trial]
) -> None:
    assert trials[name].is_held


def test_planting_leaves_the_district_that_was_copied_as_it_was(
    clean: District, tmp_path: Path
) -> None:
    before = landed(clean)
    damaged = clean.linked(tmp_path / "again")
    damaged.plant(["one_observer", "roster_halved", "wrong_term"])
    assert landed(clean) == before
    assert landed(damaged) != before


def test_a_fault_changes_the_exports_of_its_source_alone_and_twice_alike(
    clean: District, tmp_path: Path
) -> None:
    before = landed(clean)
    for name in ("sent_twice_under_new_ids", "unknown_option", "levels_unknown"):
        first, second = clean.linked(tmp_path / f"{name} 1"), clean.linked(tmp_path / f"{name} 2")
        for one in (first, second):
            one.plant([name])
        after = landed(first)
        assert after == landed(second)
        changed = {path for path, digest in after.items() if before.get(path) != digest}
        assert {path.split("/")[0] for path in changed} - {".simulated"} == {FAULTS[name].source}


def test_files_that_a_fault_lands_are_marked_as_simulated(clean: District, tmp_path: Path) -> None:
    damaged = clean.linked(tmp_path / "damaged")
    damaged.plant(["sent_twice_under_new_ids", "wrong_term"])
    marked = (damaged.home.landing / ".simulated").read_text().splitlines()
    assert set(landed(damaged)) - {".simulated"} == set(marked)


@pytest.mark.parametrize("seed", [11, 12])
def test_a_clean_district_raises_no_alarm(seed: int, tmp_path: Path) -> None:
    district = District.simulated(tmp_path / "clean", seed=seed, scale=0.1)
    assert [str(one) for one in alarms(district.admission().verdicts.values())] == []


def test_the_page_tells_what_was_found_and_what_was_missed(trials: dict[str, Trial]) -> None:
    found, warned = trials["hours_in_minutes"], trials["item_column_missing"]
    missed = Trial("one_observer", "2022-23-spring", "warning", None, False)
    ranges = {("raw_roster", "volume_is_like_last_years"): (0.97, 1.04)}
    said = page([found, warned, missed], [Clean(1, (), ranges), Clean(2, (), {})])
    assert "1 stopped, 1 warned of, 1 missed." in said
    told = "| `item_column_missing` | observations | the column engagement is missing. "
    assert f"{told}| raw_observations: every_item_has_its_column | warned of | no |" in said
    assert "| **missed** | no |" in said
    assert "2 districts without a fault, seeds 1 to 2" in said
    assert "| 0.97 times to 1.04 times | 0.8 times to 1.25 times |" in said


def simulate(home: Path, *arguments: str) -> tuple[int, str, str]:
    asked = ("simulate", "--scale", "0.02", "--terms", "2022-23-spring", *arguments)
    done = CliRunner().invoke(main, asked, env={"UPTAKE_HOME": str(home)})
    return done.exit_code, done.stdout, done.stderr


def test_simulate_plants_the_faults_it_is_told_to(tmp_path: Path) -> None:
    done = simulate(tmp_path, "--faults", "one_observer,hours_negative", "--faults", "semicolons")
    assert done[0] == 0, done
    assert "Planted one_observer in observations, 2022-23-spring: every visit" in done[1]
    assert "Planted hours_negative in pl_sessions" in done[1]
    visits = (tmp_path / "landing/observations/2022-23-spring/observations.csv").read_text()
    assert visits.startswith("observation_id;observed_on;")


def test_an_unknown_fault_is_a_usage_error_that_lists_them(tmp_path: Path) -> None:
    code, _, said = simulate(tmp_path, "--faults", "one_observer,rain")
    assert code == 2
    assert "No fault is called rain" in said
    assert all(name in said for name in FAULTS)
    assert not (tmp_path / "landing").exists() or not any((tmp_path / "landing").iterdir())


def test_a_fault_that_needs_a_year_before_says_so(tmp_path: Path) -> None:
    code, _, said = simulate(tmp_path, "--faults", "roster_of_last_year")
    assert code == 1
    assert "simulate that term too" in said


@pytest.mark.parametrize("first", ["columns_renamed", "file_empty", "encoding_utf_16"])
def test_faults_that_cannot_be_planted_together_say_so(tmp_path: Path, first: str) -> None:
    code, _, said = simulate(tmp_path, "--faults", first, "--faults", "dates_all_alike")
    assert code == 1
    assert "dates_all_alike cannot be planted after another" in said


def test_every_suite_is_one_that_a_fault_is_about_or_an_invariant_of_the_build() -> None:
    about = {fault.judged for fault in FAULTS.values()}
    assert {table for table in SUITES if table.startswith("raw_")} <= about
