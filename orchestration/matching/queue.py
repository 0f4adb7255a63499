"""The queue: texts of what has been read that no school, roster or educator is known by.

    raw/ ──┬─ school_id that no valid school has
           └─ (school_id, class_id) that the term's roster lacks
    landing/ ── a teacher's text, read again by its contract ── that no roster of the term has

Schools and classrooms are in raw as they were written; people are only there as pseudonyms, so that
their texts have to be read from landing again. They are shown, and kept nowhere.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.matching.candidates import Candidate, Known, candidates
from orchestration.reading.accounts import Account, accounts
from orchestration.reading.columns import one_array, texts_of
from orchestration.reading.contracts import Contract
from orchestration.reading.errors import FileRefused
from orchestration.reading.fitting import fitting_contract
from orchestration.reading.formats import open_file
from orchestration.reading.landing import partition_folder
from orchestration.registry.models import Match
from orchestration.site import Site

ID_DIGITS = 8
SCHOOL, CLASSROOM, EDUCATOR = KINDS = ("school", "classroom", "educator")
WITH_CLASSES = ("observations", "student_survey", "teacher_survey")
PEOPLE: Mapping[str, tuple[str, ...]] = {
    "observations": ("teacher_id",),
    "teacher_survey": ("respondent_id",),
    "pl_attendance": ("educator_id",),
}
"""The fields of educators whom a roster may know; who observes is on none."""


@dataclass(frozen=True)
class Unmatched:
    """A text that nothing is known by, with what it may mean and how many rows have it."""

    kind: str
    source: str
    term: str
    school_id: str
    text: str
    rows: int
    candidates: tuple[Candidate, ...]

    @property
    def id(self) -> str:
        """Which it is, as long as it says the same: digits of a hash."""
        told = "\x1f".join((self.kind, self.term, self.school_id, self.text.lower()))
        return hashlib.sha256(told.encode()).hexdigest()[:ID_DIGITS]


@dataclass(frozen=True)
class Partitions:
    """What has been read: accounts by source and term, over a home's site."""

    site: Site
    found: Mapping[tuple[str, str], Account]

    @classmethod
    def of(cls, site: Site) -> Partitions:
        """What has been read in a home."""
        return cls(site, {(one.source, one.term): one for one in accounts(site.home)})

    def raw(self, source: str, term: str) -> Path | None:
        """A partition's raw file."""
        account = self.found.get((source, term))
        return self.site.home.root / account.raw.path if account else None


def unmatched(
    site: Site, *, kind: str | None = None, source: str | None = None, term: str | None = None
) -> list[Unmatched]:
    """Every text that waits for a decision, those behind the most rows first.

    What a person has rejected waits no more.
    """
    partitions = Partitions.of(site)
    looked_up = {one.identity for one in _rejected(site)}
    found = []
    with duckdb.connect() as con:
        for own_source, own_term in partitions.found:
            if source not in (None, own_source) or term not in (None, own_term):
                continue
            if own_term not in site.registry.terms:
                continue
            if kind in (None, SCHOOL):
                found += list(_schools(con, partitions, own_source, own_term))
            if kind in (None, CLASSROOM) and own_source in WITH_CLASSES:
                found += list(_classrooms(con, partitions, own_source, own_term))
            if kind in (None, EDUCATOR) and own_source in PEOPLE:
                found += list(_educators(partitions, own_source, own_term))
    waiting = [
        one
        for one in found
        if not {(one.kind, at, one.school_id, one.text.lower()) for at in (one.term, "")}
        & looked_up
    ]
    return sorted(waiting, key=lambda one: (-one.rows, one.kind, one.term, one.text))


def _rejected(site: Site) -> Iterator[Match]:
    return (one for one in site.registry.matches if not one.id)


def _valid_schools(
    con: duckdb.DuckDBPyConnection, partitions: Partitions, term: str
) -> list[Known]:
    raw = partitions.raw("schools", "all")
    if raw is None:
        return []
    day: date = partitions.site.registry.terms[term].ends_on
    rows = con.execute(
        """
        select school_id, any_value(school_name) from read_parquet(?)
        where valid_from <= ? and coalesce(valid_to, ?) >= ? group by school_id order by school_id
        """,
        [str(raw), day, day, day],
    ).fetchall()
    return [Known(school, (name,)) for school, name in rows]


