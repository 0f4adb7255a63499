"""Other intervals for one mean or proportion, from the literature, and one that is known bad.

e_c = y_c - n_c p is a school's residual total, N the classrooms, C the schools. Each function
takes Sums and gives (low, high), each (samples,). Proportions' t intervals are on the logit scale,
with the estimator's own bound at 0 and 1.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from benchmarks.calibration.cells import Floats, Sums

Bounds = tuple[Floats, Floats]


def satterthwaite(sums: Sums, proportion: bool) -> Bounds:
    """The estimator's variance, df (tr V)^2 / tr V^2 with V of e where Var(y_c) ~ n_c^2.

    That is: schools' means equally variable, whatever their size (the ICC's large side).
    """
    p, e = _residuals(sums)
    schools, n = len(sums.n), sums.n
    variance = schools / (schools - 1) * (e**2).sum(axis=1) / n.sum() ** 2
    centre = np.eye(schools) - np.outer(n, np.ones(schools)) / n.sum()
    spread = centre @ np.diag(n**2) @ centre.T
    return _t_bounds(p, variance, np.trace(spread) ** 2 / (spread**2).sum(), schools, proportion)


def cr2(sums: Sums, proportion: bool) -> Bounds:
    """CR2: sum e_c^2 / (1 - n_c/N) / N^2, df of Bell and McCaffrey (2002), working independence."""
    p, e = _residuals(sums)
    n, whole = sums.n, sums.n.sum()
    weight = 1 / (1 - n / whole)
    variance = (weight * e**2).sum(axis=1) / whole**2
    cov = np.diag(n) - np.outer(n, n) / whole
    spread = np.sqrt(np.outer(weight, weight)) * cov
    return _t_bounds(p, variance, np.trace(spread) ** 2 / (spread**2).sum(), len(n), proportion)


def korn_graubard(sums: Sums) -> Bounds:
    """Clopper-Pearson's with the effective n, deflated by t (Korn and Graubard 1998)."""
    p, n = _effective(sums)
    low = stats.beta.ppf(0.025, p * n, (1 - p) * n + 1)
    high = stats.beta.ppf(0.975, p * n + 1, (1 - p) * n)
    return np.where(p == 0, 0, low), np.where(p == 1, 1, high)


def wilson(sums: Sums) -> Bounds:
    """Wilson's score interval with the same effective n."""
    return wilson_limits(*_effective(sums))


def wilson_limits(p: Floats, n: Floats) -> Bounds:
    """Wilson's 95% score interval of a share p of n (Wilson 1927)."""
    z = stats.norm.ppf(0.975)
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return middle - half, middle + half


def clusters_ignored(sums: Sums, proportion: bool) -> Bounds:
    """Simple random sampling of classrooms, df n - 1: what a calibration must be able to refuse."""
    p, _ = _residuals(sums)
    whole = sums.n.sum()
    variance = (sums.yy.sum(axis=1) / whole - p**2) / (whole - 1)
    return _t_bounds(p, variance, whole - 1, len(sums.n), proportion)


def _residuals(sums: Sums) -> tuple[Floats, Floats]:
    p = sums.y.sum(axis=1) / sums.n.sum()
    return p, sums.y - np.outer(p, sums.n)


def _effective(sums: Sums) -> tuple[Floats, Floats]:
    """p, and n / deff * (t(n - 1) / t(C - 1))^2, at most n; the schools' number at 0 and 1."""
    p, e = _residuals(sums)
    schools, whole = len(sums.n), sums.n.sum()
    variance = schools / (schools - 1) * (e**2).sum(axis=1) / whole**2
    ts = stats.t.ppf(0.975, whole - 1) / stats.t.ppf(0.975, schools - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        n = np.minimum(whole, whole / (whole - 1) * p * (1 - p) / variance * ts**2)
    return p, np.where((p == 0) | (p == 1), schools, n)


def _t_bounds(p: Floats, variance: Floats, df: float, schools: int, proportion: bool) -> Bounds:
    half = stats.t.ppf(0.975, df) * np.sqrt(variance)
    if not proportion:
        return p - half, p + half
    with np.errstate(divide="ignore", invalid="ignore"):
        logit, step = np.log(p / (1 - p)), half / (p * (1 - p))
        low, high = 1 / (1 + np.exp(step - logit)), 1 / (1 + np.exp(-step - logit))
    bound = 0.025 ** (1 / schools)
    low = np.where(p == 0, 0, np.where(p == 1, bound, low))
    return low, np.where(p == 1, 1, np.where(p == 0, 1 - bound, high))
