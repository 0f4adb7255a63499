"""Measures as data: what is measured, in which words, and the value of each answer in it."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from orchestration.registry.rows import NAME, Row, Unit


class Measure(Row):
    """What is measured: the words and the range that SQL, docs and report share.

    A unit's value follows from its values of the measure's items (`MeasureValue`) as `combine`
    says: `all`, the least of them, so that a proportion counts those who have every one; `mean`,
    or `sum`. `instrument` is the one whose rule on missing answers holds.
    """

    key = ("measure_id",)
    measure_id: str = Field(pattern=NAME)
    position: int
    mart: str
    label: str
    definition: str
    numerator: str
    denominator: str
    unit: Unit
    kind: Literal["proportion", "mean"]
    range_min: float
    range_max: float
    direction: Literal["higher", "lower"]
    target: float | None = None
    source: str
    instrument: str | None = None
    combine: Literal["all", "mean", "sum"] = "all"
    minimum_items: int | None = Field(default=None, ge=1)
    """The fewest of its items that a unit must have a value of; every one where it is absent."""

    @model_validator(mode="after")
    def range_holds(self) -> Self:
        """A range is not empty, and a target lies in it."""
        if not self.range_min < self.range_max:
            raise ValueError(f"measure '{self.measure_id}': range_min is not below range_max")
        if self.target is not None and not self.range_min <= self.target <= self.range_max:
            raise ValueError(f"measure '{self.measure_id}': target lies outside its range")
        return self


class MeasureValue(Row):
    """The value that a code of an item has in a measure; a code without one is excluded."""

    key = ("measure_id", "item", "code")
    measure_id: str
    item: str
    code: str
    value: float


class Target(Row):
    """What a district means to reach on a measure, however the measure came to be declared."""

    key = ("measure_id",)
    touches_terms = False  # it reaches the marts within its measure
    measure_id: str
    target: float
