"""The calendar, and one small simulated landing that several tests only read."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from orchestration import registry
from orchestration.settings import Home
from orchestration.simulation import default_terms, simulate
from orchestration.simulation.district import Drawn, SimulatedTerm
from orchestration.simulation.parameters import DEFAULT
from orchestration.simulation.schools import draw_schools

SEED = 7
SCALE = 0.2


@dataclass(frozen=True)
class CalendarTerm:
    term: str
    school_year: str
    season: str
    starts_on: date
    ends_on: date
    releases_on: date


@pytest.fixture(scope="session")
def calendar() -> list[CalendarTerm]:
    shipped = Path(str(registry.__file__)).parent / "terms.csv"
    with shipped.open(encoding="utf-8") as file:
        return [
            CalendarTerm(
                row["term"],
                row["school_year"],
                row["season"],
                date.fromisoformat(row["starts_on"]),
                date.fromisoformat(row["ends_on"]),
                date.fromisoformat(row["releases_on"]),
            )
            for row in csv.DictReader(file)
        ]


@pytest.fixture(scope="session")
def terms(calendar: list[CalendarTerm]) -> dict[str, CalendarTerm]:
    return {term.term: term for term in default_terms(calendar)}


@pytest.fixture(scope="session")
def simulated(terms: dict[str, CalendarTerm], tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The default terms of a small district; tests do not change it."""
    home = Home(tmp_path_factory.mktemp("simulated"))
    simulate(home, list(terms.values()), seed=SEED, scale=SCALE)
    return home


@dataclass(frozen=True)
class Whole:
    """A term drawn in memory: its schools, its blocks, and their exports put together."""

    schools: pd.DataFrame
    drawn: SimulatedTerm
    blocks: list[Drawn]
    truth: pd.DataFrame

    def export(self, source: str) -> pd.DataFrame:
        parts = [block.exports[source] for block in self.blocks if source in block.exports]
        return pd.concat(parts, ignore_index=True)

    def every(self, of: Callable[[Drawn], np.ndarray]) -> np.ndarray:
        """Something of every block, in order of school."""
        return np.concatenate([np.asarray(of(block)) for block in self.blocks])


@pytest.fixture(scope="session")
def draw(terms: dict[str, CalendarTerm]) -> Callable[..., Whole]:
    @cache
    def drawn(term: str, seed: int = SEED, scale: float = SCALE) -> Whole:
        schools = draw_schools(DEFAULT, seed, scale)
        term_drawn = SimulatedTerm(DEFAULT, schools, terms[term], seed)
        blocks = list(term_drawn.blocks())
        return Whole(schools, term_drawn, blocks, pd.DataFrame(term_drawn.truth()))

    return drawn
