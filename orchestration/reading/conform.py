"""Conform: from a chunk of cells to typed rows of the template, each other row with its reason.

No disk: a function of the chunk and the rules. A row's reason is its first problem in the
template's order, and carries no value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.reading import problems as words
from orchestration.reading.answers import answer_lists
from orchestration.reading.cells import Cells, json_rows
from orchestration.reading.chunks import Chunk, Rejects
from orchestration.reading.columns import Encoded, Mask, days
from orchestration.reading.contracts import ISO_DATE
from orchestration.reading.drift import Drift
from orchestration.reading.fields import Column, Fields, with_consent
from orchestration.reading.matches import plain
from orchestration.reading.ordinals import Ordinals
from orchestration.reading.problems import Problems
from orchestration.reading.rules import Rules, export_time
from orchestration.reading.templates import chunk_schema
from orchestration.reading.whole_file import refuse_other_order

MOMENT = pa.timestamp("us")
STAMPS = pa.schema([("row_time", MOMENT), ("file_time", MOMENT)])
REFUSED = pa.schema([("line", pa.int64()), ("reason", pa.string()), ("row", pa.string())])


@dataclass(frozen=True)
class Conformed:
    """What became of a chunk's rows.

    `accepted` has the schema of chunks and `stamps`, row by row, the times by which versions are
    told apart; `refused` has the schema REFUSED, by line; `erased` counts rows of erased people.
    """

    accepted: pa.Table
    stamps: pa.Table
    refused: pa.Table
    erased: int

    @property
    def reasons(self) -> Counter[str]:
        """How many rows were refused for each reason."""
        counted = pc.value_counts(self.refused["reason"])
        return Counter({one["values"].as_py(): one["counts"].as_py() for one in counted})


class Conformer:
    """The rules bound to one file: its name, its hash and its header.

    Raises FileRefused where the file's name lacks the export time that the contract declares.
    """

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        rules: Rules,
        *,
        file: str,
        sha256: str,
        header: tuple[str, ...],
    ) -> None:
        self._con = con
        self._rules = rules
        self._sha256 = sha256
        self.columns = tuple(column for column in rules.contract.columns if column in header)
        withheld = rules.contract.withheld_columns
        self._withheld = [column for column in self.columns if column in withheld]
        self._fields = Fields(con, rules, file, self.columns, Ordinals(con))
        self._export_time = export_time(rules.contract, file)

    @property
    def drift(self) -> Drift:
        """Which columns, so far, are not what the contract takes them for."""
        return self._fields.drift

    def conform(self, chunk: Chunk) -> Conformed:
        """Type a chunk's rows, or give each its reason.

        Raises FileRefused where the chunk contradicts what the file's beginning told.
        """
        cells = Cells(chunk.cells)
        rows = cells.rows
        problems = Problems(rows)
        self._exclude(cells, problems)
        self._exclude_other_times(cells, problems)
        template = self._rules.contract.template
        values = {name: self._fields.field(name, cells, problems) for name in template.fields}
        answered = self._fields.answers(cells, problems) if template.has_answers else []
        if self._rules.matches.classrooms and {"school_id", "class_id"} <= set(values):
            own, schools = plain(values["class_id"]), plain(values["school_id"])
            values["class_id"] = Encoded.of(self._rules.matches.classroom(own, schools))
        for name, stated in template.fields.items():
            if stated.needs_consent is not None:
                values[name] = with_consent(values[name], values[stated.needs_consent])
        stamps = pa.table(self._stamps(cells, problems), schema=STAMPS)
        erased = self._erased(values, rows)
        good = ~problems.rows & ~erased
        values["term"] = Encoded.same(self._rules.term.term, rows)
        values["file_sha256"] = Encoded.same(self._sha256, rows)
        values["line"] = pa.array(chunk.lines)
        schema = chunk_schema(self._rules.contract.source)
        accepted = [
            answer_lists(answered, good, stored.type)
            if stored.name == "answers"
            else _of_rows(values[stored.name], good, stored.type)
            for stored in schema
        ]
        return Conformed(
            pa.table(accepted, schema=schema),
            stamps if good.all() else stamps.filter(pa.array(good)),
            self._refused(chunk, problems, np.flatnonzero(problems.rows & ~erased)),
            int(erased.sum()),
        )

    def _exclude(self, cells: Cells, problems: Problems) -> None:
        for one in self._rules.contract.excludes:
            texts = cells.texts(one.column)
            sought = pa.array([value.strip().lower() for value in one.values], pa.string())
            hit = pc.is_in(pc.utf8_lower(texts.values), value_set=sought)
            hit = hit.to_numpy(zero_copy_only=False)
            problems.add(texts.spread(hit), words.excluded(one.column, one.because))

    def _exclude_other_times(self, cells: Cells, problems: Problems) -> None:
        during, term = self._rules.contract.during, self._rules.term
        if during is None or term.starts_on is None or term.ends_on is None:
            return
        bounds = (during.from_, pc.greater, term.ends_on), (during.to, pc.less, term.starts_on)
        for column, misses, bound in bounds:
            texts = cells.texts(column)
            own = days(cells.moments(self._con, column, [ISO_DATE]))
            filled = pc.not_equal(texts.values, "")
            failed = pc.and_(pc.is_null(own), filled).to_numpy(zero_copy_only=False)
            problems.add(texts.spread(failed), words.not_a(column, "date", [ISO_DATE]))
            missed = pc.fill_null(misses(own, bound), False).to_numpy(zero_copy_only=False)
            problems.add(texts.spread(missed), words.excluded(column, "not in the term"))

    def _stamps(self, cells: Cells, problems: Problems) -> list[pa.Array]:
        declared = self._rules.contract.versioned_by
        row_time = pa.nulls(cells.rows, MOMENT)
        file_time = pa.repeat(pa.scalar(self._export_time, MOMENT), cells.rows)
        if declared.row is not None:
            row_time = self._stamp(declared.row.column, declared.row.timestamp, cells, problems)
        if declared.file is not None and declared.file.column is not None:
            file_time = self._stamp(declared.file.column, declared.file.timestamp, cells, problems)
        return [row_time, file_time]

    def _stamp(
        self, column: str, formats: tuple[str, ...], cells: Cells, problems: Problems
    ) -> pa.Array:
        texts = cells.texts(column)
        values = cells.moments(self._con, column, formats)
        failed = pc.is_null(values).to_numpy(zero_copy_only=False)
        refuse_other_order(self._con, self._rules, column, texts.values.filter(pa.array(failed)))
        problems.add(texts.spread(failed), words.not_a(column, "timestamp", formats))
        return texts.valued(values).array(MOMENT)

    def _erased(self, values: Mapping[str, Column], rows: int) -> Mask:
        erased = np.zeros(rows, dtype=bool)
        if self._rules.erased:
            hashes = pa.array(sorted(self._rules.erased), pa.string())
            for name, stated in self._rules.contract.template.fields.items():
                if stated.is_person:
                    people = values[name]
                    own = people.values if isinstance(people, Encoded) else people
                    named = pc.is_in(own, value_set=hashes).to_numpy(zero_copy_only=False)
                    erased |= people.spread(named) if isinstance(people, Encoded) else named
        return erased

    def _refused(self, chunk: Chunk, problems: Problems, rows: np.ndarray) -> pa.Table:
        if not len(rows):
            return _unsplit(chunk.rejects)
        columns = [
            pa.array(chunk.lines[rows]),
            problems.reasons(rows),
            json_rows(self._con, chunk.cells.drop_columns(self._withheld).take(pa.array(rows))),
        ]
        split = pa.table(columns, schema=REFUSED)
        return pa.concat_tables([split, _unsplit(chunk.rejects)]).sort_by("line")


def _of_rows(column: Column, rows: Mask, kind: pa.DataType) -> pa.Array:
    if isinstance(column, Encoded):
        return column.array(kind, rows)
    kept = column if rows.all() else column.filter(pa.array(rows))
    return kept.dictionary_encode() if pa.types.is_dictionary(kind) else kept


def _unsplit(rejects: Rejects) -> pa.Table:
    """Records that were not split: their text is withheld, since nothing in it can be told."""
    columns = [
        pa.array(rejects.lines),
        rejects.reasons,
        pa.nulls(len(rejects.lines), pa.string()),
    ]
    return pa.table(columns, schema=REFUSED)
