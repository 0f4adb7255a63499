"""The templates: what each source's rows are, whatever export they came from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, model_validator

from orchestration.reading.yamlmarks import load_marked

ALL_TERMS = "all"
"""The term of a source that is effective-dated rather than landed by term."""

FieldType = Literal["text", "date", "integer", "decimal", "timestamp", "student", "educator"]
PEOPLE = ("student", "educator")

ARROW_TYPES: Mapping[str, pa.DataType] = {
    "text": pa.string(),
    "date": pa.date32(),
    "integer": pa.int64(),
    "decimal": pa.decimal128(18, 6),
    "timestamp": pa.timestamp("us"),
    "student": pa.string(),
    "educator": pa.string(),
}
ANSWER = ("item", "text", "code")
CONSENTED = "yes"
"""The code by which somebody says that what they wrote may be kept."""


class TemplateField(BaseModel):
    """A fixed column of a source; `may_be_blank` marks a column required though a value is not.

    `codes`, where given, are all that its value may be. `needs_consent` marks what somebody wrote:
    it is kept where the field of that name is CONSENTED, and nowhere else. `recurs` says whether
    several rows of a term are likely to have one value, which decides how they are kept, not what.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    type: FieldType
    description: str
    required: bool = False
    may_be_blank: bool = False
    in_term: bool = False
    codes: tuple[str, ...] = ()
    needs_consent: str | None = None
    recurs: bool = True

    @property
    def is_person(self) -> bool:
        """Whether the value is somebody's id, and so is kept only as a hash."""
        return self.type in PEOPLE

    @property
    def arrow_type(self) -> pa.DataType:
        """The type of its column in raw."""
        return ARROW_TYPES[self.type]

    @property
    def is_encoded(self) -> bool:
        """Whether chunks keep it as distinct values and indices: text that is likely to recur."""
        return bool(pa.types.is_string(self.arrow_type)) and self.needs_consent is None

    @property
    def must_be_fed(self) -> bool:
        """Whether a contract has to say where the field comes from."""
        return self.required or self.may_be_blank


class TemplateItem(BaseModel):
    """An answer that is always asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    description: str
    required: bool = False


class Template(BaseModel):
    """A source's template: its fixed columns in order, its key, and the items it insists on."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    description: str
    terms: Literal["all", "calendar"]
    key: tuple[str, ...]
    fields: dict[str, TemplateField]
    items: dict[str, TemplateItem] | None = None
    reported: bool = False
    """Whether a row of it is something that a term's report can be about."""

    @property
    def is_partitioned(self) -> bool:
        """Whether it has a partition a term; the others are effective-dated."""
        return self.terms != ALL_TERMS

    @property
    def has_answers(self) -> bool:
        """Whether its rows carry a list of answers beside the fixed columns."""
        return self.items is not None

    @property
    def required_items(self) -> tuple[str, ...]:
        """The items that every row must answer."""
        return tuple(name for name, item in (self.items or {}).items() if item.required)

    @property
    def unrepeated(self) -> tuple[str, ...]:
        """The columns of text whose values do not recur: a lone id, and what somebody wrote."""
        lone = self.key if len(self.key) == 1 else ()
        return tuple(
            name
            for name, field in self.fields.items()
            if field.needs_consent is not None
            or (field.is_encoded and (name in lone or not field.recurs))
        )

    @model_validator(mode="after")
    def holds_together(self) -> Template:
        """The key is made of required fields, only dates lie in a term, and consent is a field."""
        for name in self.key:
            if name not in self.fields or not self.fields[name].required:
                raise ValueError(f"the key names '{name}', which is no required field")
        for name, field in self.fields.items():
            if field.in_term and field.type != "date":
                raise ValueError(f"'{name}' is to lie in the term, but is no date")
            consent = self.fields.get(field.needs_consent or name, field)
            if consent is not field and (CONSENTED not in consent.codes or field.required):
                raise ValueError(f"'{name}' needs a consent that cannot be given, or is required")
        return self


@cache
def templates() -> Mapping[str, Template]:
    """Every source's template, by source, as `templates.yaml` states them."""
    stated = load_marked(Path(__file__).with_name("templates.yaml").read_text(encoding="utf-8"))
    return {source: Template.model_validate(body) for source, body in stated.content.items()}


def raw_schema(source: str) -> pa.Schema:
    """The schema of a source's raw Parquet: its fields, answers, and where each row came from.

    `line` is the physical line of the file, counted from 1, on which the record starts.
    Raises KeyError for an unknown source.
    """
    return _schema(source, encoded=pa.string())


def chunk_schema(source: str) -> pa.Schema:
    """The raw schema as chunks have it in memory: text that recurs is dictionary-encoded.

    Written to Parquet it is the raw schema; keys, and what does not recur, stay plain.
    """
    return _schema(source, encoded=pa.dictionary(pa.int32(), pa.string()))


def _schema(source: str, encoded: pa.DataType) -> pa.Schema:
    template = templates()[source]
    plain = {*template.key, *template.unrepeated}
    fields = [
        (name, encoded if field.is_encoded and name not in plain else field.arrow_type)
        for name, field in template.fields.items()
    ]
    if template.has_answers:
        answer = pa.struct([(name, encoded) for name in ANSWER])
        fields.append(("answers", pa.list_(pa.field("element", answer))))
    origin = [("term", encoded), ("file_sha256", encoded), ("line", pa.int64())]
    return pa.schema([*fields, *origin])
