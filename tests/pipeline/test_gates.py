"""The gates hold what they must, and no more.

A home goes from run to run, with a bad term, mended, with a build that fails its tests, breaks, or
fails a suite. Each run is a fixture, and leaves what the tests look at.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from orchestration import manifest
from orchestration.fingerprints import file_sha256
from orchestration.outcome import BLOCKED, DONE, FAILED, Finished
from orchestration.settings import DBT_PROJECT, Home
from orchestration.warehouse import build_id, last_inputs, read_only
from tests.pipeline.gates import (
    DAYS,
    FALL,
    NO_VERDICT,
    SPRING,
    UNATTAINABLE,
    WINTER,
    changed_suite,
    edited,
    in_published,
    judged_alone,
    kept_verdict,
    land_three_terms,
    released_alone,
    restored,
    walkthroughs,
)
from tests.pipeline.homes import land_small_district, query, run_home

pytestmark = pytest.mark.long

NEXT = "2022-23-fall"


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return land_three_terms(tmp_path_factory.mktemp("ready"))


def changed_in(database: Path) -> set[tuple[str, str]]:
    """The inputs that had changed for a build that was set aside; none where none was."""
    if not database.is_file():
        return set()
    with read_only(database) as con:
        return set(con.execute("select source, term from raw.inputs where changed").fetchall())


@dataclass(frozen=True)
class After:
    """What a run left: how it ended, and what the tests look at, as it then was."""

    finished: Finished
    adoption: pd.DataFrame
    accounts: pd.DataFrame
    inputs: dict[tuple[str, str], Any]
    current: str
    unreleased: str
    failed: set[tuple[str, str]]
    published: dict[str, str]
    slices: dict[str, pd.DataFrame]

    @classmethod
    def of(cls, home: Path, finished: Finished) -> After:
        return cls(
            finished,
            query(home, "from mart_adoption order by all"),
            query(home, "from mart_row_accounting order by all"),
            last_inputs(Home(home).current),
            file_sha256(Home(home).current),
            file_sha256(Home(home).unreleased),
            changed_in(home / "warehouse" / "failed.duckdb"),
            in_published(home),
            {
                one.name: pd.read_parquet(one / "data" / "mart_adoption.parquet")
                for one in (home / "published").glob("20*")
            },
        )

    def term(self, term: str) -> pd.DataFrame:
        return self.adoption[self.adoption["term"] == term].reset_index(drop=True)

    def account(self, source: str, term: str) -> dict[str, Any]:
        frame = self.accounts
        (row,) = frame[(frame["source"] == source) & (frame["term"] == term)].to_dict("records")
        return {str(name): value for name, value in row.items()}

    def publications(self) -> set[str]:
        return {path.split("/")[0] for path in self.published} - {"latest"}


@pytest.fixture(scope="module")
def good(ready: Path) -> After:
    """Before anything is bad: three terms in the marts, none of them published."""
    return After.of(ready, Finished(DONE))


@pytest.fixture(scope="module")
def bad(ready: Path, good: After) -> After:
    """Spring has got a bad file, the next fall had one from the start, and fall a better one."""
    edited(walkthroughs(ready, SPRING), ("departed", "sometimes"))
    edited(walkthroughs(ready, FALL), ("departed", "none"))
    land_small_district(ready, NEXT, DAYS[NEXT])
    walkthroughs(ready, NEXT).write_bytes(b"\x00PK\x03\x04 is no table\xff")
    return After.of(ready, run_home(ready))


@pytest.fixture(scope="module")
def mended(ready: Path, bad: After) -> After:
    """The next fall's file is readable, and spring's has one bad row left: a warning."""
    land_small_district(ready, NEXT, DAYS[NEXT])
    land_small_district(ready, SPRING, DAYS[SPRING])
    landed = walkthroughs(ready, SPRING)
    landed.write_text(landed.read_text().replace("departed", "sometimes", 1))
    return After.of(ready, run_home(ready))


def test_a_bad_term_is_exit_code_3_and_a_sentence_that_names_the_expectation(bad: After) -> None:
    assert bad.finished.exit_code == BLOCKED
    said = "\n".join(bad.finished.said)
    assert f"observations, {SPRING} is not admitted. few_rows_are_quarantined: found" in said
    assert f"observations, {NEXT} is not admitted. every_file_was_read: found" in said
    for term in (SPRING, NEXT):
        assert f"{term} is due but waits: observations, {term}: not admitted" in said
    assert FALL not in said
    assert WINTER not in said


def test_a_bad_term_leaves_the_other_terms_marts_to_be_refreshed(good: After, bad: After) -> None:
    assert bad.current != good.current
    assert bad.inputs["observations", FALL] != good.inputs["observations", FALL]
    assert not bad.term(FALL).equals(good.term(FALL))


def test_the_last_admitted_version_of_a_bad_term_stands(good: After, bad: After) -> None:
    assert len(bad.term(SPRING)) > 0
    pd.testing.assert_frame_equal(bad.term(SPRING), good.term(SPRING))
    assert bad.inputs["observations", SPRING] == good.inputs["observations", SPRING]


def test_a_partition_that_was_bad_from_the_start_is_absent(bad: After) -> None:
    assert ("observations", NEXT) not in bad.inputs
    assert ("roster", NEXT) in bad.inputs
    assert bad.term(NEXT)["n"].sum() == 0


def test_a_bad_terms_publication_waits_and_the_others_go_on(bad: After) -> None:
    assert bad.publications() == {f"{WINTER}-001"}
    adoption = bad.slices[f"{WINTER}-001"]
    assert set(adoption["term"]) == {FALL, WINTER}


def test_the_rows_of_a_partition_not_admitted_are_set_aside_as_such(bad: After) -> None:
    account = bad.account("observations", SPRING)
    assert account["rows_read"] == 36
    assert account["rows_quarantined"] == 6
    assert account["rows_accepted"] == account["rows_set_aside"] == 30
    assert account["rows_used"] == 0
    assert json.loads(account["reasons"])["set aside: not_admitted"] == 30


def test_an_unreadable_file_is_a_row_of_the_account(bad: After) -> None:
    account = bad.account("observations", NEXT)
    assert account["file"] == "walkthroughs.csv"
    assert account["rows_read"] == account["rows_used"] == 0


def test_mending_the_file_and_running_again_publishes(bad: After, mended: After) -> None:
    assert mended.finished == Finished(DONE)
    assert mended.publications() == {f"{WINTER}-001", f"{NEXT}-001"}
    assert mended.term(NEXT)["n"].sum() > 0
    assert set(mended.slices[f"{NEXT}-001"]["term"]) == {FALL, WINTER, SPRING, NEXT}
    assert bad.published.items() <= mended.published.items()


def test_warnings_do_not_block_and_are_published(ready: Path, mended: After) -> None:
    account = mended.account("observations", SPRING)
    assert account["rows_quarantined"] == 1
    assert account["rows_set_aside"] == 0
    manifest_json = ready / "published" / f"{NEXT}-001" / "manifest.json"
    verdicts = json.loads(manifest_json.read_text())["verdicts"]
    outcomes = {(one["table"], one["term"]): one["outcome"] for one in verdicts}
    assert outcomes["raw_observations", SPRING] == "warned"
    assert outcomes["raw_observations", NEXT] == "passed"


@contextmanager
def another_project(copy: Path, changes: Callable[[Path], None]) -> Iterator[None]:
    """Have dbt build a changed copy of the project; Dagster's graph stays that of the checkout."""
    shutil.copytree(DBT_PROJECT, copy, ignore=shutil.ignore_patterns("target", "logs"))
    changes(copy)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(manifest, "DBT_PROJECT", copy)
        yield


