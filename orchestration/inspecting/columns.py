"""What the cells of a column are, by its first rows; and what of them may be shown.

A file that nobody knows yet may name people anywhere. So a value is shown where it recurs like an
answer does and nothing speaks for a person; of all others only the kind is told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from ipaddress import ip_address

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.inspecting.likeness import headings
from orchestration.reading.columns import ZONE, mapped, texts_of, typed, without_zone
from orchestration.reading.whole_file import confusable

DAYS = (
    "%Y-%m-%d",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%m/%d/%y",
    "%d/%m/%y",
    "%d.%m.%Y",
    "%m-%d-%Y",
    "%d-%m-%Y",
    "%Y/%m/%d",
    "%d %B %Y",
    "%B %d, %Y",
    "%b %d, %Y",
    "%d %b %Y",
    "%d-%b-%Y",
)
CLOCKS = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%H:%M:%S.%f")
MOMENTS = (
    *(f"{day}{mark}{clock}" for day in DAYS for mark in (" ", "T", ", ") for clock in CLOCKS),
    *(f"%A, {day}, {clock}" for day in DAYS for clock in CLOCKS),
    *(f"{day} {clock} %Z" for day in DAYS for clock in CLOCKS),
    "%Y-%m-%dT%H:%M:%S.%f%z",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%d %H:%M:%S%z",
)
KNOWN_SHARE = 0.9
"""The share of a column's texts that a scale has to know for the column to answer its item."""

MOST_SHOWN, LONGEST_SHOWN = 8, 60
LONGEST_WRITTEN = 100
"""No number, day or time is written in more bytes."""
SHOWN_TO_RECUR = 2
"""How often a text has to stand in a column on the average for its values to be shown."""

ADDRESS = re.compile(r"[0-9a-f:.]{3,45}", re.IGNORECASE)
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}\.[^@\s]+")
PHONE = re.compile(r"[+(]?\d[\d ()./-]{7,}\d")
NAME = re.compile(r"[A-Z][\w'’-]+(?:,? [A-Z][\w'’.-]*){1,3}")
DIALLED = 10
"""How many digits a telephone's number has at least; a day has eight."""

PERSONAL = re.compile(
    r"name|mail|phone|\bip\b|ipaddress|address|street|birth|\bdob\b|password|login|recipient"
    r"|latitude|longitude|location|zip|postcode|external|\bid\b|uuid|submitted"
    r"|comment|note|feedback|elaborate|explain|describe|why\b|in your own words|_text\b",
    re.IGNORECASE,
)
"""Words of a heading below which people may be named, or write what they like."""

OF_PEOPLE = re.compile(
    r"user|teacher|student|educator|observer|coach|principal|respondent|staff|guardian|parent"
    r"|licensee|notified|officer|who\b",
    re.IGNORECASE,
)
"""Words that say so in a short heading; a long one is a question about people."""
SHORT = 40

OF_PLACES = re.compile(
    r"school|district|region|campus|site name|county|state|course", re.IGNORECASE
)
"""Words of a heading below which names are those of places and courses."""


@dataclass(frozen=True)
class Column:
    """A column by its first rows: how many cells are filled, of what kind, and some of them.

    `kind` is one of blank, integer, decimal, date, timestamp, text; `formats` are those of strptime
    that every cell can be read by, several where they cannot be told apart. `distinct` counts
    different texts. `samples` are values as they stand, or a description of those not shown.
    """

    name: str
    label: str | None
    filled: int
    distinct: int
    kind: str
    formats: tuple[str, ...]
    is_personal: bool
    samples: tuple[str, ...]
    values: tuple[str, ...]

    @property
    def heading(self) -> str:
        """What is asked: the question, where the platform writes it below the name."""
        return self.label or self.name

    @cached_property
    def headings(self) -> list[str]:
        """All that it may be called by."""
        return headings(self.name, self.label)


