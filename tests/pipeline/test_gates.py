"""The gates hold whichever run asks, and hold no more than they must.

Slipping past: a home is built and judged before any term's day has come; then the publication is
materialised alone, in another run, with one thing out of order, which each test mends. Blocking:
from there the home goes from run to run, with a bad term, mended, with a build that fails its
tests, breaks, or fails a suite. Each run is a fixture, and leaves what the tests look at.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pandas as pd
import pytest

from expectations.judging import mart_verdict
from expectations.suites import SUITES
from expectations.verdicts import verdict_path
from orchestration import manifest, warehouse
from orchestration.definitions import defs
from orchestration.fingerprints import file_sha256, text_sha256
from orchestration.outcome import BLOCKED, DONE, FAILED, Finished
from orchestration.running import dagster_home
from orchestration.settings import DBT_PROJECT, Home
from orchestration.warehouse import build_id, last_inputs, read_only
from tests.pipeline.homes import LATER, environment, land_small_district, query, run_home

FALL, WINTER, SPRING, NEXT = "2021-22-fall", "2021-22-winter", "2021-22-spring", "2022-23-fall"
DAYS = {FALL: "2021-09-15", WINTER: "2021-12-15", SPRING: "2022-03-15", NEXT: "2022-09-15"}
EARLY = date(2021, 12, 1)
NO_VERDICT = "no verdict on exactly this content"


# Materialising alone


def materialised(
    home: Path,
    selection: dg.AssetSelection,
    *,
    term: str | None = None,
    publishing: dict[str, Any] | None = None,
) -> dg.ExecuteInProcessResult:
    """A selection in a run of its own, in the home's history."""
    job = dg.define_asset_job("alone", selection)
    config: dict[str, Any] = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    if publishing is not None:
        config["ops"] = {"publication": {"config": publishing}}
    with environment(home) as settings:
        dagster_home(settings.home)
        with dg.DagsterInstance.get() as instance:
            return (
                dg.Definitions.merge(defs(), dg.Definitions(jobs=[job]))
                .resolve_job_def("alone")
                .execute_in_process(
                    instance=instance, run_config=config, partition_key=term, raise_on_error=False
                )
            )


def read_alone(home: Path, source: str, term: str | None = None) -> None:
    """Read a partition, and judge nothing."""
    done = materialised(home, dg.AssetSelection.assets(["raw", source]).without_checks(), term=term)
    assert done.success


def judged_alone(home: Path, table: str) -> dg.ExecuteInProcessResult:
    """Run a mart's suite on the last complete build."""
    suite = dg.AssetCheckKey(dg.AssetKey([table]), "suite")
    return materialised(home, dg.AssetSelection.checks(suite))


def published_alone(home: Path, *terms: str) -> tuple[str, str]:
    """The publication in a run of its own: what it published, and what it said waits."""
    done = materialised(
        home,
        dg.AssetSelection.assets("publication"),
        publishing={"as_of": LATER.isoformat(), "terms": list(terms)},
    )
    assert done.success
    (made,) = done.asset_materializations_for_node("publication")
    (check,) = done.get_asset_check_evaluations()
    waiting = str(made.metadata["waiting"].value)
    assert check.passed == (waiting == "none")
    return str(made.metadata["published"].value), waiting


def released_alone(home: Path) -> str | None:
    """The release in a run of its own: why it was blocked, or None."""
    done = materialised(home, dg.AssetSelection.assets(["release", "current"]))
    failures = [
        event.step_failure_data.user_failure_data
        for event in done.all_events
        if event.is_step_failure
    ]
    assert done.success == (not failures)
    return "; ".join(str(one.description) for one in failures if one) if failures else None


def in_published(home: Path) -> dict[str, str]:
    """Every published file, with its hash."""
    return {
        str(path.relative_to(home / "published")): file_sha256(path)
        for path in sorted((home / "published").rglob("*"))
        if path.is_file()
    }


def waits(home: Path, term: str = SPRING) -> str:
    """Assert that the publication alone publishes nothing; why the term waits."""
    before = in_published(home)
    made, waiting = published_alone(home, term)
    assert made == "nothing new"
    assert in_published(home) == before
    assert waiting.startswith(f"{term} waits: ")
    return waiting


# Putting out of order


def walkthroughs(home: Path, term: str) -> Path:
    return home / "landing" / "observations" / term / "walkthroughs.csv"


def edited(path: Path, *pairs: tuple[str, str]) -> None:
    """Replace texts in a file."""
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


@contextmanager
def restored(*paths: Path) -> Iterator[None]:
    """Files as they were, afterwards; those that were not there are gone."""
    before = {path: path.read_bytes() if path.is_file() else None for path in paths}
    try:
        yield
    finally:
        for path, content in before.items():
            if content is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(content)


