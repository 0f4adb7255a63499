"""The fields of a chunk, one by one, from cells to typed columns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial, reduce
from typing import TypeAlias

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.reading import mending
from orchestration.reading import problems as words
from orchestration.reading.answers import Answered, chosen_answers, is_chosen, several_answers
from orchestration.reading.cells import Cells, json_rows
from orchestration.reading.columns import (
    Encoded,
    Mask,
    blank_as_null,
    days,
    is_blank,
    looked_up,
    mapped,
    trimmed,
    typed,
)
from orchestration.reading.contract_rules import KEEP, QUARANTINE, AnswerRule, FieldRule, Mapped
from orchestration.reading.digests import hmac_sha256
from orchestration.reading.drift import Drift
from orchestration.reading.matches import plain
from orchestration.reading.ordinals import Ordinals
from orchestration.reading.problems import Problems, shown
from orchestration.reading.pseudonyms import pseudonyms
from orchestration.reading.reads import NOBODY
from orchestration.reading.rules import Rules, formats_of
from orchestration.reading.templates import CONSENTED, TemplateField
from orchestration.reading.whole_file import refuse_other_order, repeats

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
        self._unrepeated = rules.contract.template.unrepeated
        self.drift = Drift()

    def field(self, name: str, cells: Cells, problems: Problems) -> Column:
        """One field of every row, typed, null where it is blank or has a problem."""
        stated = self._rules.contract.template.fields[name]
        rule = self._rules.contract.fields.get(name)
        if rule is None or not set(rule.sources) <= set(self._columns):
            return pa.nulls(cells.rows, stated.arrow_type)
        if rule.origin == "row_hash":
            return self._ordinals.ids(self._row_hashes(cells))
        label = shown(name, *rule.sources)
        required = stated.required or rule.required
        if rule.column is not None and not rule.looks_up and name in self._unrepeated:
            texts = cells.plain(rule.column)
            if rule.unique:
                recurs = repeats(texts, self._rules.repeated.get(rule.column))
                problems.add(recurs, words.repeated(label))
            texts = self._somebody(texts) if stated.is_person else texts
            if required:
                problems.add(is_blank(texts), words.blank(label))
            return (
                self._person(stated.type, texts, cells)
                if stated.is_person
                else blank_as_null(texts)
            )
        if rule.unique and rule.column is not None:
            own = cells.texts(rule.column)
            recurs = repeats(own.values, self._rules.repeated.get(rule.column))
            problems.add(own.spread(recurs), words.repeated(label))
        found = self._mapped(label, rule, self._texts(name, rule, cells), problems)
        if stated.is_person:
            found = found.valued(self._somebody(found.values))
        if required:
            problems.add(found.blank, words.blank(label))
        if stated.codes:
            known = pc.is_in(found.values, value_set=pa.array(["", *stated.codes], pa.string()))
            unknown = pc.invert(known).to_numpy(zero_copy_only=False)
            problems.add(found.spread(unknown), words.no_code(label, stated.codes))
        if stated.type == "text":
            if name == "school_id":
                found = found.valued(self._rules.matches.school(found.values))
            return found.valued(blank_as_null(found.values))
        if stated.is_person:
            return self._person(stated.type, found, cells)
        return self._typed(label, stated, rule, found, cells, problems)

    def answers(self, cells: Cells, problems: Problems) -> list[Answered]:
        """The answers of every row, of those items whose column the file has."""
        answered = []
        for item, rule in self._rules.contract.answers.items():
            if rule.constant is not None:
                texts = Encoded.same(rule.constant, cells.rows)
                answered.append(Answered.single(item, texts, texts.values))
                continue
            if rule.chosen:
                answered += self._chosen(item, rule, cells, problems)
            if rule.column not in self._columns:
                continue
            label = shown(item, rule.column)
            texts = cells.texts(rule.column)
            if rule.required or item in self._rules.contract.template.required_items:
                problems.add(texts.blank, words.blank(label))
            if rule.separators is None or rule.value_map is None:
                codes = self._mapped(label, rule, texts, problems)
                answered.append(Answered.single(item, texts, codes.values))
            else:
                known = self._rules.value_maps[rule.value_map]
                one, unknown = several_answers(
                    item, texts, rule.separators, partial(self._coded, rule), known
                )
                answered.append(one)
                problems.add(unknown, words.unknown_option(label, rule.value_map, rule.separators))
        return answered

    def _chosen(
        self, item: str, rule: AnswerRule, cells: Cells, problems: Problems
    ) -> list[Answered]:
        """An item of one column a choice, if the file has any of these."""
        chosen: dict[str, Mask] = {}
        for code, column in rule.chosen.items():
            if column not in self._columns:
                continue
            texts = cells.texts(column)
            named = [pc.equal(texts.values, option) for option in _options(column)]
            own = pc.equal(mapped(texts.values, self._rules.value_maps[str(rule.value_map)]), code)
            own = reduce(pc.or_, named, pc.fill_null(own, False))
            marked, neither = is_chosen(texts.values, own, written=code in rule.written)
            problems.add(texts.spread(neither), words.no_choice(item, column))
            chosen[code] = texts.spread(marked)
        if not chosen:
            return []
        answered, counts = chosen_answers(item, chosen)
        if rule.required or item in self._rules.contract.template.required_items:
            problems.add(counts == 0, words.blank(item))
        if rule.separators is None:
            problems.add(counts > 1, words.several_chosen(item))
        return [answered]

    def _somebody(self, people: pa.StringArray) -> pa.StringArray:
        """The column, blank where it has the platform's word for nobody."""
        nobody = NOBODY.get(self._rules.contract.reads.format)
        if nobody is None:
            return people
        return pc.if_else(pc.equal(pc.utf8_lower(people), nobody), "", people)

    def _person(self, kind: str, people: Column, cells: Cells) -> Column:
        if kind == "educator" and self._rules.matches.educators:
            # what is wrong with the school is said where the school's own field is read
            schools = self.field("school_id", cells, Problems(cells.rows))
            own = self._rules.matches.educator(plain(people), pc.fill_null(plain(schools), ""))
            people = Encoded.of(own)
        if isinstance(people, Encoded):
            return people.valued(pseudonyms(self._rules.key, kind, people.values))
        return pseudonyms(self._rules.key, kind, people)

    def _texts(self, name: str, rule: FieldRule, cells: Cells) -> Encoded:
        if rule.pseudonym_of is not None:
            # what is wrong with the person is said where the person's own field is read
            person = self.field(rule.pseudonym_of, cells, Problems(cells.rows))
            if isinstance(person, Encoded):
                return person.valued(pc.fill_null(person.values, ""))
            return Encoded.of(pc.fill_null(person, ""))
        if rule.columns:
            return _joined([cells.texts(column) for column in rule.columns])
        if rule.column is not None:
            texts = cells.texts(rule.column)
            if rule.crosswalk is None:
                return texts
            found = looked_up(texts.values, self._rules.crosswalks[rule.crosswalk])
            return texts.valued(trimmed(found))
        if rule.constant is not None:
            return Encoded.same(rule.constant.strip(), cells.rows)
        if rule.origin == "file_name":
            return Encoded.same(self._file, cells.rows)
        term = self._rules.term
        # a value map has the names of terms; a day that none gives is the term's last
        is_day = self._rules.contract.template.fields[name].type == "date"
        said = str(term.ends_on) if is_day and rule.value_map is None else term.term
        return Encoded.same(said, cells.rows)

    def _mapped(
        self, label: str, rule: FieldRule | AnswerRule, texts: Encoded, problems: Problems
    ) -> Encoded:
        if rule.value_map is None:
            return texts
        codes, unknown = self._coded(rule, texts.values)
        self.drift.note(rule.sources, texts, unknown)
        problems.add(texts.spread(unknown), words.unmapped(label, rule.value_map))
        return texts.valued(codes)

    def _coded(self, rule: Mapped, texts: pa.StringArray) -> tuple[pa.StringArray, Mask]:
        """The code of each text, blank where it is blank, and which have none."""
        blank = is_blank(texts)
        codes = mapped(texts, self._rules.value_maps[str(rule.value_map)])
        unknown = pc.is_null(codes).to_numpy(zero_copy_only=False) & ~blank
        if rule.unmapped == KEEP:
            codes = pc.coalesce(codes, texts)
        elif rule.unmapped != QUARANTINE:
            codes = pc.fill_null(codes, rule.unmapped)
        if rule.unmapped != QUARANTINE:
            unknown[:] = False
        return pc.if_else(pa.array(blank), "", pc.fill_null(codes, "")), unknown

    def _typed(
        self, label: str, stated: TemplateField, rule: FieldRule, texts: Encoded, cells: Cells,
        problems: Problems,
    ) -> Encoded:  # fmt: skip
        formats = formats_of(stated, rule)
        if formats and rule.column is not None and not rule.looks_up:
            values = cells.moments(self._con, rule.column, formats)
            values = days(values) if stated.type == "date" else values
        else:
            values = typed(self._con, texts.values, stated.type, formats)
        filled = pc.not_equal(texts.values, "")
        failed = pc.and_(pc.is_null(values), filled).to_numpy(zero_copy_only=False)
        if rule.column is not None:
            unread = texts.values.filter(pa.array(failed))
            refuse_other_order(self._con, self._rules, rule.column, unread)
        self.drift.note(rule.sources, texts, failed)
        problems.add(texts.spread(failed), words.not_a(label, stated.type, formats))
        beyond = _beyond(values, rule)
        if beyond is not None:
            problems.add(texts.spread(beyond), words.beyond(label, rule.at_least, rule.at_most))
        first, last = self._rules.term.starts_on, self._rules.term.ends_on
        if stated.in_term and first is not None and last is not None:
            outside = pc.or_(pc.less(values, first), pc.greater(values, last))
            outside = pc.fill_null(outside, False).to_numpy(zero_copy_only=False)
            problems.add(texts.spread(outside), f"{label}: outside the term ({first} to {last})")
        return texts.valued(values)

    def _row_hashes(self, cells: Cells) -> pa.StringArray:
        # keyed, since the text that is hashed may name people
        # a mended row is a record of its own, though it has become equal to another
        columns = [*self._columns, *({mending.ROW} & set(cells.names))]
        stripped = pa.table({column: cells.plain(column) for column in columns})
        return hmac_sha256(self._rules.key.secret, json_rows(self._con, stripped))


