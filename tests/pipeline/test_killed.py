"""A run that is killed, wherever it is, is mended by the next; two runs at once take turns.

Every comparison is with a run that was never killed: same marts, same published bytes.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

from orchestration.publishing.verify import verify
from orchestration.reading.templates import templates
from orchestration.release import GATED_MARTS
from orchestration.settings import Home
from tests.pipeline.forks import Ended, Forks
from tests.pipeline.homes import TERM, environment
from tests.pipeline.kept import fresh, restore, state
from tests.pipeline.watching import wait_until

pytestmark = pytest.mark.long

BEFORE_DBT = (
    "land the registry",
    f"read observations, {TERM}",
    f"read roster, {TERM}",
    "read schools, all",
    "admit partitions",
    "judge observations",
    "judge roster",
    "judge schools",
)
BEFORE_AN_ACCOUNT = "before:orchestration.reading.partition:save_account"
WHILE_DBT_BUILDS = r"sql:create.*table.*mart_adoption"
BUILT = "after:orchestration.warehouse:complete"
"""The build is in its place, and its stage has not ended."""

AFTER_THE_BUILD = {
    "the build is complete": (),
    "each mart is judged": (
        "stage:build the marts",
        "stage:judge mart_adoption",
        "stage:judge mart_coverage",
        "stage:judge mart_row_accounting",
    ),
    "the marts are in their place": ("after:orchestration.warehouse:release",),
    "the tables are publishable": (
        "stage:release the marts",
        "stage:make the publishable tables",
    ),
    "the publication lies aside": ("before:orchestration.publishing.publication:_stand",),
    "the publication stands without its link": (
        "before:orchestration.publishing.publication:point_latest",
    ),
}


def _assert_mended(forks: Forks, home: Path, unkilled: Unkilled) -> None:
    """One run more, and all is as if nothing had been killed."""
    ended = forks.run(home)
    assert ended.code == 0, ended.said
    assert state(home) == unkilled.state
    assert verify(Home(home)) == []
    left = [*(home / "warehouse").glob("next.*"), *(home / "published").glob(".*")]
    assert not left


@dataclass(frozen=True)
class Unkilled:
    """Two runs begun at once on a fresh home, and what they left."""

    first: Ended
    second: Ended
    first_pid: int
    state: dict[str, dict[str, str]]
    saved: Path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("killed")


@pytest.fixture(scope="module")
def forks(folder: Path) -> Iterator[Forks]:
    served = Forks(folder)
    yield served
    served.close()


@pytest.fixture(scope="module")
def home(folder: Path) -> Path:
    """One path for all homes: marts name raw files by where they are."""
    return folder / "home"


@pytest.fixture(scope="module")
def unkilled(forks: Forks, home: Path, folder: Path) -> Unkilled:
    fresh(home)
    said = folder / "second"
    said.touch()
    held = home / "warehouse" / "lock"
    first = forks.start(home, history=True, wait_in="land the registry", wait_for=str(said))
    wait_until(lambda: held.is_file() and held.stat().st_size > 0)
    second = forks.start(home, history=True, said=said)
    ends = [forks.wait(one) for one in (first, second)]
    saved = folder / "unkilled"
    shutil.copytree(home, saved, symlinks=True)
    return Unkilled(ends[0], ends[1], first[0], state(home), saved)


@pytest.fixture(scope="module")
def built(forks: Forks, home: Path, folder: Path, unkilled: Unkilled) -> Path:
    """A copy of a home whose run was killed when dbt had built, and nothing had been judged."""
    fresh(home)
    assert forks.run(home, kill=BUILT).killed
    assert not (home / "marts" / "current.duckdb").exists()
    saved = folder / "built"
    shutil.copytree(home, saved, symlinks=True)
    return saved


def test_of_two_runs_at_once_the_second_waits_and_says_for_whom(unkilled: Unkilled) -> None:
    assert (unkilled.first.code, unkilled.second.code) == (0, 0), unkilled
    said = f"waiting to .*: process {unkilled.first_pid} holds this data home to land the registry"
    assert re.search(said, unkilled.second.said)


def test_two_runs_at_once_read_build_and_publish_once(unkilled: Unkilled) -> None:
    said = unkilled.first.said + unkilled.second.said
    for once in ("reading roster.csv", "building the marts", "published 2021-22-spring-001"):
        assert said.count(once) == 1, said
    assert _history(unkilled.saved) == ["SUCCESS", "SUCCESS"]
    assert set(unkilled.state["marts"]) >= {"mart_adoption", "dim_school", "fct_observation"}
    assert f"published/{TERM}-001/index.html" in unkilled.state["published"]
    assert unkilled.state["published"]["published/latest"] == f"{TERM}-001"


def test_the_stages_are_those_that_are_killed_here(unkilled: Unkilled) -> None:
    killed = {f"stage:{name}" for name in BEFORE_DBT}
    killed |= {kill for kills in AFTER_THE_BUILD.values() for kill in kills}
    judged = {f"stage:judge {name}" for name in (*templates(), *GATED_MARTS)}
    seen = {f"stage:{name}" for name in (*unkilled.first.stages, *unkilled.second.stages)}
    assert judged <= seen
    # of what is judged, a few stand for all: they differ in their suite alone
    stages = {kill for kill in killed if kill.startswith("stage:")}
    assert seen - judged == stages - judged | {"stage:publish"}
    assert stages & judged


def test_killed_after_each_stage_before_dbt_and_while_dbt_builds_it_is_mended_by_one_run(
    forks: Forks, home: Path, unkilled: Unkilled
) -> None:
    fresh(home)
    for stage in BEFORE_DBT:
        if stage == "read schools, all":
            assert forks.run(home, kill=BEFORE_AN_ACCOUNT).killed
        ended = forks.run(home, kill=f"stage:{stage}", history=stage in BEFORE_DBT[:2])
        assert ended.killed, ended
        assert ended.stages[-1] == stage
    # each run says of those before it what they could not say themselves
    assert _history(home) == ["FAILURE", "STARTED"]
    assert forks.run(home, kill=WHILE_DBT_BUILDS).killed
    assert (home / "warehouse" / "next.duckdb").exists()
    assert not (home / "marts" / "unreleased.duckdb").exists()
    _assert_mended(forks, home, unkilled)


@pytest.mark.parametrize("when", AFTER_THE_BUILD)
def test_killed_when(when: str, forks: Forks, home: Path, built: Path, unkilled: Unkilled) -> None:
    restore(built, home)
    for kill in AFTER_THE_BUILD[when]:
        ended = forks.run(home, kill=kill)
        assert ended.killed, ended
    _assert_mended(forks, home, unkilled)


def _history(home: Path) -> list[str]:
    """How the runs in Dagster's history ended, oldest first."""
    with environment(home), dg.DagsterInstance.from_config(str(home / "dagster")) as instance:
        records = instance.get_run_records(ascending=True)
    return [record.dagster_run.status.value for record in records]
