"""The fixed cost of `uptake run` at the simulator's default size, stage by stage."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.measuring import Contender, Measured, in_turn, ratio

UPTAKE = Path(sys.executable).parent / "uptake"
STAGES = ("start", "read", "admit", "build", "judge", "release", "publish")
"""`start` is what no step of the run takes: imports, definitions, Dagster's own bookkeeping."""

MADE = ("raw", "quarantine", "accounts", "verdicts", "marts", "warehouse", "published")


def figure(folder: Path, rounds: int, *, scale: float = 1.0) -> dict[str, Any]:
    """Seconds and share of each stage, of a first run and of one that has nothing to do."""
    homes = {name: folder / name for name in ("first", "again")}
    for home in homes.values():
        _uptake(home, "simulate", "--scale", str(scale))
    _uptake(homes["again"], "run")
    first, again = in_turn(
        [
            Contender(
                name,
                [UPTAKE, "run"],
                environment={"UPTAKE_HOME": str(home)},
                before=(lambda: _forget(homes["first"])) if name == "first" else lambda: None,
            )
            for name, home in homes.items()
        ],
        rounds,
    )
    return {
        "figure": "run",
        "says": "A run of the simulated district, from landing to publication",
        "measured": [first.as_dict(), again.as_dict()],
        "ratio": ratio(first, again),
        "stages": {
            measured.name: _stages(measured, _steps(homes[measured.name])[-rounds:])
            for measured in (first, again)
        },
    }


def stage_of(step: str) -> str:
    """The stage that a step of the job adoption_report belongs to."""
    if step == "raw__admitted" or (step.startswith("raw__") and step.endswith("_suite")):
        return "admit"
    if step.startswith("raw__"):
        return "read"
    named = {"dbt_build": "build", "release__current": "release"}
    if step in named:
        return named[step]
    return "judge" if step.endswith("_suite") else "publish"


def _stages(measured: Measured, runs: Iterable[Mapping[str, float]]) -> list[dict[str, Any]]:
    rounds = []
    for seconds, steps in zip(measured.seconds, runs, strict=True):
        taken = dict.fromkeys(STAGES, 0.0)
        for step, one in steps.items():
            taken[stage_of(step)] += one
        taken["start"] = seconds - sum(taken.values())
        rounds.append(taken)
    medians = {stage: statistics.median(one[stage] for one in rounds) for stage in STAGES}
    whole = sum(medians.values())
    return [
        {"stage": stage, "seconds": round(seconds, 2), "share": round(seconds / whole, 3)}
        for stage, seconds in medians.items()
    ]


def _steps(home: Path) -> list[dict[str, float]]:
    """Every run of a home in order: seconds by step, as Dagster's history has them."""
    asked = [sys.executable, "-m", "benchmarks.steps", "history", str(home)]
    done = subprocess.run(asked, check=True, capture_output=True, text=True)
    steps: list[dict[str, float]] = json.loads(done.stdout.splitlines()[-1])
    return steps


def _forget(home: Path) -> None:
    """As landed, and nothing made of it; the history of runs stays, for it is read at the end."""
    for name in MADE:
        shutil.rmtree(home / name, ignore_errors=True)


def _uptake(home: Path, *arguments: str) -> None:
    environment = {**os.environ, "UPTAKE_HOME": str(home)}
    subprocess.run([UPTAKE, *arguments], check=True, capture_output=True, env=environment)
