"""What a contract says of its files' format: the part under `reads`. Models only.

reads: {format: delimited, encoding: windows-1252, delimiter: ";"}
reads: {format: delimited, header_has: [State, Total], notes_below: ["Note:"]}
reads: {format: excel, sheet: Responses, header_rows: 2}
reads: {format: qualtrics}
reads: {format: oneroster}
reads: {format: delimited, grouped: {by: [Section], counts: [{column: Students, of: Student ID}]}}
reads: {format: excel, unpivoted: {names: Session, values: Mark, besides: [Name, School]}}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal

from pydantic import Field, field_validator, model_validator

from orchestration.reading.contract_rules import Model
from orchestration.reading.grouping import Grouping
from orchestration.reading.unpivoting import Unpivoting

ANY: Final = "any"
"""An encoding or a delimiter that is told from the file, or the file refused."""

SURVEYS = ("google_forms", "qualtrics", "surveymonkey", "kobo", "microsoft_forms")
Format = Literal[
    "delimited",
    "excel",
    "google_forms",
    "qualtrics",
    "surveymonkey",
    "kobo",
    "microsoft_forms",
    "oneroster",
]
NOBODY: Mapping[Format, str] = {"microsoft_forms": "anonymous"}
"""What a platform writes for whoever answered, where its form does not ask who did."""
Encoding = Literal["utf-8", "utf-16", "windows-1252", "mac_roman", "any"]


class Codes(Model):
    """What the codes of a column mean, as (code, text); `several` may stand in one cell."""

    column: str
    several: bool = False
    texts: tuple[tuple[str, str], ...]


class Reads(Model):
    """The format of the files, as its reader needs to know it.

    `encoding` and `delimiter` are those of text; for `delimited` they are UTF-8 and a comma unless
    the contract says otherwise, for a survey platform's format they are found. The header is the
    first record that has all the names of `header_has`, which leaves titles above it out; else the
    first record, and `header_rows` records where it stands on several. A record that begins with
    one of `notes_below` ends the table. `sheet` is of a workbook. `definition` names a Qualtrics
    survey's .qsf beside the contract: the files have numeric values, and `codes`, which is made of
    it as the contract is loaded, says what they mean. `grouped` says how several records make one
    row, `unpivoted` how one record makes several.
    """

    format: Format = "delimited"
    encoding: Encoding | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_rows: int = Field(default=1, ge=1, le=5)
    header_has: tuple[str, ...] = ()
    notes_below: tuple[str, ...] = ()
    definition: str | None = None
    grouped: Grouping | None = None
    unpivoted: Unpivoting | None = None
    codes: tuple[Codes, ...] = ()

    @property
    def text_encoding(self) -> Encoding:
        """The encoding of a file of text."""
        if self.encoding is not None:
            return self.encoding
        return "utf-8" if self.format == "delimited" else "any"

    @property
    def text_delimiter(self) -> str:
        """The delimiter of a file of text: one character, or ANY."""
        return self.delimiter or ("," if self.format == "delimited" else ANY)

    @property
    def made_from(self) -> tuple[str, ...]:
        """The columns without which no rows could be made of records."""
        if self.grouped is not None:
            return self.grouped.inputs
        return self.unpivoted.columns if self.unpivoted is not None else ()

    @property
    def made(self) -> tuple[str, ...]:
        """The columns that are made of the file's own."""
        making = self.grouped or self.unpivoted
        return making.made if making is not None else ()

    @property
    def named(self) -> tuple[str, ...]:
        """Every column that it names to make rows of records, read or not."""
        return self.unpivoted.named if self.unpivoted is not None else self.made_from

    @field_validator("delimiter")
    @classmethod
    def is_one_plain_character(cls, value: str | None) -> str | None:
        """A delimiter is one ASCII character that cannot be taken for a quote or a line's end."""
        if value is None or value == ANY:
            return value
        if len(value) != 1 or not value.isascii() or value in '"\r\n\0':
            raise ValueError(
                "a delimiter is one ASCII character, neither a quote nor a line end, or 'any'"
            )
        return value

    @field_validator("header_has", "notes_below")
    @classmethod
    def are_texts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """A blank would be found in any record."""
        if any(not text.strip() for text in value):
            raise ValueError("a blank text is in any record; name what stands there")
        return tuple(text.strip() for text in value)

    @model_validator(mode="after")
    def suits_its_format(self) -> Reads:
        """What is told is something that the format has."""
        if self.format == "excel" and (self.encoding or self.delimiter):
            raise ValueError("a workbook has no encoding and no delimiter; leave them out")
        if self.format == "delimited" and self.sheet is not None:
            raise ValueError("delimited text has no sheet; leave it out")
        if self.format in SURVEYS and (self.header_rows > 1 or self.header_has):
            raise ValueError(f"the header of {self.format} is known; leave 'header_…' out")
        if self.format == "oneroster" and not self.model_fields_set <= {"format", "encoding"}:
            raise ValueError("what a OneRoster bundle holds is known; leave all but 'encoding' out")
        if self.grouped is not None and self.unpivoted is not None:
            raise ValueError("rows are made in one way: leave 'grouped' or 'unpivoted' out")
        if self.definition is not None and self.format != "qualtrics":
            raise ValueError("a definition is of a Qualtrics survey; leave it out")
        if self.definition is not None and not re.fullmatch(r"[\w. -]+\.qsf", self.definition):
            raise ValueError("a definition is the name of a .qsf file beside the contract")
        if self.codes:
            raise ValueError("codes are made of the file that 'definition' names; leave them out")
        return self
