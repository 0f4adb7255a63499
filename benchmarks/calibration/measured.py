"""Coverage of one cell: the estimator's, and its rivals'."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd

from benchmarks.calibration import rivals
from benchmarks.calibration.cells import Cell, Floats, drawn
from benchmarks.calibration.macros import intervals

Row = dict[str, float | str]


def measured(sql: str, cell: Cell, samples: int, seed: int) -> Row:
    """The cell's fields, `coverage`, `mc_error`, `width`, `none_or_all`, and rivals' coverage.

    Raises RuntimeError if the macros give another number of estimates than there are samples.
    """
    domains = drawn(cell, samples, seed)
    rows = intervals(sql, cell, domains)
    if len(rows) != samples:
        raise RuntimeError(
            f"{cell}: {len(rows)} estimates of {samples} samples; one each expected."
        )
    inside = _covered(cell, rows["ci_low"].to_numpy(), rows["ci_high"].to_numpy())
    first = domains[0]
    share = first.y.sum(axis=1) / first.n.sum()
    row: Row = {
        **asdict(cell),
        "coverage": inside,
        "mc_error": float(np.sqrt(inside * (1 - inside) / samples)),
        "width": float((rows["ci_high"] - rows["ci_low"]).mean()),
        "none_or_all": float(np.isin(share, (0, 1)).mean()) if cell.what != "mean" else 0.0,
    }
    if cell.what in ("proportion", "mean"):
        proportion = cell.what == "proportion"
        bounds = {
            "satterthwaite": rivals.satterthwaite(first, proportion),
            "cr2": rivals.cr2(first, proportion),
            "clusters_ignored": rivals.clusters_ignored(first, proportion),
        }
        if proportion:
            bounds |= {
                "korn_graubard": rivals.korn_graubard(first),
                "wilson": rivals.wilson(first),
            }
        for name, (low, high) in bounds.items():
            row[name] = _covered(cell, low, high)
            row[f"{name}_width"] = float(np.mean(high - low))
    return row


def table(sql: str, cells: list[Cell], samples: int, seed: int) -> pd.DataFrame:
    """`measured`, one row a cell."""
    return pd.DataFrame([measured(sql, cell, samples, seed) for cell in cells])


def _covered(cell: Cell, low: Floats, high: Floats) -> float:
    # rounding in the last place is no miss, where every school is alike
    return float(np.mean((low <= cell.truth + 1e-12) & (cell.truth - 1e-12 <= high)))
