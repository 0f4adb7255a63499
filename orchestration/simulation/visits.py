"""Which classrooms are visited, when, by whom, and what of their use of materials is written down.

Schools are drawn within a local district, the same share of each; how much of a visited school is
seen differs by school (`plan`). Both depend on the school's use of the materials only a little
(`Parameters.related`), and sections within a school are drawn at random. So the plain mean of the
classrooms seen and the one weighted to the roster both estimate the roster's mean, but for a bias
that docs/truth.md measures.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from orchestration.simulation.effects import Integers
from orchestration.simulation.observers import ROUNDS, Observers, assign
from orchestration.simulation.parameters import LADDER, Parameters
from orchestration.simulation.plan import Block
from orchestration.simulation.practice import Practice
from orchestration.simulation.randomness import ranked
from orchestration.simulation.terms import Term, school_days

NOT_OBSERVED = "not_observed"


def draw_visits(
    p: Parameters,
    block: Block,
    sections: pd.DataFrame,
    practice: Practice,
    observers: Observers,
    term: Term,
    seed: int,
) -> pd.DataFrame:
    """One row an observer's record of a visit, in order of day, school and classroom.

    Columns: `section` (row number in `sections`), `visit` (records of one visit share it, numbered
    over the block), `observed_on` (datetime64), `class_id` (as written down: seldom, one that is
    not rostered), `materials` (a code), `paired` (another observer recorded the same visit), and
    those of `Observers.people`.
    """
    rng = block.generator(seed, "visits", term.term)
    school = sections["school"].to_numpy()
    seen = _select(rng, block.schools, school)
    class_id = _class_ids(p, rng, sections, seen)

    often = 1 + np.searchsorted(
        np.cumsum([1 - p.second_visit - p.third_visit, p.second_visit]),
        rng.random(len(seen)),
        side="right",
    )
    rounds = _rounds(p, rng, len(block.schools), term)
    often = np.minimum(often, rounds.shape[1])
    which = np.repeat(np.arange(len(seen)), often)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(often) - often, often)
    order = np.argsort(rng.random((len(seen), rounds.shape[1])), axis=1)[which, nth]
    section = seen[which]

    paired = rng.random(len(section)) < p.co_observed
    rung = practice.visit(rng, section)
    again = practice.visit(rng, section)
    agreed = rng.random(len(section)) < p.co_observers_agree
    one, other = assign(p, rng, observers, block)
    place = (school[section], order)

    visits = pd.DataFrame(
        {
            "section": section,
            "visit": np.arange(len(section)),
            "observed_on": rounds[place],
            "class_id": class_id[which],
            "rung": rung,
            "paired": paired,
            "observer": one[place],
        }
    )
    second = visits.assign(rung=np.where(agreed, rung, again), observer=other[place]).loc[paired]
    records = pd.concat([visits, second]).sort_values(
        ["observed_on", "section", "visit"], kind="stable", ignore_index=True
    )
    materials = np.array(LADDER, object)[records["rung"]]
    materials[rng.random(len(records)) < p.not_observed] = NOT_OBSERVED
    people = observers.people.iloc[records["observer"]].reset_index(drop=True)
    return pd.concat(
        [records.drop(columns=["rung", "observer"]).assign(materials=materials), people], axis=1
    )


def _select(rng: np.random.Generator, schools: pd.DataFrame, school: Integers) -> Integers:
    """Row numbers of the sections that are visited, in order; `school` is each section's."""
    rostered = np.bincount(school, minlength=len(schools))
    quota = np.floor(rostered * schools["visited"].to_numpy() + rng.random(len(schools)))
    chosen = ranked(rng.random(len(school)), school) < np.maximum(quota, 1)[school]
    return np.flatnonzero(schools["is_visited"].to_numpy()[school] & chosen)


def _class_ids(
    p: Parameters, rng: np.random.Generator, sections: pd.DataFrame, seen: Integers
) -> npt.NDArray[np.object_]:
    """The ids written down for the sections seen; a few are of sections not on the roster."""
    class_id = sections["class_id"].to_numpy(dtype=object)[seen].copy()
    unknown = rng.random(len(seen)) < p.off_roster
    class_id[unknown] = class_id[unknown] + "X"
    return class_id


def _rounds(
    p: Parameters, rng: np.random.Generator, schools: int, term: Term
) -> npt.NDArray[np.datetime64]:
    """Schools × (at most three) different days on which a team comes to the school."""
    days = school_days(term, p)
    return days[np.argsort(rng.random((schools, len(days))), axis=1)[:, :ROUNDS]]
