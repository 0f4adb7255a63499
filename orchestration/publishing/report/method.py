"""The method page: what is measured, by which formulas, how often intervals hold the truth."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from orchestration.publishing.report.measures import Measure
from orchestration.publishing.report.outline import SECTIONS
from orchestration.publishing.report.tables import Tables
from orchestration.settings import DBT_PROJECT

CALIBRATION = Path(__file__).with_name("calibration.csv")
"""Coverage by cell, as `make calibrate` measured it: the table behind docs/calibration.md."""
LEAST = 0.93
"""Below it, coverage falls short of what is wanted (MEASURES, section 5)."""
OF = {
    "proportion": "Shares",
    "mean": "Means",
    "shared": "Differences of groups within the same schools",
    "independent": "Differences of groups in different schools",
    "change": "Changes between two terms",
}
SIZES = {"equal": "Schools alike in size", "unequal": "Schools very unlike in size"}


@dataclass(frozen=True)
class Coverage:
    """From which to which share of intervals held the truth, over the cells of a design."""

    least: float
    most: float

    @property
    def is_short(self) -> bool:
        """Whether some cell falls short of what is wanted."""
        return self.least < LEAST


@dataclass(frozen=True)
class Calibration:
    """Rows of coverage: a kind of figure and of schools, a column a number of schools."""

    schools: tuple[int, ...]
    rows: tuple[tuple[str, str, tuple[Coverage, ...]], ...]


def method(tables: Tables) -> dict[str, Any]:
    """What the method page is filled with beside what every page is."""
    return {
        "defined": tuple(_defined(tables)),
        "calibration": calibration(),
        "thresholds": thresholds(),
    }


def _defined(tables: Tables) -> Iterator[tuple[str, tuple[Measure, ...]]]:
    for outline in SECTIONS:
        if own := tables.measures.get(outline.mart):
            yield outline.title, tuple(own)


@cache
def calibration() -> Calibration:
    """Coverage over every ICC and share of a design, from least to most."""
    found: dict[tuple[str, str, int], list[float]] = {}
    with CALIBRATION.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = row["what"], row["sizes"], int(row["schools"])
            found.setdefault(key, []).append(float(row["coverage"]))
    schools = tuple(sorted({key[2] for key in found}))
    rows = [
        (
            OF[what],
            SIZES[sizes],
            tuple(Coverage(min(of), max(of)) for n in schools for of in [found[what, sizes, n]]),
        )
        for what in OF
        for sizes in SIZES
    ]
    return Calibration(schools, tuple(rows))


@cache
def thresholds() -> dict[str, Any]:
    """When a row is read with caution, as the dbt project declares it."""
    declared = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    return dict(declared["vars"])