@contextmanager
def read_as_before(home: Path, source: str, term: str, landed: Path) -> Iterator[None]:
    """A landing file that may be changed and read; it and what was read are restored afterwards."""
    account = home / "accounts" / source / f"{term}.json"
    quarantine = home / "quarantine" / source / f"{term}.parquet"
    with restored(landed, account, quarantine):
        yield


def changed_suite(monkeypatch: pytest.MonkeyPatch, table: str, name: str, **limits: object) -> None:
    """Give an expectation of a suite other thresholds."""
    suite = SUITES[table]
    (old,) = [one for one in suite.expectations if one.name == name]
    new = replace(old, kwargs={**old.kwargs, **limits})
    other = replace(
        suite, expectations=tuple(new if one is old else one for one in suite.expectations)
    )
    assert other.fingerprint != suite.fingerprint
    monkeypatch.setitem(SUITES, table, other)


def kept_verdict(home: Path, table: str, term: str, database: str = "current") -> Path:
    """Where the verdict on a mart's term stands."""
    with read_only(home / "marts" / f"{database}.duckdb") as con:
        verdict = mart_verdict(Home(home), con, table, term)
    path = verdict_path(Home(home), SUITES[table], term, verdict.fingerprint, verdict.compared)
    assert path.is_file()
    return path


def forged(path: Path, *, signed: bool) -> None:
    """Turn a failed verdict into one that passed: its outcome, or all of it but what it is of."""
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["outcome"] == "failed"
    document["outcome"] = "passed"
    if signed:
        body = {name: value for name, value in document.items() if name != "checksum"}
        document["checksum"] = text_sha256(body)
    path.write_text(json.dumps(document), encoding="utf-8")


# What could slip past


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three terms built, judged and released to the analysts, before the first one's day."""
    home = tmp_path_factory.mktemp("ready")
    for term in (FALL, WINTER, SPRING):
        land_small_district(home, term, DAYS[term])
    finished = run_home(home, as_of=EARLY)
    assert finished == Finished(DONE)
    assert not in_published(home)
    return home


