"""The cells of the calibration, and samples drawn for them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ICCS = (0.05, 0.1, 0.2, 0.3)
SCHOOLS = (5, 10, 20, 40)
SHARES = (0.1, 0.5, 0.8, 0.9, 0.97)
SIZES = {"equal": (5, 5, 5, 5, 5), "unequal": (1, 1, 2, 3, 18)}
"""Classrooms of five schools, repeated; 25 classrooms either way."""
STAYING = 0.5
"""The correlation of a school's effects in two terms."""


@dataclass(frozen=True)
class Cell:
    """One population and design.

    `what` is proportion, mean, shared (two domains in every school), independent (two domains in
    different schools) or change (the same schools in two terms). Truths are the superpopulation's:
    `share` in the first domain; of independent domains the second has .5, else the same. A mean
    has truth 0, its units variance 1.
    """

    what: str
    icc: float
    schools: int
    sizes: str
    share: float = 0.0

    @property
    def truth(self) -> float:
        """The superpopulation's value of what is estimated."""
        if self.what == "independent":
            return self.share - 0.5
        return self.share if self.what == "proportion" else 0.0

    def classrooms(self) -> Floats:
        """Classrooms a school (schools,)."""
        return np.resize(np.array(SIZES[self.sizes], float), self.schools)


@dataclass(frozen=True)
class Sums:
    """Of one domain, by sample and school: sums of y and of y squared (samples, schools)."""

    n: Floats
    y: Floats
    yy: Floats


def cells() -> list[Cell]:
    """Every cell."""
    ones = [
        Cell("proportion", icc, schools, sizes, share)
        for icc, schools, sizes, share in product(ICCS, SCHOOLS, SIZES, SHARES)
    ]
    means = [
        Cell("mean", icc, schools, sizes) for icc, schools, sizes in product(ICCS, SCHOOLS, SIZES)
    ]
    two = [
        Cell(what, icc, schools, sizes, share)
        for what in ("shared", "independent", "change")
        for icc, schools, sizes, share in product((0.1, 0.3), SCHOOLS, SIZES, (0.5, 0.9))
    ]
    return ones + means + two


def drawn(cell: Cell, samples: int, seed: int) -> list[Sums]:
    """The cell's domain, or its two; the same for the same seed whatever other cells are drawn.

    Schools' shares are Beta(p(1-icc)/icc, (1-p)(1-icc)/icc), so that classrooms of a school
    correlate by exactly the ICC; for means school and classroom are normal.
    """
    rng = np.random.default_rng([seed, zlib.crc32(repr(cell).encode())])
    n = cell.classrooms()
    if cell.what == "mean":
        school = rng.normal(0, np.sqrt(cell.icc), (samples, cell.schools))
        mean = school + rng.normal(0, 1, school.shape) * np.sqrt((1 - cell.icc) / n)
        # the squares within a school, which deff alone asks for
        within = (1 - cell.icc) * rng.chisquare(np.maximum(n - 1, 1), school.shape) * (n > 1)
        return [Sums(n, n * mean, n * mean**2 + within)]
    first = _school_shares(rng, cell, cell.share, samples)
    if cell.what == "proportion":
        return [_counts(rng, n, first)]
    if cell.what == "shared":
        return [_counts(rng, n, first), _counts(rng, n, first)]
    if cell.what == "independent":
        return [_counts(rng, n, first), _counts(rng, n, _school_shares(rng, cell, 0.5, samples))]
    later = _school_shares(rng, cell, cell.share, samples)
    stays = rng.random(first.shape) < STAYING
    return [_counts(rng, n, np.where(stays, first, later)), _counts(rng, n, first)]


def _school_shares(rng: np.random.Generator, cell: Cell, share: float, samples: int) -> Floats:
    sum_of_both = (1 - cell.icc) / cell.icc
    shape = (samples, cell.schools)
    return rng.beta(share * sum_of_both, (1 - share) * sum_of_both, shape)


def _counts(rng: np.random.Generator, n: Floats, shares: Floats) -> Sums:
    y = rng.binomial(n.astype(int), shares).astype(float)
    return Sums(n, y, y)
