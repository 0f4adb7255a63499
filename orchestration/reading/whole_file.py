"""What can only be told from a whole file: the order of its dates, and values that recur.

A contract may declare two formats by which one text would be two days, such as `03/04/2022`. Then
the file has to tell: some day that only one of them can be. Where none does the file is refused
with the question, since a guess would move visits into other terms and look like data.

Mostly the first rows tell, and no value recurs. So a file is read as its beginning tells, and held
to that to its end; and only where values turn out to recur, the first of which stood on a row that
was taken, is it read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import combinations
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.reading.cells import Cells
from orchestration.reading.chunks import Reader
from orchestration.reading.columns import (
    Mask,
    is_blank,
    one_array,
    texts_of,
    typed,
    without_zone,
)
from orchestration.reading.contracts import Contract
from orchestration.reading.errors import FileRefused
from orchestration.reading.hashes import HashFile
from orchestration.reading.problems import spoken
from orchestration.reading.registered import registered
from orchestration.reading.rules import DateOrder, Rules

LOOKED_AT = 4096
"""How many rows are looked at at once for one that tells."""
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
    written, read = (without_zone(one).replace("%-", "%") for one in (written, read))
    text = when.strftime(written)
    try:
        return datetime.strptime(text, read) != datetime.strptime(text, written)
    except ValueError:
        return False


def told_by_beginning(con: duckdb.DuckDBPyConnection, rules: Rules, reader: Reader) -> Rules:
    """The rules, with one order of each column's dates where they leave that to the file.

    Reads the columns in question until some row tells, which is the whole file at worst, and
    nothing where no rule asks for it; what follows may still contradict, see `refuse_other_order`.
    Raises FileRefused, as a question, for dates that cannot be told apart.
    """
    present = set(reader.header)
    times = [one for one in _times(rules.contract) if one.rivals and one.column in present]
    if not times:
        return rules
    evidence = [_Evidence(one) for one in times]
    for chunk in reader.chunks(tuple(dict.fromkeys(one.column for one in times))):
        # a few rows at a time: mostly the first of them tell
        for few in chunk.cells.to_batches(max_chunksize=LOOKED_AT):
            cells = Cells(pa.Table.from_batches([few]))
            for one in evidence:
                if not one.told:
                    one.weigh(con, cells.texts(one.times.column).values)
        if all(one.told for one in evidence):
            break
    told = [(one, one.decided()) for one in evidence]
    formats = {one.times: one.kept(order.meant) for one, order in told}
    orders = {order.column: order for _, order in told}
    return replace(rules, contract=_with_formats(rules.contract, formats), orders=orders)


def refuse_other_order(
    con: duckdb.DuckDBPyConnection, rules: Rules, column: str, unread: pa.StringArray
) -> None:
    """Raise FileRefused where texts that the column's order cannot read can be read by another."""
    order = rules.orders.get(column)
    if order is None or not len(unread):
        return
    for other in order.others:
        if typed(con, unread, "timestamp", [other]).null_count < len(unread):
            raise _contradiction(order.column, order.declared, order.meant, other)


def _contradiction(column: str, declared: str, *formats: str) -> FileRefused:
    return FileRefused(
        f"column '{column}' holds times that can only be "
        f"{' and others that can only be '.join(map(spoken, formats))}: which are those that "
        f"could be either? Export it in one form, and say in the contract's {declared} which."
    )


