"""Who answers a survey, when, and who answers twice: the same for students and teachers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from orchestration.simulation import answers
from orchestration.simulation.effects import Integers
from orchestration.simulation.parameters import Parameters
from orchestration.simulation.survey_parameters import Answering
from orchestration.simulation.terms import Term, school_days

_DAYS_APART = 6
"""At most so many school days lie between somebody's first response and the second."""


@dataclass(frozen=True)
class Responses:
    """m responses, in order of day.

    `person`: the row of who answered. `place`: where, as was given. `recorded_on`: days. `codes`:
    m × items, as written down. `is_older`: the same person answered again later. `is_anonymous`.
    """

    person: Integers
    place: Integers
    recorded_on: npt.NDArray[np.datetime64]
    codes: answers.Codes
    is_older: npt.NDArray[np.bool_]
    is_anonymous: npt.NDArray[np.bool_]

    @property
    def is_complete(self) -> npt.NDArray[np.bool_]:
        """Whether an item at least is answered substantively."""
        return ((self.codes != answers.SKIPPED) & (self.codes != answers.UNKNOWN)).any(axis=1)


def draw_responses(
    p: Parameters,
    a: Answering,
    rng: np.random.Generator,
    codes: answers.Codes,
    records: pd.DataFrame,
    term: Term,
) -> Responses:
    """The responses of those who answer.

    `codes`: n × items, what each person would answer. `records`: `person`, `place`, `group` (whose
    members answer on one day, but for stragglers), and `is_older` (another record of that person is
    the one that counts). Some of the others answered once before, too.
    """
    repeated = np.zeros(len(codes), bool)
    repeated[records.loc[records["is_older"], "person"]] = True
    twice = ~repeated[records["person"]] & (rng.random(len(records)) < a.twice)
    every = pd.concat([records, records[twice].assign(is_older=True)], ignore_index=True)
    person, is_older = every["person"].to_numpy(), every["is_older"].to_numpy(dtype=bool)
    repeated[person[is_older]] = True

    answered = codes[person]
    answered[is_older] = answers.changed(a, rng, answered[is_older])
    written = answers.given(a, rng, answered)
    anonymous = (rng.random(len(codes)) < a.anonymous) & ~repeated
    days = school_days(term, p)[-a.window_days :]
    at = _days(rng, len(days), len(codes), every)
    order = np.lexsort((person, at))
    return Responses(
        person=person[order],
        place=every["place"].to_numpy()[order],
        recorded_on=days[at[order]],
        codes=written[order],
        is_older=is_older[order],
        is_anonymous=anonymous[person[order]],
    )


def _days(rng: np.random.Generator, days: int, people: int, records: pd.DataFrame) -> Integers:
    """The day, of `days`, of each record: a person's older record's is earlier, if days allow."""
    group = records["group"].to_numpy()
    earliest = min(_DAYS_APART, days - 1)
    usual = rng.integers(earliest, days, size=int(group.max(initial=0)) + 1)
    late = rng.integers(1, 4, size=people) * (rng.random(people) < 0.15)
    # a person's records may lie in two groups: the day that counts is by the person's newest
    newest = np.zeros(people, np.int64)
    counted = ~records["is_older"].to_numpy(dtype=bool)
    newest[records["person"].to_numpy()[counted]] = usual[group[counted]]
    at = np.minimum(newest + late, days - 1)[records["person"]]
    before = rng.integers(1, _DAYS_APART + 1, size=len(records))
    return np.where(counted, at, np.maximum(at - before, 0))
