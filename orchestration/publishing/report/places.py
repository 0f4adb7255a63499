"""Places: the district, its local districts and regions, and the page that each is told on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

INDEX = "index.html"
CHANGES = "changes.html"
METHOD = "method.html"
RESERVED = ("index", "changes", "method", "validation", "schools", "comments")
"""Pages that are no local district's, the preview's among them."""


@dataclass(frozen=True)
class Place:
    """A unit of geography; `page` is its page's file name, where it has one."""

    level: str
    unit_id: str
    name: str
    page: str | None = None

    @property
    def is_district(self) -> bool:
        """Whether this is all local districts together."""
        return self.level == "district"


DISTRICT = Place("district", "district", "All local districts", INDEX)


def with_pages(units: Iterable[tuple[str, str]]) -> list[Place]:
    """Local districts (id and name), each with a page of its own, in the order of their names."""
    taken = set(RESERVED)
    places = []
    for unit_id, name in sorted(units, key=lambda unit: (unit[1], unit[0])):
        slug = base = slugged(name)
        number = 2
        while slug in taken:
            slug, number = f"{base}-{number}", number + 1
        taken.add(slug)
        places.append(Place("local_district", unit_id, name, f"{slug}.html"))
    return places


def slugged(name: str) -> str:
    """A name as a file may be called on any machine: `Región Nord-Est` is `region-nord-est`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "local-district"
