"""A section of estimates: one shape for every mart of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.publishing.report import words
from orchestration.publishing.report.drawings import Drawing, drawings
from orchestration.publishing.report.estimates import Estimate
from orchestration.publishing.report.grid import Grid, by_rule, by_subgroup, history
from orchestration.publishing.report.measures import Measure
from orchestration.publishing.report.outline import Outline
from orchestration.publishing.report.places import Place
from orchestration.publishing.report.scope import Scope


@dataclass(frozen=True)
class Finding:
    """An estimate with what its sentence needs beside it."""

    estimate: Estimate
    schools_listed: int | None


@dataclass(frozen=True)
class MeasureGroup:
    """Measures of one scale, each with its estimates in the order of the page's places."""

    title: str
    fewer_is_better: bool
    rows: tuple[tuple[Measure, tuple[Estimate, ...]], ...]


@dataclass(frozen=True)
class Section:
    """What a section shows.

    `findings` are the page's place's, each with the same measure of the places beside it; `terms`
    are those with data, in words, oldest first.
    """

    outline: Outline
    unit: str
    places: tuple[Place, ...]
    leads: tuple[Measure, ...]
    measures: tuple[Measure, ...]
    findings: tuple[tuple[Finding, tuple[Estimate, ...]], ...]
    groups: tuple[MeasureGroup, ...]
    drawings: tuple[Drawing, ...]
    history: Grid
    asked_of: Grid
    subgroups: Grid
    rules: Grid
    terms: tuple[str, ...]
    has_data: bool


def section(scope: Scope) -> Section:
    """A section for a page."""
    return Section(
        outline=scope.outline,
        unit=scope.measures[0].unit if scope.measures else "units",
        places=scope.places,
        leads=scope.leads,
        measures=scope.measures,
        findings=tuple(_findings(scope)),
        groups=tuple(_groups(scope)),
        drawings=drawings(scope),
        history=history(scope),
        asked_of=by_subgroup(scope, scope.outline.asked_of),
        subgroups=by_subgroup(scope, scope.outline.subgroups),
        rules=by_rule(scope),
        terms=tuple(scope.tables.calendar.name(term) for term in scope.terms),
        has_data=scope.has_data,
    )


def _findings(scope: Scope) -> Iterator[tuple[Finding, tuple[Estimate, ...]]]:
    """Each leading measure of the page's place and, where a section is by place, of the others."""
    listed = scope.tables.schools_listed(scope.subject, scope.tables.lead)
    for measure in scope.leads:
        one, *others = scope.row(measure)
        # A directory that lists fewer schools than were seen is no denominator.
        known = listed if listed and listed >= (one.n_clusters or 0) else None
        yield Finding(one, known), tuple(others) if scope.outline.by_place else ()


def _groups(scope: Scope) -> Iterator[MeasureGroup]:
    """The measures by scale: shares, then means, then shares of which less is better."""
    scales: dict[tuple[bool, bool, str], list[Measure]] = {}
    for one in scope.measures:
        order = (one.direction == "lower", one.is_mean, one.scale)
        scales.setdefault(order, []).append(one)
    for (lower, is_mean, scale), members in sorted(scales.items()):
        rows = [(one, scope.row(one)) for one in members]
        title = f"Share of {words.those_seen(members[0].unit)}, {scale}"
        if is_mean:
            title = f"Mean, on a scale of {scale}"
        if lower:
            rows.sort(key=lambda row: -(row[1][0].estimate or 0))
            title += "; the largest first, and fewer is better"
        yield MeasureGroup(title, lower, tuple(rows))
