"""How a classroom is taught: the quality that observers rate, and what would be rated on average.

For an item, latent quality of a record of a visit to classroom i is

    q = ease + growth·progress + relation·(x + u + v) + habit·[i uses the materials] + c + l − s + e

x, u, v: fixed effects, school and teacher as in `practice`; c ~ N(0, class_sd²): the classroom,
for a school year; l ~ N(0, lesson_sd²): the lesson seen, by both observers of a co-observed visit;
s: the observer's severity; e: logistic noise, which observers of one visit mostly share. Codes are
q cut at the item's `cuts`.

    process      E of a code over u, v, c, l, s and whether the classroom's habit is use
    expected     E over l and s: the mean of endless visits to this very classroom by this pool
    a visit      a code

Two more items are nominal, and have no severity: whether unfinished learning, where there is any to
address, is addressed within grade-level lessons, and whether the adaptation pack is used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from orchestration.simulation.effects import (
    Floats,
    Integers,
    logistic,
    over_nodes,
    quadrature,
)
from orchestration.simulation.instruction_parameters import Rating
from orchestration.simulation.parameters import LADDER, Parameters
from orchestration.simulation.plan import Block
from orchestration.simulation.practice import Practice, on_day, spread
from orchestration.simulation.terms import Term, school_year_number

_USED = LADDER.index("departed")
_FEWER = 15
_SCORE_DIVISOR = 4


@dataclass(frozen=True)
class Instruction:
    """The latent quality of n classrooms.

    `base`: n, growth apart: relation·(x + u + v) + c. `fixed`, `intercept`: n, as in `practice`.
    `progress`: n, of the local district. `uses`: n, whether the habit is use.
    """

    p: Parameters
    base: Floats
    fixed: Floats
    intercept: Floats
    progress: Floats
    uses: Floats

    def latent(self, item: Rating, classroom: Integers) -> Floats:
        """Quality of m visits' classrooms on an item, before lesson, observer and noise."""
        grown = item.ease + item.growth * self.progress[classroom]
        return grown + self.base[classroom] + item.habit * self.uses[classroom]

    def roster(self) -> dict[str, Floats]:
        """By measure, n means over endless visits to each classroom."""
        return self._measures(self.expected_above)

    def process(self) -> dict[str, Floats]:
        """By measure, n expected values."""
        return self._measures(self.process_above)

    def expected_above(self, item: Rating) -> Floats:
        """n × cuts: the chance that endless visits find each classroom above each cut."""
        everywhere = np.arange(len(self.base))
        above = self.latent(item, everywhere)[:, None] - np.array(item.cuts)
        return _mean(above, self._seen_sd(item))

    def process_above(self, item: Rating) -> Floats:
        """n × cuts: the same before school, teacher, classroom and habit are known."""
        known = np.stack([self.intercept, self.fixed, self.progress], axis=1)
        kinds, where = np.unique(known, axis=0, return_inverse=True)
        nodes, _ = quadrature()
        relation, sd = self.p.instruction.relation, spread(self.p)
        use = kinds[:, 0] + kinds[:, 1]
        uses = logistic(use[:, None] + sd * nodes)[..., None]
        grown = item.ease + item.growth * kinds[:, 2] + relation * kinds[:, 1]
        above = (grown[:, None] + relation * sd * nodes)[..., None] - np.array(item.cuts)
        apart = float(np.hypot(self.p.instruction.class_sd, self._seen_sd(item)))
        chance = uses * _mean(above + item.habit, apart) + (1 - uses) * _mean(above, apart)
        return over_nodes(np.moveaxis(chance, 1, -1))[where.ravel()]

    def _measures(self, above: Callable[[Rating], Floats]) -> dict[str, Floats]:
        own = self.p.instruction
        rated = {rating.name: above(rating) for rating in own.ratings}
        scored = [rated[name].sum(axis=1) for name in own.scored]
        return {
            "ipg_score": np.sum(scored, axis=0) / _SCORE_DIVISOR,
            **{name: _favourable(rated[name]) for name in own.reported},
            "unfinished_within_grade_level": _favourable(above(own.within_grade_level)),
            "adaptation_pack_used": _favourable(above(own.pack_used)),
        }

    def _seen_sd(self, item: Rating) -> float:
        """Standard deviation of what differs between visits, but for the noise."""
        own = self.p.instruction
        rated = any(item.name == one.name for one in own.ratings)
        return float(np.hypot(own.lesson_sd, own.severity_sd * rated))


def draw_instruction(
    p: Parameters, block: Block, practice: Practice, sections: pd.DataFrame, term: Term, seed: int
) -> Instruction:
    """The block's classrooms as they are taught in the term."""
    own = p.instruction
    rng = block.generator(seed, "instruction", str(school_year_number(term)))
    of_class = rng.normal(0.0, own.class_sd, size=len(sections))
    grown = {ld.name: on_day(p, ld.any_use, term.ends_on) for ld in p.local_districts}
    local_district = block.schools["local_district"].to_numpy()[sections["school"]]
    effects = practice.fixed + practice.school_effect + practice.teacher_effect
    return Instruction(
        p=p,
        base=own.relation * effects + of_class,
        fixed=practice.fixed,
        intercept=practice.intercept,
        progress=np.array([grown[name] for name in local_district]),
        uses=(practice.habit >= _USED).astype(np.float64),
    )


def _favourable(above: Floats) -> Floats:
    """The chance of the upper half of two or four codes, given those to be above each cut."""
    return above[..., above.shape[-1] // 2]


def _mean(x: Floats, sd: float) -> Floats:
    """As `mean_logistic`, with fewer nodes: enough for what differs between lessons."""
    nodes, _ = quadrature(_FEWER)
    return over_nodes(logistic(x[..., None] + sd * nodes))
