"""What is named most often, and whether it truly is."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.publishing.figures import address
from orchestration.publishing.report.measures import Measure
from orchestration.publishing.report.places import Place
from orchestration.publishing.report.tables import Row, Tables

MART = "mart_ranked_options"


@dataclass(frozen=True)
class Option:
    """An option in its place; `is_told_apart` where it is named more often than the next."""

    figure: str
    measure: Measure
    shown: str
    n: int | None
    estimate: float | None
    has_next: bool
    is_told_apart: bool


@dataclass(frozen=True)
class Ranking:
    """The options of an item of a place, the most named first; none where they are hidden."""

    shown: str
    options: tuple[Option, ...]


def ranking(tables: Tables, mart: str, place: Place) -> Ranking | None:
    """The options among a mart's measures in the leading term; None where there are none."""
    declared = {one.id: one for one in tables.measures.get(mart, [])}
    rows = [
        row
        for row in tables.rows(
            MART, term=tables.lead, level=place.level, unit_id=place.unit_id, weighting="none"
        )
        if row["measure_id"] in declared
    ]
    if not rows:
        return None
    told = sorted((row for row in rows if row["rank"] is not None), key=lambda row: row["rank"])
    return Ranking(rows[0]["shown"], tuple(_option(row, declared) for row in told))


def _option(row: Row, declared: dict[str, Measure]) -> Option:
    return Option(
        figure=address(MART, row),
        measure=declared[row["measure_id"]],
        shown=row["shown"],
        n=row["n"],
        estimate=row["estimate"],
        has_next=row["next_measure_id"] is not None,
        is_told_apart=row["against_next"] == "above",
    )
