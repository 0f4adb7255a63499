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

from orchestration.fingerprints import file_sha256, table_fingerprint
from orchestration.publishing.verify import verify
from orchestration.reading.templates import templates
from orchestration.release import GATED_MARTS
from orchestration.settings import Home
from orchestration.warehouse import read_only
from tests.pipeline.forks import Ended, Forks
from tests.pipeline.homes import TERM, environment, land, land_small_district, visit
from tests.pipeline.watching import version, wait_until, watched

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


def _fresh(home: Path) -> None:
    """A home in which nothing has been read, with the pseudonym key of all others."""
    shutil.rmtree(home, ignore_errors=True)
    land_small_district(home)
    key = home / "secrets" / "hash.key"
    key.parent.mkdir(mode=0o700)
    key.write_text("the same in every home\n", encoding="utf-8")


def _restore(saved: Path, home: Path) -> None:
    shutil.rmtree(home)
    shutil.copytree(saved, home, symlinks=True)


def _state(home: Path) -> dict[str, dict[str, str]]:
    """Every mart by its content, and every published file by its bytes; databases by content."""
    with read_only(Home(home).current) as con:
        names = con.execute(
            """
            select table_name from information_schema.tables
            where regexp_matches(table_name, '^(mart|dim|fct)_')
            """
        ).fetchall()
        marts = {name: table_fingerprint(con, name) for (name,) in names}
    published = {}
    for path in sorted((home / "published").rglob("*")):
        name = path.relative_to(home).as_posix()
        if path.is_symlink():
            published[name] = str(path.readlink())
        elif path.suffix == ".duckdb":
            with read_only(path) as con:
                for (table,) in con.execute("select table_name from duckdb_tables()").fetchall():
                    published[f"{name}: {table}"] = table_fingerprint(con, table)
        elif path.is_file():
            published[name] = file_sha256(path)
    return {"marts": marts, "published": published}


def _assert_mended(forks: Forks, home: Path, unkilled: Unkilled) -> None:
    """One run more, and all is as if nothing had been killed."""
    ended = forks.run(home)
    assert ended.code == 0, ended.said
    assert _state(home) == unkilled.state
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
    _fresh(home)
    said = folder / "second"
    said.touch()
    held = home / "warehouse" / "lock"
    first = forks.start(home, history=True, wait_in="land the registry", wait_for=str(said))
    wait_until(lambda: held.is_file() and held.stat().st_size > 0)
    second = forks.start(home, history=True, said=said)
    ends = [forks.wait(one) for one in (first, second)]
    saved = folder / "unkilled"
    shutil.copytree(home, saved, symlinks=True)
    return Unkilled(ends[0], ends[1], first[0], _state(home), saved)


@pytest.fixture(scope="module")
def built(forks: Forks, home: Path, folder: Path, unkilled: Unkilled) -> Path:
    """A copy of a home whose run was killed when dbt had built, and nothing had been judged."""
    _fresh(home)
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
    _fresh(home)
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
    _restore(built, home)
    for kill in AFTER_THE_BUILD[when]:
        ended = forks.run(home, kill=kill)
        assert ended.killed, ended
    _assert_mended(forks, home, unkilled)


def test_a_reader_beside_a_real_run_sees_the_marts_before_it_and_after_it(
    forks: Forks, home: Path, unkilled: Unkilled, folder: Path
) -> None:
    _restore(unkilled.saved, home)
    current = Home(home).current
    with read_only(current) as con:
        before = version(con)
    more = visit("s0", "c7", "none", observation_id="one more", observer_id="coach-1")
    land(home, "observations", TERM, "later.csv", [more])
    with watched(current, folder, pause=0.2) as seen:
        assert forks.run(home).code == 0
    with read_only(current) as con:
        after = version(con)
    assert before != after
    assert seen["opening"].versions == [before, after]
    assert seen["holding"].versions == [before]


def _history(home: Path) -> list[str]:
    """How the runs in Dagster's history ended, oldest first."""
    with environment(home), dg.DagsterInstance.from_config(str(home / "dagster")) as instance:
        records = instance.get_run_records(ascending=True)
    return [record.dagster_run.status.value for record in records]
