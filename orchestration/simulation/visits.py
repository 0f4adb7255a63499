"""Which classrooms are visited, when, by whom, and what of their use of materials is written down.

Schools are drawn at random within a local district, the same share of each; sections at random
within a school, the same share of each up to a randomly rounded one. So every rostered classroom of
a term is as likely as any other to be seen, whatever it does, and the plain mean of those seen and
the one weighted to the roster estimate the same thing. Selection that depends on the school is not
here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from orchestration.simulation.parameters import LADDER, Parameters
from orchestration.simulation.practice import Practice
from orchestration.simulation.randomness import generator
from orchestration.simulation.terms import Term, school_days

Integers = npt.NDArray[np.int64]
NOT_OBSERVED = "not_observed"
_MOST_VISITS = 3
_FEWEST_OBSERVERS = 4
_ORGANISATIONS = ("main provider", "local district", "other provider", "local district")
_ROLES = ("coach", "leader", "coach", "teacher_leader")


@dataclass(frozen=True)
class Observers:
    """Who observes: n ids, roles and organisations, and the rows of each local district's pool."""

    people: pd.DataFrame
    first: Integers
    size: Integers


def draw_visits(
    p: Parameters,
    schools: pd.DataFrame,
    sections: pd.DataFrame,
    practice: Practice,
    term: Term,
    seed: int,
) -> pd.DataFrame:
    """One row an observer's record of a visit, in order of day, school and classroom.

    Columns: `section` (row number in `sections`), `visit` (records of one visit share it),
    `observed_on` (datetime64), `class_id` (as written down: seldom, one that is not rostered),
    `materials` (a code), `paired` (another observer recorded the same visit), `observer_id`,
    `observer_role`, `observer_org`.
    """
    rng = generator(seed, "visits", term.term)
    seen = _select(p, rng, schools, sections["school"].to_numpy())
    class_id = _class_ids(p, rng, sections, seen)

    often = 1 + np.searchsorted(
        np.cumsum([1 - p.second_visit - p.third_visit, p.second_visit]),
        rng.random(len(seen)),
        side="right",
    )
    rounds = _rounds(p, rng, len(schools), term)
    often = np.minimum(often, rounds.shape[1])
    which = np.repeat(np.arange(len(seen)), often)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(often) - often, often)
    order = np.argsort(rng.random((len(seen), rounds.shape[1])), axis=1)[which, nth]
    section = seen[which]
    school = sections["school"].to_numpy()[section]

    paired = rng.random(len(section)) < p.co_observed
    rung = practice.visit(rng, section)
    again = practice.visit(rng, section)
    agreed = rng.random(len(section)) < p.co_observers_agree
    observers = draw_observers(p, schools)
    one, other = _assign(rng, p, observers, schools, school, order)

    visits = pd.DataFrame(
        {
            "section": section,
            "visit": np.arange(len(section)),
            "observed_on": rounds[school, order],
            "class_id": class_id[which],
            "rung": rung,
            "paired": paired,
            "observer": one,
        }
    )
    second = visits.assign(rung=np.where(agreed, rung, again), observer=other).loc[paired]
    records = pd.concat([visits, second]).sort_values(
        ["observed_on", "section", "visit"], kind="stable", ignore_index=True
    )
    materials = np.array(LADDER, object)[records["rung"]]
    materials[rng.random(len(records)) < p.not_observed] = NOT_OBSERVED
    people = observers.people.iloc[records["observer"]].reset_index(drop=True)
    return pd.concat(
        [records.drop(columns=["rung", "observer"]).assign(materials=materials), people], axis=1
    )


def _select(
    p: Parameters, rng: np.random.Generator, schools: pd.DataFrame, school: Integers
) -> Integers:
    """Row numbers of the sections that are visited, in order; `school` is each section's."""
    local_district = schools["local_district"]
    rank = _rank(rng.random(len(schools)), local_district.to_numpy())
    schools_there = local_district.map(local_district.value_counts()).to_numpy(dtype=np.float64)
    visited = rank < np.maximum(np.rint(schools_there * p.schools_visited), 1)

    rostered = np.bincount(school, minlength=len(schools))
    quota = np.floor(rostered * p.sections_visited + rng.random(len(schools)))
    chosen = _rank(rng.random(len(school)), school) < quota[school]
    return np.flatnonzero(visited[school] & chosen)


def _rank(keys: npt.NDArray[np.float64], group: npt.NDArray) -> Integers:
    """The rank, from 0, of each key within its group."""
    return pd.Series(keys).groupby(group).rank(method="first").to_numpy().astype(np.int64) - 1


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
    return days[np.argsort(rng.random((schools, len(days))), axis=1)[:, :_MOST_VISITS]]


def draw_observers(p: Parameters, schools: pd.DataFrame) -> Observers:
    """A pool of observers a local district, in proportion to its schools; nothing is random."""
    counts = schools["local_district"].value_counts()
    names = [ld.name for ld in p.local_districts]
    size = np.array(
        [max(_FEWEST_OBSERVERS, round(p.observers_a_school * counts[name])) for name in names]
    )
    first = np.cumsum(size) - size
    within = np.repeat(np.arange(len(size)), size)
    kind = (np.arange(len(within)) - first[within]) % len(_ROLES)
    own = np.array([f"Local District {name}" for name in names], object)[within]
    employer = np.array(_ORGANISATIONS, object)[kind]
    organisation = np.select(
        [employer == "main provider", employer == "other provider"],
        [p.main_provider, p.other_provider],
        own,
    )
    people = pd.DataFrame(
        {
            "observer_id": np.strings.mod("OB%04d", np.arange(1, len(within) + 1)).astype(object),
            "observer_role": np.array(_ROLES, object)[kind],
            "observer_org": organisation,
        }
    )
    return Observers(people=people, first=first, size=size)


def _assign(
    rng: np.random.Generator,
    p: Parameters,
    observers: Observers,
    schools: pd.DataFrame,
    school: Integers,
    order: Integers,
) -> tuple[Integers, Integers]:
    """Two different observers a visit: those of its school's local district on that round."""
    names = [ld.name for ld in p.local_districts]
    pool = pd.Categorical(schools["local_district"], categories=names).codes.astype(np.int64)
    size = observers.size[pool][:, None]
    one = rng.integers(0, size, size=(len(schools), _MOST_VISITS))
    step = rng.integers(1, size, size=(len(schools), _MOST_VISITS))
    first = observers.first[pool][:, None]
    other = (one + step) % size
    return (first + one)[school, order], (first + other)[school, order]
