"""Students in their classes: a place a seat, some of them a student's second class.

A place is (section, seat number) and lasts a school year; how many of a section's places are taken
changes from term to term. A student's own place is in one section; some students hold another place
too, in another section of their school, and are the same person there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from orchestration.simulation.effects import Integers
from orchestration.simulation.parameters import Parameters
from orchestration.simulation.plan import Block
from orchestration.simulation.terms import Term, school_year_number

FEWEST, MOST = 12, 42
"""Students in a section."""

Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Seats:
    """The places of a block's n sections, n × MOST, numbered row by row.

    `taken`: somebody sits there this term. `holder`: the number of that person's own place.
    `english_learner`, `disability`: of the person whose own place it is.
    """

    taken: Booleans
    holder: Integers
    english_learner: Booleans
    disability: Booleans

    @property
    def own(self) -> Integers:
        """The numbers of all places that are taken, and their holder's own: the students."""
        everywhere = np.arange(self.holder.size).reshape(self.holder.shape)
        return np.flatnonzero(self.taken & (self.holder == everywhere))

    def counts(self) -> dict[str, Integers]:
        """The roster's counts a section: seats, and those of English learners and so on."""
        return {
            "students": self.taken.sum(axis=1),
            "english_learners": self._held(self.english_learner),
            "students_with_disabilities": self._held(self.disability),
        }

    def _held(self, of_person: Booleans) -> Integers:
        return (self.taken & of_person.ravel()[self.holder]).sum(axis=1)


def draw_seats(p: Parameters, block: Block, sections: pd.DataFrame, term: Term, seed: int) -> Seats:
    """The places of the block's sections this term; `sections` as of the school year."""
    year = str(school_year_number(term))
    size = (len(sections), MOST)
    enrolled = block.generator(seed, "enrolment", term.term).normal(
        p.students_mean, p.students_sd, size=len(sections)
    )
    students = np.clip(np.rint(enrolled), FEWEST, MOST)
    people = block.generator(seed, "students", year)
    school = sections["school"].to_numpy()
    learners = block.schools["learners"].to_numpy()[school]
    english_learner = people.random(size) < learners[:, None]
    disability = people.random(size) < p.students_with_disabilities
    return Seats(
        taken=np.arange(MOST) < students[:, None],
        holder=_holders(p, people, school, size),
        english_learner=english_learner,
        disability=disability,
    )


def _holders(
    p: Parameters, rng: np.random.Generator, school: Integers, size: tuple[int, int]
) -> Integers:
    """The own place of whoever holds each place."""
    everywhere = np.arange(size[0] * size[1]).reshape(size)
    second = rng.random(size) < p.students.several_classes
    first = np.searchsorted(school, school, side="left")[:, None]
    there = (np.searchsorted(school, school, side="right")[:, None] - first).astype(np.int64)
    section = np.arange(size[0])[:, None] - first
    step = 1 + np.floor(rng.random(size) * np.maximum(there - 1, 1)).astype(np.int64)
    # places below FEWEST are always taken, and a person's own place must be their own
    own = (first + (section + step) % there) * MOST + rng.integers(FEWEST, size=size)
    second &= ~second.ravel()[own] & (there > 1)
    return np.where(second, own, everywhere)
