"""The fields of a chunk, one by one, from cells to typed columns."""

from __future__ import annotations

from typing import TypeAlias

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.reading import problems as words
from orchestration.reading.answers import Answered
from orchestration.reading.cells import Cells, json_rows
from orchestration.reading.columns import (
    Encoded,
    blank_as_null,
    is_blank,
    looked_up,
    mapped,
    trimmed,
    typed,
)
from orchestration.reading.contracts import QUARANTINE, FieldRule, Mapped
from orchestration.reading.ordinals import Ordinals
from orchestration.reading.problems import Problems, shown
from orchestration.reading.pseudonyms import Pseudonyms, keyed_hashes
from orchestration.reading.rules import Rules, formats_of
from orchestration.reading.templates import TemplateField

Column: TypeAlias = Encoded | pa.Array
"""A field of a chunk; text that does not recur is plain."""


class Fields:
    """The field rules of a contract, for one file that has `columns` of those it reads."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        rules: Rules,
        file: str,
        columns: tuple[str, ...],
        ordinals: Ordinals,
    ) -> None:
        self._con = con
        self._rules = rules
        self._file = file
        self._columns = columns
        self._ordinals = ordinals
        self._pseudonyms = Pseudonyms(con, rules.key)

    def field(self, name: str, cells: Cells, problems: Problems) -> Column:
        """One field of every row, typed, null where it is blank or has a problem."""
        stated = self._rules.contract.template.fields[name]
        rule = self._rules.contract.fields.get(name)
        if rule is None or (rule.column is not None and rule.column not in self._columns):
            return pa.nulls(cells.rows, stated.arrow_type)
        if rule.origin == "row_hash":
            return self._ordinals.ids(self._row_hashes(cells))
        label = shown(name, rule.column)
        if rule.column is not None and not rule.looks_up and self._is_unique(name, stated):
            texts = cells.trimmed(rule.column)
            problems.add(is_blank(texts), words.blank(label))
            return texts
        found = self._mapped(label, rule, self._texts(rule, cells), problems)
        if stated.required:
            problems.add(found.blank, words.blank(label))
        if stated.type == "text":
            return found.valued(blank_as_null(found.values))
        if stated.is_person:
            return found.valued(self._pseudonyms.of(stated.type, found.values))
        return self._typed(label, stated, rule, found, problems)

    def answers(self, cells: Cells, problems: Problems) -> list[Answered]:
        """The answers of every row, of those items whose column the file has."""
        answered = []
        for item, rule in self._rules.contract.answers.items():
            if rule.column not in self._columns:
                continue
            label = shown(item, rule.column)
            texts = cells.texts(rule.column)
            if item in self._rules.contract.template.required_items:
                problems.add(texts.blank, words.blank(label))
            codes = self._mapped(label, rule, texts, problems)
            answered.append(Answered(item, texts, codes.values))
        return answered

    def _is_unique(self, name: str, stated: TemplateField) -> bool:
        """Whether the field is a record's id, whose values do not recur."""
        return stated.type == "text" and self._rules.contract.template.key == (name,)

    def _texts(self, rule: FieldRule, cells: Cells) -> Encoded:
        if rule.column is not None:
            texts = cells.texts(rule.column)
            if rule.crosswalk is None:
                return texts
            found = looked_up(texts.values, self._rules.crosswalks[rule.crosswalk])
            return texts.valued(trimmed(found))
        if rule.constant is not None:
            return Encoded.same(rule.constant.strip(), cells.rows)
        text = self._rules.term.term if rule.origin == "landing_term" else self._file
        return Encoded.same(text, cells.rows)

    def _mapped(self, label: str, rule: Mapped, texts: Encoded, problems: Problems) -> Encoded:
        if rule.value_map is None:
            return texts
        blank = pc.equal(texts.values, "")
        codes = mapped(texts.values, self._rules.value_maps[rule.value_map])
        if rule.unmapped == QUARANTINE:
            unknown = pc.and_(pc.is_null(codes), pc.invert(blank)).to_numpy(zero_copy_only=False)
            problems.add(texts.spread(unknown), words.unmapped(label, rule.value_map))
            codes = pc.fill_null(codes, "")
        else:
            codes = pc.fill_null(codes, rule.unmapped)
        return texts.valued(pc.if_else(blank, "", codes))

    def _typed(
        self, label: str, stated: TemplateField, rule: FieldRule, texts: Encoded, problems: Problems
    ) -> Encoded:
        formats = formats_of(stated, rule)
        values = typed(self._con, texts.values, stated.type, formats)
        filled = pc.not_equal(texts.values, "")
        failed = pc.and_(pc.is_null(values), filled).to_numpy(zero_copy_only=False)
        problems.add(texts.spread(failed), words.not_a(label, stated.type, formats))
        first, last = self._rules.term.starts_on, self._rules.term.ends_on
        if stated.in_term and first is not None and last is not None:
            outside = pc.or_(pc.less(values, first), pc.greater(values, last))
            outside = pc.fill_null(outside, False).to_numpy(zero_copy_only=False)
            problems.add(texts.spread(outside), f"{label}: outside the term ({first} to {last})")
        return texts.valued(values)

    def _row_hashes(self, cells: Cells) -> pa.StringArray:
        # keyed, since the text that is hashed may name people
        stripped = pa.table({column: cells.trimmed(column) for column in self._columns})
        return keyed_hashes(self._con, self._rules.key, json_rows(self._con, stripped))
