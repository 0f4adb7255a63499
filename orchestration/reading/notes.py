"""Notes and totals below a table: left out where the contract declares how they begin.

A record whose first filled cell begins with a declared text ends the table. Below it, such records
and those of a single filled cell are notes; any other is refused, so that no row is ever taken for
a note in silence.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from orchestration.reading.records import QUOTE, Bytes, Records

BELOW = "row: stands below the notes that end the table"
MOST_SKIPPED = 64


def is_note(cells: Sequence[str], begins: Sequence[str]) -> bool:
    """Whether a record below the table is a note, a total, or nothing at all."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return len(filled) <= 1 or filled[0].startswith(tuple(begins))


def ends_table(cells: Sequence[str], begins: Sequence[str]) -> bool:
    """Whether a record's first filled cell begins with one of the texts."""
    first = next((cell.strip() for cell in cells if cell.strip()), "")
    return first.startswith(tuple(begins))


def first_note(records: Records, data: Bytes, delimiter: int, begins: Sequence[str]) -> int:
    """The place of the first record that ends the table; how many there are, if none does."""
    found = len(records)
    starts, ends = records.starts.copy(), records.ends
    passed = np.isin(np.arange(256), [delimiter, QUOTE, ord(" "), ord("\t")])
    for _ in range(MOST_SKIPPED):
        skipped = passed[data[np.minimum(starts, len(data) - 1)]] & (starts < ends)
        if not skipped.any():
            break
        starts += skipped
    for text in begins:
        sought = np.frombuffer(text.encode(), dtype=np.uint8)
        places = np.flatnonzero(starts + len(sought) <= ends)
        for offset, byte in enumerate(sought):
            places = places[data[starts[places] + offset] == byte]
        if len(places):
            found = min(found, int(places[0]))
    return found
