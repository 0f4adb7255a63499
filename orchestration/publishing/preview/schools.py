"""Every school of a term: the restricted rows that no publication carries, as a page tells them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from orchestration.disclosure.shown import COVERAGE, ESTIMATE
from orchestration.publishing.preview.visits import Funnel, Visit, funnels_of, visits_of
from orchestration.publishing.report import words
from orchestration.publishing.report.calendar import Calendar
from orchestration.publishing.report.measures import Measure, measures
from orchestration.publishing.report.tables import Row, records

NO_LOCAL_DISTRICT = "no local district"
NOBODY = words.DASH
FUNNELLED = "mart_adoption"
"""The mart whose first measure is drawn as a funnel."""


@dataclass(frozen=True, order=True)
class School:
    """A school of the directory, as of the term's last day."""

    local_district: str
    name: str
    school_id: str


@dataclass(frozen=True)
class SchoolFigure:
    """A measure of a school; numbers are None where there are none."""

    school: School
    shown: str
    n: int
    n_eligible: int | None
    coverage: float | None
    is_caution: bool


@dataclass(frozen=True)
class Schools:
    """What the page of schools tells.

    `unseen` are the schools with rostered classrooms of which none was observed, and how many it
    has; `unknown` those of which nobody is on the roster and nobody was seen. A row of `coverage`
    has a cell for each of the `populations`. `visits` are the schools that signal, `funnels` the
    drawings of the `funnelled` measure.
    """

    rostered: int
    unseen: tuple[tuple[School, int], ...]
    unknown: tuple[School, ...]
    populations: tuple[str, ...]
    coverage: tuple[tuple[School, tuple[str, ...]], ...]
    measures: tuple[tuple[Measure, tuple[SchoolFigure, ...]], ...]
    visits: tuple[Visit, ...]
    funnelled: str
    funnels: tuple[Funnel, ...]


def schools_of(
    rows: Mapping[str, pd.DataFrame], dimensions: Mapping[str, pd.DataFrame], term: str
) -> Schools:
    """Arrange a term's school rows of the restricted marts, by local district and name.

    `rows` holds `mart_coverage`, `mart_school_signals` and the marts of estimates.
    """
    declared = measures(dimensions["dim_measure"])
    listed = _directory(dimensions["dim_school"], Calendar(dimensions["dim_term"]).ends_on(term))
    cells = {
        (row["unit_id"], row["population"]): row
        for row in records(rows["mart_coverage"])
        if row["subgroup_type"] == "all"
    }
    counted = {unit for unit, _ in cells}
    schools = sorted(listed.get(one) or _unlisted(one) for one in {*listed, *counted})
    classrooms = {
        unit: row for (unit, population), row in cells.items() if population == "classrooms"
    }
    rostered = [one for one in schools if _eligible(classrooms.get(one.school_id))]
    populations = [one for one in words.POPULATIONS if any(one == at for _, at in cells)]
    return Schools(
        rostered=len(rostered),
        unseen=tuple(
            (one, _eligible(classrooms[one.school_id]))
            for one in rostered
            if not classrooms[one.school_id]["n_seen"]
        ),
        unknown=tuple(one for one in schools if one.school_id not in counted),
        populations=tuple(words.POPULATIONS[one] for one in populations),
        coverage=tuple(
            (one, tuple(_seen(at, cells.get((one.school_id, at))) for at in populations))
            for one in schools
            if one.school_id in counted
        ),
        measures=tuple(_figures(rows, declared, listed)),
        **_signalled(rows["mart_school_signals"], declared, listed),
    )


def _signalled(
    signals: pd.DataFrame, declared: Mapping[str, list[Measure]], listed: Mapping[str, School]
) -> dict[str, Any]:
    places = {one.school_id: one.local_district for one in listed.values()}
    by_id = {one.id: one for own in declared.values() for one in own}
    (first, *_) = declared[FUNNELLED]
    return {
        "visits": visits_of(signals, by_id, places),
        "funnelled": first.label,
        "funnels": funnels_of(signals, first, places),
    }


def _directory(dim_school: pd.DataFrame, on: pd.Timestamp) -> dict[str, School]:
    until = pd.to_datetime(dim_school["valid_to"])
    valid = (pd.to_datetime(dim_school["valid_from"]) <= on) & ~(until < on)
    return {
        row["school_id"]: School(
            row["local_district"] or NO_LOCAL_DISTRICT, row["school_name"], row["school_id"]
        )
        for row in records(dim_school[valid])
    }


def _unlisted(school_id: str) -> School:
    return School("not in the directory", school_id, school_id)


def _eligible(row: Row | None) -> int:
    return int(row["n_eligible"] or 0) if row else 0


def _seen(population: str, row: Row | None) -> str:
    if row is None:
        return NOBODY
    given = {name: row[name] for name in COVERAGE.reads}
    return COVERAGE.write(population, **given)


def _figures(
    rows: Mapping[str, pd.DataFrame],
    declared: Mapping[str, list[Measure]],
    listed: Mapping[str, School],
) -> Any:
    """Each measure with its schools, unweighted, under its instrument's ordinary missing rule."""
    for mart, own in declared.items():
        frame = rows.get(mart)
        if frame is None:
            continue
        kept = frame[(frame["weighting"] == "none") & (frame["subgroup_type"] == "all")]
        for measure in own:
            here = kept[kept["measure_id"] == measure.id]
            if "missing_rule" in here:
                here = here[here["missing_rule"] == measure.missing_rule]
            found = [_figure(measure, row, listed) for row in records(here) if row["n"]]
            if found:
                yield measure, tuple(sorted(found, key=lambda one: one.school))


def _figure(measure: Measure, row: Row, listed: Mapping[str, School]) -> SchoolFigure:
    given = {name: row[name] for name in ESTIMATE.reads if name != "kind"}
    return SchoolFigure(
        school=listed.get(row["unit_id"]) or _unlisted(row["unit_id"]),
        shown=ESTIMATE.write(measure.unit, kind=measure.kind, **given),
        n=int(row["n"]),
        n_eligible=row["n_eligible"],
        coverage=row["coverage"],
        is_caution=row["presentation"] == "caution",
    )