@pytest.fixture(scope="module")
def untested(ready: Path, mended: After, tmp_path_factory: pytest.TempPathFactory) -> After:
    """Fall has changed again, and a data test of the build finds rows."""

    def one_more_test(project: Path) -> None:
        test = project / "tests" / "assert_no_school_is_called_s0.sql"
        test.write_text("select unit_id from {{ ref('mart_adoption') }} where unit_id = 's0'\n")

    landed = walkthroughs(ready, FALL)
    landed.write_text("".join(landed.read_text().splitlines(keepends=True)[:-1]))
    with another_project(tmp_path_factory.mktemp("dbt") / "untested", one_more_test):
        return After.of(ready, run_home(ready))


@pytest.fixture(scope="module")
def broken(ready: Path, untested: After, tmp_path_factory: pytest.TempPathFactory) -> After:
    """The change still waits to be built, and a model does not run."""

    def broken_model(project: Path) -> None:
        model = project / "models" / "staging" / "stg_roster__classes.sql"
        edited(model, ("select", "select error('broken') as broken,"))

    with another_project(tmp_path_factory.mktemp("dbt") / "broken", broken_model):
        return After.of(ready, run_home(ready))


def test_a_failed_data_test_is_a_gate_that_sets_the_build_aside(
    mended: After, untested: After
) -> None:
    assert untested.finished.exit_code == BLOCKED
    (said,) = [one for one in untested.finished.said if "failed.duckdb" in one]
    assert "assert_no_school_is_called_s0" in said
    assert (untested.unreleased, untested.current) == (mended.unreleased, mended.current)
    assert untested.published == mended.published


