"""What charts are drawn of: points, series of them, and the axis on which they lie."""

from __future__ import annotations

import math
from dataclasses import dataclass

from orchestration.disclosure.shown import percent
from orchestration.publishing.figures import attributes
from orchestration.publishing.report.drawing import PENS, Pen
from orchestration.publishing.report.estimates import Estimate


@dataclass(frozen=True)
class Point:
    """A value with its interval and its text; without a value, the text says why.

    `keyed` are the attributes that say which figure the label shows.
    """

    said: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    hollow: bool = False
    keyed: str = ""

    @property
    def label(self) -> str:
        """The text without its interval."""
        return self.said.split(" (")[0]


@dataclass(frozen=True)
class Series:
    """Points and how they are drawn; a series that stands `beside` has no labels of its own."""

    name: str
    points: tuple[Point, ...]
    pen: Pen = PENS[0]
    beside: bool = False


@dataclass(frozen=True)
class Axis:
    """From where to where values may go, and whether they are shares or plain numbers."""

    low: float
    high: float
    shares: bool = True

    @property
    def ticks(self) -> list[float]:
        """About five round numbers, from the lowest value up."""
        raw = (self.high - self.low) / 5
        magnitude = 10.0 ** math.floor(math.log10(raw))
        step = next(one * magnitude for one in (1, 2, 5, 10) if raw <= one * magnitude * 1.0001)
        steps = math.floor((self.high - self.low) / step + 1e-9)
        return [self.low + step * at for at in range(steps + 1)]

    def label(self, tick: float) -> str:
        """A tick's text."""
        return percent(tick) if self.shares else f"{tick:g}"

    def along(self, value: float) -> float:
        """How far along the axis a value lies, 0 to 1."""
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)


def point(one: Estimate) -> Point:
    """An estimate as it is drawn: nothing of it, where nothing is to be shown."""
    if one.state == "nobody":
        return Point("none")
    return Point(
        one.shown,
        one.estimate,
        one.ci_low,
        one.ci_high,
        hollow=one.state == "caution",
        keyed=attributes(one.figure, part="value"),
    )
