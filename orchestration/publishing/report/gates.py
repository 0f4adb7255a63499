"""The page's sections on the data itself: what became of every row, and what the suites said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from orchestration.publishing.figures import address
from orchestration.publishing.report import words
from orchestration.publishing.report.calendar import Calendar
from orchestration.publishing.report.tables import records

CODE = re.compile(r"[a-z]+(_[a-z]+)*")


@dataclass(frozen=True)
class Account:
    """A source's rows in a term, and the reasons of those that are in no figure."""

    figure: str
    source: str
    term: str
    counts: dict[str, int]
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Warned:
    """An expectation that did not hold and did not block, with the terms it did not hold in."""

    table: str
    name: str
    means: str
    why: str
    do: str
    found: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Accepted:
    """An expectation that did not hold in a term, and that a person let pass, and why."""

    table: str
    name: str
    term: str
    means: str
    why: str
    observed: str
    expected: str
    by: str
    because: str
    on: str


@dataclass(frozen=True)
class Judged:
    """A table's verdicts together."""

    table: str
    n_terms: int
    n_expectations: int
    n_passed: int
    outcomes: tuple[str, ...]


@dataclass(frozen=True)
class GateSection:
    """What the suites said of all that the publication rests on."""

    tables: tuple[Judged, ...]
    accepted: tuple[Accepted, ...]
    warnings: tuple[Warned, ...]

    @property
    def n_verdicts(self) -> int:
        """Verdicts, one a table and term."""
        return sum(one.n_terms for one in self.tables)

    @property
    def n_expectations(self) -> int:
        """Expectations over all verdicts."""
        return sum(one.n_expectations for one in self.tables)


def accounts(frame: pd.DataFrame, calendar: Calendar) -> tuple[Account, ...]:
    """The row account, by source and then term in the calendar's order."""
    counts = [name for name in frame.columns if name.startswith("rows_")]
    rows = sorted(records(frame), key=lambda row: (row["source"], calendar.position(row["term"])))
    return tuple(
        Account(
            figure=address("mart_row_accounting", row),
            source=words.phrase(row["source"]),
            term=calendar.name(row["term"]),
            counts={name: int(row[name]) for name in counts},
            reasons=tuple(
                (_said(reason), rows)
                for reason, rows in sorted(
                    json.loads(row["reasons"]).items(), key=lambda one: (-one[1], one[0])
                )
            ),
        )
        for row in rows
    )


def _said(reason: str) -> str:
    """A reason as it is read: `set aside: answered_again` is `set aside: answered again`."""
    done, _, what = reason.partition(": ")
    return f"{done}: {what.replace('_', ' ')}" if CODE.fullmatch(what) else reason


def total(rows: Iterable[Account], name: str) -> int:
    """A count summed over accounts."""
    return sum(one.counts[name] for one in rows)


def gate_section(verdicts: list[dict[str, Any]], calendar: Calendar) -> GateSection:
    """The verdicts by table, and every expectation that did not hold, once, with its terms."""
    judged = []
    for table in sorted({verdict["table"] for verdict in verdicts}):
        own = [verdict for verdict in verdicts if verdict["table"] == table]
        said = [one for verdict in own for one in verdict["expectations"]]
        judged.append(
            Judged(
                table=table,
                n_terms=len(own),
                n_expectations=len(said),
                n_passed=sum(bool(one["passed"]) for one in said),
                outcomes=tuple(sorted({_outcome(verdict) for verdict in own})),
            )
        )
    return GateSection(tuple(judged), _accepted(verdicts, calendar), _warnings(verdicts, calendar))


def _by_name(verdict: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What a person accepted of a verdict; those published before there was any have none."""
    return {one["expectation"]: one for one in verdict.get("accepted", ())}


def _outcome(verdict: dict[str, Any]) -> str:
    """A verdict's outcome in words; one that failed is published only where it was accepted."""
    outcome = str(verdict["outcome"])
    return f"{outcome}, accepted by a person" if _by_name(verdict) else outcome


def _accepted(verdicts: list[dict[str, Any]], calendar: Calendar) -> tuple[Accepted, ...]:
    ordered = sorted(verdicts, key=lambda one: (one["table"], calendar.position(one["term"])))
    return tuple(
        Accepted(
            table=verdict["table"],
            name=words.phrase(one["name"]),
            term=calendar.name(verdict["term"]),
            means=one["means"],
            why=one["why"],
            observed=str(one["observed"]),
            expected=str(one["expected"]),
            by=judged["by"],
            because=judged["because"],
            on=words.day(judged["on"]),
        )
        for verdict in ordered
        for one in verdict["expectations"]
        if (judged := _by_name(verdict).get(one["name"])) is not None
    )


def _warnings(verdicts: list[dict[str, Any]], calendar: Calendar) -> tuple[Warned, ...]:
    found: dict[tuple[str, str], list[tuple[str, dict[str, Any]]]] = {}
    for verdict in sorted(verdicts, key=lambda one: calendar.position(one["term"])):
        for one in verdict["expectations"]:
            if not one["passed"] and one["name"] not in _by_name(verdict):
                found.setdefault((verdict["table"], one["name"]), []).append((verdict["term"], one))
    return tuple(
        Warned(
            table=table,
            name=words.phrase(name),
            means=said[-1][1]["means"],
            why=said[-1][1]["why"],
            do=said[-1][1]["do"],
            found=tuple(
                (calendar.name(term), str(one["observed"]), str(one["expected"]))
                for term, one in said
            ),
        )
        for (table, name), said in sorted(found.items())
    )
