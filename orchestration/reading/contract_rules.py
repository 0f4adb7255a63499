"""The rules of a contract: where a field's value, or an item's answer, comes from. Models only."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

QUARANTINE, KEEP = "quarantine", "keep"
SEPARATORS = ";,|"
"""What stands between the options of a multi-select where a contract says nothing else."""


def _one_or_several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Formats = Annotated[
    tuple[str, ...],
    BeforeValidator(_one_or_several, json_schema_input_type=str | tuple[str, ...]),
]
"""Formats of strptime; a single one need not stand in a list."""

Bound = Decimal | date


class Model(BaseModel):
    """What every part of a contract shares: unknown names are errors, and nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Mapped(Model):
    """A value's way through a value map.

    `unmapped` says what becomes of a text that the map does not know: `quarantine` its row, `keep`
    it as it stands, or give it the code named.
    """

    value_map: str | None = Field(default=None, alias="map")
    unmapped: str = Field(default=QUARANTINE, min_length=1)

    @model_validator(mode="after")
    def unmapped_needs_a_map(self) -> Mapped:
        """Only a value map can leave a value unmapped."""
        if self.unmapped != QUARANTINE and self.value_map is None:
            raise ValueError("'unmapped' says what a value map leaves over, but there is no 'map'")
        return self


class FieldRule(Mapped):
    """Where a field's value comes from, which is exactly one place, and its form.

    Several `columns` are joined by a space, as a first name and a last one. `pseudonym_of` names
    another field, a person, whose pseudonym stands here: a classroom known by its teacher alone.
    From the landing folder comes the term; for a day its last one. Formats of a date that one text
    could be read by as two days are told apart by the whole file. A row whose value is blank though
    it is `required`, lies beyond `at_least` or `at_most`, or stands on another row of the file
    though it is `unique`, is quarantined. Of a person, `named_in` are the columns of what they are
    called: the queue of texts that nobody knows shows it beside the id, and nothing keeps it.
    """

    column: str | None = None
    columns: tuple[str, ...] = ()
    constant: str | None = None
    pseudonym_of: str | None = None
    origin: Literal["landing_term", "file_name", "row_hash"] | None = Field(
        default=None, alias="from"
    )
    crosswalk: str | None = None
    named_in: tuple[str, ...] = ()
    date: Formats = ()
    timestamp: Formats = ()
    required: bool = False
    unique: bool = False
    at_least: Bound | None = None
    at_most: Bound | None = None

    @property
    def looks_up(self) -> bool:
        """Whether the value passes through a value map or a crosswalk."""
        return self.value_map is not None or self.crosswalk is not None

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns that the value is made of."""
        return (self.column,) if self.column is not None else self.columns

    @model_validator(mode="after")
    def has_one_origin(self) -> FieldRule:
        """A value comes from one place, and only a column's can be looked up."""
        places = (self.column, self.columns or None, self.constant, self.origin, self.pseudonym_of)
        if sum(place is not None for place in places) != 1:
            raise ValueError(
                "give exactly one of 'column', 'columns', 'constant', 'from' and 'pseudonym_of'"
            )
        if self.crosswalk is not None and self.column is None:
            raise ValueError("a crosswalk is looked up by a column; name it in 'column'")
        if self.pseudonym_of is not None and self.value_map is not None:
            raise ValueError("a pseudonym is no text that a map could know; leave 'map' out")
        if self.unique and self.column is None:
            raise ValueError("only what stands in one 'column' can be told to be unique")
        return self

    @model_validator(mode="after")
    def leaves_some_values(self) -> FieldRule:
        """Both bounds are of one kind, and something lies between them."""
        low, high = self.at_least, self.at_most
        if low is None or high is None:
            return self
        if isinstance(low, date) != isinstance(high, date):
            raise ValueError("'at_least' and 'at_most' are both numbers or both days")
        if low > high:  # type: ignore[operator]  # of one kind, as was just asked
            raise ValueError("nothing lies between 'at_least' and 'at_most'")
        return self


class AnswerRule(Mapped):
    """What answers an item: a column, one a choice, or one code that the export never says.

    The map is the item's scale unless another is named. `separators`, of a multi-select alone, are
    the characters any of which stands between two options; SEPARATORS unless others are named.
    `chosen` has for each code the column that says whether it was chosen; the columns of the codes
    under `written` hold what somebody typed, which chooses the code and is not kept. A row that
    gives no answer though one is `required` is quarantined.
    """

    column: str | None = None
    chosen: dict[str, str] = Field(default_factory=dict)
    written: tuple[str, ...] = ()
    constant: str | None = None
    separators: str | None = None
    required: bool = False

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns that the answer is made of."""
        return (self.column,) if self.column is not None else tuple(self.chosen.values())

    @property
    def written_columns(self) -> tuple[str, ...]:
        """The columns of what somebody typed."""
        return tuple(self.chosen[code] for code in self.written)

    @field_validator("separators")
    @classmethod
    def stand_between_words(cls, value: str | None) -> str | None:
        """What separates options is no part of a word."""
        if value is not None and not re.fullmatch(r"[^\w\s]+", value):
            raise ValueError("separators are characters such as ; or , and none of a word")
        return value

    @model_validator(mode="after")
    def has_one_origin(self) -> AnswerRule:
        """An answer comes from one place, and a constant is a code as it stands."""
        places = (self.column, self.chosen or None, self.constant)
        if sum(place is not None for place in places) != 1:
            raise ValueError("give exactly one of 'column', 'chosen' and 'constant'")
        if self.chosen and (self.separators or self.unmapped != QUARANTINE):
            raise ValueError("of columns one a choice nothing is separated or left unmapped")
        if len(set(self.chosen.values())) != len(self.chosen):
            raise ValueError("each code under 'chosen' has a column of its own")
        if not set(self.written) <= set(self.chosen):
            raise ValueError("'written' names codes of 'chosen'")
        if self.constant is not None and (self.value_map or self.separators):
            raise ValueError("a constant is one code as it stands; leave 'map' and such out")
        return self


class During(Model):
    """Rows of another time: those whose span, of days written as ISO has them, misses the term.

    They are quarantined as those of `excludes` are. A row without a day at an end is open there.
    """

    from_: str = Field(alias="from")
    to: str


class Exclusion(Model):
    """Rows that are no responses, such as previews: quarantined, with the reason given.

    A row is one of them where its `column` is one of `values`, whatever its case.
    """

    column: str
    values: tuple[str, ...] = Field(min_length=1)
    because: str = Field(min_length=1)