def test_a_broken_model_is_a_fault_and_no_gate(mended: After, broken: After) -> None:
    assert broken.finished.exit_code == FAILED
    assert any("stg_roster__classes" in one for one in broken.finished.said)
    assert (broken.unreleased, broken.current) == (mended.unreleased, mended.current)
    assert broken.published == mended.published


@pytest.mark.parametrize("run", ["untested", "broken"])
def test_a_build_that_failed_is_kept_for_a_look(run: str, request: pytest.FixtureRequest) -> None:
    after: After = request.getfixturevalue(run)
    assert ("observations", FALL) in after.failed


@pytest.fixture(scope="module")
def unfit(ready: Path, broken: After) -> tuple[After, str | None]:
    """The change is built with the project as it should be, and the suite of a mart fails.

    With why the release is blocked in a later run, whose suite of that mart is another.
    """
    with pytest.MonkeyPatch.context() as patched:
        changed_suite(patched, "mart_coverage", "counts_are_not_negative", min_value=1_000)
        after = After.of(ready, run_home(ready))
    return after, released_alone(ready)


def test_a_mart_that_fails_its_suite_in_a_run_is_a_gate(
    mended: After, unfit: tuple[After, str | None]
) -> None:
    after, _ = unfit
    assert after.finished.exit_code == BLOCKED
    assert any("mart's suite failed" in one for one in after.finished.said)
    assert after.unreleased != mended.unreleased
    assert after.current == mended.current
    assert after.published == mended.published


def test_a_build_that_this_suite_has_not_judged_does_not_become_current(
    unfit: tuple[After, str | None],
) -> None:
    _, why = unfit
    assert why == (f"marts/current.duckdb stays as it was. mart_coverage, {FALL}: {NO_VERDICT}.")


@pytest.mark.parametrize("table", UNATTAINABLE)
def test_the_release_alone_does_not_pass_a_failed_or_a_missing_verdict(
    ready: Path,
    unfit: tuple[After, str | None],
    monkeypatch: pytest.MonkeyPatch,
    table: str,
) -> None:
    current = Home(ready).current
    before = build_id(current), file_sha256(current)
    name = UNATTAINABLE[table]
    limits: dict[str, object] = {"min_value": 1_000}
    if table == "mart_adoption":  # schools are fewer than the visits to them
        limits = {"column_A": "n_clusters", "column_B": "n_visits"}
    with monkeypatch.context() as patched:
        changed_suite(patched, table, name, **limits)
        judged_alone(ready, table)
        why = released_alone(ready)
        assert why is not None
        assert f"{table}, {FALL}: failed {name}" in why
    judged_alone(ready, table)
    kept = kept_verdict(ready, table, FALL, "unreleased")
    with restored(kept):
        kept.unlink()
        why = released_alone(ready)
        assert why is not None
        assert f"{table}, {FALL}: {NO_VERDICT}" in why
    assert (build_id(current), file_sha256(current)) == before


def test_once_every_suite_has_passed_the_release_alone_makes_the_build_current(
    ready: Path, unfit: tuple[After, str | None]
) -> None:
    judged_alone(ready, "mart_coverage")
    assert released_alone(ready) is None
    assert build_id(Home(ready).current) == build_id(Home(ready).unreleased)
    assert file_sha256(Home(ready).current) == file_sha256(Home(ready).unreleased)
