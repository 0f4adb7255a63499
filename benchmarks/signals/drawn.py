"""Local districts drawn at random, as far as the mart needs them: what was seen of each teacher."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

ORDINARY = 0.8
"""The share that ordinary schools have on average."""
OF_TEACHERS = 0.3
"""How alike sections of one teacher are, beyond their school: an intraclass correlation."""
SECTIONS = 2
LAGGARD = "s000"
"""The school that lags, where one does."""


@dataclass(frozen=True)
class Cell:
    """What local districts are like.

    `icc` is how much ordinary schools differ; `lag` by how much the true share of one school lies
    below theirs; every teacher has two sections, each visited once.
    """

    icc: float
    schools: int
    teachers: int
    lag: float = 0.0


def teachers(cell: Cell, samples: int, seed: int) -> pd.DataFrame:
    """`samples` local districts of a cell: one row a teacher, columns term, school_id, cluster, n,
    sum_y. Each is a term of its own."""
    rng = np.random.default_rng([seed, round(100 * cell.icc), cell.schools, cell.teachers])
    shape = (samples, cell.schools, cell.teachers)
    of_schools = _around(rng, np.full(shape[:2], ORDINARY), cell.icc)
    of_schools[:, 0] = of_schools[:, 0] if not cell.lag else ORDINARY - cell.lag
    of_teachers = _around(
        rng, np.repeat(of_schools[:, :, None], cell.teachers, axis=2), OF_TEACHERS
    )
    term, school, teacher = (index.ravel() for index in np.indices(shape))
    return pd.DataFrame(
        {
            "term": [f"r{one:05d}" for one in term],
            "school_id": [f"s{one:03d}" for one in school],
            "cluster": [f"t{one:03d}" for one in teacher],
            "n": SECTIONS,
            "sum_y": rng.binomial(SECTIONS, of_teachers).ravel().astype(float),
        }
    )


def _around(rng: np.random.Generator, mean: NDArray[np.float64], icc: float) -> NDArray[np.float64]:
    """Shares that vary about their mean so that units of one share correlate by `icc`."""
    if icc == 0:
        return mean.copy()
    size = (1 - icc) / icc
    inside = np.clip(mean, 1e-6, 1 - 1e-6)
    return rng.beta(inside * size, (1 - inside) * size)
