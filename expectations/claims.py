"""Frames boiled down to claims by DuckDB: a figure each, and the limits that it must lie in.

Of a profile every figure is a claim; of rows, the number of those that are not as expected.
Great Expectations judges the claims alone: it takes 20 ms for an expectation on however few rows,
which for every expectation, table and term of a district is a minute, and in pandas it copies the
frame for each. DuckDB counts the rows of all of them in a fraction of that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isnan
from typing import Any

import duckdb

from expectations.declared import (
    A_NOT_BELOW_B,
    BETWEEN,
    IN_SET,
    UNIQUE_TOGETHER,
    Expectation,
    Frame,
    Kind,
    Suite,
)


@dataclass(frozen=True)
class Claim:
    """A figure that the expectation `name` judges.

    `label` says what of a profile it is about; `concerned` counts data rows, `of_rows` the rows of
    a frame that is no profile. `raised` is the kind of error where the figure could not be had:
    its message may hold values of rows.
    """

    name: str
    label: str
    figure: float | None
    low: float | None
    high: float | None
    concerned: int
    of_rows: int = 0
    raised: str | None = None

    @property
    def beyond(self) -> float | None:
        """By how much the figure lies beyond the nearer of its limits; at most 0 within them."""
        if self.figure is None:
            return None
        by = [-float("inf")]
        by += [] if self.low is None else [self.low - self.figure]
        by += [] if self.high is None else [self.figure - self.high]
        return max(by)


def claims_of(con: duckdb.DuckDBPyConnection, suite: Suite) -> list[Claim]:
    """Every figure that the suite's expectations judge; the frames' SQL sees what `con` does.

    Raises duckdb.Error where a frame itself cannot be made.
    """
    made: list[Claim] = []
    for name, frame in suite.frames.items():
        con.execute(f"create or replace temp table judged_frame as {frame.sql}")
        for one in suite.expectations:
            if one.on == name:
                made += _claims(con, one, frame)
    con.execute("drop table if exists judged_frame")
    return made


def _claims(con: duckdb.DuckDBPyConnection, one: Expectation, frame: Frame) -> list[Claim]:
    try:
        return _figures(con, one) if frame.is_profile else [_broken_rows(con, one)]
    except duckdb.Error as problem:
        return [Claim(one.name, "", None, None, None, 0, raised=type(problem).__name__)]


def _figures(con: duckdb.DuckDBPyConnection, one: Expectation) -> list[Claim]:
    """A profile's figures; one that is not stated is nothing to judge."""
    column, counts = one.kwargs["column"], one.counts or "1"
    found = con.execute(
        f"""
        select label, {column}::double, coalesce({counts}, 0)::bigint
        from judged_frame where {column} is not null order by label
        """
    ).fetchall()
    low, high = one.kwargs.get("min_value"), one.kwargs.get("max_value")
    return [
        # what is no number lies beyond no limit, and would pass unseen
        Claim(one.name, label, None, low, high, rows, raised="not a number")
        if isnan(figure)
        else Claim(one.name, label, figure, low, high, rows)
        for label, figure, rows in found
    ]


def _broken_rows(con: duckdb.DuckDBPyConnection, one: Expectation) -> Claim:
    broken = _BROKEN[one.expectation](one.kwargs)
    row = con.execute(f"select ({broken})::bigint, count(*) from judged_frame").fetchone()
    figure, rows = row if row is not None else (0, 0)
    return Claim(one.name, "", figure, None, 0, figure, rows)


def _outside(kwargs: Mapping[str, Any]) -> str:
    column, limits = kwargs["column"], []
    if kwargs.get("min_value") is not None:
        limits.append(f"{column} < {kwargs['min_value']!r}")
    if kwargs.get("max_value") is not None:
        limits.append(f"{column} > {kwargs['max_value']!r}")
    return f"count(*) filter (where {' or '.join(limits)})"


def _not_in_set(kwargs: Mapping[str, Any]) -> str:
    known = ", ".join(f"'{value}'" for value in kwargs["value_set"])
    return f"count(*) filter (where coalesce({kwargs['column']} not in ({known}), true))"


def _below(kwargs: Mapping[str, Any]) -> str:
    return f"count(*) filter (where {kwargs['column_A']} < {kwargs['column_B']})"


def _copies(kwargs: Mapping[str, Any]) -> str:
    columns = ", ".join(kwargs["column_list"])
    return f"count(*) - count(distinct row({columns}))"


_BROKEN: Mapping[Kind, Callable[[Mapping[str, Any]], str]] = {
    BETWEEN: _outside,
    IN_SET: _not_in_set,
    A_NOT_BELOW_B: _below,
    UNIQUE_TOGETHER: _copies,
}
"""How rows that are not as expected are counted. What is not stated breaks no limit, but is in no
set; of rows that stand several times all but one are too many."""
