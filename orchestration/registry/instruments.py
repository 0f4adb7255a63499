"""Instruments as data: what is asked, in which answers, and what is done where one is missing."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, Self

from pydantic import Field, model_validator

from orchestration.registry.rows import NAME, Row, Source


class Instrument(Row):
    """A set of items that is put to a unit as one, and its rules for what is missing.

    `missing_rule` is the one reported first of those that an observed item coded as not observed
    may be read by; `minimum_answered`, a fraction such as 2/3, is the share of a construct's items
    that a respondent must have answered to have its score.
    """

    key = ("instrument",)
    instrument: str = Field(pattern=NAME)
    position: int = Field(ge=1)
    source: Source
    label: str
    missing_rule: Literal["exclude", "lowest", "drop_visit"] = "exclude"
    minimum_answered: str = Field(default="1", pattern=r"^[1-9][0-9]*(/[1-9][0-9]*)?$")
    citation: str

    @model_validator(mode="after")
    def is_a_share(self) -> Self:
        """Nobody can answer more than all."""
        if self.minimum_share > 1:
            raise ValueError(f"minimum_answered is {self.minimum_answered}; expected at most 1")
        return self

    @property
    def minimum_share(self) -> Fraction:
        """The share of a construct's items that must be answered."""
        return Fraction(self.minimum_answered)


class Item(Row):
    """A question and the column of the template that answers it; its name is nobody else's.

    `ordinal` answers have values in order, `nominal` ones have none, and a `multi_select` may have
    several. `label` reads in the favourable direction. A `reported` ordinal item is a measure of
    its own; a multi-select has one for each option, called `<prefix>_<option>`.
    """

    key = ("item",)
    item: str = Field(pattern=NAME)
    instrument: str
    position: int = Field(ge=1)
    kind: Literal["ordinal", "nominal", "multi_select"]
    scale: str
    text: str
    label: str
    construct_: str | None = Field(default=None, alias="construct")
    direction: Literal["positive", "negative"] = "positive"
    reported: Literal["yes", "no"] = "no"
    prefix: str | None = Field(default=None, pattern=NAME)

    @model_validator(mode="after")
    def fits_its_kind(self) -> Self:
        """Only an order has a direction, a construct and a favourable end."""
        ordered = self.kind == "ordinal"
        if not ordered and (self.construct_ or self.reported == "yes"):
            raise ValueError(f"item '{self.item}' is {self.kind}: only ordinal ones are scored")
        if not ordered and self.direction == "negative":
            raise ValueError(f"item '{self.item}' is {self.kind}, and has no direction")
        if (self.kind == "multi_select") != (self.prefix is not None):
            raise ValueError(
                f"item '{self.item}': a multi_select needs a prefix for its options' measures, "
                "and no other item has one"
            )
        return self


class Answer(Row):
    """One answer of a scale: its code, the text that exports have, and its value in the order.

    An answer without a value is not substantive (not observed, don't know), or its scale is
    nominal. `favourable` belongs to the answer as it stands; a negative item is reversed first.
    """

    key = ("scale", "code")
    scale: str = Field(pattern=NAME)
    code: str
    position: int
    label: str
    value: float | None = None
    favourable: Literal["0", "1"] | None = None

    @model_validator(mode="after")
    def valued_answers_are_judged(self) -> Self:
        """Every answer in the order is favourable or it is not."""
        if (self.value is None) != (self.favourable is None):
            raise ValueError(
                f"scale '{self.scale}', code '{self.code}': give both a value and whether it is "
                "favourable, or neither"
            )
        return self


class Construct(Row):
    """What several items of an instrument measure together."""

    key = ("construct",)
    construct_: str = Field(pattern=NAME, alias="construct")
    instrument: str
    position: int = Field(ge=1)
    label: str
    definition: str
