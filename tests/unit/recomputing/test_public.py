"""Whoever reads a restricted figure is told what the public sees of it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from orchestration.recomputing.public import same, sight

MART = {"n": 40, "estimate": 0.975}
NOBODY = {"n": 0, "estimate": None}
SHOWN = {"suppression": "none", "shown": "98%", "n": 40, "estimate": 0.975}


@pytest.mark.parametrize(
    ("public", "row", "said"),
    [
        ({}, MART, "P shows it as “98%”, which is this figure."),
        ({"estimate": 0.974}, MART, "of n 40: the marts have moved on since, and no correction"),
        ({"n": 39}, MART, "of n 39: the marts have moved on"),
        (
            {"suppression": "coded", "shown": "≥95%", "n": pd.NA, "estimate": pd.NA},
            MART,
            "P shows it as “≥95%” (coded): what follows is hidden from the public, and must not",
        ),
        (
            {"suppression": "secondary", "shown": "withheld", "n": pd.NA, "estimate": pd.NA},
            MART,
            "“withheld” (secondary): what follows is hidden from the public",
        ),
        ({"shown": "no classroom observed", "n": 0, "estimate": pd.NA}, NOBODY, "is this figure"),
    ],
)
def test_the_public_figure_is_told_beside_the_true_one(
    public: dict[str, Any], row: dict[str, Any], said: str
) -> None:
    assert said in sight("P", SHOWN | public, row)


@pytest.mark.parametrize(
    ("one", "other", "are"),
    [
        (0.5, 0.5 * (1 + 1e-10), True),
        (0.5, 0.5 * (1 + 1e-8), False),
        (10_000_000_000, 10_000_000_001, False),
        (3, None, False),
        (None, 0.5, False),
        (None, None, True),
        ("show", "caution", False),
        (2, 2.0, True),
    ],
)
def test_counts_are_compared_exactly_and_numbers_to_nine_digits(
    one: Any, other: Any, are: bool
) -> None:
    assert same(one, other) is are
