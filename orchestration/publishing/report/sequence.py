"""In which order professional learning was held, for whom, and about what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from orchestration.publishing.figures import address
from orchestration.publishing.report import words
from orchestration.publishing.report.places import Place
from orchestration.publishing.report.tables import Row, Tables
from orchestration.publishing.report.timeline import Track, timeline

MART = "mart_pl_sequence"
NO_AUDIENCE = "not_stated"


@dataclass(frozen=True)
class Session:
    """A session as it stands in its strand's sequence."""

    figure: str
    audience: str
    title: str | None
    held_on: pd.Timestamp
    hours: float | None
    shown: str


@dataclass(frozen=True)
class Strand:
    """A priority area in a local district: its sessions in their order."""

    local_district: str
    priority_area: str
    sessions: tuple[Session, ...]


@dataclass(frozen=True)
class Sequence:
    """The leading term's strands, and the drawing of its whole school year."""

    strands: tuple[Strand, ...]
    drawing: str | None
    audiences: tuple[str, ...]
    year: str


def sequence(tables: Tables, places: tuple[Place, ...]) -> Sequence:
    """The sequence of a page; a local district's alone, or every one's on the district's page."""
    rows = list(_rows(tables, places[0]))
    audiences = _in_order_of_first(rows)
    return Sequence(
        strands=tuple(_strands([row for row in rows if row["term"] == tables.lead])),
        drawing=_drawing(tables, rows, audiences, places[0]),
        audiences=tuple(words.phrase(one) for one in audiences),
        year=tables.calendar.school_year(tables.lead).replace("-", "–"),
    )


def _rows(tables: Tables, place: Place) -> Iterator[Row]:
    """The school year's sessions in the order in which they were held."""
    year = tables.calendar.school_year(tables.lead)
    rows = tables.rows("mart_pl_sequence", school_year=year)
    for row in sorted(rows, key=lambda row: (row["held_on"], row["sequence"] or 0)):
        if place.is_district or row["local_district"] == place.unit_id:
            yield {**row, "audience": row["audience"] or NO_AUDIENCE}


def _in_order_of_first(rows: Iterable[Row]) -> list[str]:
    """Audiences in the order in which each was first taught."""
    return list(dict.fromkeys(row["audience"] for row in rows))


def _by_strand(rows: Iterable[Row]) -> list[tuple[tuple[str, str], list[Row]]]:
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        key = (row["local_district"] or "No local district", row["priority_area"])
        found.setdefault(key, []).append(row)
    return sorted(found.items())


def _strands(rows: Iterable[Row]) -> Iterator[Strand]:
    for (local_district, area), own in _by_strand(rows):
        yield Strand(local_district, words.phrase(area), tuple(map(_session, own)))


def _session(row: Row) -> Session:
    return Session(
        figure=address(MART, row),
        audience=words.phrase(row["audience"]),
        title=row["title"],
        held_on=row["held_on"],
        hours=row["hours"],
        shown=row["shown"],
    )


def _drawing(tables: Tables, rows: list[Row], audiences: list[str], place: Place) -> str | None:
    if not rows:
        return None
    first, last, _ = tables.calendar.of_year(tables.lead)
    tracks = [
        Track(
            words.phrase(area)
            if not place.is_district
            else f"{local_district}: {words.phrase(area)}",
            tuple(
                tuple(row["held_on"] for row in own if row["audience"] == audience)
                for audience in audiences
            ),
        )
        for (local_district, area), own in _by_strand(rows)
    ]
    title = (
        f"Professional learning sessions, {tables.calendar.school_year(tables.lead)}: {place.name}"
    )
    names = [words.phrase(one) for one in audiences]
    return timeline(tracks, names, first, last, key="sequence", title=title)