def test_with_nothing_out_of_order_the_publication_alone_publishes_past_a_warning_and_a_bad_term(
    ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the tests below do not hold for want of anything to publish."""
    changed_suite(
        monkeypatch, "mart_adoption", "every_local_district_seen_has_an_estimate", max_value=-1
    )
    assert judged_alone(ready, "mart_adoption").success
    kept = json.loads(kept_verdict(ready, "mart_adoption", WINTER).read_text())
    assert kept["outcome"] == "warned"
    fall = walkthroughs(ready, FALL)
    with restored(fall):
        edited(fall, ("departed", "none"))
        made, waiting = published_alone(ready, FALL, WINTER)
    shutil.rmtree(ready / "published")
    assert made == f"{WINTER}-001"
    assert waiting == f"{FALL} waits: observations, {FALL}: landing has changed since it was read"


def test_a_file_that_changed_since_it_was_read_is_not_published(ready: Path) -> None:
    landed = walkthroughs(ready, SPRING)
    with restored(landed):
        edited(landed, ("departed", "none"))
        assert "landing has changed since it was read" in waits(ready)


def test_a_file_that_came_since_the_rest_was_read_is_not_passed_over(ready: Path) -> None:
    another = walkthroughs(ready, SPRING).with_name("another.csv")
    with restored(another):
        shutil.copyfile(walkthroughs(ready, SPRING), another)
        assert "landing has changed since it was read" in waits(ready)


def test_a_file_that_went_since_it_was_read_is_not_published(ready: Path) -> None:
    landed = ready / "landing" / "roster" / SPRING / "roster.csv"
    with restored(landed):
        landed.unlink()
        assert f"roster, {SPRING}: landing has changed" in waits(ready)


def test_schools_that_changed_since_they_were_read_hold_every_term(ready: Path) -> None:
    landed = ready / "landing" / "schools" / "schools.csv"
    with restored(landed):
        edited(landed, ("East", "South"))
        assert "schools, all: landing has changed" in waits(ready)


def test_what_has_been_read_anew_but_not_built_is_not_published(ready: Path) -> None:
    landed = walkthroughs(ready, SPRING)
    with read_as_before(ready, "observations", SPRING, landed):
        edited(landed, ("departed", "none"))
        read_alone(ready, "observations", SPRING)
        assert "the released marts are of an earlier version" in waits(ready)


def test_a_file_without_a_new_row_is_published_only_with_its_account(ready: Path) -> None:
    """The raw rows are the same, yet the account of what lies in landing is not."""
    landed = walkthroughs(ready, SPRING)
    another = landed.with_name("another.csv")
    with read_as_before(ready, "observations", SPRING, another):
        another.write_text(landed.read_text().splitlines()[0] + "\n")
        read_alone(ready, "observations", SPRING)
        assert "the released marts are of an earlier version" in waits(ready)


def test_a_partition_that_failed_its_suite_is_not_published_nor_a_forged_verdict_believed(
    ready: Path,
) -> None:
    why = "not admitted, failed few_rows_are_quarantined"
    landed = walkthroughs(ready, SPRING)
    folder = ready / "verdicts" / "raw_observations"
    before = set(folder.iterdir())
    with read_as_before(ready, "observations", SPRING, landed):
        edited(landed, ("departed", "sometimes"))
        read_alone(ready, "observations", SPRING)
        assert why in waits(ready)
        (kept,) = set(folder.iterdir()) - before
        forged(kept, signed=False)
        assert why in waits(ready)
        assert json.loads(kept.read_text())["outcome"] == "failed"


@pytest.mark.parametrize(
    ("source", "term", "name"),
    [("roster", SPRING, f"{SPRING}/roster.csv"), ("schools", "all", "schools.csv")],
    ids=["roster", "schools"],
)
def test_a_roster_or_schools_that_failed_hold_the_terms_that_rest_on_them(
    ready: Path, source: str, term: str, name: str
) -> None:
    landed = ready / "landing" / source / name
    with read_as_before(ready, source, term, landed):
        landed.write_bytes(b"\x00\x01\x02")
        read_alone(ready, source, None if term == "all" else term)
        assert f"{source}, {term}: not admitted, failed" in waits(ready)


# of each mart that has rows where classrooms alone were observed, what no data can meet
UNATTAINABLE = {
    "mart_adoption": "visits_are_no_fewer_than_classrooms",
    "mart_coverage": "counts_are_not_negative",
    "mart_row_accounting": "counts_are_not_negative",
}


@pytest.mark.parametrize("table", UNATTAINABLE)
def test_without_the_verdict_on_a_mart_nothing_is_published(ready: Path, table: str) -> None:
    kept = kept_verdict(ready, table, SPRING)
    with restored(kept):
        kept.unlink()
        assert f"{table}, {SPRING}: {NO_VERDICT}" in waits(ready)


@contextmanager
def written_into(database: Path, sql: str) -> Iterator[None]:
    """A database of marts as somebody changed it by hand."""
    with restored(database):
        with duckdb.connect(str(database)) as con:
            con.execute(sql)
        yield


def test_an_old_verdict_is_none_on_marts_that_are_others_now(ready: Path) -> None:
    old = kept_verdict(ready, "mart_adoption", SPRING)
    change = f"update mart_adoption set n_visits = n_visits + 1 where term = '{SPRING}'"
    with written_into(Home(ready).current, change):
        assert f"mart_adoption, {SPRING}: {NO_VERDICT}" in waits(ready)
        new = kept_verdict(ready, "mart_adoption", SPRING)
        assert new != old
        shutil.copyfile(old, new)  # nor is it by the name of a verdict on the new content
        assert f"mart_adoption, {SPRING}: {NO_VERDICT}" in waits(ready)
        new.unlink()


def test_a_verdict_counts_only_beside_what_it_was_compared_with(ready: Path) -> None:
    change = "update dim_measure set label = label || '!'"
    with written_into(Home(ready).current, change):
        assert f"mart_adoption, {SPRING}: {NO_VERDICT}" in waits(ready)


def test_a_verdict_of_another_suite_is_none(ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed_suite(monkeypatch, "mart_coverage", "counts_are_not_negative", min_value=-1)
    assert f"mart_coverage, {SPRING}: {NO_VERDICT}" in waits(ready)


def test_a_partition_is_judged_anew_when_its_suite_has_changed(
    ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed_suite(monkeypatch, "raw_observations", "few_rows_are_quarantined", max_value=-1)
    assert "not admitted, failed few_rows_are_quarantined" in waits(ready)


def test_declarations_that_changed_since_the_build_are_not_slipped_under_it(ready: Path) -> None:
    overlay = ready / "registry" / "minimum_n.csv"
    overlay.parent.mkdir(exist_ok=True)
    with restored(overlay):
        overlay.write_text("unit,minimum_n\nclassrooms,2\n")
        assert "minimum_n, all: the released marts are of an earlier version" in waits(ready)


def test_models_that_changed_since_the_build_are_not_published_under_its_name(
    ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warehouse, "project_fingerprint", lambda: "another")
    assert "dbt_project, all: the released marts are of an earlier version" in waits(ready)


@pytest.mark.parametrize("signed", [False, True])
def test_a_forged_verdict_on_a_mart_is_not_believed(
    ready: Path, monkeypatch: pytest.MonkeyPatch, signed: bool
) -> None:
    changed_suite(monkeypatch, "mart_coverage", "counts_are_not_negative", min_value=1_000)
    assert not judged_alone(ready, "mart_coverage").get_asset_check_evaluations()[0].passed
    assert f"mart_coverage, {SPRING}: failed counts_are_not_negative" in waits(ready)
    kept = kept_verdict(ready, "mart_coverage", SPRING)
    with restored(kept):
        forged(kept, signed=signed)
        assert f"mart_coverage, {SPRING}: {NO_VERDICT}" in waits(ready)


# What should not block, and what a build that fails leaves


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
