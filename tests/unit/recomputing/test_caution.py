"""Every reason for caution that MEASURES names is told, each alone."""

from __future__ import annotations

from typing import Any

import pytest

from orchestration.publishing.report.method import thresholds
from orchestration.recomputing.caution import cautions

PLAIN = {"estimate": 0.6, "n_effective": 30, "df": 8, "ci_low": 0.5, "ci_high": 0.7}


def told(
    limits: tuple[float, float] | None = None, unrepresented: float | None = None, **more: Any
) -> tuple[str, ...]:
    return cautions(PLAIN | more, limits, unrepresented, thresholds())


def test_a_figure_at_every_threshold_is_shown_plainly() -> None:
    assert told(unrepresented=0.05) == ()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"estimate": None}, "nobody has a value"),
        ({"estimate": 0.0, "ci_low": 0.0, "ci_high": 0.2}, "none or all count"),
        ({"estimate": 1.0, "ci_low": 0.8, "ci_high": 1.0}, "none or all count"),
        ({"n_effective": 29.9}, "effective n is below 30"),
        ({"n_effective": None}, "effective n is below 30"),
        ({"df": 7}, "degrees of freedom are below 8"),
        ({"ci_low": None, "ci_high": None}, "no interval"),
        ({"ci_low": 0.25, "ci_high": 0.75}, "as wide as 30% of the range"),
        ({"limits": (1, 4), "estimate": 3, "ci_low": 2, "ci_high": 3}, "30% of the range"),
        ({"unrepresented": 0.051}, "5.1% of the roster, over 5%"),
    ],
)
def test_each_reason_is_told_alone(more: dict[str, Any], said: str) -> None:
    (reason,) = told(**more)
    assert said in reason


def test_a_mean_at_an_end_of_its_range_or_of_1_is_no_event() -> None:
    assert told(limits=(1, 4), estimate=1.0, ci_low=0.9, ci_high=1.1) == ()
