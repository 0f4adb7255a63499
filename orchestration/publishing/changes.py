"""Which figures differ between two states of published tables, and by how much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import pandas as pd

from orchestration.disclosure import PUBLISHABLE, PublishableTable
from orchestration.publishing.figures import address
from orchestration.publishing.report.tables import Row, records

Kind = Literal["added", "removed", "changed", "hidden", "shown"]

VALUE = {
    "mart_change": "change",
    "mart_support_comparison": "difference",
    "mart_observer_agreement": "exact",
    "mart_coverage": "coverage",
    "mart_survey_quality": "response_rate",
    "mart_professional_learning": "reach",
}
"""The column that a reader takes a row's figure from, where it is not `estimate`."""
COUNT = {"mart_row_accounting": "rows_used"}
"""The count behind a row, where it is not the first of the table's denominators."""


@dataclass(frozen=True)
class Change:
    """A row that is not what it was; of one added there is no `from`, of one removed no `to`.

    `n` is the count behind it and `value` its estimate, or what stands for it in its table; None
    where it has none, or it is hidden. `columns` are all that differ.
    """

    table: str
    term: str
    figure: str
    kind: Kind
    columns: tuple[str, ...]
    n_from: int | None
    n_to: int | None
    value_from: float | None
    value_to: float | None
    shown_from: str | None
    shown_to: str | None

    @property
    def difference(self) -> float | None:
        """By how much the value changed, where it has one before and after."""
        if self.value_from is None or self.value_to is None:
            return None
        return self.value_to - self.value_from

    @property
    def n_difference(self) -> int | None:
        """By how many the count changed, where there is one before and after."""
        if self.n_from is None or self.n_to is None:
            return None
        return self.n_to - self.n_from

    def as_object(self) -> dict[str, Any]:
        """The change for a program."""
        return {**asdict(self), "difference": self.difference, "n_difference": self.n_difference}


def changes(
    before: Mapping[str, pd.DataFrame], after: Mapping[str, pd.DataFrame]
) -> Iterator[Change]:
    """Every row that differs, by table and term, in the tables' order.

    A term whose rows are the same in both is passed over whole: that is what carrying over means.
    """
    for name, table in PUBLISHABLE.items():
        empty = pd.DataFrame(columns=list(table.published))
        then, now = before.get(name, empty), after.get(name, empty)
        for term in sorted({*then["term"].dropna(), *now["term"].dropna()}):
            rows = [frame[frame["term"] == term].reset_index(drop=True) for frame in (then, now)]
            if not rows[0].equals(rows[1]):
                yield from _between(table, *map(records, rows))


def _between(table: PublishableTable, before: list[Row], after: list[Row]) -> Iterator[Change]:
    keys = table.keys
    then, now = ({tuple(row[key] for key in keys): row for row in rows} for rows in (before, after))
    for key in [*now, *(key for key in then if key not in now)]:
        one, other = then.get(key), now.get(key)
        columns = tuple(
            name
            for name in table.published
            if name not in keys and (one or {}).get(name) != (other or {}).get(name)
        )
        if one is None or other is None or columns:
            yield _change(table, one, other, columns)


def _change(
    table: PublishableTable, before: Row | None, after: Row | None, columns: tuple[str, ...]
) -> Change:
    row: Row = after or before or {}
    count = COUNT.get(table.name, table.denominators[0] if table.denominators else "")
    value = VALUE.get(table.name, "estimate")
    then, now = before or {}, after or {}
    return Change(
        table=table.name,
        term=row["term"],
        figure=address(table.name, row),
        kind=_kind(before, after),
        columns=columns,
        n_from=then.get(count),
        n_to=now.get(count),
        value_from=then.get(value),
        value_to=now.get(value),
        shown_from=then.get("shown"),
        shown_to=now.get("shown"),
    )


def _kind(before: Row | None, after: Row | None) -> Kind:
    if before is None:
        return "added"
    if after is None:
        return "removed"
    then, now = (row["suppression"] != "none" for row in (before, after))
    if then == now:
        return "changed"
    return "hidden" if now else "shown"
