"""Where records start and end in a block of delimited text, found by numpy over its bytes.

A quote opens a quoted cell only at the cell's start; inside one, two quotes are a quote and a
single one closes it; any other quote is text. (So do Python's csv module and Arrow.) Lines end in
LF, CRLF or CR. No part of this loops over records.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Positions = NDArray[np.int64]

LF, CR, QUOTE = 10, 13, 34
SLICE = 1 << 18

OUTSIDE, INSIDE, ESCAPE = 0, 1, 2
"""A quote leaves the text outside a quoted cell, inside one, or there before a second quote."""


@dataclass(frozen=True)
class Records:
    """The records of a block, blank ones left out.

    `starts` and `ends` are byte offsets, the line end included; `lines` counts the physical lines
    of the block before each start. `consumed` bytes and `line_ends` physical lines belong to whole
    records, blank ones too; what follows is a record cut off, `open_quote` if within a quoted cell.
    `embedded` says that some quoted cell holds a line end.
    """

    starts: Positions
    ends: Positions
    lines: Positions
    consumed: int
    line_ends: int
    open_quote: bool
    quoted: Quoted
    embedded: bool

    def __len__(self) -> int:
        return len(self.starts)

    def only(self, which: slice | NDArray[np.bool_]) -> Records:
        """Some of these records, of the same block."""
        return replace(
            self, starts=self.starts[which], ends=self.ends[which], lines=self.lines[which]
        )


@dataclass(frozen=True)
class Quoted:
    """The quotes of a block, and for each whether what follows it is inside a quoted cell."""

    positions: Positions
    opened: NDArray[np.bool_]

    def covers(self, positions: Positions) -> NDArray[np.bool_]:
        """Whether each of these bytes is inside a quoted cell."""
        if not len(self.positions):
            return np.zeros(len(positions), dtype=bool)
        before = np.searchsorted(self.positions, positions)
        return np.where(before > 0, self.opened[before - 1], False)


def find_records(block: Bytes, delimiter: int, *, last: bool) -> Records:
    """The whole records of a block that begins where a record does.

    `last` says that the file ends with the block, so that the last record needs no line end.
    """
    ends = _line_ends(block, last=last)
    quoted = find_quoted(block, delimiter)
    inside = quoted.covers(ends)
    bounds = ends[~inside]
    open_quote = bool(len(quoted.opened) and quoted.opened[-1])
    if last and not open_quote and len(block) and (not len(bounds) or bounds[-1] < len(block) - 1):
        bounds = np.append(bounds, len(block) - 1)
        content_ends = np.append(bounds[:-1], len(block))
    else:
        content_ends = bounds.copy()
    starts = np.concatenate([np.zeros(1, np.int64), bounds[:-1] + 1])[: len(bounds)]
    if len(bounds):
        after_cr = (block[bounds] == LF) & (bounds > starts) & (block[bounds - 1] == CR)
        content_ends = content_ends - after_cr
    kept = content_ends > starts
    consumed = int(bounds[-1]) + 1 if len(bounds) else 0
    return Records(
        starts=starts[kept],
        ends=bounds[kept] + 1,
        lines=np.searchsorted(ends, starts[kept]).astype(np.int64),
        consumed=consumed,
        line_ends=int(np.searchsorted(ends, consumed)),
        open_quote=open_quote,
        quoted=quoted,
        embedded=bool(inside.any()),
    )


def cells_in(records: Records, block: Bytes, delimiter: int) -> Positions:
    """How many cells each record has; there is at least one record."""
    first, last = records.starts[0], records.ends[-1]
    found = positions(block[first:last], delimiter) + first
    found = found[~records.quoted.covers(found)]
    before_end = np.searchsorted(found, records.ends)
    return (before_end - np.searchsorted(found, records.starts) + 1).astype(np.int64)


def positions(block: Bytes, byte: int) -> Positions:
    """Where a byte stands; sought in slices that stay in the processor's cache."""
    found = [
        np.flatnonzero(block[start : start + SLICE] == byte) + start
        for start in range(0, len(block), SLICE)
    ]
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


def _line_ends(block: Bytes, *, last: bool) -> Positions:
    feeds = positions(block, LF)
    returns = positions(block, CR)
    if not len(returns):
        return feeds
    following = np.full(len(returns), LF if not last else 0, dtype=np.uint8)
    inner = returns < len(block) - 1
    following[inner] = block[returns[inner] + 1]
    lone = returns[following != LF]
    return np.union1d(feeds, lone) if len(lone) else feeds


def find_quoted(block: Bytes, delimiter: int) -> Quoted:
    """Which quotes open a quoted cell, which close it, and which are text."""
    quotes = positions(block, QUOTE)
    if not len(quotes):
        return Quoted(quotes, np.zeros(0, dtype=bool))
    opens = np.zeros(256, dtype=bool)
    opens[[delimiter, LF, CR]] = True
    # in an orderly block quotes alternate: each that should open a cell stands at a cell's start,
    # or is the second of two; elsewhere the state after each quote has to be worked out
    every_other = quotes[::2]
    orderly = opens[block[every_other - 1]] | (every_other == 0)
    doubtful = np.flatnonzero(~orderly)
    if (quotes[2 * doubtful - 1] == every_other[doubtful] - 1).all():
        opened = np.zeros(len(quotes), dtype=bool)
        opened[::2] = True
        return Quoted(quotes, opened)
    at_start = opens[block[quotes - 1]] | (quotes == 0)
    adjacent = np.append(np.diff(quotes) == 1, False)
    return Quoted(quotes, _states(at_start, adjacent) != OUTSIDE)


def _states(at_start: NDArray[np.bool_], adjacent: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """The state after each quote, by composing what each quote does to every state.

    Composition is associative, so a doubling scan takes log2(n) passes instead of n steps.
    """
    effects = np.empty((len(at_start), 3), dtype=np.uint8)
    effects[:, OUTSIDE] = np.where(at_start, INSIDE, OUTSIDE)
    effects[:, INSIDE] = np.where(adjacent, ESCAPE, OUTSIDE)
    effects[:, ESCAPE] = INSIDE
    shift = 1
    while shift < len(effects):
        earlier, later = effects[:-shift], effects[shift:]
        effects[shift:] = np.take_along_axis(later, earlier.astype(np.intp), axis=1)
        shift *= 2
    return effects[:, OUTSIDE]
