"""What is decided for whole schools before a term: their effects, and how much they take part.

Everything that needs the district as a whole is here (shares of its schools, intercepts), so that
the rest can be drawn a block of schools at a time, in memory that does not grow with the district.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from orchestration.simulation.effects import Floats, logistic
from orchestration.simulation.parameters import Parameters
from orchestration.simulation.randomness import generator
from orchestration.simulation.schools import as_of
from orchestration.simulation.survey_parameters import Answering
from orchestration.simulation.terms import Term

BLOCK_SCHOOLS = 64
"""Schools that are drawn together. A term's bytes depend on it."""

_FEWEST_VISITED, _MOST_VISITED = 0.08, 0.6
_FEWEST_ANSWERING, _MOST_ANSWERING = 0.12, 0.9
_LEARNERS_CONCENTRATION = 8.0


@dataclass(frozen=True)
class Block:
    """Some schools of the plan, in order: `number` of the block, and their rows from 0."""

    number: int
    schools: pd.DataFrame

    def generator(self, seed: int, *purpose: str) -> np.random.Generator:
        """Random numbers of this block alone, for one purpose."""
        return generator(seed, *purpose, f"block {self.number}")


def plan_schools(p: Parameters, schools: pd.DataFrame, term: Term, seed: int) -> pd.DataFrame:
    """The schools as of the term's end, and what they are like in it, one row a school.

    Columns beside those of `as_of`: `number` (from 0, over the district), `effect` (log odds of use
    of the materials), `learners` (share of English learners), `is_visited` and `visited` (share of
    sections that are), `is_surveyed` and `surveyed` (share of sections whose students are asked),
    `student_rate` and `teacher_rate` (of those asked who answer), `student_effect` and
    `teacher_effect` (log odds of favourable answers).
    """
    here = as_of(schools, term.ends_on, p).reset_index(drop=True)
    effect = school_effects(p, len(here), term.ends_on, seed)
    local_district = here["local_district"].to_numpy()

    def tendency(what: str) -> Floats:
        return _tendency(p, effect / p.school_sd, what, term, seed)

    def among(what: str, share: float) -> np.ndarray:
        rank = pd.Series(-tendency(what)).groupby(local_district).rank(method="first")
        there = here["local_district"].map(here["local_district"].value_counts()).to_numpy(float)
        return rank.to_numpy() <= np.maximum(np.rint(there * share), 1)

    def about(what: str, share: float, sd: float, least: float, most: float) -> Floats:
        return np.clip(share * np.exp(sd * tendency(what) - sd * sd / 2), least, most)

    shares = generator(seed, "subgroup shares")
    asked, told = p.students, p.teachers
    return here.assign(
        number=np.arange(len(here)),
        effect=effect,
        learners=shares.beta(
            p.english_learners * _LEARNERS_CONCENTRATION,
            (1 - p.english_learners) * _LEARNERS_CONCENTRATION,
            size=len(here),
        ),
        is_visited=among("visited", p.schools_visited),
        visited=about(
            "sections visited",
            p.sections_visited,
            p.sections_visited_sd,
            _FEWEST_VISITED,
            _MOST_VISITED,
        ),
        is_surveyed=among("surveyed", asked.schools),
        surveyed=about(
            "sections surveyed",
            asked.sections,
            asked.sections_sd,
            _FEWEST_ANSWERING,
            _MOST_ANSWERING,
        ),
        student_effect=_climate(asked, effect / p.school_sd, "students", seed),
        teacher_effect=_climate(told, effect / p.school_sd, "teachers", seed),
        student_rate=logistic(asked.rate_logit + asked.rate_sd * tendency("students answer")),
        teacher_rate=logistic(told.rate_logit + told.rate_sd * tendency("teachers answer")),
    )


def blocks(plan: pd.DataFrame) -> Iterator[Block]:
    """The plan's schools, some at a time."""
    for number, first in enumerate(range(0, len(plan), BLOCK_SCHOOLS)):
        rows = plan.iloc[first : first + BLOCK_SCHOOLS].reset_index(drop=True)
        yield Block(number, rows)


def school_effects(p: Parameters, schools: int, day: date, seed: int) -> Floats:
    """Log odds of use of each school on a day, N(0, school_sd²) on every day.

    The drifting part is a cosine of random phase and size, A cos ωt + B sin ωt with A, B ~ N(0, 1),
    rather than a walk from term to term, which would depend on which terms there are.
    """
    lasting, cosine, sine = generator(seed, "school effects").standard_normal((3, schools))
    angle = 2 * np.pi * (day - p.schools_from).days / (365.25 * p.drift_years)
    drift = cosine * np.cos(angle) + sine * np.sin(angle)
    return p.school_sd * (np.sqrt(1 - p.drift_share) * lasting + np.sqrt(p.drift_share) * drift)


def _climate(a: Answering, effect: Floats, whose: str, seed: int) -> Floats:
    """Log odds of favourable answers of each school's people, N(0, school_sd²)."""
    own = generator(seed, "climate", whose).standard_normal(len(effect))
    return a.school_sd * (a.school_relation * effect + np.sqrt(1 - a.school_relation**2) * own)


def _tendency(p: Parameters, effect: Floats, what: str, term: Term, seed: int) -> Floats:
    """A standard normal a school: how much it tends to something, in this term."""
    lasting = generator(seed, "tendency", what).standard_normal(len(effect))
    passing = generator(seed, "tendency", what, term.term).standard_normal(len(effect))
    own = np.sqrt(p.lasting) * lasting + np.sqrt(1 - p.lasting) * passing
    return p.related * effect + np.sqrt(1 - p.related**2) * own
