"""Professional learning: whom it reached, and for how long."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.disclosure.shown import percent, tenths
from orchestration.publishing.figures import address, attributes
from orchestration.publishing.report import words
from orchestration.publishing.report.charts import points, trend
from orchestration.publishing.report.drawing import BESIDE
from orchestration.publishing.report.drawings import Drawing
from orchestration.publishing.report.estimates import NO_DATA
from orchestration.publishing.report.grid import Grid, of_subgroups
from orchestration.publishing.report.outline import ADOPTION
from orchestration.publishing.report.places import Place
from orchestration.publishing.report.sequence import Sequence, sequence
from orchestration.publishing.report.series import Axis, Point, Series
from orchestration.publishing.report.tables import Row, Tables

MART = "mart_professional_learning"
ALL, TEACHER = "all", "teacher"


@dataclass(frozen=True)
class Reach:
    """Sessions, and whom they reached; numbers are None where the cell is suppressed."""

    figure: str
    label: str
    shown: str
    is_hidden: bool
    n_sessions: int | None
    hours: float | None
    n_attended: int | None
    mean_hours: float | None
    n_eligible: int | None
    reach: float | None


@dataclass(frozen=True)
class LearningSection:
    """Reach of the page's place and of each place, the charts, the sequence, and use by hours."""

    everybody: Reach | None
    teachers: Reach | None
    groups: tuple[tuple[str, tuple[Reach, ...]], ...]
    drawings: tuple[Drawing, ...]
    sequence: Sequence
    by_hours: Grid

    @property
    def has_data(self) -> bool:
        """Whether there is anything to tell of the leading term."""
        return bool(self.groups or self.sequence.strands)


def learning_section(tables: Tables, places: tuple[Place, ...]) -> LearningSection:
    """Professional learning; the first of `places` is the one that the page is about."""
    subject = places[0]
    return LearningSection(
        everybody=_reach(tables, subject, ALL, ALL, subject.name),
        teachers=_reach(tables, subject, ALL, TEACHER, subject.name),
        groups=tuple(group for group in _groups(tables, places) if group[1]),
        drawings=tuple(_drawings(tables, places)),
        sequence=sequence(tables, places),
        by_hours=of_subgroups(tables, ADOPTION, "pl_hours", subject),
    )


def _groups(tables: Tables, places: tuple[Place, ...]) -> Iterator[tuple[str, tuple[Reach, ...]]]:
    """Teachers place by place, and the page's place by role and by priority area."""
    subject = places[0]
    of_teachers = [_reach(tables, place, ALL, TEACHER, place.name) for place in places]
    yield "Teachers", tuple(one for one in of_teachers if one)
    head = (tables.lead, subject.level, subject.unit_id)
    cells = [key[3:] for key in tables.learning if key[:3] == head]
    roles = sorted(role for area, role in cells if area == ALL and role != ALL)
    areas = sorted(area for area, role in cells if role == ALL and area != ALL)
    by_role = [_reach(tables, subject, ALL, role, words.phrase(role)) for role in roles]
    by_area = [_reach(tables, subject, area, ALL, words.phrase(area)) for area in areas]
    yield f"{subject.name}, by role", tuple(one for one in by_role if one)
    yield f"{subject.name}, by priority area", tuple(one for one in by_area if one)


def _drawings(tables: Tables, places: tuple[Place, ...]) -> Iterator[Drawing]:
    """How many of the teachers were reached, and for how long, over terms or place by place."""
    subject = places[0]
    terms = [term for term in tables.terms if _cell(tables, term, subject) is not None]
    for name, title in (("reach", "Teachers reached"), ("mean_hours", "Hours a teacher")):
        lines = {
            place: tuple(_point(_cell(tables, term, place), name) for term in terms)
            for place in places
        }
        values = [one.value for line in lines.values() for one in line if one.value is not None]
        if not values:
            continue
        axis = Axis(0, 1) if name == "reach" else Axis(0, _round_hours(max(values)), shares=False)
        key, said = f"learning-{name}", f"{title}: {subject.name}"
        if len(terms) == 1:
            rows = [(place.name, line[0]) for place, line in lines.items()]
            yield Drawing(title, points(rows, axis, key=key, title=said))
        else:
            series = [Series(subject.name, lines[subject])] + [
                Series(place.name, line, BESIDE, beside=True)
                for place, line in lines.items()
                if place is not subject and place.is_district
            ]
            names = [tables.calendar.lines(term) for term in terms]
            yield Drawing(title, trend(series, names, axis, key=key, title=said))


def _cell(tables: Tables, term: str, place: Place) -> Row | None:
    """All teachers of a place, over every priority area."""
    return tables.learning.get((term, place.level, place.unit_id, ALL, TEACHER))


def _round_hours(most: float) -> float:
    """The end of an axis of hours: a multiple of five."""
    return max(5.0, 5.0 * math.ceil(most / 5))


def _point(row: Row | None, name: str) -> Point:
    if row is None:
        return Point(NO_DATA)
    if row[name] is None:
        return Point(row["shown"] if row["suppression"] != "none" else "none")
    said = percent(row[name]) if name == "reach" else tenths(row[name])
    return Point(said, row[name], keyed=attributes(address(MART, row), column=name))


def _reach(tables: Tables, place: Place, area: str, role: str, label: str) -> Reach | None:
    row = tables.learning.get((tables.lead, place.level, place.unit_id, area, role))
    if row is None:
        return None
    return Reach(
        figure=address(MART, row),
        label=label,
        shown=row["shown"],
        is_hidden=row["suppression"] != "none",
        n_sessions=row["n_sessions"],
        hours=row["hours"],
        n_attended=row["n_attended"],
        mean_hours=row["mean_hours"],
        n_eligible=row["n_eligible"],
        reach=row["reach"],
    )
