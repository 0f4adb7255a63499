"""Chances from log odds: the logistic function, and its mean over what is not known.

Every answer, rating and use of materials is drawn through a logistic function of normal effects,
so that what is expected before the effects are known is a mean over a normal, by quadrature.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
NODES = 41
_HALVINGS = 60


def logistic(x: npt.ArrayLike) -> Floats:
    """1 / (1 + exp(-x))."""
    return 1 / (1 + np.exp(-np.asarray(x, dtype=np.float64)))


def mean_logistic(x: npt.ArrayLike, sd: float) -> Floats:
    """E logistic(x + sd·Z), Z standard normal; of the shape of x."""
    given = np.asarray(x, dtype=np.float64)
    nodes, _ = quadrature()
    values, where = np.unique(given, return_inverse=True)
    return over_nodes(logistic(values[:, None] + sd * nodes))[where].reshape(given.shape)


def over_nodes(values: Floats) -> Floats:
    """The mean over the last axis: values at as many nodes of `quadrature`.

    Not a matrix product: libraries differ in its last bits with the number of threads.
    """
    _, weights = quadrature(values.shape[-1])
    return np.einsum("...n,n->...", values, weights)


@cache
def quadrature(size: int = NODES) -> tuple[Floats, Floats]:
    """Nodes, and weights that sum to 1, for the mean of a function of a standard normal."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(size)
    return nodes, weights / weights.sum()


def solve_intercept(wanted: float, effects: Floats, counts: Floats, sd: float) -> float:
    """The intercept at which units have the wanted mean of `mean_logistic`.

    `effects`: k different fixed effects; `counts`: how many units have each.
    """
    low, high = -30.0, 30.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        mean = float(np.average(mean_logistic(middle + effects, sd), weights=counts))
        low, high = (middle, high) if mean < wanted else (low, middle)
    return (low + high) / 2
