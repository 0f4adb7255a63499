"""One changed file with ten terms of history, against the same with one: cost follows change."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.measuring import Contender, in_turn, ratio

UPTAKE = Path(sys.executable).parent / "uptake"
TERMS = 10


def figure(folder: Path, rounds: int, *, scale: float = 1.0) -> dict[str, Any]:
    """Seconds and peak memory of a run after one walkthrough more, in both homes."""
    terms = _calendar()[:TERMS]
    homes = {"ten terms": (folder / "ten", terms), "one term": (folder / "one", terms[-1:])}
    for home, named in homes.values():
        chosen = [part for term in named for part in ("--terms", term)]
        _uptake(home, "simulate", "--scale", str(scale), *chosen)
        _uptake(home, "run")
    ten, one = in_turn(
        [
            Contender(
                name,
                [UPTAKE, "run"],
                environment={"UPTAKE_HOME": str(home)},
                before=partial(_visit_once_more, home, terms[-1]),
            )
            for name, (home, _) in homes.items()
        ],
        rounds,
    )
    return {
        "figure": "history",
        "says": "A run after one walkthrough more, with ten terms of history and with one",
        "measured": [ten.as_dict(), one.as_dict()],
        "ratio": ratio(ten, one),
    }


def _calendar() -> list[str]:
    from orchestration.registry import load_registry

    return list(load_registry().terms)


def _visit_once_more(home: Path, term: str) -> None:
    """Add a visit by an observer who has made none yet to the term's only export of them."""
    (path,) = (home / "landing" / "observations" / term).glob("*.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    added = {
        **rows[-1],
        "observation_id": f"{term}-more-{len(rows)}",
        "observer_id": f"OB-more-{len(rows)}",
        "co_observation_id": "",
    }
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, list(rows[0])).writerow(added)


def _uptake(home: Path, *arguments: str) -> None:
    environment = {**os.environ, "UPTAKE_HOME": str(home)}
    subprocess.run([UPTAKE, *arguments], check=True, capture_output=True, env=environment)
