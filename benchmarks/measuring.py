"""Commands run as processes of their own, in turn: how long each took, and how much memory."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ALONE = Path(__file__).with_name("alone.py")
TO_MIB = 1 / 1024
"""Linux gives peak memory in KiB."""


@dataclass(frozen=True)
class Contender:
    """A command to be measured; `before` is done ahead of each time, and is not."""

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Measured:
    """What every round of one command took: seconds, and MiB of its largest process at its peak."""

    name: str
    seconds: tuple[float, ...]
    peak_mib: tuple[float, ...]

    @property
    def median_seconds(self) -> float:
        """The median round."""
        return statistics.median(self.seconds)

    @property
    def median_peak_mib(self) -> float:
        """The median round's peak."""
        return statistics.median(self.peak_mib)

    def as_dict(self) -> dict[str, object]:
        """For the results' JSON."""
        return {
            "name": self.name,
            "median_seconds": round(self.median_seconds, 3),
            "seconds": [round(one, 3) for one in self.seconds],
            "median_peak_mib": round(self.median_peak_mib, 1),
        }


def ratio(one: Measured, other: Measured) -> dict[str, float]:
    """How many times as long and large `one` is as `other`: medians, and the rounds' extremes."""
    rounds = [a / b for a, b in zip(one.seconds, other.seconds, strict=True)]
    return {
        "seconds": round(one.median_seconds / other.median_seconds, 3),
        "seconds_least": round(min(rounds), 3),
        "seconds_most": round(max(rounds), 3),
        "peak_memory": round(one.median_peak_mib / other.median_peak_mib, 3),
    }


def in_turn(contenders: Sequence[Contender], rounds: int) -> list[Measured]:
    """Run every command once a round, each round in the other order, after one that is not counted.

    Raises RuntimeError, with what the command said, where one fails.
    """
    taken: dict[str, list[tuple[float, float]]] = {one.name: [] for one in contenders}
    for number in range(rounds + 1):
        for one in contenders if number % 2 else reversed(contenders):
            one.before()
            seconds, peak = _run(one)
            if number:
                taken[one.name].append((seconds, peak))
    return [
        Measured(name, tuple(s for s, _ in each), tuple(p for _, p in each))
        for name, each in taken.items()
    ]


def _run(one: Contender) -> tuple[float, float]:
    """Seconds and peak MiB of the command's largest process: itself, or one that it waited for."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as said:
        report = Path(folder) / "report.json"
        subprocess.run(
            [sys.executable, "-S", ALONE, report, *(str(part) for part in one.command)],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            env={**os.environ, **one.environment},
            check=True,
        )
        taken = json.loads(report.read_text(encoding="utf-8"))
        if taken["code"] != 0:
            said.seek(0)
            words = said.read().decode(errors="replace")[-4000:]
            raise RuntimeError(f"{one.name} ended with exit code {taken['code']}:\n{words}")
    return taken["seconds"], taken["peak_kib"] * TO_MIB
