"""Who is counted: a classroom or a respondent with its value, and where it was read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from orchestration.recomputing.schools import School

Cell = tuple[str, str, str]
"""A school, a subgroup type and a subgroup."""


@dataclass(frozen=True)
class Source:
    """A row of an export."""

    file: str
    line: int
    value: float | None = None


@dataclass(frozen=True)
class Unit:
    """A unit that has a value of a measure.

    `part` is what it is alike with in its school: its teacher, or class, or nobody. `class_id` is a
    classroom's; `sources` are its visits' rows, or its response.
    """

    school_id: str
    part: str
    value: float
    is_matched: bool
    groups: dict[str, str]
    sources: tuple[Source, ...]
    class_id: str | None = None
    n_visits: int = 0

    def is_in(self, school: School, kind: str, code: str) -> bool:
        """Whether it is of a subgroup, by what it is or by what its school is."""
        return kind == "all" or {**school.groups, **self.groups}.get(kind) == code


@dataclass(frozen=True)
class Population:
    """The units of a measure in a term, and how many of each cell the roster has.

    `unframed` are types of subgroup that the roster does not know.
    """

    units: tuple[Unit, ...]
    eligible: Counter[Cell]
    unframed: frozenset[str] = frozenset()


def with_schools(counted: Counter[Cell], schools: dict[str, School]) -> Counter[Cell]:
    """Counts by what divides units, and by what their schools are."""
    found = Counter(counted)
    for (school_id, kind, _), n in counted.items():
        if kind == "all":
            for of_school, code in schools[school_id].groups.items():
                found[school_id, of_school, code] += n
    return found