class _Evidence:
    """What a column's values say of which of its rival formats is meant."""

    def __init__(self, times: _Times) -> None:
        self.times = times
        self._only: set[str] = set()
        self._either: set[str] = set()

    @property
    def told(self) -> bool:
        """Whether some value can only be of one format."""
        return bool(self._only)

    def weigh(self, con: duckdb.DuckDBPyConnection, texts: pa.StringArray) -> None:
        """Look at some of the column's distinct values."""
        rivals = self.times.rivals
        read = [typed(con, texts, self.times.kind, [rival]) for rival in rivals]
        readable = np.array([pc.is_valid(one).to_numpy(zero_copy_only=False) for one in read])
        ways = readable.sum(axis=0)
        self._only |= {
            rival for place, rival in enumerate(rivals) if (readable[place] & (ways == 1)).any()
        }
        for (a, one), (b, other) in combinations(enumerate(read), 2):
            apart = pc.fill_null(pc.not_equal(one, other), False).to_numpy(zero_copy_only=False)
            if (apart & (ways > 1)).any():
                self._either |= {rivals[a], rivals[b]}

    def decided(self) -> DateOrder:
        """The rival to read by. Raises FileRefused, as a question."""
        times, rivals = self.times, self.times.rivals
        meant = [rival for rival in rivals if rival in self._only]
        if len(meant) > 1:
            raise _contradiction(times.column, times.declared, *meant)
        if not meant and self._either:
            raise FileRefused(
                f"column '{times.column}' holds times that could be "
                f"{' or '.join(map(spoken, rivals))}, and no row tells which is meant. Which is "
                "it? Ask whoever exported the file, and leave that one alone in the contract's "
                f"{times.declared}."
            )
        first = meant[0] if meant else rivals[0]
        others = tuple(one for one in rivals if one != first)
        return DateOrder(times.column, times.declared, first, others)

    def kept(self, meant: str) -> tuple[str, ...]:
        """The formats to read by, of which no two are rivals."""
        return tuple(
            one for one in self.times.formats if one == meant or one not in self.times.rivals
        )


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


class Recurring:
    """Whether values recur in those columns of a file in which they may not, and which.

    While the file is read only their hashes are kept, in `folder`.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, rules: Rules, reader: Reader, folder: Path
    ) -> None:
        self._con = con
        self._reader = reader
        columns = dict.fromkeys(
            rule.column
            for rule in rules.contract.fields.values()
            if rule.unique and rule.column in reader.header
        )
        self._hashes = {
            str(column): HashFile(con, folder / f"unique-{place}.hashes")
            for place, column in enumerate(columns)
        }

    def note(self, cells: pa.Table) -> None:
        """Note the values of some rows; a blank one is none."""
        for column, hashes in self._hashes.items():
            hashes.note(_filled(cells[column]))

    def found(self) -> dict[str, pa.StringArray]:
        """The values that stand on several rows, by column; columns without any are left out."""
        suspected = {column: hashes.recurring() for column, hashes in self._hashes.items()}
        return self._told_by_text({column: own for column, own in suspected.items() if len(own)})

    def _told_by_text(self, suspected: dict[str, pa.UInt64Array]) -> dict[str, pa.StringArray]:
        """The same of the texts of suspected hashes, for which the columns are read again."""
        if not suspected:
            return {}
        self._con.execute("create or replace temp table texts (place integer, text varchar)")
        for chunk in self._reader.chunks(tuple(suspected)):
            for place, (column, hashes) in enumerate(suspected.items()):
                noted, suspected_hashes = _filled(chunk.cells[column]), pa.table({"hashed": hashes})
                with registered(self._con, noted=noted, suspected=suspected_hashes):
                    self._con.execute(
                        """
                        insert into texts select ?, text from noted
                        where hash(text) in (select hashed from suspected)
                        """,
                        [place],
                    )
        found = {}
        for place, column in enumerate(suspected):
            texts = self._con.execute(
                """
                select text from texts where place = ?
                group by text having count(*) > 1 order by text
                """,
                [place],
            ).to_arrow_table()
            if texts.num_rows:
                found[column] = one_array(texts.column(0)).cast(pa.string())
        return found


def _filled(column: pa.ChunkedArray) -> pa.Table:
    """The texts of a column's cells that are not blank."""
    texts = texts_of(one_array(column))
    blank = is_blank(texts)
    return pa.table({"text": texts.filter(pa.array(~blank)) if blank.any() else texts})


def repeats(texts: pa.StringArray, repeated: pa.StringArray | None) -> Mask:
    """Which of a column's values are among those that stand on several rows."""
    if repeated is None:
        return np.zeros(len(texts), dtype=bool)
    return pc.is_in(texts, value_set=repeated).to_numpy(zero_copy_only=False)
