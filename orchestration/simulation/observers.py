"""Who observes: a pool of people a local district, each as severe as they are known to be."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from orchestration.simulation.effects import Floats, Integers
from orchestration.simulation.learning_parameters import COACH
from orchestration.simulation.parameters import Parameters
from orchestration.simulation.plan import Block
from orchestration.simulation.randomness import generator, labels

ROUNDS = 3
"""Days on which a team comes to a school in a term."""

_FEWEST_OBSERVERS = 4
_ORGANISATIONS = ("main provider", "local district", "other provider", "local district")
_ROLES = (COACH, "leader", COACH, "teacher_leader")


@dataclass(frozen=True)
class Observers:
    """Everybody who observes.

    `people`: n rows of `observer_id`, `observer_role`, `observer_org`, `severity` (log odds taken
    from every rating they make) and `home` (the number of the school that they are based at).
    `first`, `size`: the rows of each local district's pool, in the parameters' order.
    """

    people: pd.DataFrame
    first: Integers
    size: Integers


def draw_observers(p: Parameters, plan: pd.DataFrame, seed: int) -> Observers:
    """A pool of observers a local district, in proportion to its schools; the same in every term.

    A pool's severities are the quantiles of N(0, severity_sd²) at equal steps, dealt at random:
    they sum to 0, so that severity is noise between visits and no bias of the local district.
    """
    counts = plan["local_district"].value_counts()
    names = [ld.name for ld in p.local_districts]
    size = np.array(
        [max(_FEWEST_OBSERVERS, round(p.observers_a_school * counts[name])) for name in names]
    )
    first = np.cumsum(size) - size
    within = np.repeat(np.arange(len(size)), size)
    place = np.arange(len(within)) - first[within]
    kind = place % len(_ROLES)
    own = np.array([f"Local District {name}" for name in names], object)[within]
    employer = np.array(_ORGANISATIONS, object)[kind]
    people = pd.DataFrame(
        {
            "observer_id": labels("OB%04d", np.arange(1, len(within) + 1)),
            "observer_role": np.array(_ROLES, object)[kind],
            "observer_org": np.select(
                [employer == "main provider", employer == "other provider"],
                [p.main_provider, p.other_provider],
                own,
            ),
            "severity": _severities(p, size, seed),
            "home": _homes(plan, names, size),
        }
    )
    return Observers(people=people, first=first, size=size)


def assign(
    p: Parameters, rng: np.random.Generator, observers: Observers, block: Block
) -> tuple[Integers, Integers]:
    """Two different observers a school and round (rows of `people`), from its district's pool."""
    names = [ld.name for ld in p.local_districts]
    local_district = block.schools["local_district"]
    pool = pd.Categorical(local_district, categories=names).codes.astype(np.int64)
    size = observers.size[pool][:, None]
    one = rng.integers(0, size, size=(len(pool), ROUNDS))
    other = (one + rng.integers(1, size, size=(len(pool), ROUNDS))) % size
    first = observers.first[pool][:, None]
    return first + one, first + other


def _severities(p: Parameters, size: Integers, seed: int) -> Floats:
    rng = generator(seed, "severity")
    normal = NormalDist(0, p.instruction.severity_sd)
    return np.concatenate(
        [
            rng.permutation([normal.inv_cdf((place + 0.5) / pool) for place in range(pool)])
            for pool in size.tolist()
        ]
    )


def _homes(plan: pd.DataFrame, names: list[str], size: Integers) -> Integers:
    """The schools that each pool's people are based at: spread over its local district's."""
    local_district = plan["local_district"].to_numpy()
    homes = []
    for name, pool in zip(names, size.tolist(), strict=True):
        schools = np.flatnonzero(local_district == name)
        homes.append(schools[np.arange(pool) * len(schools) // pool])
    return np.concatenate(homes)
