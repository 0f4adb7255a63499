"""What each publishable table consists of: the one declaration that hiding and writing share.

A publishable table is an allow-list: a column that is not declared here is refused, so that a
column added to a mart is published knowingly or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

import pandas as pd

from orchestration.disclosure import shown


class Kind(Enum):
    """What a column is to a reader, which decides whether a suppressed cell keeps it."""

    KEY = "key"
    NAME = "name"
    COUNT = "count"
    FIGURE = "figure"
    WORD = "word"

    @property
    def is_statistic(self) -> bool:
        """Whether the column says something about the units behind a cell."""
        return self in (Kind.COUNT, Kind.FIGURE, Kind.WORD)

    @property
    def dtype(self) -> str:
        """The pandas type of the column in a publishable frame; each of them can be null."""
        return {Kind.COUNT: "Int64", Kind.FIGURE: "Float64"}.get(self, "str")


ADDED: Mapping[str, Kind] = MappingProxyType({"suppression": Kind.NAME, "shown": Kind.NAME})
"""The columns that disclosure control adds to every table."""


@dataclass(frozen=True)
class PublishableTable:
    """A publishable table.

    `columns` are the mart's, in order; the keys among them, in order, are the table's declared
    sort. `denominators` are the counts that the minimum n is asked of. `unit` says whose minimum:
    the name of a unit of `minimum_n`, or of the column that holds it (`unit_column`).
    `shown` writes a row that is not suppressed, given the row and one of its units.
    `folded` are the mart's columns that publication leaves out, by summing over them.
    """

    name: str
    columns: Mapping[str, Kind]
    shown: Callable[[shown.Row, str], str]
    denominators: tuple[str, ...] = ()
    unit: str | None = None
    unit_column: str | None = None
    folded: tuple[str, ...] = ()

    @property
    def keys(self) -> list[str]:
        """The columns that name a row, in the order in which the table is sorted."""
        return [name for name, kind in self.columns.items() if kind is Kind.KEY]

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
        kinds = {name: kind for name, kind in self.published.items() if name in frame.columns}
        return frame[list(kinds)].astype({name: kind.dtype for name, kind in kinds.items()})

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


_UNIT = {
    "school_year": Kind.NAME,
    "term": Kind.KEY,
    "geography": Kind.KEY,
    "level": Kind.KEY,
    "unit_id": Kind.KEY,
    "unit_name": Kind.NAME,
}

ESTIMATE_COLUMNS: Mapping[str, Kind] = MappingProxyType(
    {
        **_UNIT,
        "measure_id": Kind.KEY,
        "subgroup_type": Kind.KEY,
        "subgroup": Kind.KEY,
        "weighting": Kind.KEY,
        "n": Kind.COUNT,
        "n_clusters": Kind.COUNT,
        "n_eligible": Kind.COUNT,
        "coverage": Kind.FIGURE,
        "estimate": Kind.FIGURE,
        "std_error": Kind.FIGURE,
        "df": Kind.COUNT,
        "ci_low": Kind.FIGURE,
        "ci_high": Kind.FIGURE,
        "deff": Kind.FIGURE,
        "n_effective": Kind.FIGURE,
        "presentation": Kind.WORD,
    }
)
"""The columns that every mart of estimates shares."""

PUBLISHABLE: Mapping[str, PublishableTable] = MappingProxyType(
    {
        table.name: table
        for table in (
            PublishableTable(
                name="mart_adoption",
                columns={**ESTIMATE_COLUMNS, "n_visits": Kind.COUNT},
                shown=shown.proportion,
                denominators=("n",),
                unit="classrooms",
            ),
            PublishableTable(
                name="mart_coverage",
                columns={
                    **_UNIT,
                    "population": Kind.KEY,
                    "subgroup_type": Kind.KEY,
                    "subgroup": Kind.KEY,
                    "n_eligible": Kind.COUNT,
                    "n_seen": Kind.COUNT,
                    "n_matched": Kind.COUNT,
                    "coverage": Kind.FIGURE,
                    "flag": Kind.WORD,
                },
                shown=shown.coverage,
                denominators=("n_eligible", "n_seen"),
                unit_column="population",
            ),
            PublishableTable(
                name="mart_row_accounting",
                columns={
                    "source": Kind.KEY,
                    "term": Kind.KEY,
                    "rows_read": Kind.COUNT,
                    "rows_accepted": Kind.COUNT,
                    "rows_quarantined": Kind.COUNT,
                    "rows_superseded": Kind.COUNT,
                    "rows_erased": Kind.COUNT,
                    "rows_used": Kind.COUNT,
                    "rows_set_aside": Kind.COUNT,
                    "reasons": Kind.WORD,
                },
                shown=shown.account,
                unit="rows",
                folded=("file", "sha256", "contract"),
            ),
        )
    }
)
"""Every publishable table by name."""