def _beyond(values: pa.Array, rule: FieldRule) -> Mask | None:
    """Which values lie outside the contract's range; None where it has none."""
    outside = [
        compared(values, pa.scalar(bound))
        for compared, bound in ((pc.less, rule.at_least), (pc.greater, rule.at_most))
        if bound is not None
    ]
    if not outside:
        return None
    return pc.fill_null(reduce(pc.or_, outside), False).to_numpy(zero_copy_only=False)


def with_consent(written: Column, consent: Column) -> pa.StringArray:
    """What somebody wrote, where they say that it may be kept; null everywhere else."""
    texts, codes = (
        one.array(pa.string()) if isinstance(one, Encoded) else one for one in (written, consent)
    )
    agreed = pc.fill_null(pc.equal(codes, CONSENTED), False)
    return pc.if_else(agreed, texts, pa.scalar(None, pa.string()))


def _options(column: str) -> list[str]:
    """What a platform's name of a column may end in: the option that it is about."""
    return [column.rpartition(mark)[2].strip() for mark in (" | ", "/") if mark in column]


def _joined(parts: Sequence[Encoded]) -> Encoded:
    """Several columns as one, the cells that are not blank joined by a space."""
    joined, *others = (one.array(pa.string()) for one in parts)
    for more in others:
        between = np.where(is_blank(joined) | is_blank(more), "", " ")
        joined = pc.binary_join_element_wise(joined, more, pa.array(between, pa.string()))
    return Encoded.of(joined)
