"""The estimator's 95% intervals hold a known truth as often as they say, and a bad one's do not."""

from __future__ import annotations

import pytest

from benchmarks.calibration.cells import Cell, drawn
from benchmarks.calibration.macros import compiled
from benchmarks.calibration.measured import Row, measured

SAMPLES = 600
# three Monte-Carlo standard errors about the 93% to 97% that MEASURES wants
LEAST = 0.93 - 3 * (0.93 * 0.07 / SAMPLES) ** 0.5
MOST = 0.97 + 3 * (0.97 * 0.03 / SAMPLES) ** 0.5
CELLS = [
    Cell("proportion", 0.2, 20, "equal", 0.5),
    Cell("mean", 0.2, 20, "equal"),
    Cell("shared", 0.3, 20, "equal", 0.5),
    Cell("independent", 0.3, 20, "equal", 0.5),
    Cell("change", 0.3, 20, "equal", 0.5),
]


@pytest.fixture(scope="module")
def rows() -> dict[str, Row]:
    sql = compiled()
    return {cell.what: measured(sql, cell, SAMPLES, seed=7) for cell in CELLS}


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.what)
def test_a_middling_cells_interval_holds_the_truth(rows: dict[str, Row], cell: Cell) -> None:
    assert LEAST <= float(rows[cell.what]["coverage"]) <= MOST


@pytest.mark.parametrize("what", ["proportion", "mean"])
def test_an_interval_that_ignores_clusters_would_be_found_out(
    rows: dict[str, Row], what: str
) -> None:
    assert float(rows[what]["clusters_ignored"]) < LEAST


def test_classrooms_of_a_school_correlate_by_the_icc() -> None:
    # Var(school's sum) = n p (1 - p) (1 + (n - 1) icc)
    (sums,) = drawn(Cell("proportion", 0.2, 20, "equal", 0.8), 5000, seed=7)
    assert sums.y.var() == pytest.approx(5 * 0.8 * 0.2 * 1.8, rel=0.05)
