"""What people would answer to a survey's items, and what is expected of them.

For person i of class c and school s, the latent answer to an item of construct k is

    ease + growth·progress + x_i + school_s + class_c + person_i + own_ik + logistic noise

in the favourable direction; x_i: fixed effects; the others normal, with the standard deviations of
`Answering`. Cut in three places it is one of four answers, 1 to 4, the last two favourable.
Everybody has an answer, whether or not they would give it:

    process      E of a measure given x_i alone: what holds for people like this one in districts
                 like this one
    roster       the measure of the answers that this very person would give
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from orchestration.simulation.effects import (
    Floats,
    Integers,
    mean_logistic,
    over_nodes,
    quadrature,
)
from orchestration.simulation.parameters import Parameters
from orchestration.simulation.survey_parameters import DONT_KNOW, SCALE, Answering

Codes = npt.NDArray[np.int8]
SKIPPED, UNKNOWN = 0, len(SCALE) + 1
"""Codes of no answer, and of the answer that one does not know."""

FAVOURABLE = 3
_TEXTS = np.array(["", *SCALE, DONT_KNOW], object)


def draw_answers(
    a: Answering, rng: np.random.Generator, shared: Floats, own: Floats, progress: float
) -> Codes:
    """n × items codes, 1 to 4 in the favourable direction.

    `shared`: n, everything that moves all of a person's answers; `own`: n × constructs.
    """
    place = {construct: k for k, construct in enumerate(a.constructs)}
    codes = np.empty((len(shared), len(a.items)), np.int8)
    for j, item in enumerate(a.items):
        latent = shared + own[:, place[item.construct]] + rng.logistic(size=len(shared))
        codes[:, j] = 1 + np.digitize(latent, np.array(a.cuts) - item.ease - item.growth * progress)
    return codes


def roster_values(a: Answering, codes: Codes) -> dict[str, Floats]:
    """By measure, n values: of items whether favourable, of constructs the mean of their codes."""
    values = {
        item.name: (codes[:, j] >= FAVOURABLE).astype(np.float64) for j, item in enumerate(a.items)
    }
    for construct in a.constructs:
        of = [j for j, item in enumerate(a.items) if item.construct == construct]
        values[construct] = codes[:, of].mean(axis=1, dtype=np.float64)
    return values


def process_values(a: Answering, fixed: Floats, progress: float) -> dict[str, Floats]:
    """By measure as in `roster_values`, n expected values given the fixed effects."""
    sd = float(np.hypot(_shared_sd(a), a.construct_sd))
    kinds, where = np.unique(fixed, return_inverse=True)
    means = {}
    values = {}
    for item in a.items:
        centre = kinds + item.ease + item.growth * progress
        above = mean_logistic(centre[:, None] - np.array(a.cuts), sd)
        values[item.name] = above[:, FAVOURABLE - 2][where]
        means[item.name] = 1 + above.sum(axis=1)
    for construct in a.constructs:
        of = [means[item.name] for item in a.items if item.construct == construct]
        values[construct] = np.mean(of, axis=0)[where]
    return values


def process_of_both(a: Answering, fixed: Floats, progress: float, names: tuple[str, str]) -> Floats:
    """n chances to be favourable on two items of different constructs, given the fixed effects."""
    kinds, where = np.unique(fixed, return_inverse=True)
    nodes, _ = quadrature()
    chance = np.ones((len(kinds), len(nodes)))
    for item in a.items:
        if item.name in names:
            centre = kinds + item.ease + item.growth * progress - a.cuts[FAVOURABLE - 2]
            chance *= mean_logistic(centre[:, None] + _shared_sd(a) * nodes, a.construct_sd)
    return over_nodes(chance)[where]


def changed(a: Answering, rng: np.random.Generator, codes: Codes) -> Codes:
    """The answers that those who answered twice gave first: some are one step from the second."""
    step = np.where(rng.random(codes.shape) < 0.5, -1, 1)
    moved = codes + step * (rng.random(codes.shape) < a.changed)
    return np.clip(moved, 1, len(SCALE)).astype(np.int8)


def given(a: Answering, rng: np.random.Generator, codes: Codes) -> Codes:
    """What is written down of n × items answers; of some people, nothing substantive."""
    drawn = rng.random(codes.shape)
    written = codes.copy()
    written[drawn < a.dont_know + a.skipped] = UNKNOWN
    written[drawn < a.skipped] = SKIPPED
    incomplete = rng.random(len(codes)) < a.incomplete
    written[incomplete] = np.where(drawn[incomplete] < 0.5, SKIPPED, UNKNOWN)
    return written


def texts(a: Answering, codes: Codes) -> dict[str, npt.NDArray[np.object_]]:
    """By item, the exact texts of n × items codes; a negative item's answers are reversed."""
    found = {}
    for j, item in enumerate(a.items):
        code: Integers = codes[:, j].astype(np.int64)
        if item.negative:
            answered = (code != SKIPPED) & (code != UNKNOWN)
            code = np.where(answered, len(SCALE) + 1 - code, code)
        found[item.name] = _TEXTS[code]
    return found


def school_effects(p: Parameters, a: Answering, schools: pd.DataFrame) -> Floats:
    """Log odds of favourable answers of each school's people, as far as it is not random."""
    voices = {ld.name: ld.voice for ld in p.local_districts}
    return (
        schools["local_district"].map(voices).to_numpy(np.float64)
        + schools["level"].map(dict(a.level_logit)).to_numpy(np.float64)
        + a.support_logit * (schools["support"] == "supported").to_numpy()
    )


def _shared_sd(a: Answering) -> float:
    return float(np.sqrt(a.school_sd**2 + a.class_sd**2 + a.person_sd**2))
