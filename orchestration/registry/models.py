"""What each registry table may say: one pydantic model a table, one row an instance."""

from __future__ import annotations

import re
from datetime import date
from typing import ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator


class Row(BaseModel):
    """A row of a registry table; `key` names the fields that a site's row overrides by."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)
    key: ClassVar[tuple[str, ...]]

    @field_validator("*", mode="before")
    @classmethod
    def blank_is_absent(cls, cell: object) -> object:
        """A blank cell of a CSV file is an absent value."""
        return None if cell == "" else cell


class Term(Row):
    """A school year's fall, winter or spring, and the day its report may be released."""

    key = ("term",)
    term: str
    school_year: str = Field(pattern=r"^\d{4}-\d{2}$")
    season: Literal["fall", "winter", "spring"]
    starts_on: date
    ends_on: date
    releases_on: date

    @model_validator(mode="after")
    def in_order(self) -> Self:
        """A term is named after its year and season, and starts, ends and is released in order."""
        if self.term != f"{self.school_year}-{self.season}":
            raise ValueError(f"term '{self.term}' should be '{self.school_year}-{self.season}'")
        if not self.starts_on < self.ends_on < self.releases_on:
            raise ValueError(f"term '{self.term}' must start, end and be released in that order")
        return self


class Measure(Row):
    """What is measured: the words and the range that SQL, docs and report share."""

    key = ("measure_id",)
    measure_id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    position: int
    mart: str
    label: str
    definition: str
    numerator: str
    denominator: str
    unit: Literal["classrooms", "students", "teachers"]
    kind: Literal["proportion", "mean"]
    range_min: float
    range_max: float
    direction: Literal["higher", "lower"]
    target: float | None = None
    source: str

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


class MinimumN(Row):
    """The fewest units that a published figure may rest on."""

    key = ("unit",)
    unit: Literal["classrooms", "students", "teachers"]
    minimum_n: int = Field(ge=2)


class ValueMapping(Row):
    """An answer text and the code it stands for, in a named value map."""

    key = ("map", "text")
    map: str
    text: str
    code: str


class CrosswalkEntry(Row):
    """One key of a `crosswalk_<name>.csv` and its value."""

    key = ("key",)
    key_: str = Field(alias="key")
    value: str


class ErasedPerson(Row):
    """The hash of a person whose rows are dropped wherever they are read."""

    key = ("hash",)
    hash: str

    @field_validator("hash")
    @classmethod
    def is_a_hash(cls, value: str) -> str:
        """Only hashes stand on the list: an id here would be the very thing to forget."""
        if not re.fullmatch(r"[0-9a-f]{64}", value):
            raise ValueError("not a hash: 64 hexadecimal digits are expected")
        return value


TABLES: dict[str, type[Row]] = {
    "terms": Term,
    "measures": Measure,
    "measure_values": MeasureValue,
    "minimum_n": MinimumN,
    "value_maps": ValueMapping,
}
"""The tables that are landed as the source `registry`, by file name."""
