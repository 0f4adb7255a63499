"""Random numbers that depend on a seed and on what they are for, and on nothing else."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt


def generator(seed: int, *purpose: str) -> np.random.Generator:
    """A generator for one purpose, such as ("visits", "2021-22-spring").

    One stream drawn from in turn would be simpler, but then a term's rows would depend on which
    terms were simulated before it.
    """
    digest = hashlib.sha256("\x1f".join(purpose).encode()).digest()
    words = np.frombuffer(digest, dtype="<u4").tolist()
    return np.random.default_rng(np.random.SeedSequence([seed, *words]))


def choose(rng: np.random.Generator, weights: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """One column index a row of `weights` (n × k, nonnegative), with probability as its weight."""
    cumulative = np.cumsum(weights, axis=1)
    drawn = rng.random(len(weights)) * cumulative[:, -1]
    return np.sum(drawn[:, None] >= cumulative, axis=1).astype(np.int64)


def in_shares(
    rng: np.random.Generator, size: int, shares: tuple[float, ...]
) -> npt.NDArray[np.int64]:
    """`size` indices of `shares` in exactly those proportions (largest remainder), shuffled."""
    return rng.permutation(np.repeat(np.arange(len(shares)), apportion(size, shares)))


def apportion(size: int, shares: tuple[float, ...]) -> npt.NDArray[np.int64]:
    """Whole numbers in proportion to `shares` that sum to `size` (largest remainder)."""
    exact = np.asarray(shares) / sum(shares) * size
    counts = np.floor(exact).astype(np.int64)
    largest = np.argsort(counts - exact, kind="stable")[: size - int(counts.sum())]
    counts[largest] += 1
    return counts


def labels(pattern: str, numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
    """`numbers` as text, each by a printf pattern."""
    return np.strings.mod(pattern, numbers).astype(object)


def ranked(keys: npt.NDArray[np.float64], group: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The rank, from 0, of each key within its group; `group` is of whole numbers, in order."""
    order = np.lexsort((keys, group))
    rank = np.empty(len(keys), np.int64)
    rank[order] = np.arange(len(keys)) - np.searchsorted(group, group, side="left")
    return rank
