"""Primary suppression: a cell under the minimum n keeps its keys and names, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from orchestration.disclosure import shown
from orchestration.disclosure.accounting import by_source_and_term
from orchestration.disclosure.tables import PUBLISHABLE, Kind, PublishableTable

PUBLISHED_LEVELS = ("district", "local_district", "region")
SINGULAR = {
    "classrooms": "classroom",
    "students": "student",
    "teachers": "teacher",
    "educators": "educator",
    "rows": "row",
}


def publishable(table_name: str, frame: pd.DataFrame, minimum_n: Mapping[str, int]) -> pd.DataFrame:
    """Make a publishable table from a restricted mart.

    `frame` has the mart's columns, in any order; `minimum_n` gives the fewest units that a
    published figure may rest on, by unit. The result has the declared columns, `suppression`
    (`none` or `primary`) and `shown`, in the table's declared order, every count Int64 and every
    figure Float64, both nullable. School rows are left out. A count of nobody is not a person,
    and is shown.

    Raises ValueError, as a sentence, for a table that is not publishable, a column missing or not
    declared, a denominator that is null, a unit without a minimum, and a key that stands twice.
    """
    table = PUBLISHABLE.get(table_name)
    if table is None:
        raise ValueError(
            f"'{table_name}' is no publishable table; expected one of {', '.join(PUBLISHABLE)}."
        )
    _refuse_other_columns(table, frame)
    if table.folded:
        frame = by_source_and_term(table, frame)
    if "level" in table.columns:
        frame = _without_schools(table, frame)
    frame = frame.reset_index(drop=True)
    minimum = _minimum(table, frame, minimum_n)
    small = _small(table, frame, minimum)
    result = table.typed(_scrubbed(table, frame, small))
    result["suppression"] = small.map({True: "primary", False: "none"}).astype("str")
    result["shown"] = pd.Series(_texts(table, result, minimum), index=result.index, dtype="str")
    return table.ordered(table.typed(result))


def _refuse_other_columns(table: PublishableTable, frame: pd.DataFrame) -> None:
    expected = {*table.columns, *table.folded}
    if missing := sorted(expected - set(frame.columns)):
        raise ValueError(
            f"{table.name} lacks {', '.join(missing)}; expected {', '.join(table.columns)}. "
            "Build the mart again, or declare what it has become in disclosure/tables.py."
        )
    if extra := sorted(set(frame.columns) - expected):
        raise ValueError(
            f"{table.name} has {', '.join(extra)}, which disclosure/tables.py does not declare: "
            "say there what kind of column it is before it is published."
        )


def _without_schools(table: PublishableTable, frame: pd.DataFrame) -> pd.DataFrame:
    if unknown := sorted(set(frame["level"].fillna("null")) - {*PUBLISHED_LEVELS, "school"}):
        raise ValueError(
            f"{table.name}.level holds {', '.join(unknown)}; expected "
            f"{', '.join(PUBLISHED_LEVELS)} or school. "
            "A level that nobody has ruled on is not published."
        )
    return frame[frame["level"] != "school"]


def _minimum(
    table: PublishableTable, frame: pd.DataFrame, minimum_n: Mapping[str, int]
) -> pd.Series:
    """The minimum n of every row; 0 where the table has no denominator."""
    if not table.denominators:
        return pd.Series(0, index=frame.index, dtype="int64")
    units = _units(table, frame)
    if unknown := sorted(set(units) - set(minimum_n)):
        raise ValueError(
            f"{table.name} counts {', '.join(unknown)}, for which there is no minimum n; "
            "give it a row in registry/minimum_n.csv."
        )
    return units.map(dict(minimum_n)).astype("int64")


def _units(table: PublishableTable, frame: pd.DataFrame) -> pd.Series:
    if table.unit_column is not None:
        return frame[table.unit_column]
    return pd.Series(table.unit, index=frame.index, dtype="object")


def _small(table: PublishableTable, frame: pd.DataFrame, minimum: pd.Series) -> pd.Series:
    """Whether any denominator of a row is above 0 and under the minimum."""
    small = pd.Series(False, index=frame.index, dtype="bool")
    for name in table.denominators:
        if frame[name].isna().any():
            raise ValueError(
                f"{table.name}.{name} is null in {int(frame[name].isna().sum())} rows: a cell "
                "whose n nobody knows cannot be cleared for publication. Count it as 0 or mend it."
            )
        denominator = frame[name].astype("int64")
        small |= (denominator > 0) & (denominator < minimum)
    return small


def _scrubbed(table: PublishableTable, frame: pd.DataFrame, small: pd.Series) -> pd.DataFrame:
    """The frame with every statistic of a small cell gone.

    Nullable types keep what lies under their mask, and a writer may store it: so values go
    through a plain column in which the hidden ones are overwritten before any type masks them.
    """
    scrubbed = frame.copy()
    for name in table.statistics:
        blank: object = None if table.columns[name] is Kind.WORD else float("nan")
        plain = frame[name].astype("object")
        scrubbed[name] = plain.where(~small & plain.notna(), blank)
        if table.columns[name] is not Kind.WORD:
            scrubbed[name] = scrubbed[name].astype("float64")
    return scrubbed


def _texts(table: PublishableTable, frame: pd.DataFrame, minimum: pd.Series) -> list[str]:
    """What a reader sees of every row."""
    units = _units(table, frame).map(lambda unit: SINGULAR.get(unit, unit))
    return [
        shown.hidden(least) if row["suppression"] == "primary" else table.shown(row, unit)
        for row, least, unit in zip(frame.to_dict("records"), minimum, units, strict=True)
    ]
