"""Why a row is refused: its first problem, in words that a person can act on and without values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from orchestration.reading.columns import Mask
from orchestration.reading.contract_rules import Bound

_SPOKEN = {
    "%Y": "YYYY",
    "%y": "YY",
    "%m": "MM",
    "%-m": "M",
    "%d": "DD",
    "%-d": "D",
    "%B": "month",
    "%b": "mon",
    "%H": "HH",
    "%I": "HH",
    "%M": "MM",
    "%S": "SS",
    "%p": "AM/PM",
    "%z": " zone",
    "%Z": "zone",
}
_KINDS = {
    "date": "not a date",
    "timestamp": "not a date and time",
    "integer": "not a whole number",
    "decimal": "not a number",
}


class Problems:
    """The first problem of each row; they are added in the template's order."""

    def __init__(self, rows: int) -> None:
        self._first: NDArray[np.int16] = np.full(rows, -1, dtype=np.int16)
        self._reasons: list[str] = []

    def add(self, bad: Mask, reason: str) -> None:
        """Say of some rows what is wrong with them; those with a problem keep the one they have."""
        if bad.any():
            self._first[bad & (self._first < 0)] = len(self._reasons)
            self._reasons.append(reason)

    @property
    def rows(self) -> Mask:
        """Which rows have a problem."""
        return self._first >= 0

    def reasons(self, rows: NDArray[np.int64]) -> pa.StringArray:
        """The reason of each of these rows, all of which have one."""
        return pa.array(self._reasons, pa.string()).take(pa.array(self._first[rows]))


def shown(name: str, *columns: str) -> str:
    """A field or item as reasons name it: with its columns, where these have other names."""
    if columns in ((), (name,)):
        return name
    return f"{name} ({'column' if len(columns) == 1 else 'columns'} {', '.join(columns)})"


def blank(name: str) -> str:
    """A required value is missing."""
    return f"{name}: required, but blank"


def unmapped(name: str, value_map: str) -> str:
    """A value is none of those that its value map lists."""
    return f"{name}: a code that no value map knows (map {value_map})"


def unknown_option(name: str, value_map: str, separators: str) -> str:
    """An option of a multi-select is none of those that its value map lists."""
    between = " or ".join(separators)
    return f"{name}: an option that no value map knows (map {value_map}, separated by {between})"


def no_choice(name: str, column: str) -> str:
    """A column of one choice says neither that it was chosen nor that it was not."""
    return f"{name}: a cell that neither chooses nor leaves out (column {column})"


def several_chosen(name: str) -> str:
    """An item that takes one answer has several."""
    return f"{name}: several chosen, where one is expected"


EXCLUDED = "excluded by the contract"


def excluded(column: str, because: str) -> str:
    """A row is no response, as the contract has it."""
    return f"{column}: {EXCLUDED} ({because})"


def no_code(name: str, codes: Sequence[str]) -> str:
    """A value is none of the codes that the template has for it."""
    return f"{name}: none of the codes {', '.join(codes)}"


def not_a(name: str, kind: str, formats: Sequence[str]) -> str:
    """A value is not of its type, or not in its declared format."""
    expected = f" (expected {' or '.join(map(spoken, formats))})" if formats else ""
    return f"{name}: {_KINDS[kind]}{expected}"


def beyond(name: str, low: Bound | None, high: Bound | None) -> str:
    """A value lies outside the range that the contract allows."""
    if low is None or high is None:
        return (
            f"{name}: {f'below {low}' if high is None else f'above {high}'}, as the contract has it"
        )
    return f"{name}: outside {low} to {high}, as the contract has it"


def repeated(name: str) -> str:
    """A value stands on several rows of the file, which the contract says it may not."""
    return f"{name}: stands on several rows of the file, and is unique by the contract"


def spoken(strptime_format: str) -> str:
    """A format of dates or times as a person would write it."""
    for code, words in _SPOKEN.items():
        strptime_format = strptime_format.replace(code, words)
    return strptime_format
