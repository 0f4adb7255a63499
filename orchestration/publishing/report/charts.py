"""Charts with intervals: lines over terms, and the points of one term."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.publishing.report.drawing import (
    GRID,
    INK,
    PENS,
    QUIET,
    drawn,
    line,
    mark,
    path,
    text,
)
from orchestration.publishing.report.series import Axis, Point, Series

LABELS_AT_MOST = 7
_ROW = 42.0


@dataclass(frozen=True)
class _Plane:
    """Where values and terms lie in a drawing of terms."""

    axis: Axis
    n_terms: int
    left: float = 40
    top: float = 20
    width: float = 262
    height: float = 142

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def foot(self) -> float:
        return self.top + self.height

    def x(self, at: int) -> float:
        return self.left + self.width * (at + 0.5) / max(self.n_terms, 1)

    def y(self, value: float) -> float:
        return self.foot - self.height * self.axis.along(value)


def trend(
    series: Sequence[Series],
    terms: Sequence[tuple[str, str]],
    axis: Axis,
    *,
    key: str,
    title: str,
    target: float | None = None,
) -> str:
    """Series over terms (season and year of each) with their 95% intervals.

    The first series leads: where it has no value there is no mark, and its text at the foot.
    """
    plane = _Plane(axis, len(terms))
    main = [one for one in series if not one.beside]
    body = [*_grid(plane), *_term_labels(plane, terms)]
    if target is not None:
        at = plane.y(target)
        body.append(line(plane.left, at, plane.right, at, QUIET, 1, dashed=True))
    for one in [*(one for one in series if one.beside), *reversed(main)]:
        body += _line_of(plane, one)
    body += _end_labels(plane, main)
    body += [
        text(plane.x(at), plane.foot - 5, missing.said, size=9, keyed=missing.keyed)
        for at, missing in enumerate(series[0].points)
        if missing.value is None
    ]
    return drawn(body, 320, 200, key=key, title=title, description=_described(series, terms))


def _grid(plane: _Plane) -> list[str]:
    body = []
    for tick in plane.axis.ticks:
        at = plane.y(tick)
        body.append(line(plane.left, at, plane.right, at, GRID, 1))
        body.append(text(plane.left - 6, at + 3.5, plane.axis.label(tick), anchor="end"))
    body.append(line(plane.left, plane.foot, plane.right, plane.foot, QUIET, 1))
    return body


def _term_labels(plane: _Plane, terms: Sequence[tuple[str, str]]) -> list[str]:
    """Each term's season and year, as many as there is room for; the last has always."""
    every = -(-len(terms) // LABELS_AT_MOST)
    body = []
    for at, (season, year) in enumerate(terms):
        if (len(terms) - 1 - at) % every == 0:
            short = year[2:] if len(year) > 4 else year
            body.append(text(plane.x(at), plane.foot + 15, season))
            body.append(text(plane.x(at), plane.foot + 27, short))
    return body


def _line_of(plane: _Plane, series: Series) -> list[str]:
    """A series' line, broken where a value is missing, its intervals and its marks."""
    runs: list[list[tuple[float, float]]] = [[]]
    intervals, marks = [], []
    for at, one in enumerate(series.points):
        if one.value is None:
            runs.append([])
            continue
        x, y = plane.x(at), plane.y(one.value)
        runs[-1].append((x, y))
        if one.low is not None and one.high is not None and not series.beside:
            ends = plane.y(one.low), plane.y(one.high)
            intervals.append(line(x, ends[0], x, ends[1], series.pen.pale, 4))
        marks.append(mark(x, y, series.pen, hollow=one.hollow))
    return [*intervals, *(path(run, series.pen.pale, 1) for run in runs), *marks]


def _end_labels(plane: _Plane, series: Sequence[Series]) -> list[str]:
    """The latest value of each series, over its interval; of lower ones, under it."""
    ends = [(one.points[-1], one.pen) for one in series if one.points[-1].value is not None]
    highest = max((end.value or 0 for end, _ in ends), default=0)
    body = []
    for end, pen in ends:
        value = end.value or 0
        over = value == highest
        reach = (end.high if over else end.low) if end.low is not None else value
        y = plane.y(value if reach is None else reach) + (-8 if over else 16)
        ink = pen.ink if len(ends) > 1 else INK
        x = plane.x(plane.n_terms - 1)
        body.append(text(x, y, end.label, size=12, fill=ink, bold=True, keyed=end.keyed))
    return body


def _described(series: Sequence[Series], terms: Sequence[tuple[str, str]]) -> str:
    """Every point in words, term by term."""
    several = len(series) > 1
    return "; ".join(
        f"{' '.join(lines)}: "
        + ", ".join(
            f"{one.name} {one.points[at].said}" if several else one.points[at].said
            for one in series
        )
        for at, lines in enumerate(terms)
    )


def points(rows: Sequence[tuple[str, Point]], axis: Axis, *, key: str, title: str) -> str:
    """The points of one term with their 95% intervals, a named row each."""
    left, width, top = 16.0, 330.0, 4.0
    foot = top + _ROW * len(rows)
    body = []

    def x(value: float) -> float:
        return left + width * axis.along(value)

    for tick in axis.ticks:
        body.append(line(x(tick), top, x(tick), foot, GRID, 1))
        body.append(text(x(tick), foot + 14, axis.label(tick)))
    for at, (name, one) in enumerate(rows):
        y = top + _ROW * at + 28
        body.append(text(left, y - 12, name, size=11, fill=INK, anchor="start"))
        end, over = left + width, y - 12
        body.append(
            text(end, over, one.label, size=11, fill=INK, anchor="end", bold=True, keyed=one.keyed)
        )
        if one.low is not None and one.high is not None:
            body.append(line(x(one.low), y, x(one.high), y, PENS[0].pale, 4))
        if one.value is not None:
            body.append(mark(x(one.value), y, PENS[0], hollow=one.hollow))
    description = "; ".join(f"{name}: {one.said}" for name, one in rows)
    return drawn(body, 362, foot + 20, key=key, title=title, description=description)
