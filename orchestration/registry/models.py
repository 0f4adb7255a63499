"""What each registry table may say: one pydantic model a table, one row an instance."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from orchestration.registry.instruments import Answer, Construct, Instrument, Item
from orchestration.registry.measures import Measure, MeasureValue, Target
from orchestration.registry.rows import Row

__all__ = [
    "TABLES",
    "Answer",
    "Construct",
    "Instrument",
    "Item",
    "Measure",
    "MeasureValue",
    "Row",
    "Target",
]


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


class CommentWord(Row):
    """A word that holds a comment back until a person has read it, and why."""

    key = ("word",)
    touches_terms = False
    word: str
    reason: str | None = None


class CommentDecision(Row):
    """What a person decided on a comment, having read it."""

    key = ("comment_id",)
    touches_terms = False
    comment_id: str = Field(pattern=r"^[0-9a-f]{16}$")
    decision: Literal["release", "hold"]
    decided_by: str
    decided_on: date
    because: str | None = None


class MinimumN(Row):
    """The fewest units that a published figure may rest on."""

    key = ("unit",)
    unit: Literal["classrooms", "students", "teachers", "educators"]
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


class Match(Row):
    """What a text of an export means: a school's, a classroom's or an educator's id.

    A blank `id` says that a person looked at the text, and that it means none of those known. A
    classroom's text is known within its school, and an educator's may be: two schools may each have
    a Ms. Lee. A blank `term` is every term, and a blank `school_id` every school. Texts may name
    people: the table is the site's own, and is landed nowhere.
    """

    key = ("kind", "term", "school_id", "text")
    kind: Literal["school", "classroom", "educator"]
    term: str = ""
    school_id: str = ""
    text: str
    id: str = ""
    decided_by: str
    decided_on: date
    because: str | None = None

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """The text's kind and place, and the text as it is compared: whatever its case."""
        return self.kind, self.term, self.school_id, self.text.lower()

    @model_validator(mode="after")
    def classrooms_are_of_a_school(self) -> Self:
        """A classroom's text is of one school, an educator's may be, and a school's is of none."""
        if self.kind == "classroom" and not self.school_id:
            raise ValueError("a classroom needs the 'school_id' within which it is meant")
        if self.kind == "school" and self.school_id:
            raise ValueError("a school is meant by its text alone; leave 'school_id' blank")
        return self


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
    "targets": Target,
    "instruments": Instrument,
    "items": Item,
    "answers": Answer,
    "constructs": Construct,
    "minimum_n": MinimumN,
    "comment_words": CommentWord,
    "comment_decisions": CommentDecision,
    "value_maps": ValueMapping,
}
"""The tables that are landed as the source `registry`, by file name."""
