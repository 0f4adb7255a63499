"""Columns of text, and what becomes of them: trimmed, told blank, typed, mapped.

Work is done on a column's distinct values where they are few against its rows, and on whole
arrays at once everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from orchestration.reading.registered import registered

LOOKED_AT = 1024
"""How many of a column's first rows show whether its values recur."""

Mask = NDArray[np.bool_]

WHITESPACE = "".join(filter(str.isspace, map(chr, range(0x3001))))
"""What Python's `str.strip` removes; Arrow's own notion differs by a few control characters."""

GUARDED = r'^="([^"]*)"$'


@dataclass(frozen=True)
class Encoded:
    """A column as its values, few of which are equal, and for each row the index of its own."""

    values: pa.Array
    indices: NDArray[np.int32]

    @classmethod
    def of(cls, texts: pa.StringArray) -> Encoded:
        """Encode a column without nulls; where values hardly recur, each row's stays its own."""
        if pc.count_distinct(texts[:LOOKED_AT]).as_py() > LOOKED_AT * 0.9:
            return cls(texts, np.arange(len(texts), dtype=np.int32))
        encoded = texts.dictionary_encode()
        return cls(encoded.dictionary, encoded.indices.to_numpy())

    @classmethod
    def same(cls, text: str, rows: int) -> Encoded:
        """The same text on every row."""
        return cls(pa.array([text], pa.string()), np.zeros(rows, dtype=np.int32))

    @property
    def blank(self) -> Mask:
        """Which rows hold no text."""
        return self.spread(is_blank(self.values))

    def valued(self, values: pa.Array) -> Encoded:
        """The same rows with other values for the distinct ones."""
        return Encoded(values, self.indices)

    def spread(self, mask: Mask) -> Mask:
        """What holds of the distinct values, by row."""
        return mask.take(self.indices) if mask.any() else np.zeros(len(self.indices), dtype=bool)

    def array(self, kind: pa.DataType, rows: Mask | None = None) -> pa.Array:
        """The column of some rows, as plain or dictionary-encoded values.

        A dictionary has the values of these rows and no other: what a refused or an erased row
        held is not to be stored beside those that stand.
        """
        indices = self.indices if rows is None else self.indices[rows]
        if not pa.types.is_dictionary(kind):
            return self.values.take(pa.array(indices))
        return compacted(indices, self.values)


def compacted(
    indices: NDArray[np.int32], values: pa.Array, used: Mask | None = None
) -> pa.DictionaryArray:
    """A dictionary-encoded array of which no value stands twice, is unused, or is null.

    `used` says which values the indices point at, if the caller has found out already.
    """
    if used is None:
        used = pointed_at(indices, len(values))
    distinct = values.dictionary_encode()
    moved = pc.fill_null(distinct.indices, -1).to_numpy()
    kept = np.zeros(len(distinct.dictionary) + 1, dtype=bool)
    kept[moved[used]] = True  # null's -1 marks the place behind the last
    ranks = np.append(np.cumsum(kept[:-1], dtype=np.int32) - 1, np.int32(-1))
    rows = ranks[moved].take(indices) if len(values) else indices
    return pa.DictionaryArray.from_arrays(
        pa.array(rows, pa.int32(), mask=rows < 0 if values.null_count else None),
        distinct.dictionary.filter(pa.array(kept[:-1])),
        safe=False,  # the ranks are within bounds by what they are
    )


def pointed_at(indices: NDArray[np.int32], size: int) -> Mask:
    """Which of `size` places the indices point at."""
    return np.bincount(indices, minlength=size) > 0


def trimmed(texts: pa.StringArray) -> pa.StringArray:
    """The column without white space at either end of any cell."""
    offsets, data = _buffers(texts)
    filled = np.diff(offsets) > 0
    first, last = data[offsets[:-1][filled]], data[offsets[1:][filled] - 1]
    # below '!' and beyond ASCII: what might be white space; most columns have none at any end
    doubtful = (first <= 0x20) | (last <= 0x20) | (first >= 0x80) | (last >= 0x80)
    return pc.utf8_trim(texts, characters=WHITESPACE) if doubtful.any() else texts


def texts_of(cells: pa.StringArray) -> pa.StringArray:
    """What stands in cells: trimmed, and out of `="…"`, which keeps zeros in spreadsheets."""
    texts = trimmed(cells)
    guarded = pc.starts_with(texts, pattern='="')
    if not pc.any(guarded).as_py():
        return texts
    return trimmed(pc.replace_substring_regex(texts, GUARDED, r"\1"))


def is_blank(texts: pa.StringArray) -> Mask:
    """Which cells hold no text."""
    return np.diff(_buffers(texts)[0]) == 0


