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

from orchestration.reading.templates import Template, TemplateField, templates

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


def problems_of(contract: Contract) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What is wrong with a contract against its template, as (path in the YAML, sentence).

    Looks at one contract alone; the registry's part is checked where contracts are loaded.
    """
    if contract.source not in templates():
        known = ", ".join(templates())
        yield ("source",), f"'{contract.source}' is no known source; expected one of {known}"
        return
    template = contract.template
    for name, rule in contract.fields.items():
        field = template.fields.get(name)
        if field is None:
            known = ", ".join(template.fields)
            yield ("fields", name), f"'{name}' is no field of {contract.source}; it has {known}"
        else:
            yield from _rule_problems(contract, name, rule, field)
    for name, field in template.fields.items():
        if field.must_be_fed and name not in contract.fields:
            yield ("fields",), f"nothing feeds '{name}', which {contract.source} requires"
    if contract.answers and not template.has_answers:
        yield ("answers",), f"{contract.source} has no answers"
    for item in template.required_items:
        if item not in contract.answers:
            yield ("answers",), f"nothing answers '{item}', which {contract.source} requires"
    yield from _privacy_problems(contract)


def _rule_problems(
    contract: Contract, name: str, rule: FieldRule, field: TemplateField
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    at = ("fields", name)
    if rule.date and field.type != "date":
        yield (*at, "date"), f"'{name}' is of type {field.type}, and takes no date format"
    if rule.timestamp and field.type not in ("timestamp", "date"):
        yield (*at, "timestamp"), f"'{name}' is of type {field.type}, and takes no timestamp format"
    if rule.origin == "row_hash" and (field.type != "text" or contract.template.key != (name,)):
        yield (
            (*at, "from"),
            f"'{name}' is not the source's one id key; a row's hash stands for that",
        )
    if field.is_person and rule.column is not None and rule.column not in contract.identifying:
        yield (
            (*at, "column"),
            f"column '{rule.column}' feeds '{name}', a person; list it under 'identifying'",
        )


def _privacy_problems(contract: Contract) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for index, column in enumerate(contract.secret):
        if column in contract.columns:
            yield ("secret", index), f"column '{column}' is secret, and so may feed nothing"
    for index, column in enumerate(contract.identifying):
        fed = [
            name
            for name, rule in contract.fields.items()
            if rule.column == column and not contract.template.fields[name].is_person
        ]
        fed += [item for item, answer in contract.answers.items() if answer.column == column]
        if fed:
            yield (
                ("identifying", index),
                f"column '{column}' identifies people, and so may not feed '{fed[0]}', "
                "which keeps its text",
            )
