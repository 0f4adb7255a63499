"""What a publishable table is: which columns it has, and what each of them is to a reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

import pandas as pd

from orchestration.disclosure.shown import Shown


class Kind(Enum):
    """What a column is to a reader, which decides whether a suppressed cell keeps it."""

    KEY = "key"
    RANK = "rank"
    NAME = "name"
    DAY = "day"
    YES_NO = "yes or no"
    COUNT = "count"
    FIGURE = "figure"
    WORD = "word"

    @property
    def is_key(self) -> bool:
        """Whether the column is among those that name a row; a rank is one that is a number."""
        return self in (Kind.KEY, Kind.RANK)

    @property
    def is_statistic(self) -> bool:
        """Whether the column says something about the units behind a cell."""
        return self in (Kind.COUNT, Kind.FIGURE, Kind.WORD)

    @property
    def dtype(self) -> str:
        """The pandas type of the column in a publishable frame; each of them can be null."""
        return _DTYPES.get(self, "str")


_DTYPES = {
    Kind.RANK: "Int64",
    Kind.DAY: "datetime64[us]",
    Kind.YES_NO: "boolean",
    Kind.COUNT: "Int64",
    Kind.FIGURE: "Float64",
}

ADDED: Mapping[str, Kind] = MappingProxyType({"suppression": Kind.NAME, "shown": Kind.NAME})
"""The columns that disclosure control adds to every table."""
ADDED_MEANS: Mapping[str, str] = MappingProxyType(
    {
        "suppression": (
            "Whether the cell is hidden: none, primary (under the minimum n), secondary (hidden "
            "with another that would give it away) or coded."
        ),
        "shown": "The text that a reader of the report sees for the row.",
    }
)
"""What the added columns mean; the mart's own say it where the mart is made."""


@dataclass(frozen=True)
class Declared:
    """What the registry says that hiding and showing rest on.

    `minimum_n` is the fewest units that a published figure may rest on, by unit; `kinds` whether a
    measure is a `proportion` or a `mean`, and `units` what it counts; `populations` whom an
    instrument asks, as a unit.
    """

    minimum_n: Mapping[str, int]
    kinds: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    populations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """Columns of a row that are hidden by themselves: they rest on fewer units than all of it.

    They are, where any count is above 0 and under the row's minimum. A count is a column, or two of
    which the second is among the first: then it is how many of the one are not in the other.
    """

    columns: tuple[str, ...]
    counts: tuple[str | tuple[str, str], ...]


@dataclass(frozen=True)
class RestsOn:
    """A cell of a mart of estimates that a row is worked out of, beside its place and measure.

    `term` is the column with the cell's term, `group` its subgroup where it is not the row's own;
    `columns` are those that it hides, all of them where none is named.
    """

    term: str = "term"
    group: tuple[str, str] | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class PublishableTable:
    """A publishable table.

    `columns` are the mart's, in order; the keys among them, in order, are the table's declared
    sort. The minimum n is asked of `denominators`, which are never null, and of those
    `when_known`, counts that are null where nothing tells them, as where no frame knows a group.
    Whose minimum: `unit`, or the unit that the column `unit_column` holds, or the population of
    the instrument in `instrument_column`, or what the measure in `measure_column` counts. Rows that
    agree on `pattern` are hidden together: each says something of the same people; `parts` of a row
    may be hidden where the rest is shown. A row that `rests_on` cells of the marts of estimates is
    shown only where they are.
    `shown` writes a row that is not suppressed. `folded` are the mart's columns that publication
    leaves out, by summing over them. Where `only` is given, that column must be true.
    """

    name: str
    columns: Mapping[str, Kind]
    shown: Shown
    denominators: tuple[str, ...] = ()
    when_known: tuple[str, ...] = ()
    unit: str | None = None
    unit_column: str | None = None
    instrument_column: str | None = None
    measure_column: str | None = None
    pattern: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    rests_on: tuple[RestsOn, ...] = ()
    folded: tuple[str, ...] = ()
    only: str | None = None

    @property
    def keys(self) -> list[str]:
        """The columns that name a row, in the order in which the table is sorted."""
        return [name for name, kind in self.columns.items() if kind.is_key]

    @property
    def has_estimates(self) -> bool:
        """Whether this is a mart of estimates, which others rest on."""
        return "n_effective" in self.columns

    @property
    def statistics(self) -> list[str]:
        """The columns that a suppressed cell does not keep."""
        return [name for name, kind in self.columns.items() if kind.is_statistic]

    @property
    def published(self) -> dict[str, Kind]:
        """The columns of the publishable table: the mart's and the two that are added."""
        return {**self.columns, **ADDED}

    def typed(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame with its columns in the declared order and types."""
        declared = {name: kind for name, kind in self.published.items() if name in frame.columns}
        found = frame[list(declared)]
        other = {
            name: one.dtype for name, one in declared.items() if found[name].dtype != one.dtype
        }
        return found.astype(other) if other else found  # to change nothing takes pandas as long

    def ordered(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame in its declared, total order, with a fresh index.

        Raises ValueError where two rows share a key: their order, and so the bytes of a
        publication, would be anyone's guess.
        """
        twice = frame[frame.duplicated(self.keys, keep=False)]
        if len(twice):
            key = " / ".join(map(str, twice.iloc[0][self.keys]))
            raise ValueError(
                f"{self.name}: {len(twice)} rows share a key with another, the first of them "
                f"{key}; expected one row for each {', '.join(self.keys)}. "
                "Look at the mart's grain."
            )
        return frame.sort_values(self.keys, kind="stable", ignore_index=True)
