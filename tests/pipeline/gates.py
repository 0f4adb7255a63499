"""Getting at the gates: assets materialised alone, things put out of order, verdicts forged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from expectations.judging import mart_verdict
from expectations.suites import SUITES
from expectations.verdicts import verdict_path
from orchestration.definitions import defs
from orchestration.fingerprints import file_sha256
from orchestration.outcome import DONE, Finished
from orchestration.reading.pseudonyms import Key
from orchestration.running import dagster_home
from orchestration.settings import Home
from orchestration.warehouse import read_only
from tests.pipeline.homes import (
    LATER,
    environment,
    kept_nowhere,
    land_small_district,
    run_home,
)

FALL, WINTER, SPRING = "2021-22-fall", "2021-22-winter", "2021-22-spring"
DAYS = {
    FALL: "2021-09-15",
    WINTER: "2021-12-15",
    SPRING: "2022-03-15",
    "2022-23-fall": "2022-09-15",
}
EARLY = date(2021, 12, 1)
NO_VERDICT = "no verdict on exactly this content"

# of each mart that has rows where classrooms alone were observed, what no data can meet
UNATTAINABLE = {
    "mart_adoption": "visits_are_no_fewer_than_classrooms",
    "mart_coverage": "counts_are_not_negative",
    "mart_row_accounting": "counts_are_not_negative",
}


def land_three_terms(home: Path) -> Path:
    """Three terms built, judged and released to the analysts, before the first one's day."""
    for term in (FALL, WINTER, SPRING):
        land_small_district(home, term, DAYS[term])
    assert run_home(home, as_of=EARLY) == Finished(DONE)
    assert not in_published(home)
    return home


# Materialising alone


def materialised(
    home: Path,
    selection: dg.AssetSelection,
    *,
    term: str | None = None,
    publishing: dict[str, Any] | None = None,
) -> dg.ExecuteInProcessResult:
    """A selection in a run of its own."""
    job = dg.define_asset_job("alone", selection)
    config: dict[str, Any] = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    if publishing is not None:
        config["ops"] = {"publication": {"config": publishing}}
    with environment(home) as settings, kept_nowhere():
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


def published_alone(home: Path, *terms: str, as_of: date = LATER) -> tuple[str, str]:
    """The publication in a run of its own: what it published, and what it said waits."""
    done = materialised(
        home,
        dg.AssetSelection.assets("publication"),
        publishing={"as_of": as_of.isoformat(), "terms": list(terms)},
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


def forged(path: Path, *, sealed: bool) -> None:
    """Turn a failed verdict into one that passed: its outcome, or all of it, by another's key."""
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["outcome"] == "failed"
    document["outcome"] = "passed"
    if sealed:
        for one in document["expectations"]:
            one["passed"] = True
        del document["seal"]
        document["seal"] = Key(b"of somebody else").seal(document)
    path.write_text(json.dumps(document), encoding="utf-8")
