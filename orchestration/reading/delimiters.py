"""Which delimiter a file of text has, where its contract leaves it open."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from orchestration.reading.errors import FileRefused

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
LOOKED_AT = 100
HINT = re.compile(r"sep=([\t\x20-\x7e])", re.IGNORECASE)
"""A first line by which a program tells Excel the delimiter: no title, and no header."""


def hinted_delimiter(line: str) -> str | None:
    """The delimiter that a line of its own names; None where it is no such line."""
    hint = HINT.fullmatch(line.rstrip("\r\n"))
    return hint.group(1) if hint and not hint.group(1).isalnum() and hint.group(1) != '"' else None


def told_delimiter(sample: str, *, whole: bool) -> str:
    """The delimiter that a file's first line names, or that splits its first records alike.

    `whole` says that the sample is all of the file; else its last line may be cut off. Text without
    any delimiter has one column, and is as good as separated by commas.
    Raises FileRefused, as a sentence, where several delimiters split it equally well.
    """
    if hint := hinted_delimiter(next(iter(sample.splitlines()), "")):
        return hint
    for strict in (True, False):  # what follows a closing quote is the delimiter, if all is well
        widths = {mark: _widths(sample, mark, whole, strict) for mark in DELIMITERS}
        agreeing = {mark: _agreement(widths[mark]) for mark in DELIMITERS}
        best = max(agreeing.values())
        if best[0] < 1 and _splits_most(widths["\t"]):
            return "\t"
        if best[0]:
            break
    else:
        return ","
    found = [mark for mark, agreement in agreeing.items() if agreement == best]
    if len(found) > 1:
        names = " and ".join(DELIMITERS[mark] for mark in found)
        raise FileRefused(
            f"its cells could be separated by {names}, and nothing in the file tells these apart: "
            "say which under 'delimiter' in the contract."
        )
    return found[0]


def _splits_most(widths: Sequence[int]) -> bool:
    """Whether most records have several cells. Of tabs that is enough: people write commas."""
    return sum(width > 1 for width in widths) * 2 > len(widths)


def _agreement(widths: Sequence[int]) -> tuple[float, int]:
    """The share of records that have the commonest number of cells above one, and that number."""
    several = [width for width in widths if width > 1]
    if not several:
        return 0, 0
    commonest = max(set(several), key=lambda width: (several.count(width), width))
    return several.count(commonest) / len(widths), commonest


def _widths(sample: str, delimiter: str, whole: bool, strict: bool) -> list[int]:
    """How many cells each of the first records has; none where their quotes do not fit."""
    lines = list(io.StringIO(sample, newline=""))
    reader = csv.reader(lines, delimiter=delimiter, strict=strict)
    widths: list[int] = []
    try:
        for cells in reader:
            if cells:
                widths.append(len(cells))
            if len(widths) > LOOKED_AT:
                break
    except csv.Error:
        if whole or reader.line_num < len(lines):  # else the sample ends within quotes
            return []
    if not whole and len(widths) <= LOOKED_AT:
        widths = widths[:-1] or widths
    return widths
