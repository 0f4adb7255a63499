"""Everything at once: every fault, many clean districts, the table and its page."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from orchestration.settings import CHECKOUT, Home
from orchestration.simulation.faults import FAULTS
from orchestration.simulation.faults.clean import Clean, try_clean
from orchestration.simulation.faults.report import outcome_of, page
from orchestration.simulation.faults.trial import TERMS, District, Trial, try_marts, try_raw

DISTRICTS = 200
PAGE = CHECKOUT / "docs" / "faults.md"

T = TypeVar("T")


def main(arguments: Sequence[str] | None = None) -> int:
    """Try everything, print and write the table; return 1 for a fault missed or an alarm."""
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--districts", type=int, default=DISTRICTS, help="clean districts")
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--page", type=Path, default=PAGE, help="where to write the table")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="uptake-faults-") as folder:
        root = Path(folder)
        District.simulated(root / "clean")
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(asked.processes, spawn, _quiet) as pool:
            marts = pool.submit(_of_marts, root)
            by_name = {
                one.name: one
                for one in _told(pool.map(partial(_of_raw, root), _named(of_marts=False)), _line)
            }
            for one in _told(marts.result(), _line):
                by_name[one.name] = one
            seeds = range(1, asked.districts + 1)
            districts = _told(pool.map(partial(_clean, root), seeds), _line_of_clean)
    trials = [by_name[name] for name in FAULTS]
    asked.page.parent.mkdir(exist_ok=True)
    asked.page.write_text(page(trials, districts), encoding="utf-8")
    missed = [one.name for one in trials if one.observed is None]
    raised = [str(alarm) for one in districts for alarm in one.alarms]
    print(f"{len(trials)} faults, {len(missed)} missed: {', '.join(missed) or 'none'}.")
    print(f"{len(districts)} clean districts, {len(raised)} alarms.")
    return 1 if missed or raised else 0


def _named(*, of_marts: bool) -> list[str]:
    return [name for name, fault in FAULTS.items() if fault.judged.startswith("mart_") == of_marts]


def _of_raw(root: Path, name: str) -> Trial:
    folder = root / name
    try:
        return try_raw(_clean_district(root), FAULTS[name], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _of_marts(root: Path) -> list[Trial]:
    faults = [FAULTS[name] for name in _named(of_marts=True)]
    return try_marts(_clean_district(root), faults, root / "marts")


def _clean_district(root: Path) -> District:
    return District(Home(root / "clean"), TERMS)


def _clean(root: Path, seed: int) -> Clean:
    folder = root / f"seed-{seed}"
    try:
        return try_clean(seed, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _quiet() -> None:
    """What dbt prints of its progress is of no interest here."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _told(made: Iterable[T], line: Callable[[T], str]) -> list[T]:
    done = []
    for one in made:
        print(line(one), flush=True)
        done.append(one)
    return done


def _line(trial: Trial) -> str:
    fault = trial.fault
    found = f"{fault.judged}: {fault.expectation}"
    return f"{outcome_of(trial):10} {fault.name:36} {found:70} {trial.observed or ''}"


def _line_of_clean(one: Clean) -> str:
    said = "; ".join(map(str, one.alarms)) or "no alarm"
    return f"seed {one.seed}: {said}"
