"""What changed since earlier terms, and how much of it in the same schools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.publishing.figures import address
from orchestration.publishing.report.estimates import NO_DATA, Estimate
from orchestration.publishing.report.measures import Measure
from orchestration.publishing.report.outline import ADOPTION
from orchestration.publishing.report.places import Place
from orchestration.publishing.report.scope import Scope
from orchestration.publishing.report.tables import Row, Tables

MART = "mart_change"
KEYS = ("from_term", "level", "unit_id", "measure_id")
WHY = {
    "changed": "rows have come in since it was released, and it has not been corrected yet",
    "unreleased": "it has not been released",
    "corrected": "it has been corrected since these changes were released",
}
"""Why no change from a term is told."""


@dataclass(frozen=True)
class Change:
    """A measure of a place, then and now; numbers are None where there are none to show."""

    figure: str
    measure: Measure
    place: Place
    shown: str
    then: Estimate
    now: Estimate
    has_value: bool
    is_caution: bool
    change: float | None
    ci_low: float | None
    ci_high: float | None
    within_change: float | None
    n_clusters_both: int | None
    n_clusters_entered: int | None
    n_clusters_left: int | None


@dataclass(frozen=True)
class Span:
    """The changes from one earlier term; `by_place` are those of use, place by place."""

    term: str
    name: str
    leads: tuple[Change, ...]
    groups: tuple[tuple[str, tuple[Change, ...]], ...]
    by_place: tuple[tuple[str, tuple[Change, ...]], ...]


@dataclass(frozen=True)
class ChangeSection:
    """The spans up to the leading term, and of which terms none is told, with why."""

    spans: tuple[Span, ...]
    untold: tuple[tuple[str, str], ...]


def change_section(
    tables: Tables, scopes: Sequence[Scope], manifest: Mapping[str, Any]
) -> ChangeSection:
    """The changes up to the leading term, of the measures that the sections lead with."""
    untold = _untold(tables, manifest)
    rows: dict[tuple[Any, ...], Row] = {}
    for row in tables.rows(MART, term=tables.lead, subgroup_type="all", weighting="none"):
        rows[tuple(row[key] for key in KEYS)] = row
    told = ({key[0] for key in rows} & set(tables.terms)) - set(untold)
    spans = [
        _span(tables, scopes, rows, term)
        for term in sorted(told, key=tables.calendar.position, reverse=True)
    ]
    return ChangeSection(
        tuple(one for one in spans if one.groups),
        tuple((tables.calendar.name(term), WHY[why]) for term, why in sorted(untold.items())),
    )


def _untold(tables: Tables, manifest: Mapping[str, Any]) -> dict[str, str]:
    """The terms from which no change is told: they do not stand as these changes have them."""
    slices = manifest.get("slices", {})
    own = slices.get(tables.lead, {})
    found = {term: str(why) for term, why in own.get("earlier", {}).items()}
    made = own.get("sequence")
    for term, one in slices.items():
        if made is not None and one.get("sequence", 0) > made:
            found[term] = "corrected"
    return found


def _span(
    tables: Tables, scopes: Sequence[Scope], rows: Mapping[tuple[Any, ...], Row], term: str
) -> Span:
    def change(scope: Scope, measure: Measure, place: Place) -> Change:
        return _change(scope, measure, place, term, rows)

    groups = [
        (scope.outline.title, tuple(change(scope, one, scope.subject) for one in scope.leads))
        for scope in scopes
    ]
    adoption = next(one for one in scopes if one.outline is ADOPTION)
    return Span(
        term=term,
        name=tables.calendar.name(term),
        leads=tuple(one for one in groups[0][1] if one.has_value),
        groups=tuple(
            (title, them) for title, them in groups if any(one.shown != NO_DATA for one in them)
        ),
        by_place=tuple(_by_place(adoption, change)),
    )


def _by_place(scope: Scope, change: Any) -> Iterator[tuple[str, tuple[Change, ...]]]:
    """The leading measures of use, a row a place, where a page tells of several."""
    if len(scope.places) > 1:
        for measure in scope.leads:
            yield measure.label, tuple(change(scope, measure, place) for place in scope.places)


def _change(
    scope: Scope,
    measure: Measure,
    place: Place,
    term: str,
    rows: Mapping[tuple[Any, ...], Row],
) -> Change:
    lead = scope.tables.lead
    row = rows.get((term, place.level, place.unit_id, measure.id))
    named = {
        "term": lead,
        "from_term": term,
        "level": place.level,
        "unit_id": place.unit_id,
        "measure_id": measure.id,
        "subgroup_type": "all",
        "subgroup": "all",
    }
    given = row or {}
    return Change(
        figure=address(MART, named),
        measure=measure,
        place=place,
        shown=given.get("shown", NO_DATA),
        then=scope.mart.estimate(measure, term, place),
        now=scope.mart.estimate(measure, lead, place),
        has_value=given.get("change") is not None,
        is_caution=given.get("presentation") == "caution",
        **{
            name: given.get(name)
            for name in (
                *("change", "ci_low", "ci_high", "within_change"),
                *("n_clusters_both", "n_clusters_entered", "n_clusters_left"),
            )
        },
    )
