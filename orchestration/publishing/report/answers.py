"""Who answered a survey, and how well the items of its constructs go together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.disclosure.shown import hundredths
from orchestration.publishing.figures import address
from orchestration.publishing.report import words
from orchestration.publishing.report.places import Place
from orchestration.publishing.report.tables import Tables

MART = "mart_survey_quality"


@dataclass(frozen=True)
class Response:
    """An administration in a place: who was asked, who answered."""

    figure: str
    place: Place
    shown: str
    is_hidden: bool
    n_respondents: int | None
    n_eligible: int | None
    response_rate: float | None
    note: str


@dataclass(frozen=True)
class Reliability:
    """A construct's alpha in a place, with the items and complete respondents it rests on."""

    figure: str
    label: str
    shown: str
    n_items: int | None
    n_complete: int | None
    alpha: str | None


@dataclass(frozen=True)
class Administration:
    """An instrument in the leading term."""

    title: str
    responses: tuple[Response, ...]
    reliabilities: tuple[Reliability, ...]


def administrations(
    tables: Tables, mart: str, places: tuple[Place, ...]
) -> tuple[Administration, ...]:
    """The instruments of a mart's measures that were administered in the leading term."""
    own = tables.measures.get(mart, [])
    titles = {one.instrument: one.source for one in reversed(own) if one.instrument}
    labels = {one.id: one.label for one in own}
    return tuple(
        Administration(titles[name], responses, tuple(_reliabilities(tables, name, labels, places)))
        for name in sorted(titles, key=lambda name: [one.instrument for one in own].index(name))
        if (responses := tuple(_responses(tables, name, places)))
    )


def _responses(tables: Tables, instrument: str, places: tuple[Place, ...]) -> Iterator[Response]:
    for place in places:
        for row in tables.quality.get((instrument, place.level, place.unit_id), [])[:1]:
            hidden = row["suppression"] != "none"
            yield Response(
                figure=address(MART, row),
                place=place,
                shown=row["shown"],
                is_hidden=hidden,
                n_respondents=row["n_respondents"],
                n_eligible=row["n_eligible"],
                response_rate=row["response_rate"],
                note="Too few to show" if hidden else words.FLAGS.get(row["flag"] or "", ""),
            )


def _reliabilities(
    tables: Tables, instrument: str, labels: dict[str, str], places: tuple[Place, ...]
) -> Iterator[Reliability]:
    """Of the page's place; a construct of one item has no alpha, and is left out."""
    subject = places[0]
    for row in tables.quality.get((instrument, subject.level, subject.unit_id), []):
        if row["construct"] is not None and row["n_items"] != 1:
            yield Reliability(
                figure=address(MART, row),
                label=labels.get(row["construct"], words.phrase(row["construct"])),
                shown=row["shown"],
                n_items=row["n_items"],
                n_complete=row["n_complete"],
                alpha=None if row["alpha"] is None else hundredths(row["alpha"]),
            )
