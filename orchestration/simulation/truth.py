"""What the simulator knows of each domain: the probability behind the data, and the roster's value.

For a measure and a domain (the rostered mathematics classrooms of a unit and subgroup in a term):

- `process` is the mean, over the domain's rostered classrooms, of the probability that a visit
  finds the measure before the school's and the teacher's effects are known: the expected value over
  districts like this one, with the same roster. Design-based intervals without a finite population
  correction are about this number.
- `roster` is the mean, over the same classrooms, of what endless visits to each would show this
  term, given what it and its school and teacher are like: the value of this very district.

`practice` says how both follow from the model, and why a mean of visited classrooms' means of
visits estimates either. Geography, support and level are those of the term's last day.
"""

from __future__ import annotations

from typing import TypedDict

import pandas as pd

from orchestration.simulation.parameters import MEASURE_RUNGS
from orchestration.simulation.practice import Practice
from orchestration.simulation.terms import Term

_DIGITS = 12
_SUBGROUPS = {"support": "support", "school_level": "level"}
_UNITS = (
    ("local_district", "district", "district"),
    ("local_district", "local_district", "local_district"),
    ("region", "region", "region"),
)


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


def truth_rows(
    schools: pd.DataFrame, sections: pd.DataFrame, practice: Practice, term: Term
) -> list[TruthRow]:
    """The term's rows, ordered; `schools` as of the term's end. A domain of nobody has no row."""
    domains = schools.iloc[sections["school"]][["local_district", "region", "support", "level"]]
    domains = domains.assign(district="district", all="all")
    rows: list[TruthRow] = []
    for measure_id in MEASURE_RUNGS:
        values = domains.assign(
            process=practice.process_of(measure_id), roster=practice.expected_of(measure_id)
        )
        for geography, level, unit in _UNITS:
            subgroups = {"all": "all"} | (_SUBGROUPS if geography == "local_district" else {})
            for subgroup_type, subgroup in subgroups.items():
                means = values.groupby([unit, subgroup])[["process", "roster"]].mean()
                rows += [
                    TruthRow(
                        term=term.term,
                        geography=geography,
                        level=level,
                        unit_id=str(unit_id),
                        measure_id=measure_id,
                        subgroup_type=subgroup_type,
                        subgroup=str(name),
                        process=round(float(process), _DIGITS),
                        roster=round(float(roster), _DIGITS),
                    )
                    for (unit_id, name), process, roster in means.itertuples()
                ]
    return rows
