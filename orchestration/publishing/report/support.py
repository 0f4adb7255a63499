"""Supported schools beside the others: now, before support, and since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.publishing.figures import address
from orchestration.publishing.report.estimates import NO_DATA, Estimate
from orchestration.publishing.report.measures import Measure
from orchestration.publishing.report.scope import Scope
from orchestration.publishing.report.tables import Row, Tables

MART = "mart_support_comparison"


@dataclass(frozen=True)
class Comparison:
    """A measure of a place's supported schools and of its others."""

    figure: str
    measure: Measure
    shown: str
    supported: Estimate
    unsupported: Estimate
    has_value: bool
    is_caution: bool
    baseline: str | None


def comparisons(
    tables: Tables, scopes: Sequence[Scope]
) -> tuple[tuple[str, tuple[Comparison, ...]], ...]:
    """Of the page's place, the measures that each section leads with, by section."""
    subject = scopes[0].subject
    rows = {
        row["measure_id"]: row
        for row in tables.rows(
            MART, term=tables.lead, level=subject.level, unit_id=subject.unit_id, weighting="none"
        )
    }
    groups = [
        (scope.outline.title, tuple(_comparison(scope, one, rows) for one in scope.leads))
        for scope in scopes
    ]
    return tuple(
        (title, them) for title, them in groups if any(one.shown != NO_DATA for one in them)
    )


def _comparison(scope: Scope, measure: Measure, rows: Mapping[str, Row]) -> Comparison:
    tables, subject = scope.tables, scope.subject
    given: Mapping[str, Any] = rows.get(measure.id, {})
    named = {
        "term": tables.lead,
        "level": subject.level,
        "unit_id": subject.unit_id,
        "measure_id": measure.id,
    }
    supported, unsupported = (
        scope.mart.estimate(measure, tables.lead, subject, ("support", group))
        for group in ("supported", "unsupported")
    )
    before = given.get("baseline_term")
    return Comparison(
        figure=address(MART, named),
        measure=measure,
        shown=given.get("shown", NO_DATA),
        supported=supported,
        unsupported=unsupported,
        has_value=given.get("difference") is not None,
        is_caution=given.get("presentation") == "caution",
        baseline=tables.calendar.name(before) if before else None,
    )
