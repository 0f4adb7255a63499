"""Is the number that a page shows the number in the data?

Two ways, for each finds what the other cannot. Every figure on a page carries its address, and is
looked up: this holds whichever version made the page. And where the renderer is the same, the pages
are made again from the data and compared byte for byte, which leaves nothing out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from orchestration.disclosure import PUBLISHABLE
from orchestration.publishing.changes_page import changes_page
from orchestration.publishing.comparison import Content
from orchestration.publishing.figures import address, text_of
from orchestration.publishing.manifest import Manifest, is_intact
from orchestration.publishing.model import PublishingError
from orchestration.publishing.report import Page, render, renderer
from orchestration.publishing.report.estimates import NO_DATA
from orchestration.publishing.report.places import CHANGES
from orchestration.publishing.report.tables import Row, records

AROUND = 40
"""Characters that are quoted on either side of a difference."""


@dataclass(frozen=True)
class Shown:
    """A figure on a page: its address, what of the row it is, its text, and the page's line."""

    figure: str
    column: str | None
    part: str | None
    text: str
    line: int


class _Reader(HTMLParser):
    """Collects what elements with a figure say; elements that close themselves say nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Shown] = []
        self._open: list[tuple[dict[str, str | None], int, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._open.append((dict(attrs), self.getpos()[0], []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element without content."""

    def handle_data(self, data: str) -> None:
        for _, _, said in self._open:
            said.append(data)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        if self._open:
            named, line, said = self._open.pop()
            if figure := named.get("data-figure"):
                text = " ".join("".join(said).split())
                column, part = named.get("data-column"), named.get("data-part")
                self.found.append(Shown(figure, column, part, text, line))


def figures_on(html: str) -> list[Shown]:
    """Every figure that a page shows, with its address."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


def page_mismatches(
    folder: Path,
    manifest: Manifest,
    tables: Mapping[str, pd.DataFrame],
    dimensions: Mapping[str, pd.DataFrame],
) -> Iterator[str]:
    """Where a publication's pages do not show what its tables hold, a sentence each."""
    pages = {
        path: path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(folder.glob("*.html"))
    }
    shown = {path: figures_on(html) for path, html in pages.items()}
    rows = _by_address(tables, {one.figure for found in shown.values() for one in found})
    for path, found in shown.items():
        for one in found:
            allowed = _allowed(one, rows, tables)
            if one.text not in allowed:
                yield (
                    f"{path}, line {one.line}: {_named(one)} shows “{one.text}”; expected "
                    f"{' or '.join(f'“{text}”' for text in allowed)}, as the data has it."
                )
    whole = is_intact(manifest) and set(PUBLISHABLE) <= set(tables)  # or what lacks has been named
    if whole and manifest.get("renderer") == renderer():
        again = all_pages(folder, Content(manifest, tables, dimensions))
        yield from _differences(pages, folder, again)


def all_pages(folder: Path, content: Content) -> dict[str, str]:
    """Every page of a publication made from its content; `folder` is where it stands.

    What changed is told beside the publication before it, where that stands still.
    """
    pages = render(Page(content.manifest, content.tables, content.dimensions))
    predecessor = folder.parent / str(content.manifest.get("predecessor"))
    try:
        pages[CHANGES] = changes_page(Content.read(predecessor), content)
    except (PublishingError, OSError, duckdb.Error):
        return pages  # there is none, or nothing is left of it but its record
    return pages


def _by_address(tables: Mapping[str, pd.DataFrame], asked: set[str]) -> dict[str, list[Row]]:
    """The rows that the figures speak of; should two share an address, either may be meant."""
    found: dict[str, list[Row]] = {}
    terms = {figure.split("/")[1] for figure in asked if "/" in figure}
    for name, frame in tables.items():
        for row in records(frame[frame["term"].isin(terms)]):
            if (figure := address(name, row)) in asked:
                found.setdefault(figure, []).append(row)
    return found


def _allowed(
    one: Shown, rows: Mapping[str, list[Row]], tables: Mapping[str, pd.DataFrame]
) -> list[str]:
    """The texts that a figure may have: that of its row, or that there is none."""
    if one.column is not None and one.figure in tables and one.column in tables[one.figure]:
        total: Any = tables[one.figure][one.column].sum()
        return [text_of({one.column: total}, column=one.column)]
    of_rows = rows.get(one.figure)
    if of_rows is None:
        return [NO_DATA]
    try:
        return [" ".join(text_of(row, column=one.column, part=one.part).split()) for row in of_rows]
    except KeyError:
        return [NO_DATA]


def _named(one: Shown) -> str:
    return f"{one.figure}, {one.column or one.part}," if one.column or one.part else one.figure


def _differences(
    pages: Mapping[Path, str], folder: Path, again: Mapping[str, str]
) -> Iterator[str]:
    for name, expected in again.items():
        found = pages.get(folder / name)
        if found is not None and found != expected:
            yield f"{folder / name} is not what its data gives: {first_difference(found, expected)}"


def first_difference(found: str, expected: str) -> str:
    """Where two texts part, as a clause: the line, and what stands there in each."""
    at = next(
        (at for at, pair in enumerate(zip(found, expected, strict=False)) if pair[0] != pair[1]),
        min(len(found), len(expected)),
    )
    line = found.count("\n", 0, at) + 1
    excerpts = [
        " ".join(text[max(at - AROUND, 0) : at + AROUND].split()) or "the end"
        for text in (found, expected)
    ]
    return f"line {line} has “{excerpts[0]}”; expected “{excerpts[1]}”."
