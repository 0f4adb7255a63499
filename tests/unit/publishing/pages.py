"""Pages of the made-up district, as text and as trees."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from functools import cache
from typing import Any

from orchestration.publishing import Release
from orchestration.publishing.report import Page, render

TERMS = ("2021-22-fall", "2021-22-winter", "2021-22-spring")
LEAD = TERMS[-1]


def page_of(given: Release, *, terms: tuple[str, ...] | None = None, **changes: Any) -> Page:
    """What the report is made of, with some of it changed."""
    manifest = {
        "id": f"{given.terms[-1]}-001",
        "as_of": given.as_of.isoformat(),
        "terms": list(terms or given.terms),
        "released": list(given.terms),
        "simulated": given.simulated,
        "slices": {},
        "inputs": given.inputs,
        "verdicts": given.verdicts,
        "versions": given.versions,
    }
    tables = {**given.tables, **changes.pop("tables", {})}
    dimensions = {**given.dimensions, **changes.pop("dimensions", {})}
    return Page({**manifest, **changes}, tables, dimensions)


def index_of(given: Release, **changes: Any) -> ET.Element:
    """The index alone."""
    return parsed(render(page_of(given, **changes))["index.html"])


@cache
def parsed(html: str) -> ET.Element:
    return ET.fromstring(html.split("<!doctype html>\n", 1)[1])


def text(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def by_id(tree: ET.Element, name: str) -> ET.Element:
    return next(one for one in tree.iter() if one.get("id") == name)


def section(tree: ET.Element, name: str) -> str:
    return text(by_id(tree, name))


def charts(tree: ET.Element) -> list[ET.Element]:
    return [one for one in tree.iter("svg") if one.get("role") == "img"]


def points(svg: ET.Element) -> list[ET.Element]:
    return [one for one in svg.iter() if one.get("class") == "point"]


def panels(element: ET.Element) -> Iterator[tuple[str, ET.Element]]:
    """The charts of a section, by what stands over them."""
    for one in element.iter("div"):
        if one.get("class") == "panel" and (title := one.find("p")) is not None:
            drawing = one.find("svg")
            assert drawing is not None
            yield text(title), drawing
