"""Killed at a random instant, whatever it was doing: one rerun, and all is as if it never had been.

test_killed kills at the places that are known to be dangerous; here nobody has chosen the place.
Then runs that nobody kills, beside eight readers. `make crash` kills two hundred times and runs
fifty times, `make test` as often as its time allows.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from orchestration.publishing.verify import verify
from orchestration.settings import Home
from orchestration.warehouse import read_only
from tests.pipeline.forks import Forks
from tests.pipeline.homes import DAY, TERM, land, land_small_district, visit
from tests.pipeline.kept import fresh, restore, state
from tests.pipeline.watching import published, version, watched

pytestmark = pytest.mark.long

KILLS = int(os.environ.get("UPTAKE_KILLS", "2"))
RUNS = int(os.environ.get("UPTAKE_RUNS", "1"))
SEED = int(os.environ.get("UPTAKE_SEED", "1"))
SECOND = f"{TERM}-002"
NEXT_TERM, NEXT_DAY = "2022-23-fall", "2022-10-04"


@dataclass(frozen=True)
class Doing:
    """What is killed: a home as it lies before it, what it is told, and how it ends if left alone.

    `ends` are the exit codes of a rerun: where what was killed had done its work, a second
    correction changes nothing, and a second withdrawal finds nothing to take back.
    """

    before: Path
    asked: dict[str, Any]
    ends: tuple[int, ...]
    seconds: float
    states: tuple[dict[str, Any], dict[str, Any]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("crashes")


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
def doings(forks: Forks, home: Path, folder: Path) -> list[Doing]:
    """A first run, a run after a change, a correction and a withdrawal, none of them killed."""
    fresh(home)
    first = _unkilled(forks, home, folder / "first", {}, (0,))
    published = folder / "published"
    shutil.copytree(home, published, symlinks=True)
    land_small_district(home, NEXT_TERM, NEXT_DAY)
    changed = _unkilled(forks, home, folder / "changed", {}, (0,))
    restore(published, home)
    late = [
        visit(f"s{i}", c, "as_designed", observation_id=f"late-{i}-{c}", observed_on=DAY)
        for i in range(6)
        for c in ("c6", "c7")
    ]
    land(home, "observations", TERM, "second round.csv", late)
    corrected = _unkilled(forks, home, folder / "corrected", {"correct": TERM}, (0, 3))
    withdrawn = _unkilled(forks, home, folder / "withdrawn", {"withdraw": SECOND}, (0, 2))
    return [first, changed, corrected, withdrawn]


def _unkilled(
    forks: Forks, home: Path, saved: Path, asked: dict[str, Any], ends: tuple[int, ...]
) -> Doing:
    shutil.copytree(home, saved, symlinks=True)
    before = state(home)
    started = time.monotonic()
    ended = forks.run(home, **asked)
    seconds = time.monotonic() - started
    assert ended.code == 0, ended.said
    after = state(home)
    assert before != after
    return Doing(saved, asked, ends, seconds, (before, after))


@pytest.mark.parametrize("number", range(KILLS))
def test_killed_at_a_random_instant_it_is_mended_by_one_rerun(
    number: int, forks: Forks, home: Path, doings: list[Doing]
) -> None:
    doing = doings[number % len(doings)]
    restore(doing.before, home)
    instant = random.Random(f"{SEED} {number}").uniform(0, doing.seconds)
    pid, asked = forks.start(home, **doing.asked)
    time.sleep(instant)
    os.kill(pid, signal.SIGKILL)
    killed = forks.wait((pid, asked))
    where = f"{doing.asked or doing.before.name} after {instant:.2f} s, {killed.stages[-1:]}"
    _assert_readable(home, doing, where)
    ended = forks.run(home, **doing.asked)
    assert ended.code in doing.ends, (where, ended.said)
    assert state(home) == doing.states[1], where
    assert verify(Home(home)) == [], where
    assert not [*(home / "warehouse").glob("next.*"), *(home / "published").glob(".*")], where


def _assert_readable(home: Path, doing: Doing, where: str) -> None:
    """Until somebody runs again, who reads finds what was before or what is after, and whole."""
    seen = state(home)
    assert seen["marts"] in [one["marts"] for one in doing.states], where
    latest = seen["published"].get("published/latest")
    assert latest in [one["published"].get("published/latest") for one in doing.states], where
    if latest:
        assert verify(Home(home), latest) == [], where


def test_eight_readers_beside_real_runs_see_whole_versions_in_their_order(
    forks: Forks, home: Path, doings: list[Doing], folder: Path
) -> None:
    restore(doings[1].before, home)
    marts, stood = [], []
    with watched(
        home, folder, pause=0.5, readers=("holding", "opening") * 3 + ("following",) * 2
    ) as seen:
        for number in range(RUNS + 1):
            if number:
                # a copy of another visit under another id would be held, once there are many
                visited = {"observation_id": f"more {number}", "observer_id": f"coach-{number}"}
                more = visit("s0", "c7", "none", **visited)
                land(home, "observations", TERM, f"more {number}.csv", [more])
                assert forks.run(home).code == 0
            with read_only(Home(home).current) as con:
                marts.append(version(con))
            stood.append(published(home / "published" / "latest"))
    assert len(set(marts)) == RUNS + 1
    for one in seen:
        if one.how == "holding":
            assert one.versions == marts[:1]
        elif one.how == "opening":
            assert one.versions == marts
        else:
            assert one.versions == list(dict.fromkeys(stood))
