"""The page's errata: which terms were corrected, why, and which figures changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.publishing.report.calendar import Calendar
from orchestration.publishing.report.places import Place

SHOWN_AT_MOST = 12


@dataclass(frozen=True)
class Erratum:
    """A correction; `rows` are the headline figures of the page's place that it changed.

    Only the publication that made it (`is_new`) shows them.
    """

    term: str
    because: str
    on: str
    publication: str
    replaces: str
    figures_changed: int
    by_table: tuple[tuple[str, int], ...]
    rows: tuple[Mapping[str, Any], ...]
    is_new: bool

    @property
    def n_more(self) -> int:
        """Figures that changed and are not shown."""
        return self.figures_changed - len(self.rows)


def errata(manifest: Mapping[str, Any], calendar: Calendar, place: Place) -> tuple[Erratum, ...]:
    """The corrections that the manifest tells of, the newest first."""
    return tuple(
        Erratum(
            term=calendar.name(one["term"]),
            because=one["because"],
            on=one["on"],
            publication=one["publication"],
            replaces=one["replaces"],
            figures_changed=one["figures_changed"],
            by_table=tuple(sorted(one["by_table"].items())),
            rows=tuple(
                row
                for row in one.get("headline", [])
                if place.is_district or (row["level"], row["unit_id"]) == _key(place)
            )[:SHOWN_AT_MOST],
            is_new=one["publication"] == manifest["id"],
        )
        for one in reversed(manifest.get("corrections", []))
    )


def _key(place: Place) -> tuple[str, str]:
    return place.level, place.unit_id
