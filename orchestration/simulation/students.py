"""What the students of a block's sections are like and would answer, whether asked or not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from orchestration.simulation.answers import (
    FAVOURABLE,
    Codes,
    draw_answers,
    process_of_both,
    process_values,
    roster_values,
    school_effects,
)
from orchestration.simulation.effects import Floats, Integers
from orchestration.simulation.parameters import Parameters
from orchestration.simulation.plan import Block
from orchestration.simulation.practice import progress
from orchestration.simulation.seats import Seats
from orchestration.simulation.terms import Term, school_year_number

YES_NO = ("no", "yes")
_LOWEST_GRADE = 6


@dataclass(frozen=True)
class Students:
    """n students, in order of their own places.

    `place`: numbers of their own places. `section`, `school`: rows of the section they belong to
    and of its school in the block. `fixed`: log odds that are known. `codes`: n × items.
    `groups`: by subgroup type, its names and n indices of them.
    """

    place: Integers
    section: Integers
    school: Integers
    fixed: Floats
    codes: Codes
    groups: dict[str, tuple[tuple[str, ...], Integers]]

    def roster(self, p: Parameters) -> dict[str, Floats]:
        """By measure, n values of the answers that each would give."""
        measure_id, *names = p.students.both
        of = [j for j, item in enumerate(p.students.items) if item.name in names]
        both = np.all(self.codes[:, of] >= FAVOURABLE, axis=1).astype(np.float64)
        return roster_values(p.students, self.codes) | {measure_id: both}

    def process(self, p: Parameters, term: Term) -> dict[str, Floats]:
        """By measure, n expected values."""
        measure_id, one, other = p.students.both
        grown = progress(p, term)
        return process_values(p.students, self.fixed, grown) | {
            measure_id: process_of_both(p.students, self.fixed, grown, (one, other))
        }


def draw_students(
    p: Parameters, block: Block, sections: pd.DataFrame, seats: Seats, term: Term, seed: int
) -> Students:
    """The students of the term; who they are lasts the school year, what they say is the term's."""
    a = p.students
    year = str(school_year_number(term))
    place = seats.own
    section = place // seats.holder.shape[1]
    school = sections["school"].to_numpy()[section]
    english_learner = seats.english_learner.ravel()[place]
    disability = seats.disability.ravel()[place]
    grade = sections["grade"].to_numpy().astype(np.int64)[section]
    fixed = (
        school_effects(p, a, block.schools)[school]
        + a.grade_logit * (grade - _LOWEST_GRADE)
        + a.english_learner_logit * english_learner
        + a.disability_logit * disability
    )
    people = block.generator(seed, "student effects", year)
    size = seats.holder.size
    of_person = a.person_sd * people.standard_normal(size)[place]
    own = a.construct_sd * people.standard_normal((size, len(a.constructs)))[place]
    of_class = a.class_sd * people.standard_normal(len(sections))[section]
    of_school = block.schools["student_effect"].to_numpy()[school]
    rng = block.generator(seed, "student answers", term.term)
    names, of_grade = np.unique(grade, return_inverse=True)
    groups = {
        "grade": (tuple(str(name) for name in names), of_grade),
        "english_learner": (YES_NO, english_learner.astype(np.int64)),
        "disability": (YES_NO, disability.astype(np.int64)),
        "race_ethnicity": _drawn(people, a.race_ethnicity, size, place),
        "gender": _drawn(people, a.gender, size, place),
    }
    return Students(
        place=place,
        section=section,
        school=school,
        fixed=fixed,
        codes=draw_answers(
            a, rng, fixed + of_school + of_class + of_person, own, progress(p, term)
        ),
        groups=groups,
    )


def _drawn(
    rng: np.random.Generator, shares: tuple[tuple[str, float], ...], size: int, place: Integers
) -> tuple[tuple[str, ...], npt.NDArray[np.int64]]:
    """Names, and an index of them for each of the places, out of `size`."""
    upto = np.cumsum([share for _, share in shares])[:-1]
    drawn = np.searchsorted(upto, rng.random(size)[place], side="right")
    return tuple(name for name, _ in shares), drawn.astype(np.int64)
