"""What a correction changes: the figures of a term, before and after."""

from __future__ import annotations

from typing import Any

import pandas as pd

from orchestration.disclosure import PublishableTable
from orchestration.publishing.figures import address
from orchestration.publishing.model import Slices
from orchestration.publishing.report.measures import Measure, measures
from orchestration.publishing.report.outline import SECTIONS
from orchestration.publishing.report.scope import leading
from orchestration.publishing.report.tables import records

HEADLINE_LEVELS = ("district", "local_district")


def of_term(slices: Slices, table: PublishableTable, term: str) -> pd.DataFrame:
    """A table's rows of a term, with the columns that it has now; none where it has no table."""
    columns = list(table.published)
    frame = slices.tables.get(table.name, pd.DataFrame(columns=columns))
    return table.typed(frame[frame["term"] == term].reindex(columns=columns))


def changed(table: PublishableTable, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """The rows in which anything published differs: their keys, and what was and is `shown`.

    A text is missing where there was, or is, no such row. Where places have names, `unit_name` is
    the one that they have now.
    """
    pair = before.merge(
        after, on=table.keys, how="outer", suffixes=(" from", " to"), indicator=True
    )
    differs = pair["_merge"] != "both"
    for name in table.published:
        if name not in table.keys:
            then, now = pair[f"{name} from"], pair[f"{name} to"]
            same = (then == now).fillna(False).astype("bool") | (then.isna() & now.isna())
            differs |= ~same
    pair = pair[differs].rename(columns={"shown from": "from", "shown to": "to"})
    kept = [*table.keys, "from", "to"]
    if "unit_name" in table.columns:
        pair["unit_name"] = pair["unit_name to"].fillna(pair["unit_name from"])
        kept.append("unit_name")
    return pair[kept].reset_index(drop=True)


def headline(
    table: PublishableTable, rows: pd.DataFrame, dim_measure: pd.DataFrame
) -> list[dict[str, Any]]:
    """Of changed rows, the leading measures of everybody in a place whose text is another now.

    Each has the figure's address (None where it is no more), measure, level, unit_id, unit_name,
    and the texts `from` and `to`. They stand as in the report, the district's first.
    """
    outline = next((one for one in SECTIONS if one.mart == table.name), None)
    if outline is None:
        return []
    declared = {one.id: one for one in leading(outline, measures(dim_measure))}
    order = list(declared)
    found = [
        _figure(table.name, row, declared[row["measure_id"]])
        for row in records(rows)
        if row["measure_id"] in declared and _is_headline(row, declared[row["measure_id"]])
    ]
    return sorted(
        found,
        key=lambda one: (
            HEADLINE_LEVELS.index(one["level"]),
            order.index(one["measure_id"]),
            one["unit_id"],
        ),
    )


def _is_headline(row: dict[str, Any], measure: Measure) -> bool:
    return (
        row["level"] in HEADLINE_LEVELS
        and row["subgroup_type"] == "all"
        and row["weighting"] == "none"
        and row.get("missing_rule") in (None, measure.missing_rule)
        and row["from"] != row["to"]
    )


def _figure(mart: str, row: dict[str, Any], measure: Measure) -> dict[str, Any]:
    return {
        "figure": address(mart, row) if row["to"] is not None else None,
        "measure_id": measure.id,
        "measure": measure.label,
        "level": row["level"],
        "unit_id": row["unit_id"],
        "unit_name": row["unit_name"],
        "from": row["from"],
        "to": row["to"],
    }
