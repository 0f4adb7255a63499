"""What the simulator knows of each domain: the expectation behind the data, and the roster's value.

For a measure and a domain (the rostered classrooms, students or teachers of a unit and subgroup in
a term):

- `process` is the mean, over the domain's roster, of what is expected of each before the effects of
  school, teacher, class and person are known: the expected value over districts like this one, of
  the same roster. Design-based intervals without a finite population correction are about this.
- `roster` is the mean over the same roster of what is so of this very district: for classrooms,
  what endless visits to each would show this term; for respondents, the answers that each would
  give, whether or not they were asked, answered, or would have said that they do not know.

`practice`, `instruction`, `answers` and `educators` say how both follow from the model. Geography,
support and level are those of the term's last day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypedDict

import numpy as np
import numpy.typing as npt
import pandas as pd

from orchestration.simulation.effects import Floats, Integers

_DIGITS = 12
_OF_SCHOOLS = {"all": "all", "support": "support", "school_level": "level"}
_UNITS = (
    ("local_district", "district", "district"),
    ("local_district", "local_district", "local_district"),
    ("region", "region", "region"),
)
Groups = Mapping[str, tuple[tuple[str, ...], Integers]]


class TruthRow(TypedDict):
    """One domain's true values of one measure."""

    term: str
    geography: str
    level: str
    unit_id: str
    measure_id: str
    subgroup_type: str
    subgroup: str
    process: float
    roster: float


class Tally:
    """Sums of a population's true values by school and subgroup, added up a block at a time.

    `schools`: as of the term's end, one row a school, with `local_district`, `region`, `support`,
    `level`.
    """

    def __init__(self, schools: pd.DataFrame) -> None:
        units = schools[["local_district", "region", "support", "level"]]
        self._schools = units.assign(district="district", all="all")
        self._measures: tuple[str, ...] = ()
        self._sums: dict[tuple[str, str], npt.NDArray[np.float64]] = {}

    def add(
        self,
        school: Integers,
        process: Mapping[str, Floats],
        roster: Mapping[str, Floats],
        groups: Groups,
    ) -> None:
        """Add n units: their schools' numbers, values by measure, and subgroups by type.

        A subgroup type has names and n indices of them; a blank name is nobody's subgroup.
        """
        self._measures = tuple(process)
        values = [np.ones(len(school)), *process.values(), *(roster[m] for m in process)]
        first = int(school.min(initial=0))
        schools = int(school.max(initial=0)) + 1 - first
        everyone = {"all": (("all",), np.zeros(len(school), np.int64))}
        for kind, (names, index) in {**everyone, **groups}.items():
            cell = (school - first) * len(names) + index
            added = np.stack(
                [np.bincount(cell, value, minlength=schools * len(names)) for value in values],
                axis=1,
            ).reshape(schools, len(names), len(values))
            for place, name in enumerate(names):
                if name:
                    sums = self._sums.setdefault(
                        (kind, name), np.zeros((len(self._schools), len(values)))
                    )
                    sums[first : first + schools] += added[:, place]

    def rows(self, term: str) -> Iterator[TruthRow]:
        """The term's rows, ordered. A domain of nobody has no row."""
        if not self._measures:
            return
        for geography, level, unit in _UNITS:
            domains = self._domains(unit)
            for place, measure_id in enumerate(self._measures, start=1):
                for subgroup_type, subgroup, unit_id, sums in domains:
                    process, roster = sums[[place, place + len(self._measures)]] / sums[0]
                    yield TruthRow(
                        term=term,
                        geography=geography,
                        level=level,
                        unit_id=unit_id,
                        measure_id=measure_id,
                        subgroup_type=subgroup_type,
                        subgroup=subgroup,
                        process=round(float(process), _DIGITS),
                        roster=round(float(roster), _DIGITS),
                    )

    def _domains(self, unit: str) -> list[tuple[str, str, str, Floats]]:
        """Subgroup type, subgroup, unit and sums of every domain of a kind of unit."""
        found = []
        everyone = self._sums[("all", "all")]
        kinds = _OF_SCHOOLS if unit != "region" else {"all": "all"}
        for subgroup_type, column in kinds.items():
            by = pd.DataFrame(everyone).groupby([self._schools[unit], self._schools[column]]).sum()
            found += [
                (subgroup_type, str(name), str(unit_id), sums)
                for (unit_id, name), sums in zip(by.index, by.to_numpy(), strict=True)
            ]
        if unit != "region":
            for (kind, name), sums in sorted(self._sums.items(), key=lambda each: each[0]):
                if kind != "all":
                    by = pd.DataFrame(sums).groupby(self._schools[unit]).sum()
                    found += [
                        (kind, name, str(unit_id), of_unit)
                        for unit_id, of_unit in zip(by.index, by.to_numpy(), strict=True)
                    ]
        return [domain for domain in found if domain[3][0]]
