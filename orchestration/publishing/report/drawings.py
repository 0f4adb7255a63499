"""Which charts a section has: panels over terms, or the points of the one term there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.publishing.report.charts import points, trend
from orchestration.publishing.report.drawing import BESIDE, PENS
from orchestration.publishing.report.measures import Measure
from orchestration.publishing.report.places import Place
from orchestration.publishing.report.scope import Scope
from orchestration.publishing.report.series import Axis, Series, point

PANELS_AT_MOST = 8


@dataclass(frozen=True)
class Drawing:
    """A chart and what stands over it."""

    title: str
    svg: str


def drawings(scope: Scope) -> tuple[Drawing, ...]:
    """The charts of a section, over the terms in which anybody was seen."""
    if not scope.measures or not scope.terms:
        return ()
    if scope.outline.by_place:
        over_terms, in_one_term = _place_over_terms, _places_in_one_term
    else:
        over_terms, in_one_term = _measure_over_terms, _measures_in_one_term
    return tuple(over_terms(scope) if len(scope.terms) > 1 else in_one_term(scope))


def _measure_over_terms(scope: Scope) -> Iterator[Drawing]:
    """A panel a measure: the page's place, and of a local district the district beside it."""
    beside = [place for place in scope.places[1:] if place.is_district]
    for measure in _with_a_panel(scope):
        own = scope.line(measure, scope.subject)
        if any(one.has_value for one in own):
            series = [Series(scope.subject.name, tuple(map(point, own)))]
            series += [_beside(scope, measure, place) for place in beside]
            svg = trend(
                series,
                _term_lines(scope),
                _axis(measure),
                key=f"{scope.outline.id}-{measure.id}",
                title=f"{measure.label}: {scope.subject.name}",
                target=measure.target,
            )
            yield Drawing(measure.label, svg)


def _beside(scope: Scope, measure: Measure, place: Place) -> Series:
    line = tuple(map(point, scope.line(measure, place)))
    return Series(place.name, line, BESIDE, beside=True)


def _with_a_panel(scope: Scope) -> list[Measure]:
    """Every measure where they are few, or else those that lead and the means."""
    better = [one for one in scope.measures if one.direction == "higher"]
    if len(better) > PANELS_AT_MOST:
        means = [one for one in better if one.is_mean and one not in scope.leads]
        return [*scope.leads, *means][:PANELS_AT_MOST]
    return better


def _measures_in_one_term(scope: Scope) -> Iterator[Drawing]:
    """A panel a scale, with a row a measure of the page's place."""
    scales: dict[Axis, list[Measure]] = {}
    for one in scope.measures:
        if one.direction == "higher":
            scales.setdefault(_axis(one), []).append(one)
    for number, (axis, members) in enumerate(scales.items()):
        rows = [(one.label, point(scope.line(one, scope.subject)[0])) for one in members]
        if any(one.value is not None for _, one in rows):
            svg = points(
                rows,
                axis,
                key=f"{scope.outline.id}-{number}",
                title=f"{scope.outline.title} {_where_and_when(scope)}",
            )
            yield Drawing("Shares" if axis.shares else f"Means, {members[0].scale}", svg)


def _place_over_terms(scope: Scope) -> Iterator[Drawing]:
    """A panel a place, with a line a leading measure."""
    if not _any_value(scope):
        return
    for number, place in enumerate(scope.places):
        series = [
            Series(one.label, tuple(map(point, scope.line(one, place))), pen)
            for one, pen in zip(scope.leads, PENS, strict=False)
        ]
        svg = trend(
            series,
            _term_lines(scope),
            _axis(scope.leads[0]),
            key=f"{scope.outline.id}-{number}",
            title=f"{scope.outline.title} {place.name}",
            target=scope.leads[0].target,
        )
        yield Drawing(place.name, svg)


def _places_in_one_term(scope: Scope) -> Iterator[Drawing]:
    """A panel a leading measure, with a row a place."""
    if not _any_value(scope):
        return
    for measure in scope.leads:
        svg = points(
            [(place.name, point(scope.line(measure, place)[0])) for place in scope.places],
            _axis(measure),
            key=f"{scope.outline.id}-{measure.id}",
            title=f"{measure.label}, {scope.tables.calendar.name(scope.terms[0])}",
        )
        yield Drawing(measure.label, svg)


def _any_value(scope: Scope) -> bool:
    return any(
        one.has_value
        for measure in scope.leads
        for place in scope.places
        for one in scope.line(measure, place)
    )


def _axis(measure: Measure) -> Axis:
    return Axis(measure.range_min, measure.range_max, shares=not measure.is_mean)


def _term_lines(scope: Scope) -> list[tuple[str, str]]:
    return [scope.tables.calendar.lines(term) for term in scope.terms]


def _where_and_when(scope: Scope) -> str:
    return f"{scope.subject.name}, {scope.tables.calendar.name(scope.terms[0])}"
