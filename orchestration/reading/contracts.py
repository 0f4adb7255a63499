"""Contracts: how one kind of export maps onto its source's template. Models only; no disk.

fields:
  observed_on: {column: Date of visit, date: "%m/%d/%Y"}
  school_id: {column: School, crosswalk: our_schools}
  class_id: {pseudonym_of: teacher_id}
  teacher_id: {columns: [First name, Last name]}
  observer_role: {constant: coach}
items: registry
answers:
  materials: {constant: not_observed}
  engagement: {column: "Were students engaged?", map: our_ratings}
  challenges: {chosen: {pacing: Q7_1, other: Q7_9_TEXT}, written: [other]}
excludes:
  - {column: Status, values: [Survey Preview, "1"], because: a preview}
during: {from: First day, to: Last day}

`items: registry` reads every item that the registry declares for the source from a column of the
item's name; `answers` says where an item is found otherwise, or alone, which items there are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Literal

from pydantic import Field, model_validator

from orchestration.fingerprints import text_sha256
from orchestration.reading.contract_rules import (
    AnswerRule,
    During,
    Exclusion,
    FieldRule,
    Formats,
    Model,
)
from orchestration.reading.reads import Reads
from orchestration.reading.templates import Template, templates

ISO_DATE = "%Y-%m-%d"
ISO_TIMESTAMPS = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S")


class RowStamp(Model):
    """The column in which a row says when it was last changed."""

    column: str
    timestamp: Formats = ISO_TIMESTAMPS


class FileStamp(Model):
    """When a file was exported: a column that says it, or a pattern in the file's name.

    The pattern is a regular expression whose one group is the time, written as `timestamp` says.
    """

    column: str | None = None
    pattern: str | None = None
    timestamp: Formats = ISO_TIMESTAMPS

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
    """One kind of export.

    As it is loaded, `answers` has every item that is read, with its map, in the registry's order.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    source: str
    description: str
    reads: Reads = Reads()
    fields: dict[str, FieldRule]
    items: Literal["registry"] | None = None
    answers: dict[str, AnswerRule] = Field(default_factory=dict)
    identifying: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    excludes: tuple[Exclusion, ...] = ()
    during: During | None = None
    versioned_by: VersionedBy = VersionedBy()

    @property
    def content(self) -> object:
        """All of it but its description: what rows follow from."""
        # the order of the answers is that of raw's lists, so it counts
        return [self.model_dump(mode="json", exclude={"description"}), list(self.answers)]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of its content."""
        return text_sha256(self.content)

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
        required = (column for column, required in self._uses() if required)
        return tuple(dict.fromkeys((*self.reads.made_from, *required)))

    @property
    def known_columns(self) -> tuple[str, ...]:
        """Every column that some rule names, read or not."""
        named = (*self.columns, *self.reads.named, *self.identifying, *self.secret)
        return tuple(dict.fromkeys(named))

    @property
    def withheld_columns(self) -> tuple[str, ...]:
        """The columns of what somebody wrote: with consent or without, it is not quarantined."""
        consented = tuple(
            column
            for name, rule in self.fields.items()
            if self.template.fields[name].needs_consent is not None
            for column in rule.sources
        )
        typed = (column for rule in self.answers.values() for column in rule.written_columns)
        return (*consented, *typed)

    @property
    def counts_rows(self) -> bool:
        """Whether a row's id hangs on the rows before it, as does that of a row's hash."""
        return any(rule.origin == "row_hash" for rule in self.fields.values())

    @property
    def has_lone_keys(self) -> bool:
        """Whether no two rows of a file can have one key: a column's own text, and `unique`."""
        name, *others = self.template.key
        rule = self.fields.get(name)
        if others or rule is None or self.template.fields[name].type != "text":
            return False
        return rule.unique and rule.column is not None and not rule.looks_up

    def missing_items(self, header: Collection[str]) -> tuple[str, ...]:
        """The items of which a file with these columns lacks one, or the one."""
        return tuple(
            item for item, answer in self.answers.items() if not set(answer.sources) <= set(header)
        )

    def _uses(self) -> Iterator[tuple[str, bool]]:
        for name, rule in self.fields.items():
            # what stands under a person's pseudonym is made of the person's columns
            for column in self.fields.get(rule.pseudonym_of or name, rule).sources:
                yield column, rule.required or self.template.fields[name].must_be_fed
        for item, answer in self.answers.items():
            for column in answer.sources:
                yield column, answer.required or item in self.template.required_items
        for exclusion in self.excludes:
            yield exclusion.column, True
        if self.during is not None:
            yield self.during.from_, True
            yield self.during.to, True
        for stamp in (self.versioned_by.row, self.versioned_by.file):
            if stamp is not None and stamp.column is not None:
                yield stamp.column, True
