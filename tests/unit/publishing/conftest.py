"""Releases of a made-up district, as the pipeline would give them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pandas as pd
import pytest

from orchestration.disclosure import PUBLISHABLE, Declared, publishable
from orchestration.publishing import Release
from orchestration.settings import Home
from tests.unit.publishing import compared, district, voices
from tests.unit.publishing.registry import CALENDAR, DIMENSIONS, INSTRUMENTS, MINIMUM_N

DECLARED = Declared(
    minimum_n=MINIMUM_N,
    kinds=dict(
        zip(*(DIMENSIONS["dim_measure"][name] for name in ("measure_id", "kind")), strict=True)
    ),
    units=dict(
        zip(*(DIMENSIONS["dim_measure"][name] for name in ("measure_id", "unit")), strict=True)
    ),
    populations={instrument: unit for unit, instrument in INSTRUMENTS.items()},
)
"""What the made-up registry says."""
OTHERS = {
    "mart_change": compared.mart_change,
    "mart_support_comparison": compared.mart_support_comparison,
    "mart_observer_agreement": compared.mart_observer_agreement,
    "mart_ranked_options": compared.mart_ranked_options,
    "mart_coverage": district.mart_coverage,
    "mart_survey_quality": voices.mart_survey_quality,
    "mart_professional_learning": voices.mart_professional_learning,
    "mart_pl_sequence": voices.mart_pl_sequence,
    "mart_comments": voices.mart_comments,
    "mart_row_accounting": voices.mart_row_accounting,
}


def mart(name: str, names: list[str]) -> pd.DataFrame:
    """A restricted mart of the named terms."""
    return OTHERS[name](names) if name in OTHERS else district.estimate_mart(name, names)


def make_release(*names: str, simulated: bool = True, schools_read: int = 240) -> Release:
    """A release of the named terms, as the pipeline would give it; whoever changes it copies."""
    chosen = list(names)
    inputs = [
        {"source": source, "term": term, "sha256": f"{source} {term}", "rows_read": 1540}
        for source in ("observations", "roster")
        for term in chosen
    ]
    last = pd.to_datetime(CALENDAR.set_index("term")["releases_on"])[chosen[-1]]
    return Release(
        terms=tuple(chosen),
        tables=dict(_publishable(names, schools_read)),
        dimensions=DIMENSIONS,
        inputs=[*inputs, {"source": "schools", "term": "all", "sha256": f"{schools_read}"}],
        verdicts=voices.verdicts(chosen),
        versions={"uptake": "0.1.0", "duckdb": "1.5.6", "dbt_project": "f" * 64},
        as_of=last.date(),
        simulated=simulated,
        declared=DECLARED,
        now=_now(names),
    )


@cache
def _publishable(names: tuple[str, ...], schools_read: int) -> dict[str, pd.DataFrame]:
    restricted = {name: mart(name, list(names)) for name in PUBLISHABLE}
    accounting = restricted["mart_row_accounting"]
    of_schools = accounting["term"] == "all"
    more = schools_read - accounting.loc[of_schools, "rows_read"]
    for count in ("rows_read", "rows_accepted", "rows_used"):
        accounting.loc[of_schools, count] += more
    return {name: publishable(name, frame, DECLARED) for name, frame in restricted.items()}


def _now(names: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    """What the marts say of terms before: what they said when these were released."""
    rested_on = {before for term in names for before in compared.earlier(term)} - set(names)
    return {
        name: pd.concat([_estimates(name, term) for term in sorted(rested_on)], ignore_index=True)[
            [*table.keys, "n", "estimate"]
        ]
        for name, table in PUBLISHABLE.items()
        if table.has_estimates and rested_on
    }


@cache
def _estimates(name: str, term: str) -> pd.DataFrame:
    return mart(name, [term])


@pytest.fixture(scope="session")
def release() -> Callable[..., Release]:
    """Make a release of the named terms."""
    return make_release


@pytest.fixture
def home(tmp_path) -> Home:
    return Home(tmp_path / "home").create()


@pytest.fixture(scope="session")
def all_terms() -> list[str]:
    return list(CALENDAR["term"])


@pytest.fixture(scope="session")
def secrets() -> tuple[float, int]:
    """The estimate and the count that only suppressed cells and school rows have."""
    return district.SECRET, district.SECRET_COUNT
