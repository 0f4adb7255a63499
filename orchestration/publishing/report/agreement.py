"""Whether ratings can be trusted: how observers agree, and whose schools they rate."""

from __future__ import annotations

from orchestration.publishing.figures import address
from orchestration.publishing.report.places import Place
from orchestration.publishing.report.tables import Row, Tables

MART = "mart_observer_agreement"


def agreement(tables: Tables, place: Place) -> tuple[Row, ...]:
    """A place's rows of the leading term, each with its `figure`, by item."""
    rows = tables.rows(MART, term=tables.lead, level=place.level, unit_id=place.unit_id)
    return tuple({**row, "figure": address(MART, row)} for row in rows)
