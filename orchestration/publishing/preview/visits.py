"""Which schools to visit first: those that signal, and the funnel that they stand out of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from orchestration.counting import number_of
from orchestration.disclosure.shown import count, percent
from orchestration.publishing.report.drawing import (
    GRID,
    INK,
    PENS,
    QUIET,
    drawn,
    line,
    mark,
    text,
)
from orchestration.publishing.report.measures import Measure
from orchestration.publishing.report.tables import Row, records

REFERENCES = {"local_district": "its local district", "target": "the target"}
SIGNALS = {"action": "action", "warning": "warning"}
"""The signals, most urgent first."""
UNFAVOURABLE = {"higher": "below", "lower": "above"}
ORDINARY = PENS[0]
SIGNALLED = PENS[1]


@dataclass(frozen=True)
class Visit:
    """A school that is unlike what it is held to, on the side that asks for help."""

    local_district: str
    school: str
    school_id: str
    measure: str
    signal: str
    shown: str


@dataclass(frozen=True)
class Funnel:
    """A local district's schools on one measure, drawn within their limits."""

    local_district: str
    svg: str


def visits_of(
    signals: pd.DataFrame, declared: Mapping[str, Measure], places: Mapping[str, str]
) -> tuple[Visit, ...]:
    """The schools that signal on the unfavourable side, action first, then by local district.

    `signals` are a term's rows of mart_school_signals; `places` is the local district by school.
    """
    found = [
        _visit(row, declared[row["measure_id"]], places)
        for row in records(signals)
        if row["signal"] in SIGNALS
        and row["direction"] == UNFAVOURABLE[declared[row["measure_id"]].direction]
    ]
    urgency = list(SIGNALS)
    return tuple(
        sorted(found, key=lambda one: (urgency.index(one.signal), one.local_district, one.school))
    )


def _visit(row: Row, measure: Measure, places: Mapping[str, str]) -> Visit:
    teachers = "teacher" if row["n"] == 1 else "teachers"
    return Visit(
        local_district=places.get(row["unit_id"], ""),
        school=row["unit_name"],
        school_id=row["unit_id"],
        measure=measure.label,
        signal=SIGNALS[row["signal"]],
        shown=(
            f"{percent(row['estimate'])} of {count(row['n'])} {teachers}; "
            f"{REFERENCES[row['reference_kind']]}: {percent(row['reference'])}"
        ),
    )


def funnels_of(
    signals: pd.DataFrame, measure: Measure, places: Mapping[str, str]
) -> tuple[Funnel, ...]:
    """A drawing for each local district of its schools on a measure, held to the local district."""
    own = [
        row
        for row in records(signals)
        if row["measure_id"] == measure.id
        and row["reference_kind"] == "local_district"
        and row["limit_95_low"] is not None
    ]
    by_place: dict[str, list[Row]] = {}
    for row in own:
        by_place.setdefault(places.get(row["unit_id"], ""), []).append(row)
    return tuple(
        Funnel(place, _drawn(rows, measure, place, key=f"funnel-{number}"))
        for number, (place, rows) in enumerate(sorted(by_place.items()))
    )


WIDTH, HEIGHT, LEFT, TOP, FOOT = 640.0, 260.0, 44.0, 14.0, 34.0


def _drawn(rows: Sequence[Row], measure: Measure, place: str, *, key: str) -> str:
    """Schools by how many teachers were observed: each point in its own two limits."""
    # those of as many teachers stand beside each other, in the order of their estimates
    ordered = sorted(rows, key=lambda row: (row["n"], row["estimate"], row["unit_id"]))
    step = (WIDTH - LEFT - 10) / len(ordered)
    body = [*_grid(ordered[0]["reference"])]
    for number, row in enumerate(ordered):
        x = LEFT + step * (number + 0.5)
        body += [
            line(x, _y(row["limit_998_low"]), x, _y(row["limit_998_high"]), GRID, 3),
            line(x, _y(row["limit_95_low"]), x, _y(row["limit_95_high"]), ORDINARY.pale, 3),
        ]
        pen = SIGNALLED if row["signal"] in SIGNALS else ORDINARY
        body.append(mark(x, _y(row["estimate"]), pen, size=3))
        if number == 0 or ordered[number - 1]["n"] != row["n"]:
            body.append(text(x, HEIGHT - FOOT + 14, str(row["n"]), size=9))
    middle = LEFT + (WIDTH - LEFT) / 2
    body.append(text(middle, HEIGHT - 4, "teachers observed, few to many", size=10))
    signalled = sum(row["signal"] in SIGNALS for row in ordered)
    schools = number_of(len(ordered), "school")
    return drawn(
        body,
        WIDTH,
        HEIGHT,
        key=key,
        title=f"{measure.label}: schools of {place} within their limits",
        description=(
            f"{schools} around {percent(ordered[0]['reference'])}, of which {signalled} signal."
        ),
    )


def _grid(reference: float) -> list[str]:
    shares = (0.0, 0.25, 0.5, 0.75, 1.0)
    return [
        *(line(LEFT, _y(one), WIDTH, _y(one), GRID, 1) for one in shares),
        *(text(LEFT - 6, _y(one) + 3, f"{one:.0%}", anchor="end", fill=QUIET) for one in shares),
        line(LEFT, _y(reference), WIDTH, _y(reference), INK, 1, dashed=True),
    ]


def _y(share: float) -> float:
    return TOP + (HEIGHT - TOP - FOOT) * (1 - share)
