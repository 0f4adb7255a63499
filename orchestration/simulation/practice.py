"""What rostered classrooms do with the materials in a term, visited or not.

The model, for rung k of the ladder of codes (none, other, departed, modified, as designed):

    P(code of a visit is rung k or above) = logistic(a_k + x + u + v)

a_k: intercept of the rung in the local district and term; x: fixed effects of school level, course
and support; u ~ N(0, school_sd²): the school, partly lasting and partly drifting over years;
v ~ N(0, teacher_sd²): the teacher. This *propensity* is given to each classroom. Its *habit* is one
rung drawn from its propensity, by one uniform number a classroom and school year, so that growth
moves classrooms up and few back. A visit finds the habit with probability 1 - slip, else
a fresh draw. Three values of a classroom follow, for a measure that counts the codes from rung k:

    process      E over u and v of the propensity: what holds for classrooms like this one in
                 districts like this one
    expected     (1 - slip)·[habit >= k] + slip·propensity: the mean of endless visits to this very
                 classroom this term
    a visit      0 or 1 with mean `expected`

Each is the mean of the one below it, and within a school visits are not more frequent where the
habit is one or other (see `visits`). So a mean of classrooms' means of visits estimates the mean of
`expected` over the roster, which estimates the mean of `process`, but for what little the schools
that are visited more differ. The intercepts are solved for, so that the roster's mean of `process`
in a local district is the probability that the parameters name.

The alternative of a propensity alone, without habits, would have one classroom use the materials on
Monday and not on Wednesday as easily as two classrooms of a school differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from orchestration.simulation.effects import (
    Floats,
    Integers,
    logistic,
    mean_logistic,
    solve_intercept,
)
from orchestration.simulation.parameters import MEASURE_RUNGS, Parameters
from orchestration.simulation.plan import Block, blocks
from orchestration.simulation.roster import draw_sections, teacher_effects
from orchestration.simulation.terms import Term, school_year_number

Intercepts = Mapping[str, tuple[float, float]]
"""Of any use and of use as designed, by local district."""

ANY_USE = MEASURE_RUNGS["adoption_any"]


@dataclass(frozen=True)
class Practice:
    """The latent state of n classrooms, in the order of the sections they were drawn for.

    `intercept`: n, of any use. `fixed`, `school_effect`, `teacher_effect`: n log odds each.
    `process`, `propensity`: n × 4, the probability of rungs 1 to 4 or above. `habit`: n rungs.
    `slip`: probability that a visit finds a fresh draw.
    """

    intercept: Floats
    fixed: Floats
    school_effect: Floats
    teacher_effect: Floats
    process: Floats
    propensity: Floats
    habit: Integers
    slip: float

    def process_of(self, measure_id: str) -> Floats:
        """Each classroom's probability before its school and teacher are known."""
        return self.process[:, MEASURE_RUNGS[measure_id] - 1]

    def expected_of(self, measure_id: str) -> Floats:
        """Each classroom's mean over endless visits this term."""
        rung = MEASURE_RUNGS[measure_id]
        held = (self.habit >= rung).astype(np.float64)
        return (1 - self.slip) * held + self.slip * self.propensity[:, rung - 1]

    def visit(self, rng: np.random.Generator, classroom: Integers) -> Integers:
        """The rung that each of m visits finds, given the m classrooms' row numbers."""
        fresh = rungs(rng.random(len(classroom)), self.propensity[classroom])
        return np.where(rng.random(len(classroom)) < self.slip, fresh, self.habit[classroom])


def intercepts(p: Parameters, plan: pd.DataFrame, term: Term, seed: int) -> Intercepts:
    """The intercepts of each local district, given every section that is rostered in the term."""
    rostered: Counter[tuple[str, float]] = Counter()
    for block in blocks(plan):
        sections = draw_sections(p, block, term, seed)
        local_district = block.schools["local_district"].to_numpy()[sections["school"]]
        rostered.update(
            zip(local_district, fixed_effects(p, block.schools, sections).tolist(), strict=True)
        )
    found = {}
    for ld in p.local_districts:
        counts = {x: count for (name, x), count in sorted(rostered.items()) if name == ld.name}
        effects, weights = np.array(list(counts)), np.array(list(counts.values()), float)
        any_use = on_day(p, ld.any_use, term.ends_on)
        designed = any_use * on_day(p, p.designed_share, term.ends_on)
        found[ld.name] = (
            solve_intercept(any_use, effects, weights, spread(p)),
            solve_intercept(designed, effects, weights, spread(p)),
        )
    return found


def draw_practice(
    p: Parameters,
    block: Block,
    sections: pd.DataFrame,
    solved: Intercepts,
    term: Term,
    seed: int,
) -> Practice:
    """The practice of the block's sections in the term; `solved` as by `intercepts`."""
    school = sections["school"].to_numpy()
    fixed = fixed_effects(p, block.schools, sections)
    local_district = block.schools["local_district"].to_numpy()[school]
    a_any, a_designed = np.array([solved[name] for name in local_district]).T
    ladder = np.stack(
        [a_any + p.other_gap, a_any, a_designed, a_designed - p.unmodified_gap], axis=1
    )
    u = block.schools["effect"].to_numpy()[school]
    v = p.teacher_sd * teacher_effects(p, block, sections, seed).to_numpy()
    propensity = logistic(ladder + (fixed + u + v)[:, None])
    drawn = block.generator(seed, "habit", str(school_year_number(term))).random(len(sections))
    return Practice(
        intercept=a_any,
        fixed=fixed,
        school_effect=u,
        teacher_effect=v,
        process=mean_logistic(ladder + fixed[:, None], spread(p)),
        propensity=propensity,
        habit=rungs(drawn, propensity),
        slip=p.slip,
    )


def spread(p: Parameters) -> float:
    """Standard deviation of the effects of school and teacher together, log odds."""
    return float(np.hypot(p.school_sd, p.teacher_sd))


def rungs(drawn: Floats, at_least: Floats) -> Integers:
    """Codes from n uniform numbers and the n × 4 probabilities of rungs 1 to 4 or above."""
    return np.sum(drawn[:, None] < at_least, axis=1).astype(np.int64)


def on_day(p: Parameters, values: tuple[float, ...], day: date) -> float:
    """A probability on a day, from its values on the parameters' knots."""
    knots = [knot.toordinal() for knot in p.knots]
    logits = [np.log(value / (1 - value)) for value in values]
    return float(logistic(np.interp(day.toordinal(), knots, logits)))


def progress(p: Parameters, term: Term) -> float:
    """How far the rollout is, 0 to 1: the mean of the local districts' process of any use."""
    return float(np.mean([on_day(p, ld.any_use, term.ends_on) for ld in p.local_districts]))


def fixed_effects(p: Parameters, schools: pd.DataFrame, sections: pd.DataFrame) -> Floats:
    """Log odds of each section by its school's level and support and by its course."""
    levels = {level.name: level.logit for level in p.levels}
    of_school = (
        schools["level"].map(levels).to_numpy(np.float64)
        + p.before_support_logit * schools["support_provider"].notna().to_numpy()
        + p.support_logit * (schools["support"] == "supported").to_numpy()
    )
    of_course = sections["course"].map(p.course_logit).fillna(0.0).to_numpy()
    return of_school[sections["school"].to_numpy()] + of_course
