"""A roster from OneRoster bundles, 1.1 and 1.2: one row for each class of classes.csv.

    classes ─┬─ orgs (school) ─ courses ─ academicSessions (first and last day)
             └─ enrollments ─┬─ users: the teacher
                             └─ users: how many students

All bundles of a partition are looked at as one: of every record the version that was modified last
counts, wherever it stands, so that a delta changes the classes of the bulk that it follows, and
neither names nor order matter. The rows of a bundle are its own classes, as they then are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.reading.bundles import BULK, READ, Bundle, is_bundle, open_bundle, unzipping
from orchestration.reading.chunks import Chunk, Reader, Rejects
from orchestration.reading.columns import one_array
from orchestration.reading.errors import FileRefused, WrongFormat
from orchestration.reading.headers import renamed
from orchestration.reading.reads import ANY, Encoding
from orchestration.reading.registered import in_memory, registered

FIRST, LAST, SEATS, SUBJECT = "session.startDate", "session.endDate", "students", "class.subject"
COMPUTED = (SUBJECT, FIRST, LAST, SEATS)
PARTS: Mapping[str, str] = {
    "class": "classes",
    "school": "orgs",
    "course": "courses",
    "teacher": "users",
}
"""Whose columns a row has, by the first word of their names."""

NEVER = {"password"}
"""Columns of which nothing but the name is ever looked at."""

ALWAYS: Mapping[str, tuple[str, ...]] = {
    "classes": ("courseSourcedId", "schoolSourcedId", "termSourcedIds", "subjects"),
    "orgs": (),
    "courses": (),
    "academicsessions": ("startDate", "endDate"),
    "enrollments": ("classSourcedId", "userSourcedId", "role", "primary"),
    "users": (),
}
"""The columns that make the joins, beside each record's id, status and time."""

RECORD = ("sourcedId", "status", "dateLastModified")
ROWS = 1 << 16


