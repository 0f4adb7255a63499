"""What a section of estimates is about: its mart, its measures, and a page's places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from orchestration.publishing.report.estimates import Estimate, EstimateMart
from orchestration.publishing.report.measures import Measure
from orchestration.publishing.report.outline import Outline
from orchestration.publishing.report.places import Place
from orchestration.publishing.report.tables import Tables

LEADS_WHERE_NONE_IS_NAMED = 3


def leading(outline: Outline, declared: Mapping[str, list[Measure]]) -> tuple[Measure, ...]:
    """The measures that lead: those that the outline names, or else the registry's first."""
    own = declared.get(outline.mart, [])
    named = [one for name in outline.leads for one in own if one.id == name]
    return tuple(named or own[:LEADS_WHERE_NONE_IS_NAMED])


@dataclass(frozen=True)
class Scope:
    """An outline on a page; the first of `places` is the one that the page is about."""

    tables: Tables
    outline: Outline
    places: tuple[Place, ...]

    @property
    def mart(self) -> EstimateMart:
        """The mart that the section tells of."""
        return self.tables.marts[self.outline.mart]

    @property
    def subject(self) -> Place:
        """The place that the page is about."""
        return self.places[0]

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """The mart's measures, in the registry's order."""
        return tuple(self.tables.measures.get(self.outline.mart, ()))

    @cached_property
    def leads(self) -> tuple[Measure, ...]:
        """The measures that lead."""
        return leading(self.outline, self.tables.measures)

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """The publication's terms in which anybody was seen."""
        return tuple(term for term in self.tables.terms if term in self.mart.terms)

    @cached_property
    def has_data(self) -> bool:
        """Whether anybody was seen in the leading term, here or in a place beside."""
        return any(one.has_data for measure in self.measures for one in self.row(measure))

    def line(self, measure: Measure, place: Place) -> list[Estimate]:
        """A measure of a place, term by term."""
        return [self.mart.estimate(measure, term, place) for term in self.terms]

    def row(self, measure: Measure) -> tuple[Estimate, ...]:
        """A measure in the leading term, place by place."""
        return tuple(self.mart.estimate(measure, self.tables.lead, place) for place in self.places)