def blank_as_null(texts: pa.StringArray) -> pa.StringArray:
    """The column with nulls where it holds no text."""
    blank = is_blank(texts)
    if not blank.any():
        return texts
    return pc.if_else(pa.array(blank), pa.scalar(None, texts.type), texts)


def mapped(values: pa.StringArray, codes: Mapping[str, str]) -> pa.StringArray:
    """The code of each text, by a value map; null where the map knows none.

    A text that differs from the map's in case alone is known, unless two entries differ so too.
    """
    exact = pc.index_in(values, value_set=pa.array(list(codes), pa.string()))
    found = pa.array(list(codes.values()), pa.string()).take(exact)
    if not found.null_count:
        return found
    folded: dict[str, set[str]] = {}
    for text, code in codes.items():
        folded.setdefault(text.lower(), set()).add(code)
    single = {text: next(iter(known)) for text, known in folded.items() if len(known) == 1}
    loose = pc.index_in(pc.utf8_lower(values), value_set=pa.array(list(single), pa.string()))
    return pc.coalesce(found, pa.array(list(single.values()), pa.string()).take(loose))


def looked_up(values: pa.StringArray, entries: Mapping[str, str]) -> pa.StringArray:
    """The value of each key, by a crosswalk; blank where it has no such key."""
    found = pc.index_in(values, value_set=pa.array(list(entries), pa.string()))
    return pc.fill_null(pa.array(list(entries.values()), pa.string()).take(found), "")


def typed(
    con: duckdb.DuckDBPyConnection, values: pa.StringArray, kind: str, formats: Sequence[str]
) -> pa.Array:
    """Dates, timestamps, integers or decimals from text; null where it is none.

    `formats` are those of strptime, tried in order. One that ends in a zone reads the time as it
    stands there, on the clock and the calendar of whoever wrote it. Integers may end in `.0`, as
    spreadsheets write them. A day that the calendar lacks is no date, nor is one before the year
    1000: that is a year of two digits.
    """
    if kind == "date":
        return days(typed(con, values, "timestamp", formats))
    query, asked = _moments(formats) if kind == "timestamp" else (_NUMBERS[kind], [])
    with registered(con, distinct_texts=pa.table({"t": values})):
        return one_array(con.execute(query, asked).to_arrow_table().column(0))


def without_zone(strptime_format: str) -> str:
    """The format less the zone at its end (`%z` or `%Z`), where there is one."""
    return strptime_format.removesuffix("%z").removesuffix("%Z").rstrip()


def _moments(formats: Sequence[str]) -> tuple[str, list[list[str]]]:
    """SQL that reads texts by strptime formats, and the parameters that it takes."""
    zoned = [one for one in formats if without_zone(one) != one]
    read = [
        (text, found)
        for text, found in (
            ("t", [one for one in formats if one not in zoned]),
            (f"case when {_ZONED} then {_ZONELESS} end", [without_zone(one) for one in zoned]),
        )
        if found
    ]
    tried = ", ".join(f"try_strptime({text}, ?)" for text, _ in read)
    return _MOMENTS.format(tried=tried), [found for _, found in read]


def days(moments: pa.TimestampArray) -> pa.Date32Array:
    """The day of each moment."""
    return moments.cast(pa.date32(), safe=False)


def one_array(column: pa.ChunkedArray) -> pa.Array:
    """A column as one array, without a copy where it is one already."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


ZONE = r"\s*(Z|[+-]\d{2}:?(\d{2})?|(GMT|UTC|\s[A-Z]{3,5})([+-]\d{1,2}:?(\d{2})?)?)$"
"""A zone at the end of a time: `Z`, `-07:00`, ` PDT`, ` GMT-7`."""

_ZONED, _ZONELESS = f"regexp_matches(t, '{ZONE}')", f"regexp_replace(t, '{ZONE}', '')"
# some words are dates to strptime's implementation, but not to anybody who exports data
_MOMENTS = """
    select case when year(m) >= 1000 then m end from (
        select
            case
                when t between '0' and ':' or regexp_matches(t, '[0-9]') then coalesce({tried})
            end as m
        from distinct_texts
    )
"""
_NUMBERS = {
    "integer": r"""
        select case when regexp_full_match(t, '[+-]?[0-9]+(\.0*)?')
            then try_cast(regexp_extract(t, '^[+-]?[0-9]+') as bigint) end
        from distinct_texts
    """,
    "decimal": r"""
        select case when regexp_full_match(t, '[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)')
            then try_cast(t as decimal(18, 6)) end
        from distinct_texts
    """,
}


def _buffers(texts: pa.StringArray) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    _, offsets, data = texts.buffers()
    if not len(texts) or offsets is None:
        return np.zeros(1, dtype=np.int32), np.zeros(0, dtype=np.uint8)
    bounds = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return bounds, np.frombuffer(data or b"", dtype=np.uint8)
