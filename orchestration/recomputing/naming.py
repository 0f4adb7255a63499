"""Which row of a mart a figure's name means."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from orchestration.publishing.figures import address
from orchestration.recomputing.rows import Row

NEAR = 3


class NoSuchFigure(ValueError):
    """What was asked for is no figure, or more than one, as a sentence."""


def named(mart: str, rows: Sequence[Row], figure: str) -> Row:
    """The row of a mart that a figure names: by its address, or as a person would write that.

    A person may write a unit's name for its id, and a slash within a name as it is. Raises
    NoSuchFigure, with the nearest where there is none, and with all where there are several.
    """
    exact = [row for row in rows if address(mart, row) == figure]
    found = exact or [row for row in rows if figure in _written(mart, row)]
    if len(found) == 1:
        return found[0]
    if found:
        told = ", ".join(f"{address(mart, row)} ({_place(row)})" for row in found)
        raise NoSuchFigure(
            f"'{figure}' names {len(found)} figures: {told}. Name the place by its unit_id."
        )
    near = difflib.get_close_matches(figure, _all_written(mart, rows), n=NEAR, cutoff=0)
    raise NoSuchFigure(f"{mart} has no '{figure}'. The nearest are {', '.join(near)}.")


def _written(mart: str, row: Row) -> Iterator[str]:
    by_name = address(mart, row | {"unit_id": row["unit_name"]})
    for one in (address(mart, row), by_name):
        yield one
        yield one.replace("%2F", "/").replace("%25", "%")


def _all_written(mart: str, rows: Sequence[Row]) -> list[str]:
    """Each row's address, and a school's by its name too: nobody knows schools by their ids."""
    by_name = [row | {"unit_id": row["unit_name"]} for row in rows if row["level"] == "school"]
    return list(dict.fromkeys(address(mart, row) for row in (*rows, *by_name)))


def _place(row: Row) -> str:
    return f"{row['level'].replace('_', ' ')} {row['unit_name']}"
