"""How often the truth lies in the interval, over many districts."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

TRUTHS = ("process", "roster")
SHORT = 0.93
"""The least of the coverage that is wanted of a 95% interval (MEASURES, section 4)."""


def held(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with an interval, and whether each truth lies in it: `in_process`, `in_roster`."""
    known = rows.dropna(subset=["estimate", "ci_low", "ci_high"])
    inside = {
        f"in_{truth}": known[truth].between(known["ci_low"], known["ci_high"]) for truth in TRUTHS
    }
    return known.assign(
        **inside,
        width=known["ci_high"] - known["ci_low"],
        error=known["estimate"] - known["process"],
    )


def tabulated(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """By group: `intervals`, shares `in_process` and `in_roster`, means of `width` and `error`.

    `std_error` is the mean of the estimates' own; `bias` is `error` in units of it; `falls_short`
    says that fewer than SHORT hold the process by more than chance (two standard errors, districts
    being the unit, since the intervals of a district's parts rest on the same schools).
    """
    groups = held(rows).groupby(by, sort=False)
    table = groups.agg(
        intervals=("width", "size"),
        in_process=("in_process", "mean"),
        in_roster=("in_roster", "mean"),
        width=("width", "mean"),
        error=("error", "mean"),
        std_error=("std_error", "mean"),
    )
    by_seed = held(rows).groupby([*by, "seed"], sort=False)["in_process"].mean()
    seeds = by_seed.groupby(by, sort=False)
    spread: pd.Series = seeds.std() / np.sqrt(seeds.size())
    chance = np.maximum(spread.fillna(0.0), _least_chance(table["intervals"]))
    return table.assign(
        bias=table["error"] / table["std_error"],
        falls_short=table["in_process"] + 2 * chance < SHORT,
    ).reset_index()


def without_interval(rows: pd.DataFrame) -> int:
    """How many estimates have none: one cluster alone, or nobody seen."""
    return int(len(rows) - len(held(rows)))


def _least_chance(intervals: pd.Series) -> pd.Series:
    """The standard error of a share of SHORT, were every interval apart from the others."""
    return math.sqrt(SHORT * (1 - SHORT)) / np.sqrt(intervals)
