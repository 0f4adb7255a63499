"""Ordinary schools seldom ask for action, and a school that truly lags is found.

A few hundred of the local districts that docs/signals.md tabulates, through the mart's own SQL.
"""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.signals.__main__ import alarms
from benchmarks.signals.drawn import ORDINARY, Cell, teachers
from benchmarks.signals.judged import compiled

pytestmark = pytest.mark.long
SAMPLES = 200


@pytest.fixture(scope="module")
def sql(tmp_path_factory: pytest.TempPathFactory) -> str:
    return compiled(tmp_path_factory.mktemp("signals"))


@pytest.mark.parametrize("icc", [0, 0.1, 0.2])
def test_action_is_rare_among_ordinary_schools(sql: str, icc: float) -> None:
    found = alarms(sql, Cell(icc, schools=20, teachers=15), SAMPLES)
    assert found["action"] < 0.005
    assert found["any_action"] < 0.05


def test_where_no_school_differs_a_warning_is_false_in_one_local_district_of_twenty(
    sql: str,
) -> None:
    assert alarms(sql, Cell(0, schools=20, teachers=30), SAMPLES)["any_warning"] < 0.05 + 0.03


@pytest.mark.parametrize("icc", [0, 0.1, 0.2])
def test_a_school_forty_points_behind_is_found_by_thirty_teachers(sql: str, icc: float) -> None:
    assert alarms(sql, Cell(icc, schools=20, teachers=30, lag=0.4), SAMPLES)["found"] > 0.9


@pytest.mark.parametrize("icc", [0.1, 0.2])
def test_schools_are_drawn_as_alike_as_they_are_said_to_be(icc: float) -> None:
    """Two teachers' sections of one school correlate by the ICC."""
    drawn = teachers(Cell(icc, schools=40, teachers=6), samples=400, seed=1)
    one, other = (
        drawn[drawn["cluster"] == name]["sum_y"].to_numpy() / 2 for name in ("t000", "t001")
    )
    between = np.mean((one - ORDINARY) * (other - ORDINARY))
    assert between / (ORDINARY * (1 - ORDINARY)) == pytest.approx(icc, abs=0.02)
    assert one.mean() == pytest.approx(ORDINARY, abs=0.01)
