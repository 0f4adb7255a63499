"""The calendar, and one small simulated landing that several tests only read."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from orchestration import registry
from orchestration.settings import Home
from orchestration.simulation import default_terms, simulate

SEED = 7
SCALE = 0.25


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
    """The default terms of a quarter-size district; tests do not change it."""
    home = Home(tmp_path_factory.mktemp("simulated"))
    simulate(home, list(terms.values()), seed=SEED, scale=SCALE)
    return home
