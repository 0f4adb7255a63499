"""The page's sections of estimates: each measure, at a glance, over terms, and by subgroup."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.publishing import charts
from orchestration.publishing.figures import Estimate, Measure, Tables

DISTRICT = ("district", "All local districts")


@dataclass(frozen=True)
class Finding:
    """An estimate with what its sentence needs beside it."""

    estimate: Estimate
    schools_listed: int | None


@dataclass(frozen=True)
class Card:
    """A unit at a glance: every measure of it together."""

    unit_name: str
    estimates: tuple[tuple[Measure, Estimate], ...]


@dataclass(frozen=True)
class MeasureSection:
    """A measure: sentences, charts, this term's table and, where there are several, every term's.

    `history` has a row a term (newest first), with the units' estimates in the order of `units`.
    """

    measure: Measure
    findings: tuple[Finding, ...]
    charts: tuple[str, ...]
    units: tuple[str, ...]
    history: tuple[tuple[str, tuple[Estimate, ...]], ...]
    has_data: bool


@dataclass(frozen=True)
class Breakdown:
    """A measure by subgroup: for each unit, its subgroups' estimates."""

    measure: Measure
    groups: tuple[tuple[str, tuple[Estimate, ...]], ...]


def district(tables: Tables, term: str) -> tuple[str, str]:
    """The whole district, under the name that the marts give it."""
    found = tables.units("district", term)
    return found[0] if found else DISTRICT


def places(tables: Tables, term: str) -> list[tuple[str, tuple[str, str]]]:
    """The district and then each local district, as (level, unit)."""
    own = [("local_district", unit) for unit in tables.units("local_district", term)]
    return [("district", district(tables, term)), *own]


def cards(tables: Tables, term: str) -> tuple[Card, ...]:
    """Every unit at a glance in a term."""
    return tuple(
        Card(
            unit[1],
            tuple((one, tables.estimate(one, term, level, unit)) for one in tables.measures),
        )
        for level, unit in places(tables, term)
    )


def measure_section(tables: Tables, measure: Measure, terms: tuple[str, ...]) -> MeasureSection:
    """A measure's section; `terms` are the publication's, in calendar order, the last leading."""
    lead = terms[-1]
    units = places(tables, lead)
    series = {
        unit: [tables.estimate(measure, term, level, unit) for term in terms]
        for level, unit in units
    }
    return MeasureSection(
        measure=measure,
        findings=tuple(_finding(tables, series[unit][-1], level, lead) for level, unit in units),
        charts=_charts(tables, measure, terms, series),
        units=tuple(name for _, name in series),
        history=tuple(
            (tables.calendar.name(term), tuple(row[position] for row in series.values()))
            for position, term in reversed(list(enumerate(terms)))
        ),
        has_data=any(
            one.state not in ("absent", "nobody") for row in series.values() for one in row
        ),
    )


def _finding(tables: Tables, one: Estimate, level: str, term: str) -> Finding:
    listed = tables.schools_listed(level, one.unit_id, term)
    # A directory that lists fewer schools than were seen is no denominator: say nothing of it.
    return Finding(one, listed if listed and listed >= (one.n_clusters or 0) else None)


def _charts(
    tables: Tables,
    measure: Measure,
    terms: tuple[str, ...],
    series: dict[tuple[str, str], list[Estimate]],
) -> tuple[str, ...]:
    """A panel a unit over terms; with one term alone, one chart of the units."""
    if not any(one.has_value for row in series.values() for one in row):
        return ()
    if len(terms) == 1:
        title = f"{measure.label}, {tables.calendar.name(terms[0])}"
        latest = [row[-1] for row in series.values()]
        return (charts.by_unit(measure, latest, key=f"{measure.id}-units", title=title),)
    lines = [tables.calendar.lines(term) for term in terms]
    return tuple(
        charts.trend(
            measure, row, lines, key=f"{measure.id}-{position}", title=f"{measure.label}: {name}"
        )
        for position, ((_, name), row) in enumerate(series.items())
    )


def breakdown(tables: Tables, measure: Measure, term: str, subgroup_type: str) -> Breakdown:
    """A measure by the subgroups of a type, district-wide and by local district."""
    subgroups = tables.subgroups(subgroup_type, term)
    groups = []
    for level, unit in places(tables, term):
        rows = [
            tables.estimate(measure, term, level, unit, subgroup_type, subgroup)
            for subgroup in subgroups
        ]
        if kept := tuple(one for one in rows if one.state != "absent"):
            groups.append((unit[1], kept))
    return Breakdown(measure, tuple(groups))


def regions(tables: Tables, measure: Measure, term: str) -> tuple[Estimate, ...]:
    """A measure by region, the other geography over the same schools."""
    return tuple(
        tables.estimate(measure, term, "region", unit) for unit in tables.units("region", term)
    )
