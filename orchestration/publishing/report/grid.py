"""Tables of estimates: titled groups of rows, a label and a cell a column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.publishing.report import words
from orchestration.publishing.report.estimates import Estimate
from orchestration.publishing.report.outline import Outline
from orchestration.publishing.report.places import Place
from orchestration.publishing.report.scope import Scope
from orchestration.publishing.report.tables import Tables

Row = tuple[str, tuple[Estimate, ...]]
Group = tuple[str, tuple[Row, ...]]


@dataclass(frozen=True)
class Grid:
    """A table of estimates; `first` heads the column of labels."""

    title: str
    first: str
    columns: tuple[str, ...]
    groups: tuple[Group, ...]


def history(scope: Scope) -> Grid:
    """Every measure in every term there is, newest first; of every place, where a section is so."""
    places = scope.places if scope.outline.by_place else scope.places[:1]
    terms = tuple(reversed(scope.terms))
    groups = tuple(
        (
            place.name,
            tuple(
                (one.label, tuple(scope.mart.estimate(one, term, place) for term in terms))
                for one in scope.measures
            ),
        )
        for place in places
    )
    return Grid(
        title="Every term",
        first="Measure",
        columns=tuple(scope.tables.calendar.name(term) for term in terms),
        groups=groups if len(terms) > 1 else (),
    )


def by_subgroup(scope: Scope, kinds: Sequence[str]) -> Grid:
    """The place's leading measures by every subgroup of the types."""
    groups = [
        (words.SUBGROUP_TYPES[kind], _subgroups(scope, kind, scope.subject)) for kind in kinds
    ]
    return _of_leads(scope, f"By subgroup, {scope.subject.name}", "Subgroup", groups)


def of_subgroups(tables: Tables, outline: Outline, kind: str, place: Place) -> Grid:
    """A section's leading measures of one place, a row a subgroup of one type."""
    scope = Scope(tables, outline, (place,))
    named = words.SUBGROUP_TYPES[kind]
    return _of_leads(scope, f"{named}, {place.name}", named, [("", _subgroups(scope, kind, place))])


def by_place(tables: Tables, outline: Outline, kind: str, places: tuple[Place, ...]) -> Grid:
    """A section's leading measures, a row a place and the subgroups of one type side by side."""
    scope = Scope(tables, outline, places)
    codes = scope.mart.subgroups(kind)
    groups = [
        (
            measure.label,
            tuple(
                (
                    place.name,
                    tuple(
                        scope.mart.estimate(measure, tables.lead, place, (kind, code))
                        for code in codes
                    ),
                )
                for place in places
            ),
        )
        for measure in scope.leads
    ]
    return Grid(
        title=f"{words.SUBGROUP_TYPES[kind]}, {tables.lead_name}",
        first="Local district",
        columns=tuple(words.subgroup(kind, code) for code in codes),
        groups=tuple(groups) if codes else (),
    )


def by_region(tables: Tables, outline: Outline) -> Grid:
    """A section's leading measures, a row a region."""
    regions = tuple(tables.regions)
    scope = Scope(tables, outline, regions)
    rows = zip(*(scope.row(one) for one in scope.leads), strict=True) if regions else ()
    named = tuple((region.name, row) for region, row in zip(regions, rows, strict=False))
    return _of_leads(scope, "By region", "Region", [("", named)])


def by_rule(scope: Scope) -> Grid:
    """The place's measures under each rule on what was not observed, where the mart has them."""
    lead = scope.tables.lead
    rows = tuple(
        (
            one.label,
            tuple(scope.mart.estimate(one, lead, scope.subject, rule=rule) for rule in words.RULES),
        )
        for one in scope.measures
    )
    return Grid(
        title=f"What was not observed: three rules, {scope.subject.name}, {scope.tables.lead_name}",
        first="Measure",
        columns=tuple(words.RULES.values()),
        groups=(("", rows),) if scope.mart.has_rules else (),
    )


def at_a_glance(scopes: Sequence[Scope]) -> Grid:
    """Every section's leading measures, place by place."""
    first = scopes[0]
    groups = tuple(
        (scope.outline.title, tuple((one.label, scope.row(one)) for one in scope.leads))
        for scope in scopes
        if scope.has_data
    )
    return Grid(
        title=f"What each section leads with, {first.tables.lead_name}",
        first="Measure",
        columns=tuple(place.name for place in first.places),
        groups=groups,
    )


def _of_leads(scope: Scope, title: str, first: str, groups: Sequence[Group]) -> Grid:
    return Grid(
        title=f"{title}, {scope.tables.lead_name}",
        first=first,
        columns=tuple(one.label for one in scope.leads),
        groups=tuple(group for group in groups if group[1]),
    )


def _subgroups(scope: Scope, kind: str, place: Place) -> tuple[Row, ...]:
    rows = []
    for code in scope.mart.subgroups(kind):
        cells = tuple(
            scope.mart.estimate(one, scope.tables.lead, place, (kind, code)) for one in scope.leads
        )
        if any(one.state != "absent" for one in cells):
            rows.append((words.subgroup(kind, code), cells))
    return tuple(rows)
