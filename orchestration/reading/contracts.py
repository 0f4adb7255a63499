"""Contracts: how one kind of export maps onto its source's template. Models only; no disk.

fields:
  observed_on: {column: Date of visit, date: "%m/%d/%Y"}
  school_id: {column: School, crosswalk: our_schools}
  observer_role: {constant: coach}
answers:
  materials: {column: "Materials in use", map: our_materials}
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from orchestration.reading.templates import Template, templates

ISO_DATE = "%Y-%m-%d"
ISO_TIMESTAMPS = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S")
QUARANTINE = "quarantine"

Formats = tuple[str, ...]


class Model(BaseModel):
    """What every part of a contract shares: unknown names are errors, and nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Reads(Model):
    """The format of the files, as its reader needs to know it."""

    format: Literal["delimited"] = "delimited"
    encoding: Literal["utf-8"] = "utf-8"
    delimiter: str = ","

    @field_validator("delimiter")
    @classmethod
    def is_one_plain_character(cls, value: str) -> str:
        """A delimiter is one ASCII character that cannot be taken for a quote or a line's end."""
        if len(value) != 1 or not value.isascii() or value in '"\r\n\0':
            raise ValueError("a delimiter is one ASCII character, neither a quote nor a line end")
        return value


class Mapped(Model):
    """A value's way through a value map; `unmapped` is a code, or `quarantine`."""

    value_map: str | None = Field(default=None, alias="map")
    unmapped: str = Field(default=QUARANTINE, min_length=1)

    @model_validator(mode="after")
    def unmapped_needs_a_map(self) -> Mapped:
        """Only a value map can leave a value unmapped."""
        if self.unmapped != QUARANTINE and self.value_map is None:
            raise ValueError("'unmapped' says what a value map leaves over, but there is no 'map'")
        return self


class FieldRule(Mapped):
    """Where a field's value comes from (exactly one of column, constant, from), and its form."""

    column: str | None = None
    constant: str | None = None
    origin: Literal["landing_term", "file_name", "row_hash"] | None = Field(
        default=None, alias="from"
    )
    crosswalk: str | None = None
    date: Formats = ()
    timestamp: Formats = ()

    @property
    def looks_up(self) -> bool:
        """Whether the value passes through a value map or a crosswalk."""
        return self.value_map is not None or self.crosswalk is not None

    @field_validator("date", "timestamp", mode="before")
    @classmethod
    def one_format_or_several(cls, value: object) -> object:
        """A single format need not stand in a list."""
        return (value,) if isinstance(value, str) else value

    @model_validator(mode="after")
    def has_one_origin(self) -> FieldRule:
        """A value comes from one place, and only a column's can be looked up."""
        if sum(part is not None for part in (self.column, self.constant, self.origin)) != 1:
            raise ValueError("give exactly one of 'column', 'constant' and 'from'")
        if self.crosswalk is not None and self.column is None:
            raise ValueError("a crosswalk is looked up by a column; name it in 'column'")
        return self


class AnswerRule(Mapped):
    """Which column answers an item, and the value map of its codes."""

    column: str


class RowStamp(Model):
    """The column in which a row says when it was last changed."""

    column: str
    timestamp: Formats = ISO_TIMESTAMPS

    @field_validator("timestamp", mode="before")
    @classmethod
    def one_format_or_several(cls, value: object) -> object:
        """A single format need not stand in a list."""
        return (value,) if isinstance(value, str) else value


class FileStamp(Model):
    """When a file was exported: a column that says it, or a pattern in the file's name.

    The pattern is a regular expression whose one group is the time, written as `timestamp` says.
    """

    column: str | None = None
    pattern: str | None = None
    timestamp: Formats = ISO_TIMESTAMPS

    @field_validator("timestamp", mode="before")
    @classmethod
    def one_format_or_several(cls, value: object) -> object:
        """A single format need not stand in a list."""
        return (value,) if isinstance(value, str) else value

    @model_validator(mode="after")
    def has_one_origin(self) -> FileStamp:
        """A file's time comes from one place, and a pattern has one group."""
        if (self.column is None) == (self.pattern is None):
            raise ValueError("give exactly one of 'column' and 'pattern'")
        if self.pattern is not None:
            try:
                groups = re.compile(self.pattern).groups
            except re.error as problem:
                raise ValueError(f"the pattern is no regular expression: {problem}") from problem
            if groups != 1:
                raise ValueError(f"the pattern has {groups} groups; expected one, the time")
        return self


class VersionedBy(Model):
    """What makes one version of a record newer than another: first `row`, then `file`."""

    row: RowStamp | None = None
    file: FileStamp | None = None


class Contract(Model):
    """One kind of export. Field and answer rules keep the order in which they were written."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    source: str
    description: str
    reads: Reads = Reads()
    fields: dict[str, FieldRule]
    answers: dict[str, AnswerRule] = {}
    identifying: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    versioned_by: VersionedBy = VersionedBy()

    @property
    def template(self) -> Template:
        """The template of the contract's source."""
        return templates()[self.source]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, once each; where the file has it, if it is optional."""
        return tuple(dict.fromkeys(column for column, _ in self._uses()))

    @property
    def required_columns(self) -> tuple[str, ...]:
        """The columns without which a file does not fit."""
        return tuple(dict.fromkeys(column for column, required in self._uses() if required))

    def _uses(self) -> Iterator[tuple[str, bool]]:
        for name, rule in self.fields.items():
            if rule.column is not None:
                yield rule.column, self.template.fields[name].must_be_fed
        for item, answer in self.answers.items():
            yield answer.column, item in self.template.required_items
        for stamp in (self.versioned_by.row, self.versioned_by.file):
            if stamp is not None and stamp.column is not None:
                yield stamp.column, True
