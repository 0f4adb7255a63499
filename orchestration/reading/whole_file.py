"""What can only be told from a whole file: the order of its dates, and values that recur.

A contract may declare two formats by which one text would be two days, such as `03/04/2022`. Then
the file has to tell: some day that only one of them can be. Where none does the file is refused
with the question, since a guess would move visits into other terms and look like data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import combinations

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.reading.cells import Cells
from orchestration.reading.chunks import Reader
from orchestration.reading.columns import Mask, typed
from orchestration.reading.contracts import Contract
from orchestration.reading.errors import FileRefused
from orchestration.reading.problems import spoken
from orchestration.reading.rules import Rules

PROBES = (datetime(2001, 2, 3, 4, 5, 6), datetime(2011, 12, 10, 9, 8, 7))
"""Moments whose year, month, day, hour, minute and second all differ, and could be one another."""


@dataclass(frozen=True)
class _Times:
    """A column of times: where the contract declares its formats, and those formats."""

    column: str
    declared: str
    kind: str
    formats: tuple[str, ...]

    @property
    def rivals(self) -> tuple[str, ...]:
        """The formats by which a text could be another time than by another of them."""
        found = {one for pair in combinations(self.formats, 2) if confusable(*pair) for one in pair}
        return tuple(one for one in self.formats if one in found)


@cache
def confusable(one: str, other: str) -> bool:
    """Whether a text written by one strptime format is another time by the other."""
    return any(_misread(a, b, when) for a, b in ((one, other), (other, one)) for when in PROBES)


def _misread(written: str, read: str, when: datetime) -> bool:
    written, read = written.replace("%-", "%"), read.replace("%-", "%")
    text = when.strftime(written)
    try:
        return datetime.strptime(text, read) != datetime.strptime(text, written)
    except ValueError:
        return False


def told_by_whole_file(con: duckdb.DuckDBPyConnection, rules: Rules, reader: Reader) -> Rules:
    """The rules, with what they leave to the file: one order of each column's dates, and repeats.

    Reads the columns in question, once, and nothing where no rule asks for it. Raises FileRefused,
    as a question, for dates that cannot be told apart.
    """
    contract = rules.contract
    present = set(reader.header)
    times = [one for one in _times(contract) if one.rivals and one.column in present]
    unique = [
        str(rule.column)
        for rule in contract.fields.values()
        if rule.unique and rule.column in present
    ]
    columns = tuple(dict.fromkeys([*(one.column for one in times), *unique]))
    if not columns:
        return rules
    evidence = [_Evidence(one) for one in times]
    con.execute("create or replace temp table recurring (place integer, text varchar)")
    for chunk in reader.chunks(columns):
        cells = Cells(chunk.cells)
        for one in evidence:
            one.weigh(con, cells.texts(one.times.column).values)
        for place, column in enumerate(unique):
            _note(con, place, cells.trimmed(column))
    return replace(
        rules,
        contract=_with_formats(contract, {one.times: one.decided() for one in evidence}),
        repeated={column: _repeats(con, place) for place, column in enumerate(unique)},
    )


class _Evidence:
    """What a column's values say of which of its rival formats is meant."""

    def __init__(self, times: _Times) -> None:
        self.times = times
        self._only: Counter[str] = Counter()
        self._either: set[str] = set()

    def weigh(self, con: duckdb.DuckDBPyConnection, texts: pa.StringArray) -> None:
        """Look at some of the column's distinct values."""
        rivals = self.times.rivals
        read = [typed(con, texts, self.times.kind, [rival]) for rival in rivals]
        readable = np.array([pc.is_valid(one).to_numpy(zero_copy_only=False) for one in read])
        ways = readable.sum(axis=0)
        for place, rival in enumerate(rivals):
            self._only[rival] += int((readable[place] & (ways == 1)).sum())
        for (a, one), (b, other) in combinations(enumerate(read), 2):
            apart = pc.fill_null(pc.not_equal(one, other), False).to_numpy(zero_copy_only=False)
            if (apart & (ways > 1)).any():
                self._either |= {rivals[a], rivals[b]}

    def decided(self) -> tuple[str, ...]:
        """The formats to read by, of which no two are rivals. Raises FileRefused, as a question."""
        rivals = self.times.rivals
        meant = [rival for rival in rivals if self._only[rival]]
        shown = " or ".join(spoken(rival) for rival in rivals)
        if len(meant) > 1:
            raise FileRefused(
                f"column '{self.times.column}' holds times that can only be "
                f"{' and others that can only be '.join(map(spoken, meant))}: which are those that "
                "could be either? Export it in one form, and say in the contract's "
                f"{self.times.declared} which."
            )
        if not meant and self._either:
            raise FileRefused(
                f"column '{self.times.column}' holds times that could be {shown}, and no row tells "
                "which is meant. Which is it? Ask whoever exported the file, and leave that one "
                f"alone in the contract's {self.times.declared}."
            )
        kept = meant or list(rivals[:1])
        return tuple(one for one in self.times.formats if one in kept or one not in rivals)


def _times(contract: Contract) -> Iterator[_Times]:
    for name, rule in contract.fields.items():
        kind = contract.template.fields[name].type
        if rule.column is not None and kind in ("date", "timestamp"):
            formats = rule.date or rule.timestamp
            yield _Times(rule.column, f"field '{name}'", kind, formats)
    versioned = contract.versioned_by
    if versioned.row is not None:
        formats = versioned.row.timestamp
        yield _Times(versioned.row.column, "'versioned_by'", "timestamp", formats)
    if versioned.file is not None and versioned.file.column is not None:
        formats = versioned.file.timestamp
        yield _Times(versioned.file.column, "'versioned_by'", "timestamp", formats)


def _with_formats(contract: Contract, decided: dict[_Times, tuple[str, ...]]) -> Contract:
    """The contract with the formats that were told; a column has the same ones wherever read."""
    told = {(one.column, one.formats): formats for one, formats in decided.items()}
    fields = {
        name: rule.model_copy(
            update={
                kind: told.get((rule.column or "", getattr(rule, kind)), getattr(rule, kind))
                for kind in ("date", "timestamp")
            }
        )
        for name, rule in contract.fields.items()
    }
    stamps = {
        name: stamp.model_copy(
            update={"timestamp": told.get((stamp.column or "", stamp.timestamp), stamp.timestamp)}
        )
        for name in ("row", "file")
        if (stamp := getattr(contract.versioned_by, name)) is not None
    }
    versioned = contract.versioned_by.model_copy(update=stamps)
    return contract.model_copy(update={"fields": fields, "versioned_by": versioned})


def _note(con: duckdb.DuckDBPyConnection, place: int, texts: pa.StringArray) -> None:
    con.register("noted", pa.table({"text": texts}))
    try:
        con.execute("insert into recurring select ?, text from noted where text <> ''", [place])
    finally:
        con.unregister("noted")


def _repeats(con: duckdb.DuckDBPyConnection, place: int) -> pa.StringArray:
    found = con.execute(
        """
        select text from recurring where place = ? group by text having count(*) > 1 order by text
        """,
        [place],
    )
    return found.to_arrow_table().column(0).combine_chunks().cast(pa.string())


def repeats(texts: pa.StringArray, repeated: pa.StringArray | None) -> Mask:
    """Which of a column's values are among those that stand on several rows."""
    none: Sequence[str] = []
    sought = repeated if repeated is not None else pa.array(none, pa.string())
    return pc.is_in(texts, value_set=sought).to_numpy(zero_copy_only=False)
