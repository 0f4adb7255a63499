"""The educators of a block's schools (teachers, leaders, coaches), and their attitudes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from orchestration.simulation.answers import (
    Codes,
    draw_answers,
    process_values,
    roster_values,
    school_effects,
)
from orchestration.simulation.effects import (
    Floats,
    logistic,
    over_nodes,
    quadrature,
)
from orchestration.simulation.learning_parameters import COACH, LEADERS, TEACHER_LEADERS, TEACHERS
from orchestration.simulation.observers import Observers
from orchestration.simulation.parameters import Parameters
from orchestration.simulation.plan import Block
from orchestration.simulation.practice import Practice, progress
from orchestration.simulation.randomness import labels
from orchestration.simulation.roster import posts_a_school
from orchestration.simulation.terms import Term, school_year_number

ROSTERED = (TEACHERS, TEACHER_LEADERS)


def list_educators(
    p: Parameters,
    block: Block,
    sections: pd.DataFrame,
    practice: Practice,
    observers: Observers,
) -> pd.DataFrame:
    """One row an educator of the block's schools: rostered teachers, then leaders, then coaches.

    Columns: `educator_id`, `school` (row in the block), `role`, `grade` (of a teacher's first
    section, else blank), `effect` (of a teacher on the use of materials; 0 for the others) and
    `place` (a number of the block's that is the person's own for the school year). The teacher of a
    school's first post is its teacher leader; leaders and coaches are on no roster, and coaches are
    observers, under the same ids.
    """
    first = ~sections["teacher_id"].duplicated().to_numpy()
    slot = sections["slot"].to_numpy()[first]
    posts = posts_a_school(p)
    teachers = pd.DataFrame(
        {
            "educator_id": sections["teacher_id"].to_numpy()[first],
            "school": sections["school"].to_numpy()[first],
            "role": np.where(slot % posts == 0, TEACHER_LEADERS, TEACHERS),
            "grade": sections["grade"].to_numpy()[first],
            "effect": practice.teacher_effect[first] / p.teacher_sd,
            "place": slot,
        }
    )
    number = block.schools["number"].to_numpy()
    schools = np.arange(len(number))
    leaders = pd.DataFrame(
        {
            "educator_id": labels("L%05d", number + 1),
            "school": schools,
            "role": LEADERS,
            "grade": "",
            "effect": 0.0,
            "place": len(number) * posts + schools,
        }
    )
    people = observers.people
    based = people[(people["observer_role"] == COACH) & people["home"].isin(number)]
    coaches = pd.DataFrame(
        {
            "educator_id": based["observer_id"].to_numpy(),
            "school": np.searchsorted(number, based["home"].to_numpy()),
            "role": COACH,
            "grade": "",
            "effect": 0.0,
            "place": len(number) * (posts + 1) + np.arange(len(based)),
        }
    )
    return pd.concat([teachers, leaders, coaches], ignore_index=True)


@dataclass(frozen=True)
class Attitudes:
    """What n educators would answer to the teachers' survey.

    `fixed`: log odds that are known. `codes`: n × items. `named`: n × challenges.
    """

    fixed: Floats
    codes: Codes
    named: npt.NDArray[np.bool_]

    def roster(self, p: Parameters) -> dict[str, Floats]:
        """By measure, n values of the answers that each would give."""
        named = {
            f"challenge_{option}": self.named[:, k].astype(np.float64)
            for k, (option, _) in enumerate(p.teachers.challenges)
        }
        return roster_values(p.teachers, self.codes) | named

    def process(self, p: Parameters, term: Term) -> dict[str, Floats]:
        """By measure, n expected values."""
        options = p.teachers.challenges
        nodes, _ = quadrature()
        kinds, where = np.unique(self.fixed, return_inverse=True)
        sd = float(np.hypot(p.teachers.school_sd, p.teachers.person_sd))
        chance = _challenge_chances(p, kinds[:, None] + sd * nodes)
        # who would name none names the last one, "other"
        some = 1 - np.prod(1 - chance[..., :-1], axis=-1)
        chance[..., -1] = 1 - (1 - chance[..., -1]) * some
        expected = over_nodes(np.moveaxis(chance, -1, 0))
        return process_values(p.teachers, self.fixed, progress(p, term)) | {
            f"challenge_{option}": expected[k][where] for k, (option, _) in enumerate(options)
        }


def draw_attitudes(
    p: Parameters, block: Block, educators: pd.DataFrame, term: Term, seed: int
) -> Attitudes:
    """The attitudes of the block's educators this term."""
    a = p.teachers
    school, place = educators["school"].to_numpy(), educators["place"].to_numpy()
    people = block.generator(seed, "educator effects", str(school_year_number(term)))
    size = int(place.max(initial=0)) + 1
    person = people.standard_normal(size)[place]
    own = a.construct_sd * people.standard_normal((size, len(a.constructs)))[place]
    # leaders and coaches have no effect on the use of materials to go with their attitude
    relation = np.where(educators["role"].isin(ROSTERED), a.person_relation, 0.0)
    of_person = relation * educators["effect"].to_numpy() + np.sqrt(1 - relation**2) * person
    fixed = school_effects(p, a, block.schools)[school]
    shared = fixed + block.schools["teacher_effect"].to_numpy()[school] + a.person_sd * of_person
    rng = block.generator(seed, "educator answers", term.term)
    codes = draw_answers(a, rng, shared, own, progress(p, term))
    named = rng.random((len(educators), len(a.challenges))) < _challenge_chances(p, shared)
    named[:, -1] |= ~named.any(axis=1)
    return Attitudes(fixed=fixed, codes=codes, named=named)


def _challenge_chances(p: Parameters, shared: Floats) -> Floats:
    """… × challenges: the chance that each is named, given what moves all of a person's answers."""
    eases = np.array([ease for _, ease in p.teachers.challenges])
    return logistic(eases + p.teachers.challenge_logit * np.asarray(shared)[..., None])
