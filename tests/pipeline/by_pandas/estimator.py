"""MEASURES, section 4, straight from units: no sums by cluster, and t from scipy."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Labels = NDArray[np.int64]


def estimates(
    y: Floats,
    weight: Floats,
    cluster: Labels,
    stratum: Labels,
    domains: Bools,
    *,
    limits: tuple[float, float] | None,
) -> pd.DataFrame:
    """One row a domain: y, weight, cluster and stratum are of the n sampled units.

    `domains` is n by the number of domains; clusters of two strata have different labels. `limits`
    are a mean's range; None for a proportion.
    """
    d = domains.astype(float)
    n = d.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        total = weight @ d
        p = (weight * y) @ d / total
        scores = d * weight[:, None] * (y[:, None] - p) / total
        srs = (weight @ (d * (y[:, None] - p) ** 2)) / total / (n - 1)
    clusters, first = np.unique(cluster, return_index=True)
    units_of = (cluster[None, :] == clusters[:, None]).astype(float)
    z, occurs = units_of @ scores, units_of @ d > 0
    of_stratum = stratum[first]
    variance, n_strata = np.zeros(len(n)), np.zeros(len(n))
    for h in np.unique(of_stratum):
        own = z[of_stratum == h]
        if len(own) == 1:
            variance += own[0] ** 2
        else:
            variance += len(own) / (len(own) - 1) * ((own - own.mean(axis=0)) ** 2).sum(axis=0)
        n_strata += occurs[of_stratum == h].any(axis=0)
    n_clusters = occurs.sum(axis=0)
    found = pd.DataFrame(
        {
            "n": n,
            "n_clusters": n_clusters,
            "estimate": p,
            "std_error": np.sqrt(variance),
            "df": n_clusters - n_strata,
        }
    )
    found.loc[n == 0, ["estimate", "std_error", "df"]] = np.nan
    proportion = limits is None
    # equal values have no variance, whatever the last bit of their mean
    least = np.where(domains, y[:, None], np.inf).min(axis=0, initial=np.inf)
    most = np.where(domains, y[:, None], -np.inf).max(axis=0, initial=-np.inf)
    extreme = proportion & (least == most) & ((least == 0) | (least == 1))
    _intervals(found, proportion, extreme)
    several = (n_clusters > 1) & ~extreme
    with np.errstate(divide="ignore", invalid="ignore"):
        deff = np.where(several & (most - least > 1e-9), variance / srs, np.nan)
        found["deff"] = deff
        found["n_effective"] = np.where(extreme, n_clusters, np.minimum(n, n / deff))
    return found


def _intervals(found: pd.DataFrame, proportion: bool, extreme: Bools) -> None:
    p, se = found["estimate"].to_numpy(), found["std_error"].to_numpy()
    clusters = found["n_clusters"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        t = stats.t.ppf(0.975, found["df"].to_numpy(dtype=float))
        if proportion:
            half = t * se / (p * (1 - p))
            low, high = (stats.logistic.cdf(np.log(p / (1 - p)) + s * half) for s in (-1, 1))
            bound = 1 - 0.025 ** (1 / clusters)
            low = np.where(extreme, np.where(p == 0, 0, 1 - bound), low)
            high = np.where(extreme, np.where(p == 0, bound, 1), high)
        else:
            low, high = p - t * se, p + t * se
    found["ci_low"] = np.where(clusters > 1, low, np.nan)
    found["ci_high"] = np.where(clusters > 1, high, np.nan)


def presentation(
    found: pd.DataFrame, unrepresented: Floats, limits: tuple[float, float] | None
) -> NDArray[np.str_]:
    """`show`, or `caution` where any of MEASURES' reasons holds."""
    low, high = limits or (0, 1)
    p, width = found["estimate"], found["ci_high"] - found["ci_low"]
    shown = (
        (found["n_effective"] >= 30)
        & (found["df"] >= 8)
        & (width < 0.30 * (high - low))
        & ~((limits is None) & p.isin([0, 1]))
        & ~(unrepresented > 0.05)
    )
    return np.where(shown, "show", "caution")
