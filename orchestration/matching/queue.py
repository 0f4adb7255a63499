"""The queue: texts of what has been read that no school, roster or educator is known by.

    raw/ ──┬─ school_id that no valid school has
           ├─ (school_id, class_id) that the term's roster lacks
           └─ an educator at a school of the roster, whom the roster lacks ─┐
    landing/ ── the text that stood on that row, by its contract ───────────┘

Schools and classrooms are in raw as they were written; people are only there as pseudonyms, so that
their texts have to be read from landing again, by file and line. They are shown, and kept nowhere.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.matching.candidates import Candidate, Known, candidates
from orchestration.reading.accounts import Account, accounts
from orchestration.reading.columns import one_array, texts_of
from orchestration.reading.errors import FileRefused
from orchestration.reading.fitting import fitting_contract
from orchestration.reading.formats import open_file
from orchestration.reading.landing import partition_folder
from orchestration.reading.registered import in_memory, registered
from orchestration.reading.templates import templates
from orchestration.site import Site

ID_DIGITS = 8
SCHOOL, CLASSROOM, EDUCATOR = KINDS = ("school", "classroom", "educator")
WITH_CLASSES = ("observations", "student_survey", "teacher_survey")
PEOPLE: Mapping[str, str] = {
    "observations": "teacher_id",
    "teacher_survey": "respondent_id",
    "pl_attendance": "educator_id",
}
"""The fields of educators whom a roster may know; who observes is on none."""
WRITTEN = """
    create or replace temp table {table}
    (file_sha256 varchar, line bigint, text varchar, called varchar)
"""


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

    What a person has rejected waits no more, nor an educator's text that is decided on, at its
    school or at every one.
    """
    partitions = Partitions.of(site)
    settled = {one.identity for one in site.registry.matches if not one.id or one.kind == EDUCATOR}
    found = []
    with in_memory() as con:
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
                found += list(_educators(con, partitions, own_source, own_term))
    waiting = [
        one
        for one in found
        if not settled.intersection(
            (one.kind, at, school, one.text.lower())
            for at in (one.term, "")
            for school in (one.school_id, "")
        )
    ]
    return sorted(waiting, key=lambda one: (-one.rows, one.kind, one.term, one.text))


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


def _educators(
    con: duckdb.DuckDBPyConnection, partitions: Partitions, source: str, term: str
) -> Iterator[Unmatched]:
    raw, roster = partitions.raw(source, term), partitions.raw("roster", term)
    if raw is None or roster is None:
        return
    person = PEOPLE[source]
    role = "role" if "role" in templates()[source].fields else "null"
    _write(con, partitions, source, term, person, table="written")
    # coaches and leaders are on no roster: of a role that it knows nobody of, only teachers wait
    lacking = con.execute(
        f"""
        with own as (
            select file_sha256, line, school_id, {person} as person, {role} as role
            from read_parquet($raw) where {person} is not null
        ),
        rostered as (from read_parquet($roster)),
        roles as (select role from own semi join rostered on teacher_id = person)
        select school_id, text, count(*)
        from own
        join written using (file_sha256, line)
        semi join rostered using (school_id)
        anti join rostered as known on known.teacher_id = person
        where coalesce(role, 'teacher') = 'teacher' or role in (from roles)
        group by all order by all
        """,
        {"raw": str(raw), "roster": str(roster)},
    ).fetchall()
    if not lacking:
        return
    _write(con, partitions, "roster", term, "teacher_id", table="rostered")
    known: defaultdict[str, list[Known]] = defaultdict(list)
    rows = con.execute(
        """
        select distinct school_id, text, called
        from read_parquet(?) join rostered using (file_sha256, line) order by all
        """,
        [str(roster)],
    ).fetchall()
    for school, own, called in rows:
        known[school].append(Known(own, (called, own) if called else (own,)))
    for school, text, count in lacking:
        near = tuple(candidates(text, known[school]))
        yield Unmatched(EDUCATOR, source, term, school, text, count, near)


def _write(
    con: duckdb.DuckDBPyConnection,
    partitions: Partitions,
    source: str,
    term: str,
    person: str,
    *,
    table: str,
) -> None:
    """Write into a table of the connection what stands in a partition's files of a person."""
    con.execute(WRITTEN.format(table=table))
    account = partitions.found[source, term]
    contracts = [one for one in partitions.site.contracts.values() if one.source == source]
    for file in account.files:
        path = partition_folder(partitions.site.home, source, term) / file.file
        if file.refused is not None or not path.exists():
            continue
        try:
            contract, reader = fitting_contract(contracts, partial(open_file, path))
            rule = contract.fields.get(person)
            if rule is None or not rule.sources or not set(rule.sources) <= set(reader.header):
                continue
            named_in = [column for column in rule.named_in if column in reader.header]
            names = list(dict.fromkeys((*rule.sources, *named_in)))
            text, called = (_joined(map(names.index, own)) for own in (rule.sources, named_in))
            for chunk in reader.chunks(names):
                texts = {
                    f"c{n}": texts_of(one_array(chunk.cells[name])) for n, name in enumerate(names)
                }
                with registered(con, cells=pa.table({"line": pa.array(chunk.lines), **texts})):
                    con.execute(
                        f"insert into {table} select ?, line, {text}, {called} from cells",
                        [file.sha256],
                    )
        except FileRefused:
            continue  # its account says why


def _joined(places: Iterable[int]) -> str:
    """SQL for several columns as Read joins them: those that are filled, by a space."""
    filled = [f"nullif(c{place}, '')" for place in places]
    return f"concat_ws(' ', {', '.join(filled)})" if filled else "''"