def _schools(
    con: duckdb.DuckDBPyConnection, partitions: Partitions, source: str, term: str
) -> Iterator[Unmatched]:
    raw, known = partitions.raw(source, term), _valid_schools(con, partitions, term)
    if raw is None or not known or source == "pl_sessions":
        return
    ids = {one.id for one in known}
    rows = con.execute(
        "select school_id, count(*) from read_parquet(?) group by all order by all", [str(raw)]
    ).fetchall()
    for text, count in rows:
        if text not in ids:
            near = tuple(candidates(text, known))
            yield Unmatched(SCHOOL, source, term, "", text, count, near)


def _classrooms(
    con: duckdb.DuckDBPyConnection, partitions: Partitions, source: str, term: str
) -> Iterator[Unmatched]:
    raw, roster = partitions.raw(source, term), partitions.raw("roster", term)
    if raw is None or roster is None:
        return
    known: defaultdict[str, list[Known]] = defaultdict(list)
    rows = con.execute(
        "select school_id, class_id, course from read_parquet(?) order by all", [str(roster)]
    ).fetchall()
    for school, own, course in rows:
        known[school].append(Known(own, (course,)))
    lacking = con.execute(
        """
        select own.school_id, own.class_id, count(*)
        from read_parquet(?) as own
        anti join read_parquet(?) as known using (school_id, class_id)
        where own.class_id is not null group by all order by all
        """,
        [str(raw), str(roster)],
    ).fetchall()
    for school, text, count in lacking:
        if school in known:  # else the school is what has to be matched first
            near = tuple(candidates(text, known[school]))
            yield Unmatched(CLASSROOM, source, term, school, text, count, near)


def _educators(partitions: Partitions, source: str, term: str) -> Iterator[Unmatched]:
    rostered = _texts(partitions, "roster", term, ("teacher_id",))
    if not rostered:
        return
    decided = {
        one.text.lower()
        for one in partitions.site.registry.matches
        if one.kind == EDUCATOR and one.id and one.term in ("", term)
    }
    folded = {text.casefold() for text in rostered} | decided
    known = [Known(text, (text,)) for text in sorted(rostered)]
    for text, count in sorted(_texts(partitions, source, term, PEOPLE[source]).items()):
        if text.casefold() not in folded:
            near = tuple(candidates(text, known))
            yield Unmatched(EDUCATOR, source, term, "", text, count, near)


def _texts(partitions: Partitions, source: str, term: str, fields: Sequence[str]) -> Counter[str]:
    """What stands in a partition's files for these fields, as it is written there."""
    account = partitions.found.get((source, term))
    contracts = [one for one in partitions.site.contracts.values() if one.source == source]
    counted: Counter[str] = Counter()
    for file in account.files if account else ():
        path = partition_folder(partitions.site.home, source, term) / file.file
        if file.refused is not None or not path.exists():
            continue
        try:
            contract, reader = fitting_contract(contracts, partial(open_file, path))
            for columns in _columns(contract, fields):
                if set(columns) <= set(reader.header):
                    for chunk in reader.chunks(columns):
                        cells = [texts_of(one_array(chunk.cells[name])) for name in columns]
                        joined = cells[0].to_pylist() if len(cells) == 1 else _joined(cells)
                        counted.update(text for text in joined if text)
        except FileRefused:
            continue  # its account says why
    return counted


def _columns(contract: Contract, fields: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for name in fields:
        rule = contract.fields.get(name)
        if rule is not None and rule.sources:
            yield rule.sources


def _joined(cells: Sequence[pa.StringArray]) -> list[str]:
    """Several columns as Read joins them: those that are filled, by a space."""
    rows = zip(*(column.to_pylist() for column in cells), strict=True)
    return [" ".join(filter(None, row)) for row in rows]