def column_of(
    con: duckdb.DuckDBPyConnection,
    name: str,
    label: str | None,
    cells: pa.StringArray,
    answers: Container[str] = (),
) -> Column:
    """Look at a column's cells; texts that are all `answers`, in lower case, name nobody."""
    texts = texts_of(cells)
    filled = texts.filter(pc.not_equal(texts, ""))
    counts = Counter(filled.to_pylist())
    values = tuple(text for text, _ in counts.most_common())
    distinct = pa.array(list(values), pa.string())
    kind, formats = _kind(con, distinct)
    heading = f"{name} {label or ''}"
    answered = bool(values) and all(value.lower() in answers for value in values)
    personal = not answered and _is_personal(heading, kind, values)
    recurs = (
        answered or len(counts) * SHOWN_TO_RECUR <= len(filled) or kind in ("date", "timestamp")
    )
    short = all(len(value) <= LONGEST_SHOWN for value in values[:MOST_SHOWN])
    shown = recurs and short and not personal
    return Column(
        name=name,
        label=label,
        filled=len(filled),
        distinct=len(counts),
        kind=kind,
        formats=formats,
        is_personal=personal,
        samples=values[:MOST_SHOWN] if shown else _described(kind, values),
        values=values,
    )


def share_known(codes: Mapping[str, str], texts: Sequence[str]) -> float:
    """The share of texts that a value map knows; 0 where there is none."""
    if not texts:
        return 0.0
    found = mapped(pa.array(list(texts), pa.string()), codes)
    return 1 - found.null_count / len(found)


def _kind(con: duckdb.DuckDBPyConnection, distinct: pa.StringArray) -> tuple[str, tuple[str, ...]]:
    if not len(distinct):
        return "blank", ()
    if pc.max(pc.binary_length(distinct)).as_py() > LONGEST_WRITTEN:
        return "text", ()
    first = distinct[0].as_py()
    if not any(map(str.isdigit, first)):
        return "text", ()  # told at once: neither a number nor a time is written without a digit
    for kind in ("integer", "decimal"):
        if not typed(con, distinct, kind, ()).null_count:
            return kind, ()
    for kind, formats in (("date", DAYS), ("timestamp", MOMENTS)):
        likely = [one for one in formats if _is_written(first, one)]
        whole = [one for one in likely if not typed(con, distinct, kind, [one]).null_count]
        if whole:
            return kind, tuple(_rivals(whole))
    return "text", ()


def _rivals(formats: Sequence[str]) -> Iterator[str]:
    """The first, and those by which a text could be another time than by it: May is short, too."""
    first = formats[0]
    yield first
    yield from (one for one in formats[1:] if confusable(first, one))


def _is_written(text: str, strptime_format: str) -> bool:
    timed = without_zone(strptime_format)
    try:
        datetime.strptime(text if timed == strptime_format else re.sub(ZONE, "", text), timed)
    except ValueError:
        return False
    return True


def _is_personal(heading: str, kind: str, values: Sequence[str]) -> bool:
    if any(map(EMAIL.search, values)) or any(map(_is_network_address, values)):
        return True
    if kind in ("date", "timestamp"):
        return bool(re.search(r"birth|\bdob\b", heading, re.IGNORECASE))
    told = PERSONAL.search(heading) or (len(heading) <= SHORT and OF_PEOPLE.search(heading))
    if told and not re.search(r"school|class|course|section", heading, re.IGNORECASE):
        return True
    if kind == "text" and any(map(_is_phone, values)):
        return True
    named = sum(NAME.fullmatch(value) is not None for value in values)
    return named * 2 > len(values) and not OF_PLACES.search(heading)


def _is_network_address(value: str) -> bool:
    if not ADDRESS.fullmatch(value):
        return False
    try:
        ip_address(value)
    except ValueError:  # a time of day has colons, too
        return False
    return True


def _is_phone(value: str) -> bool:
    return bool(PHONE.fullmatch(value)) and sum(map(str.isdigit, value)) >= DIALLED


def _described(kind: str, values: Sequence[str]) -> tuple[str, ...]:
    """What stands there, without any of it."""
    if not values:
        return ()
    if any(map(EMAIL.search, values)):
        return ("(e-mail addresses)",)
    if any(map(_is_network_address, values)):
        return ("(network addresses)",)
    if kind != "text":
        return (f"({kind}s)",)
    longest = max(map(len, values))
    return (f"(text of up to {longest} characters)",)
