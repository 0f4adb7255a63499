"""What every registry table shares: rows that are checked, and overridden by their key."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

NAME = r"^[a-z][a-z0-9_]*$"
"""What instruments, items, scales, constructs and measures are called."""

Unit = Literal["classrooms", "students", "teachers"]
"""What a measure counts."""

Source = Literal["observations", "student_survey", "teacher_survey"]
"""The sources whose rows answer items."""


class Row(BaseModel):
    """A row of a registry table; `key` names the fields that a site's row overrides by.

    `touches_terms`: whether the figures of terms follow from the table, and are made anew with it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)
    key: ClassVar[tuple[str, ...]]
    touches_terms: ClassVar[bool] = True

    @property
    def identity(self) -> tuple[Any, ...]:
        """The row's values of `key`, by which it is told from others."""
        cells = self.model_dump(by_alias=True)
        return tuple(cells[name] for name in self.key)

    @field_validator("*", mode="before")
    @classmethod
    def blank_is_absent(cls, cell: object, info: ValidationInfo) -> object:
        """A blank cell of a CSV file is an absent value; a field may have an ordinary one."""
        if cell != "":
            return cell
        field = cls.model_fields[str(info.field_name)]
        return None if field.is_required() else field.default
