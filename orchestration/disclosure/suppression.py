"""Primary suppression: a cell under the minimum n keeps its keys and names, and nothing else.

Cells that tell of the same people are hidden together: of a unit's items and constructs, both
weightings and every missing rule, one alone under the minimum hides them all. Of a row that is
shown, a part that rests on too few is hidden by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pandas as pd

from orchestration.disclosure import shown
from orchestration.disclosure.accounting import by_source_and_term
from orchestration.disclosure.kinds import Declared, Kind, Part, PublishableTable
from orchestration.disclosure.tables import PUBLISHABLE

PUBLISHED_LEVELS = ("district", "local_district", "region")


def publishable(table_name: str, frame: pd.DataFrame, declared: Declared) -> pd.DataFrame:
    """Make a publishable table from a restricted mart.

    `frame` has the mart's columns, in any order. The result has the declared columns,
    `suppression` (`none`, `primary`, or `secondary` for a cell hidden with another) and `shown`,
    in the table's declared order, every count Int64 and every figure Float64, both nullable.
    School rows are left out. A count of nobody is not a person, and is shown.

    Raises ValueError, as a sentence, for a table that is not publishable, a column missing or not
    declared, a denominator that is null, a unit without a minimum, a measure or an instrument
    that nobody declared, and a key that stands twice.
    """
    table = PUBLISHABLE.get(table_name)
    if table is None:
        raise ValueError(
            f"'{table_name}' is no publishable table; expected one of {', '.join(PUBLISHABLE)}."
        )
    _refuse_other_columns(table, frame)
    if table.only is not None:
        frame = frame[frame[table.only].fillna(False).astype("bool")]
    if table.folded:
        frame = by_source_and_term(table, frame)
    if "level" in table.columns:
        frame = _without_schools(table, frame)
    frame = frame.reset_index(drop=True)
    units = _units(table, frame, declared)
    minimum = _minimum(table, units, declared)
    small = _small(table, frame, minimum)
    alike = _hidden_together(table, frame, small)
    result = _scrubbed(table, frame, alike, table.statistics)
    for part in table.parts:
        few = _few(part, frame, minimum)
        if few.any():
            result = _scrubbed(table, result, few, part.columns)
    result = table.typed(result)
    result["suppression"] = _suppression(small, alike)
    result["shown"] = _texts(table, result, units, minimum, declared)
    return table.ordered(table.typed(result))


def withheld(table: PublishableTable, frame: pd.DataFrame, where: pd.Series) -> pd.DataFrame:
    """A publishable frame with the rows `where` hidden too, as those hidden with another are."""
    if not where.any():
        return frame
    result = table.typed(_scrubbed(table, frame, where, table.statistics))
    result["suppression"] = frame["suppression"].mask(where, "secondary")
    result["shown"] = frame["shown"].mask(where, shown.WITHHELD)
    return table.typed(result)


def without(
    table: PublishableTable,
    frame: pd.DataFrame,
    columns: Sequence[str],
    where: pd.Series,
    declared: Declared,
) -> pd.DataFrame:
    """A publishable frame whose rows `where` say nothing in some of their columns."""
    result = table.typed(_scrubbed(table, frame, where, columns))
    again = where & (frame["suppression"] == "none")
    if again.any():
        here = result[again]
        units = _units(table, here, declared)
        texts = _texts(table, here, units, _minimum(table, units, declared), declared)
        result.loc[again, "shown"] = texts
    return table.typed(result)


def minimum_of(table: PublishableTable, frame: pd.DataFrame, declared: Declared) -> pd.Series:
    """The minimum n of every row, told by its keys; 0 where the table counts no units.

    Raises ValueError, as a sentence, for a unit or an instrument that nobody declared.
    """
    return _minimum(table, _units(table, frame, declared), declared)


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


def _units(table: PublishableTable, frame: pd.DataFrame, declared: Declared) -> pd.Series:
    """What each row counts; the empty text where the table counts no units."""
    if table.unit_column is not None:
        return frame[table.unit_column]
    if table.instrument_column is not None:
        return _declared_of(table, frame[table.instrument_column], declared.populations)
    if table.measure_column is not None:
        return _declared_of(table, frame[table.measure_column], declared.units)
    return pd.Series(table.unit or "", index=frame.index, dtype="object")


def _declared_of(
    table: PublishableTable, names: pd.Series, declared: Mapping[str, str]
) -> pd.Series:
    """What the registry declares of each name, refused where it declares nothing."""
    found = names.map(dict(declared))
    if unknown := sorted(set(names[found.isna()].astype("str"))):
        raise ValueError(
            f"{table.name}.{names.name} holds {', '.join(unknown)}, which the registry does not "
            "declare. Build the marts again, or declare it there."
        )
    return found


def _minimum(table: PublishableTable, units: pd.Series, declared: Declared) -> pd.Series:
    """The minimum n of every row; 0 where the table has no denominator."""
    if not table.denominators:
        return pd.Series(0, index=units.index, dtype="int64")
    if unknown := sorted(set(units) - set(declared.minimum_n)):
        raise ValueError(
            f"{table.name} counts {', '.join(unknown)}, for which there is no minimum n; "
            "give it a row in registry/minimum_n.csv."
        )
    return units.map(dict(declared.minimum_n)).astype("int64")


def _small(table: PublishableTable, frame: pd.DataFrame, minimum: pd.Series) -> pd.Series:
    """Whether any denominator of a row is above 0 and under the minimum."""
    small = pd.Series(False, index=frame.index, dtype="bool")
    for name in table.denominators:
        if frame[name].isna().any():
            raise ValueError(
                f"{table.name}.{name} is null in {int(frame[name].isna().sum())} rows: a cell "
                "whose n nobody knows cannot be cleared for publication. Count it as 0 or mend it."
            )
    for name in (*table.denominators, *table.when_known):
        denominator = frame[name].astype("Int64").fillna(0)
        small |= ((denominator > 0) & (denominator < minimum)).astype("bool")
    return small


def counts_of(part: Part, frame: pd.DataFrame) -> Iterator[pd.Series]:
    """How many units each count of a part is in every row; missing where nothing tells."""
    for count in part.counts:
        if isinstance(count, str):
            yield frame[count].astype("Int64")
        else:
            whole, within = (frame[name].astype("Int64") for name in count)
            yield whole - within


def _few(part: Part, frame: pd.DataFrame, minimum: pd.Series) -> pd.Series:
    """Whether any count of a part is above 0 and under the minimum."""
    few = pd.Series(False, index=frame.index, dtype="bool")
    for units in counts_of(part, frame):
        few |= ((units > 0) & (units < minimum)).fillna(False).astype("bool")
    return few


def _hidden_together(table: PublishableTable, frame: pd.DataFrame, small: pd.Series) -> pd.Series:
    """Whether a row, or any that shares its pattern, is small."""
    if not table.pattern or not small.any():
        return small
    alike = [frame[name] for name in table.pattern]
    return small.groupby(alike, dropna=False).transform("max").astype("bool")


def _suppression(small: pd.Series, hidden: pd.Series) -> pd.Series:
    words = pd.Series("none", index=small.index, dtype="str")
    return words.mask(hidden, "secondary").mask(small, "primary")


def _scrubbed(
    table: PublishableTable, frame: pd.DataFrame, hidden: pd.Series, columns: Iterable[str]
) -> pd.DataFrame:
    """The frame with these statistics of a hidden cell gone.

    Nullable types keep what lies under their mask, and a writer may store it: so values go
    through a plain column in which the hidden ones are overwritten before any type masks them.
    """
    scrubbed = frame.copy()
    for name in columns:
        blank: object = None if table.columns[name] is Kind.WORD else float("nan")
        plain = frame[name].astype("object")
        scrubbed[name] = plain.where(~hidden & plain.notna(), blank)
        if table.columns[name] is not Kind.WORD:
            scrubbed[name] = scrubbed[name].astype("float64")
    return scrubbed


def _texts(
    table: PublishableTable,
    frame: pd.DataFrame,
    units: pd.Series,
    minimum: pd.Series,
    declared: Declared,
) -> pd.Series:
    """What a reader sees of every row."""
    read = frame
    if "kind" in table.shown.reads:
        read = frame.assign(kind=_declared_of(table, frame["measure_id"], declared.kinds))
    columns = [frame["suppression"], minimum, units, *(read[name] for name in table.shown.reads)]
    texts = [
        _text(table, word, least, unit, values)
        for word, least, unit, *values in zip(*map(_plain, columns), strict=True)
    ]
    return pd.Series(texts, index=frame.index, dtype="str")


def _text(
    table: PublishableTable, suppression: str, least: int, unit: str, values: list[object]
) -> str:
    if suppression == "primary":
        return shown.hidden(least)
    return shown.WITHHELD if suppression == "secondary" else table.shown.write(unit, *values)


def _plain(column: pd.Series) -> list[object]:
    """A column as Python's own values, None where it is missing."""
    return column.astype("object").where(column.notna(), None).tolist()