class OneRosterReader:
    """A Reader of one bundle, beside the others of its partition; see `chunks.Reader`.

    Columns are `class.<column>`, `school.<column>` (orgs), `course.<column>`, `teacher.<column>`
    (users: of the enrolled teachers the primary one, else the first by id), and COMPUTED: the first
    of `class.subjects`, the first and the last day of the class's sessions, and how many students
    are enrolled. What stands as deleted or inactive counts for nothing; a class of it keeps its
    `class.status`, for the contract to exclude. Lines are those of classes.csv.
    Raises FileRefused, as a sentence, for what is no bundle, is none whole, or only changes others.
    """

    def __init__(self, path: Path, beside: Sequence[Path] = (), encoding: Encoding = ANY) -> None:
        if not is_bundle(path):
            raise WrongFormat("it is no OneRoster bundle, which the contract reads.")
        self._own = open_bundle(path, encoding)
        self._all = [self._own, *_others(beside, encoding)]
        if self._own.is_delta and not any(one.modes.get("classes") == BULK for one in self._all):
            raise FileRefused(
                "it is a delta, which changes a bulk export, and none lies beside it: land the "
                "bulk export too."
            )
        self._columns = {name: self._header(name) for name in READ}
        names = [
            f"{word}.{column}"
            for word, part in PARTS.items()
            for column in self._columns[part]
            if column not in NEVER
        ]
        self._names = (*names, *COMPUTED)

    @property
    def header(self) -> tuple[str, ...]:
        """The columns' names."""
        return self._names

    def chunks(self, columns: Sequence[str]) -> Iterator[Chunk]:
        """The bundle's classes, of which only `columns` are kept. Raises FileRefused."""
        with in_memory() as con, unzipping():
            refused = self._load(con, columns)
            rows = con.execute(_query(columns)).to_arrow_table()
            notes = (*_unread(refused), *_dangling(con))
        rejects = refused["classes"]
        lines = rows["line"].to_numpy()
        cells = rows.drop_columns(["line"])
        for first in range(0, max(1, len(lines)), ROWS):
            some = slice(first, first + ROWS)
            yield Chunk(
                pa.table({name: one_array(cells[name][some]) for name in columns}),
                lines[some],
                rejects if first == 0 else Rejects.none(),
                notes if first == 0 else (),
            )

    def _header(self, name: str) -> tuple[str, ...]:
        """The columns of a file over all bundles, in the order in which they are met."""
        found: dict[str, None] = {}
        for bundle in self._all:
            reader = _opened(bundle, name)
            if reader is not None:
                if name in ("classes", "enrollments") and "sourcedId" not in reader.header:
                    raise FileRefused(
                        f"{name}.csv has no column sourcedId; expected the columns of OneRoster."
                    )
                found |= dict.fromkeys(one for one in reader.header if one)
        return tuple(found)

    def _load(self, con: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> dict[str, Rejects]:
        """One table a file, of every record its newest version; and `own`, this bundle's classes.

        Returns the records of this bundle's files that cannot be split.
        """
        rejects: dict[str, Rejects] = {}
        for name in READ:
            wanted = [*RECORD, *ALWAYS[name]]
            wanted += [
                column
                for one in columns
                for word, _, column in [one.partition(".")]
                if PARTS.get(word) == name and one not in COMPUTED
            ]
            wanted = list(dict.fromkeys(wanted))
            versions = []
            for bundle in self._all:
                table, refused = _read(bundle, name, wanted)
                versions.append(table)
                if bundle is self._own:
                    rejects[name] = refused
                if bundle is self._own and name == "classes":
                    with registered(con, own_classes=table.select(["sourcedId", "line"])):
                        con.execute("create table own as from own_classes")
            with registered(con, versions=pa.concat_tables(versions)):
                con.execute(f"create table {name} as {NEWEST}")
        return rejects


# of versions that were modified at once the one of the greatest content, whatever it is
NEWEST = """
    select * exclude (line) from versions
    qualify row_number() over (
        partition by sourcedId
        order by try_cast(dateLastModified as timestamptz) desc nulls last,
            md5(to_json(versions)::varchar) desc
    ) = 1
"""
STANDS = "lower(status) in ('', 'active')"


def _query(columns: Sequence[str]) -> str:
    """The rows: this bundle's classes with what the others say of them, in the order of lines."""
    told = {
        SUBJECT: "trim(split_part(class.subjects, ',', 1))",
        FIRST: "coalesce(sessions.first_day, '')",
        LAST: "coalesce(sessions.last_day, '')",
        SEATS: "coalesce(seats.students, 0)::varchar",
    }
    selected = ", ".join(f'{told.get(name) or _plain(name)} as "{name}"' for name in columns)
    return f"""
        with terms as (
            select sourcedId as class_id, trim(unnest(string_split(termSourcedIds, ','))) as term_id
            from classes
        ),
        sessions as (
            select class_id, min(startDate) as first_day, max(endDate) as last_day
            from terms join academicsessions as s on s.sourcedId = terms.term_id and {STANDS}
            group by class_id
        ),
        enrolled as (
            select e.classSourcedId as class_id, e.userSourcedId as user_id, lower(e.role) as role,
                lower(e."primary") = 'true' as is_primary
            from (select * from enrollments where {STANDS}) as e
            join (select sourcedId from users where {STANDS}) as u on u.sourcedId = e.userSourcedId
        ),
        seats as (
            select class_id, count(distinct user_id) as students
            from enrolled where role = 'student' group by class_id
        ),
        teachers as (
            select class_id, first(user_id order by is_primary desc, user_id) as user_id
            from enrolled where role = 'teacher' group by class_id
        )
        select own.line, {selected or "1 as nothing"}
        from own
        join classes as class using (sourcedId)
        left join (select * from orgs where {STANDS}) as school
            on school.sourcedId = class.schoolSourcedId
        left join (select * from courses where {STANDS}) as course
            on course.sourcedId = class.courseSourcedId
        left join sessions on sessions.class_id = own.sourcedId
        left join seats on seats.class_id = own.sourcedId
        left join teachers on teachers.class_id = own.sourcedId
        left join users as teacher on teacher.sourcedId = teachers.user_id
        order by own.line
    """


def _plain(name: str) -> str:
    word, _, column = name.partition(".")
    quoted = column.replace('"', '""')
    return f"coalesce({word}.\"{quoted}\", '')"


def _dangling(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """What refers to what no bundle has, counted: it counts for nothing, and is said."""
    for file, column, other in (
        ("enrollments", "classSourcedId", "classes"),
        ("enrollments", "userSourcedId", "users"),
        ("classes", "schoolSourcedId", "orgs"),
    ):
        found = con.execute(
            f"""
            select count(*) from {file} as t
            where {STANDS} and not exists (
                select 1 from {other} as o where o.sourcedId = t.{column}
            )
            """
        ).fetchone()
        if found and found[0]:
            yield f"records of {file}.csv with a {column} that no {other}.csv has: {found[0]:,}"


def _opened(bundle: Bundle, name: str) -> Reader | None:
    """A file's reader, in which what the roster is made of has the specification's names."""
    reader = bundle.reader(name)
    return reader and renamed(reader, (*RECORD, *ALWAYS[name], *NEVER))


def _unread(refused: Mapping[str, Rejects]) -> Iterator[str]:
    """What cannot be split of other files than the classes', counted: those are rows themselves."""
    for name, rejects in refused.items():
        if name != "classes" and len(rejects.lines):
            yield f"records of {name}.csv that cannot be read: {len(rejects.lines):,}"


def _others(paths: Sequence[Path], encoding: Encoding) -> list[Bundle]:
    """The partition's other bundles; one that cannot be read is refused where it is read itself."""
    found = []
    for path in paths:
        if is_bundle(path):
            try:
                found.append(open_bundle(path, encoding))
            except FileRefused:
                continue
    return found


def _read(bundle: Bundle, name: str, wanted: Sequence[str]) -> tuple[pa.Table, Rejects]:
    """Columns of a file and the line of each record; blank where the file lacks a column."""
    reader = _opened(bundle, name)
    kept: list[pa.Table] = []
    lines: list[np.ndarray] = []
    rejects = [Rejects.none()]
    there = [column for column in wanted if reader is not None and column in reader.header]
    for chunk in reader.chunks(there) if reader is not None else ():
        kept.append(chunk.cells)
        lines.append(chunk.lines)
        rejects.append(chunk.rejects)
    rows = sum(map(len, lines))
    table = pa.concat_tables(kept) if kept else None
    columns = {
        column: one_array(table[column])
        if table is not None and column in there
        else pa.repeat(pa.scalar("", pa.string()), rows)
        for column in wanted
    }
    line = np.concatenate(lines) if lines else np.zeros(0, np.int64)
    return pa.table({**columns, "line": pa.array(line, pa.int64())}), Rejects.of(rejects)
