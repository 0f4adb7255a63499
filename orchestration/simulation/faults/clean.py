"""Clean districts: none of them raises an alarm, and how near each figure comes to its limits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from expectations.verdicts import Verdict
from orchestration.registry import load_registry
from orchestration.simulation import default_terms
from orchestration.simulation.faults.trial import Alarm, District, alarms

SCALES = (0.1, 0.15, 0.1, 0.2, 0.1, 0.15, 0.1, 0.2, 0.4, 1.0)
"""Of the default district, seed by seed: few schools stray furthest from what is usual, and some
of what many do, few never do."""

Claim = tuple[str, str]
"""A table and an expectation."""


@dataclass(frozen=True)
class Clean:
    """A clean district of one seed: its alarms, and the range of each figure that was judged."""

    seed: int
    alarms: tuple[Alarm, ...]
    figures: Mapping[Claim, tuple[float, float]]


def try_clean(seed: int, root: Path) -> Clean:
    """Simulate a clean district of every default term at `root`, build it, and judge all of it."""
    calendar = load_registry(None).terms
    terms = [term.term for term in default_terms(list(calendar.values()))]
    district = District.simulated(root, seed=seed, scale=SCALES[seed % len(SCALES)], terms=terms)
    verdicts = [*district.admission().verdicts.values(), *district.mart_verdicts()]
    return Clean(seed, tuple(alarms(verdicts)), _figures(verdicts))


def widest(districts: Iterable[Clean]) -> dict[Claim, tuple[float, float]]:
    """The range of each figure over several districts."""
    ranges: dict[Claim, tuple[float, float]] = {}
    for one in districts:
        for claim, (low, high) in one.figures.items():
            least, most = ranges.get(claim, (low, high))
            ranges[claim] = min(least, low), max(most, high)
    return ranges


def _figures(verdicts: Iterable[Verdict]) -> dict[Claim, tuple[float, float]]:
    ranges: dict[Claim, tuple[float, float]] = {}
    for verdict in verdicts:
        for outcome in verdict.expectations:
            stated = re.match(r"(-?[\d,.]+(?:e[+-]\d+)?)(%?)", outcome.observed)
            if stated is None or not outcome.passed:
                continue
            figure = float(stated[1].replace(",", "")) / (100 if stated[2] else 1)
            claim = verdict.table, outcome.name
            least, most = ranges.get(claim, (figure, figure))
            ranges[claim] = min(least, figure), max(most, figure)
    return ranges
