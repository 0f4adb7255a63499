"""The warehouse: copied, built and renamed; readers never see half, and a crash costs a copy.

    unreleased.duckdb ──copy──▶ warehouse/next.duckdb ──dbt build──▶ rename ▶ unreleased.duckdb
                                                  └─ a failure ▶ warehouse/failed.duckdb
    unreleased.duckdb ──copy, when every gate has passed──▶ rename ▶ current.duckdb

The builder tells dbt what it builds from by what it leaves in the copy: `raw.inputs`, one row an
admitted partition with whether it has changed since the last complete build; a view
`raw.<source>` over exactly those files; and the accounts of what lies in landing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from orchestration.fingerprints import text_sha256
from orchestration.raw_comments import comment
from orchestration.settings import DBT_PROJECT, Home

NO_TERM = "none"
"""The term of an input that no term's rows follow from: a change of it builds, but touches none."""


@dataclass(frozen=True, order=True)
class Input:
    """Something a build follows from: a partition's raw file, by its path under the home.

    `path` is None for an input that is no file: the dbt project, the accounts.
    """

    source: str
    term: str
    fingerprint: str
    path: str | None = None


@dataclass(frozen=True)
class Plan:
    """What the next build would be made from, and what has changed since the last."""

    inputs: tuple[Input, ...]
    changed: frozenset[tuple[str, str]]

    @property
    def build_id(self) -> str:
        """What names the build: all that it follows from."""
        return text_sha256([[one.source, one.term, one.fingerprint] for one in self.inputs])


def project_fingerprint(project: Path = DBT_PROJECT) -> str:
    """SHA-256 over the names and bytes of all that dbt builds from."""
    digest = hashlib.sha256()
    kept = {".sql", ".yml", ".csv"}
    for path in sorted(project.rglob("*")):
        relative = path.relative_to(project)
        if path.suffix in kept and relative.parts[0] not in ("target", "logs"):
            digest.update(str(relative).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def last_inputs(database: Path) -> dict[tuple[str, str], Input]:
    """The inputs of a complete build, by source and term; none where there is no build."""
    if not database.is_file():
        return {}
    with read_only(database) as con:
        rows = con.execute("select source, term, fingerprint, file from raw.inputs").fetchall()
    return {(row[0], row[1]): Input(*row) for row in rows}


def build_id(database: Path) -> str | None:
    """The id of a complete build, or None where there is no build."""
    if not database.is_file():
        return None
    with read_only(database) as con:
        row = con.execute("select build_id from raw.build").fetchone()
    return str(row[0]) if row else None


def referred(home: Home) -> set[Path]:
    """The raw files that a build still stands on, and that must not be tidied away."""
    return {
        home.root / one.path
        for database in (home.unreleased, home.current, *home.restatements)
        for one in last_inputs(database).values()
        if one.path is not None
    }


def plan(home: Home, inputs: Iterable[Input]) -> Plan:
    """Compare what the next build would be made from with what the last one was."""
    last = last_inputs(home.unreleased)
    ordered = tuple(sorted(inputs))
    changed = {
        (one.source, one.term)
        for one in ordered
        if (one.source, one.term) not in last
        or last[one.source, one.term].fingerprint != one.fingerprint
    }
    gone = set(last) - {(one.source, one.term) for one in ordered}
    return Plan(ordered, frozenset(changed | gone))


def prepare(
    home: Home,
    planned: Plan,
    *,
    files: pd.DataFrame,
    reasons: pd.DataFrame,
    sources: Sequence[str],
    from_scratch: bool = False,
    geography_as_of: date | None = None,
) -> Path:
    """Make the copy that dbt will build, with its inputs; return its path.

    `files` and `reasons` are the accounts as frames, one row a file and one a file and reason.
    `sources` are the names that get a view; each must have at least one input with a path. The
    last complete build is copied first, unless the build is `from_scratch`. Every term is on the
    geography of its own last day, or on that of `geography_as_of`.
    """
    target = home.next
    _remove(target)
    if home.unreleased.is_file() and not from_scratch:
        shutil.copyfile(home.unreleased, target)
    with duckdb.connect(str(target)) as con:
        con.execute("create schema if not exists raw")
        inputs = pd.DataFrame(
            [(one.source, one.term, one.path, one.fingerprint) for one in planned.inputs],
            columns=["source", "term", "file", "fingerprint"],
            dtype="object",
        )
        inputs["changed"] = [(one.source, one.term) in planned.changed for one in planned.inputs]
        gone = [
            {"source": source, "term": term, "changed": True}
            for source, term in sorted(planned.changed)
            if (source, term) not in {(one.source, one.term) for one in planned.inputs}
        ]
        touched = pd.concat([inputs, pd.DataFrame(gone)]) if gone else inputs
        con.register("touched", touched)
        con.execute(
            """
            create or replace table raw.inputs as
            select source::varchar as source, term::varchar as term, file::varchar as file,
                fingerprint::varchar as fingerprint, changed::boolean as changed
            from touched order by all
            """
        )
        con.execute(
            "create or replace table raw.build as "
            "select ?::varchar as build_id, ?::date as geography_as_of",
            [planned.build_id, geography_as_of],
        )
        con.register("files", files)
        con.execute("create or replace table raw.files as from files order by all")
        con.register("reasons", reasons)
        con.execute("create or replace table raw.file_reasons as from reasons order by all")
        for source in sources:
            paths = [
                str(home.root / one.path)
                for one in planned.inputs
                if one.source == source and one.path is not None
            ]
            listed = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
            con.execute(
                f"create or replace view raw.{source} as select * from read_parquet([{listed}])"
            )
        comment(con)
    return target


def complete(home: Home, into: Path | None = None) -> None:
    """A complete build, all data tests passed, becomes `marts/unreleased.duckdb`, or `into`."""
    built = home.next
    with duckdb.connect(str(built)) as con:
        # inputs that are gone have done their work: no later build compares with them
        con.execute("delete from raw.inputs where fingerprint is null")
        con.execute("checkpoint")
    _into_place(built, into or home.unreleased)


def set_failed_aside(home: Home) -> Path:
    """A build in which a model or a test failed is kept for a look; nothing else moves."""
    failed = home.warehouse / "failed.duckdb"
    _remove(failed)
    home.next.replace(failed)
    return failed


def release(home: Home) -> bool:
    """Make the last complete build current; False when it already is.

    The caller has looked up every mart's verdict: nothing here judges.
    """
    if build_id(home.unreleased) == build_id(home.current):
        return False
    copy = home.warehouse / "current.duckdb"
    _remove(copy)
    shutil.copyfile(home.unreleased, copy)
    _into_place(copy, home.current)
    return True


@contextmanager
def read_only(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection, closed at the end, that looks for no extension elsewhere."""
    con = duckdb.connect(
        str(database), read_only=True, config={"autoinstall_known_extensions": "false"}
    )
    try:
        yield con
    finally:
        con.close()


def _into_place(built: Path, target: Path) -> None:
    built.chmod(0o640)
    with built.open("rb") as stream:
        os.fsync(stream.fileno())
    Path(f"{target}.wal").unlink(missing_ok=True)
    built.replace(target)


def _remove(database: Path) -> None:
    database.unlink(missing_ok=True)
    Path(f"{database}.wal").unlink(missing_ok=True)
