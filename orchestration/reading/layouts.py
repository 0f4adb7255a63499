"""Layouts: what the first records of a file make the names of its columns, as pure functions.

A layout is of a platform, whatever holds the table: delimited text or a workbook. The names that a
contract sees are flat and stable: of several columns of one name none keeps it, so that a column
that goes missing is noticed and never taken for its neighbour.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from orchestration.reading.errors import FileRefused
from orchestration.reading.headers import plain_name
from orchestration.reading.reads import Reads

Row = Sequence[str]
LOOKED_THROUGH = 50
"""How many records are looked through for a header with titles above it."""


@dataclass(frozen=True)
class Header:
    """The columns' names in the file's order, and how many records they took, titles included."""

    names: tuple[str, ...]
    records: int


@dataclass(frozen=True)
class Layout:
    """How names are made: `header` of the first `looks` records, or of as many as there are.

    It raises FileRefused, as a sentence, for records that are no header of its kind.
    """

    looks: int
    header: Callable[[Sequence[Row]], Header]


def plain(reads: Reads) -> Layout:
    """The header as the contract declares it: see `Reads`."""
    several = reads.header_rows
    # a workbook says which cells are merged; of text a blank one tells
    parts = _continued if reads.format == "delimited" else _merged
    if not reads.header_has:
        return Layout(several, lambda rows: _on_several(parts(rows[:several]), 0))

    def below_titles(rows: Sequence[Row]) -> Header:
        for place, row in enumerate(rows):
            if {plain_name(name) for name in reads.header_has} <= set(map(plain_name, row)):
                return _on_several(parts(rows[place : place + several]), place)
        raise FileRefused(
            f"none of its first {len(rows)} records is the header that the contract declares, with "
            f"the columns {', '.join(reads.header_has)}: export it with them, or correct "
            "'header_has' in the contract."
        )

    return Layout(LOOKED_THROUGH + several - 1, below_titles)


def _on_several(parts: Sequence[Row], titles: int) -> Header:
    # a merged cell says its text in each row and column that it covers
    names = (" | ".join(filter(None, dict.fromkeys(column))) for column in zip(*parts, strict=True))
    return Header(tuple(names), titles + len(parts))


def _merged(rows: Sequence[Row]) -> list[list[str]]:
    """The records of a header, all of one width."""
    width = max(map(len, rows), default=0)
    return [[name.strip() for name in [*row, *[""] * (width - len(row))]] for row in rows]


def _continued(rows: Sequence[Row]) -> list[list[str]]:
    """The same of text: a heading with names below it goes on over the blanks on its right."""
    parts = _merged(rows)
    for above, below in pairwise(parts):
        heading = ""
        for place, name in enumerate(below):
            if above[place]:
                heading = above[place] if name else ""
            elif name:
                above[place] = heading
    return parts


def told_apart(names: Sequence[str]) -> tuple[str, ...]:
    """Names on one line each; those that stand several times with `(1 of 2)` and so on after them.

    Blank ones stay blank: nothing can be read of such a column.
    """
    plain_names = [" ".join(name.split()) for name in names]
    taken = set(plain_names)
    several = Counter(plain_names)
    met: Counter[str] = Counter()
    found = []
    for name in plain_names:
        met[name] += 1
        if name and several[name] > 1:
            apart = f"{name} ({met[name]} of {several[name]})"
            while apart in taken:
                apart += "*"
            taken.add(apart)
            found.append(apart)
        else:
            found.append(name)
    return tuple(found)
