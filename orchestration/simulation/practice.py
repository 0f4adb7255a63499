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

Each is the mean of the one below it, visits are not more frequent where the habit is one or other,
and every rostered classroom is as likely as any other to be visited (see `visits`). So a mean of
classrooms' means of visits estimates the mean of `expected` over the roster, which estimates the
mean of `process`. The intercepts are solved for, so that the roster's mean of `process` in a local
district is the probability that the parameters name.

The alternative of a propensity alone, without habits, would have one classroom use the materials on
Monday and not on Wednesday as easily as two classrooms of a school differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from orchestration.simulation.parameters import LADDER, MEASURE_RUNGS, Parameters
from orchestration.simulation.randomness import generator
from orchestration.simulation.terms import Term, school_year_number

Floats = npt.NDArray[np.float64]
_NODES = 41
_HALVINGS = 60


@dataclass(frozen=True)
class Practice:
    """The latent state of n classrooms, in the order of the sections they were drawn for.

    `process`, `propensity`: n × 4, the probability of rungs 1 to 4 or above. `habit`: n rungs.
    `school_effect`: n log odds. `slip`: probability that a visit finds a fresh draw.
    """

    process: Floats
    propensity: Floats
    habit: npt.NDArray[np.int64]
    school_effect: Floats
    slip: float

    def process_of(self, measure_id: str) -> Floats:
        """Each classroom's probability before its school and teacher are known."""
        return self.process[:, MEASURE_RUNGS[measure_id] - 1]

    def expected_of(self, measure_id: str) -> Floats:
        """Each classroom's mean over endless visits this term."""
        rung = MEASURE_RUNGS[measure_id]
        held = (self.habit >= rung).astype(np.float64)
        return (1 - self.slip) * held + self.slip * self.propensity[:, rung - 1]

    def visit(
        self, rng: np.random.Generator, classroom: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int64]:
        """The rung that each of m visits finds, given the m classrooms' row numbers."""
        fresh = rungs(rng.random(len(classroom)), self.propensity[classroom])
        return np.where(rng.random(len(classroom)) < self.slip, fresh, self.habit[classroom])


def draw_practice(
    p: Parameters, schools: pd.DataFrame, sections: pd.DataFrame, term: Term, seed: int
) -> Practice:
    """The practice of the term's sections; `schools` as of the term's end, with `support`."""
    school = sections["school"].to_numpy()
    fixed = _fixed_effects(p, schools, sections)
    intercepts = np.empty((len(sections), len(LADDER) - 1))
    local_district = schools["local_district"].to_numpy()[school]
    sd = float(np.hypot(p.school_sd, p.teacher_sd))
    for ld in p.local_districts:
        there = local_district == ld.name
        any_use = on_day(p, ld.any_use, term.ends_on)
        designed = any_use * on_day(p, p.designed_share, term.ends_on)
        a_any = solve_intercept(any_use, fixed[there], sd)
        a_designed = solve_intercept(designed, fixed[there], sd)
        intercepts[there] = (
            a_any + p.other_gap,
            a_any,
            a_designed,
            a_designed - p.unmodified_gap,
        )
    u = school_effects(p, len(schools), term.ends_on, seed)[school]
    v = _teacher_effects(p, sections, seed)
    propensity = logistic(intercepts + (fixed + u + v)[:, None])
    drawn = generator(seed, "habit", str(school_year_number(term))).random(len(sections))
    return Practice(
        process=mean_logistic(intercepts + fixed[:, None], sd),
        propensity=propensity,
        habit=rungs(drawn, propensity),
        school_effect=u,
        slip=p.slip,
    )


def rungs(drawn: Floats, at_least: Floats) -> npt.NDArray[np.int64]:
    """Codes from n uniform numbers and the n × 4 probabilities of rungs 1 to 4 or above."""
    return np.sum(drawn[:, None] < at_least, axis=1).astype(np.int64)


def on_day(p: Parameters, values: tuple[float, ...], day: date) -> float:
    """A probability on a day, from its values on the parameters' knots."""
    knots = [knot.toordinal() for knot in p.knots]
    logits = [np.log(value / (1 - value)) for value in values]
    return float(logistic(np.interp(day.toordinal(), knots, logits)))


def solve_intercept(wanted: float, fixed: Floats, sd: float) -> float:
    """The intercept at which classrooms with these fixed effects have the wanted mean process."""
    effects, counts = np.unique(fixed, return_counts=True)
    low, high = -30.0, 30.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        mean = float(np.average(mean_logistic(middle + effects, sd), weights=counts))
        low, high = (middle, high) if mean < wanted else (low, middle)
    return (low + high) / 2


def logistic(x: npt.ArrayLike) -> Floats:
    """1 / (1 + exp(-x))."""
    return 1 / (1 + np.exp(-np.asarray(x, dtype=np.float64)))


def mean_logistic(x: Floats, sd: float) -> Floats:
    """E logistic(x + sd·Z), Z standard normal, by Gauss-Hermite quadrature."""
    nodes, weights = _quadrature()
    values, where = np.unique(x, return_inverse=True)
    means = logistic(values[:, None] + sd * nodes) @ weights
    return means[where].reshape(x.shape)


@cache
def _quadrature() -> tuple[Floats, Floats]:
    """Nodes, and weights that sum to 1, for the mean of a function of a standard normal."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    return nodes, weights / weights.sum()


def school_effects(p: Parameters, schools: int, day: date, seed: int) -> Floats:
    """Log odds of each school on a day, N(0, school_sd²) on every day.

    The drifting part is a cosine of random phase and size, A cos ωt + B sin ωt with A, B ~ N(0, 1),
    rather than a walk from term to term, which would depend on which terms there are.
    """
    lasting, cosine, sine = generator(seed, "school effects").standard_normal((3, schools))
    angle = 2 * np.pi * (day - p.schools_from).days / (365.25 * p.drift_years)
    drift = cosine * np.cos(angle) + sine * np.sin(angle)
    return p.school_sd * (np.sqrt(1 - p.drift_share) * lasting + np.sqrt(p.drift_share) * drift)


def _teacher_effects(p: Parameters, sections: pd.DataFrame, seed: int) -> Floats:
    """Log odds of each section's teacher; a post's holders differ, and keep theirs over years."""
    slot, holder = sections["slot"].to_numpy(), sections["holder"].to_numpy()
    effects = np.empty(len(sections))
    for turn in np.unique(holder):
        there = holder == turn
        drawn = generator(seed, "teacher effects", str(turn)).standard_normal(int(slot.max()) + 1)
        effects[there] = drawn[slot[there]]
    return p.teacher_sd * effects


def _fixed_effects(p: Parameters, schools: pd.DataFrame, sections: pd.DataFrame) -> Floats:
    """Log odds of each section by its school's level and support and by its course."""
    levels = {level.name: level.logit for level in p.levels}
    of_school = (
        schools["level"].map(levels).to_numpy()
        + p.before_support_logit * schools["support_provider"].notna().to_numpy()
        + p.support_logit * (schools["support"] == "supported").to_numpy()
    )
    of_course = sections["course"].map(p.course_logit).fillna(0.0).to_numpy()
    return of_school[sections["school"].to_numpy()] + of_course
