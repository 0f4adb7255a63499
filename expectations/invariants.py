"""Claims on a mart that hold whatever the data: where one does not, the build is at fault."""

from __future__ import annotations

from typing import Any

from expectations.declared import BETWEEN, UNIQUE_TOGETHER, Expectation, Kind, Severity

TOLERANCE = 1e-9
"""Figures that should be equal differ by rounding only; MEASURES asks for this agreement."""

FAULT_OF_THE_BUILD = (
    "This is a fault of the build, not of the data: report it; the last good build stands."
)


def invariant(
    name: str,
    expectation: Kind,
    kwargs: dict[str, Any],
    *,
    means: str,
    why: str,
    do: str = FAULT_OF_THE_BUILD,
    on: str = "rows",
    severity: Severity = "critical",
) -> Expectation:
    """A claim on every row of a frame, critical if not said otherwise."""
    return Expectation(
        name=name,
        severity=severity,
        on=on,
        expectation=expectation,
        kwargs=kwargs,
        means=means,
        why=why,
        do=do,
    )


def no_more_than(column: str, most: float) -> dict[str, Any]:
    """Arguments of BETWEEN for a column that measures what must not be."""
    return {"column": column, "max_value": most}


def stands_once(key: tuple[str, ...], what: str) -> Expectation:
    """No two rows share a key; `what` names a row."""
    return invariant(
        "rows_stand_once",
        UNIQUE_TOGETHER,
        {"column_list": list(key)},
        means=f"{what} has one row: {', '.join(key[:-1])} and {key[-1]} name it.",
        why="With two rows there are two answers, and a reader sees either.",
    )


COUNTS_ARE_NOT_NEGATIVE = invariant(
    "counts_are_not_negative",
    BETWEEN,
    {"column": "smallest_count", "min_value": 0},
    means="Every count is stated, and none is below 0.",
    why="A count below 0 or missing is no count, and all that rests on it is wrong.",
)
"""On a frame whose `smallest_count` is the least of a row's counts, -1 for one not stated."""
