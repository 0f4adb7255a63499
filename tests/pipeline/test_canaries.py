"""Canaries in landing: a word of its own in whatever is personal, and where each is found after.

Every shipped contract's export lands with the extra columns that a district would leave in, and is
read, built, judged and published by the real command. A canary stands in every id of a person, in
every column that is secret or that somebody wrote, in every extra column; and in cells, rows and
files that are refused. Beside a comment with consent one may be found in quarantine alone, and
there only an id, or what was wrong.

What is not a person is kept by its name, and has no canary: schools, local districts, regions,
providers of support; classes, courses, units and lessons; sessions, their titles and audiences;
observers' organisations; subgroups and roles; and the ids of schools, classes, sessions,
observations and responses.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from click.testing import CliRunner

from orchestration.cli import main
from orchestration.outcome import BLOCKED
from orchestration.reading.accounts import accounts
from orchestration.reading.contract_files import SHIPPED
from orchestration.reading.pseudonyms import Key
from orchestration.reading.templates import templates
from orchestration.settings import Home
from tests.pipeline.homes import land, school, section, visit
from tests.pipeline.responses import AGREEMENT, STUDENT_ITEMS, TEACHER_ITEMS
from tests.pipeline.searching import TABLES, contents, found, rooms

pytestmark = pytest.mark.long

UPTAKE = Path(sys.executable).parent / "uptake"

GOOD, MIXED, HELD = "2021-22-spring", "2022-23-fall", "2022-23-winter"
DAYS = {GOOD: "2022-03-15", MIXED: "2022-10-03", HELD: "2023-01-10"}
SCHOOLS = 60
"""So many rows has a file that those refused beside them are too few to hold it."""

EXTRA = (
    "Student name", "Teacher name", "E-mail", "Phone", "Observer's name", "Anything else?",
    "Password",
)  # fmt: skip

KEPT, CONSENTED, REFUSED = "kept", "consented", "refused"
RAGGED, GARBLED = "ragged", "garbled"
HEADLESS, TORN = "headless", "torn"

CANARY = re.compile(rb"canary[a-z0-9_-]*")
LONG_HEXADECIMAL = re.compile(rb"[0-9a-f]{32,}")

Row = dict[str, Any]


def _respond(n: int, day: str, items: tuple[str, ...]) -> Row:
    return {
        "response_id": f"response-{day}-{n}",
        "recorded_on": day,
        "school_id": f"s{n % SCHOOLS}",
        "class_id": f"room-{n % SCHOOLS}",
        "comment_consent": ("no", "", "0")[n % 3],
        **{item: AGREEMENT[(n + place) % 4] for place, item in enumerate(items)},
    }


def _session(n: int, day: str) -> Row:
    return {
        "session_id": f"session-{n}",
        "held_on": day,
        "local_district": "West" if n % 2 else "East",
        "priority_area": "launch",
        "audience": "teachers",
        "title": f"Launching unit {n}",
        "hours": "1.5",
        "sequence": n + 1,
    }


def _attend(n: int, day: str) -> Row:
    return {
        "session_id": f"session-{n % SCHOOLS}",
        "school_id": f"s{n % SCHOOLS}",
        "role": "teacher",
        "attended": "yes",
    }


def _observe(n: int, day: str) -> Row:
    code = ("as_designed", "modified", "none")[n % 3]
    more = {"observation_id": f"visit-{day}-{n}", "observed_on": day}
    return visit(f"s{n % SCHOOLS}", f"room-{n % SCHOOLS}", code, **more)


def _list_in_directory(n: int, day: str) -> Row:
    return {
        "CDSCode": f"1964733{n:07}",
        "School": f"Directory School {n}",
        "EILCode": "INTMIDJR",
        "OpenDate": "2015-07-01 00:00:00",
        "ClosedDate": "",
    }


@dataclass(frozen=True)
class Export:
    """A contract's export: its n-th row but for canaries, and in which columns these stand.

    `people` are ids, of which hashes are kept. `unkept` are secret, or comments. A value that is
    none in `bad` has a row refused.
    """

    name: str
    source: str
    row: Callable[[int, str], Row]
    bad: str
    people: tuple[str, ...] = ()
    unkept: tuple[str, ...] = ()

    def canary(self, column: str, fate: str) -> str:
        """The word that stands in a column of rows of that fate, and nowhere else."""
        words = (self.name, re.sub("[^a-z0-9]+", "_", column.lower()).strip("_"), fate)
        return "-".join(("canary", *words))

    def cell(self, column: str, fate: str, n: int) -> str:
        """A cell with the canary, in small letters or in capitals."""
        text = f"{self.canary(column, fate)}.{n}@example.org"
        return text.upper() if n % 2 else text

    def rows(self, fate: str, numbers: range, day: str) -> list[Row]:
        """Rows of a fate, the same numbers never being given twice to a file."""
        rows = [
            self.row(n, day) | {column: self.cell(column, fate, n) for column in self.columns}
            for n in numbers
        ]
        for n, row in zip(numbers, rows, strict=True):
            if "comment" in self.unkept and fate != KEPT:
                row["comment_consent"] = "yes"
            if fate == REFUSED:
                row[self.bad] = self.cell(self.bad, fate, n)
        return rows

    @property
    def canaries(self) -> set[str]:
        """Every word that is to stand in its files."""
        fates = {KEPT, REFUSED} | ({HEADLESS, TORN} if self.is_termed else set())
        fates |= {CONSENTED} if "comment" in self.unkept else set()
        cells = {(column, fate) for column in self.columns for fate in fates}
        torn = {("row", TORN)} if self.is_termed else set()
        cells |= {(self.bad, REFUSED), ("row", RAGGED), ("row", GARBLED)} | torn
        return {self.canary(*cell) for cell in cells}

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that have a canary in every row."""
        return (*self.people, *self.unkept, *EXTRA)

    @property
    def is_termed(self) -> bool:
        """Whether it lands a term at a time."""
        return templates()[self.source].is_partitioned

    @property
    def quarantines(self) -> set[str]:
        """The files in which what was refused is kept as it stood."""
        terms = (MIXED, HELD) if self.is_termed else ("all",)
        return {f"quarantine/{self.source}/{term}.parquet" for term in terms}


EXPORTS = (
    Export(
        "schools",
        "schools",
        lambda n, day: school(f"s{n}", "West" if n % 2 else "East"),
        bad="level",
    ),
    Export(
        "schools_cde",
        "schools",
        _list_in_directory,
        bad="EILCode",
        unkept=(
            "Phone", "Ext", "Email",
            "AdmFName1", "AdmLName1", "AdmEmail1",
            "AdmFName2", "AdmLName2", "AdmEmail2",
            "AdmFName3", "AdmLName3", "AdmEmail3",
        ),
    ),
    Export(
        "roster",
        "roster",
        lambda n, day: section(f"s{n % SCHOOLS}", f"room-{n}"),
        bad="students",
        people=("teacher_id",),
    ),
    Export(
        "observations",
        "observations",
        _observe,
        bad="observed_on",
        people=("teacher_id", "observer_id"),
        unkept=("notes",),
    ),
    Export(
        "student_survey",
        "student_survey",
        lambda n, day: _respond(n, day, STUDENT_ITEMS),
        bad="recorded_on",
        people=("respondent_id",),
        unkept=("comment",),
    ),
    Export(
        "teacher_survey",
        "teacher_survey",
        lambda n, day: _respond(n, day, TEACHER_ITEMS),
        bad="recorded_on",
        people=("respondent_id",),
        unkept=("comment",),
    ),
    Export("pl_sessions", "pl_sessions", _session, bad="held_on"),
    Export(
        "pl_attendance", "pl_attendance", _attend, bad="attended", people=("educator_id",)
    ),
)  # fmt: skip
TERMED = tuple(one for one in EXPORTS if one.is_termed)


def land_mixed(home: Path, export: Export, term: str, day: str) -> None:
    """Rows that are kept, and after them three that are not: refused, cut off and no UTF-8."""
    rows = _kept(export, day) + export.rows(REFUSED, range(100, 101), day)
    path = land(home, export.source, term, f"{export.name}.csv", rows)
    with path.open("ab") as stream:
        stream.write(f"{export.canary('row', RAGGED)},cut off\n".encode())
        stream.write(export.canary("row", GARBLED).encode() + b" \xff,cut off\n")


def _kept(export: Export, day: str) -> list[Row]:
    """A row for every school, and where there are comments, a few that may be kept."""
    rows = export.rows(KEPT, range(SCHOOLS), day)
    if "comment" in export.unkept:
        rows += export.rows(CONSENTED, range(SCHOOLS, SCHOOLS + 3), day)
    return rows


def land_held(home: Path, export: Export, term: str, day: str) -> None:
    """One file of which every row is refused, and two that are refused whole."""
    land(home, export.source, term, "bad.csv", export.rows(REFUSED, range(110, 113), day))
    rows = export.rows(HEADLESS, range(120, 123), day)
    headless = land(home, export.source, term, "headless.csv", rows)
    headless.write_bytes(headless.read_bytes().partition(b"\n")[2])
    torn = land(home, export.source, term, "torn.csv", export.rows(TORN, range(130, 133), day))
    with torn.open("a") as stream:
        stream.write(f'"{export.canary("row", TORN)}, and here it ends')


@dataclass(frozen=True)
class Searched:
    """A home after its run: what the terminal showed, and what its files say."""

    home: Path
    exit_code: int
    said: str
    files: dict[str, bytes]
    elsewhere: dict[str, bytes]
    standing: dict[str, set[str]]
    """Whatever begins like a canary, and the files in which it stands."""

    def of(self, fate: str) -> dict[str, set[str]]:
        """Where the canaries of a fate stand, but for those that stand nowhere."""
        return {word: at for word, at in self.standing.items() if word.endswith(f"-{fate}")}


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Searched:
    home = tmp_path_factory.mktemp("birds")
    for export in EXPORTS:
        if export.is_termed:
            land(home, export.source, GOOD, "good.csv", _kept(export, DAYS[GOOD]))
            land_mixed(home, export, MIXED, DAYS[MIXED])
            land_held(home, export, HELD, DAYS[HELD])
        else:
            # no file of schools is refused whole: there would be no build to search
            land_mixed(home, export, "all", "")
    (home / "registry").mkdir()
    codes = "".join(f"{_list_in_directory(n, '')['CDSCode']},West\n" for n in range(SCHOOLS))
    (home / "registry" / "crosswalk_cde_local_district.csv").write_text(f"key,value\n{codes}")

    elsewhere = tmp_path_factory.mktemp("elsewhere")
    places = {name: str(elsewhere) for name in ("HOME", "TMPDIR")}
    done = subprocess.run(
        [UPTAKE, "run", "--as-of", "2030-12-31"],
        cwd=elsewhere,
        env={**os.environ, **places, "UPTAKE_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    said = [done.stdout, done.stderr]
    for how in ((), ("--json",)):
        told = CliRunner().invoke(main, ["status", *how], env={"UPTAKE_HOME": str(home)})
        assert told.exit_code == 0, told.output
        said.append(told.output)
    files = dict(contents(home))
    standing: dict[str, set[str]] = {}
    for place, content in files.items():
        # without its NUL bytes UTF-16 reads like UTF-8
        for word in CANARY.findall(content) + CANARY.findall(content.replace(b"\0", b"")):
            standing.setdefault(word.decode(), set()).add(place)
    return Searched(
        home, done.returncode, "".join(said), files, dict(contents(elsewhere)), standing
    )


def test_every_shipped_contract_has_canaries_in_all_its_people_secrets_and_comments() -> None:
    shipped = [yaml.safe_load(path.read_text()) for path in sorted(SHIPPED.glob("*.yaml"))]
    # a bundle is several files; what is kept of its people is asked in test_oneroster
    stated = [one for one in shipped if one["reads"]["format"] != "oneroster"]
    columns = {
        one["name"]: (
            {
                rule["column"]
                for name, rule in one["fields"].items()
                if templates()[one["source"]].fields[name].is_person
            },
            {
                rule["column"]
                for name, rule in one["fields"].items()
                if templates()[one["source"]].fields[name].needs_consent
            }
            | set(one.get("secret", ())),
        )
        for one in stated
    }
    assert columns == {one.name: (set(one.people), set(one.unkept)) for one in EXPORTS}
    assert {one.source for one in EXPORTS} == set(templates())


def test_every_canary_stands_in_landing(searched: Searched) -> None:
    landed = b"".join(
        path.read_bytes() for path in (searched.home / "landing").rglob("*.csv")
    ).lower()
    words = {word.decode() for word in CANARY.findall(landed)}
    assert words == set().union(*(one.canaries for one in EXPORTS))


def test_the_run_publishes_two_terms_and_says_what_it_holds_of_the_third(
    searched: Searched,
) -> None:
    assert searched.exit_code == BLOCKED, searched.said
    for export in TERMED:
        assert f"{export.source}, {HELD} is not admitted" in searched.said
        for file in ("headless.csv", "torn.csv"):
            assert f"refused: {file}: " in searched.said
    assert f"published {MIXED}-001" in searched.said
    assert "Traceback" not in searched.said


def test_every_row_and_file_met_the_fate_that_was_meant_for_it(searched: Searched) -> None:
    for account in accounts(Home(searched.home)):
        of_source = [one for one in EXPORTS if one.source == account.source]
        quarantined = {GOOD: 0, HELD: 3}.get(account.term, 3 * len(of_source))
        consented = sum(3 * ("comment" in one.unkept) for one in of_source)
        accepted = len(of_source) * SCHOOLS + consented
        assert account.quarantine.rows == quarantined, account
        assert account.raw.rows == (0 if account.term == HELD else accepted), account
        assert len(account.refused) == (2 if account.term == HELD else 0), account
        assert not any(one.rows_superseded for one in account.files), account


def test_of_rows_that_were_kept_no_canary_is_found_past_landing(searched: Searched) -> None:
    assert searched.of(KEPT) == {}


def test_no_unkeyed_hash_of_anybody_s_id_is_found_past_landing(searched: Searched) -> None:
    key = Key((searched.home / "secrets" / "hash.key").read_text().strip().encode())
    said = searched.files.values()
    hashes = {one.decode() for each in said for one in LONG_HEXADECIMAL.findall(each)}
    for export in EXPORTS:
        for column in export.people:
            kind = templates()[export.source].fields[column].type
            for n in range(SCHOOLS):
                person = export.cell(column, KEPT, n)
                assert key.pseudonym(kind, person) in hashes
                for text in (person, person.lower(), f"{kind}:{person.lower()}"):
                    for algorithm in ("md5", "sha1", "sha256", "blake2b"):
                        assert hashlib.new(algorithm, text.encode()).hexdigest() not in hashes


def test_a_comment_with_consent_is_in_raw_and_in_the_marts_and_nothing_else_of_its_row_is(
    searched: Searched,
) -> None:
    found_in = searched.of(CONSENTED)
    surveys = {one.canary("comment", CONSENTED) for one in EXPORTS if "comment" in one.unkept}
    assert {word: rooms(at) for word, at in found_in.items()} == {
        word: {"raw", "marts"} for word in surveys
    }


def test_of_a_refused_row_ids_and_what_was_wrong_are_in_quarantine_and_nothing_else_anywhere(
    searched: Searched,
) -> None:
    assert searched.of(REFUSED) == {
        export.canary(column, REFUSED): export.quarantines
        for export in EXPORTS
        for column in (*export.people, export.bad)
    }


def test_of_a_row_that_cannot_be_split_nothing_is_kept(searched: Searched) -> None:
    assert searched.of(RAGGED) | searched.of(GARBLED) == {}


def test_of_a_file_that_is_refused_whole_nothing_is_kept(searched: Searched) -> None:
    assert searched.of(HEADLESS) | searched.of(TORN) == {}


def test_no_file_has_a_part_of_a_canary_but_those_that_have_a_whole_one(
    searched: Searched,
) -> None:
    whole = searched.of(CONSENTED) | searched.of(REFUSED)
    assert set().union(*searched.standing.values()) == set().union(*whole.values())


def test_no_canary_is_shown_on_the_terminal_or_left_outside_the_home(searched: Searched) -> None:
    assert set(CANARY.findall(searched.said.lower().encode())) == set()
    assert [at for at, said in searched.elsewhere.items() if b"canary" in said] == []


def test_the_search_finds_what_is_kept_in_every_room_that_there_is(searched: Searched) -> None:
    kept = {
        "room-59": {"raw", "marts"},
        "School s59": {"raw", "marts"},
        "Launching unit 59": {"raw", "marts", "published"},
        "every_column_is_known": {"verdicts", "dagster", "published"},
        "Observer's name": {"accounts"},
        "sent from nowhere": set(),
    }
    places = found(searched.files.items(), kept)
    for word, expected in kept.items():
        assert expected <= rooms(places[word]), word
    assert places["sent from nowhere"] == set()
    for source in templates():
        for room in ("raw", "quarantine", "accounts"):
            assert any(place.startswith(f"{room}/{source}/") for place in searched.files)
    kinds = {Path(place).suffix for place in searched.files}
    assert {*TABLES, ".html", ".csv", ".json", ".log", ".err"} <= kinds


def test_the_search_finds_a_word_however_it_is_written(tmp_path: Path) -> None:
    word = "Ñandú Bird"
    (tmp_path / "plain.csv").write_text(f"a\n{word}\n")
    (tmp_path / "capitals.csv").write_text(f"a\n{word.upper()}\n")
    (tmp_path / "wide.log").write_text(word, encoding="utf-16-le")
    (tmp_path / "escaped.json").write_text(json.dumps([word]))
    (tmp_path / f"{word}.log").touch()
    (tmp_path / "another.csv").write_text("Nandu Bird")
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "plain.csv").write_text(word)
    nested = pa.table({"answers": [[{"item": "a", "text": word}]]})
    pq.write_table(nested, tmp_path / "rows.parquet", compression="zstd")
    with closing(duckdb.connect(str(tmp_path / "rows.duckdb"))) as con:
        con.execute("create schema more")
        con.execute("create table more.one as select 'Ñandú ' || 'Bird' as text")
    with closing(sqlite3.connect(tmp_path / "rows.db")) as history, history:
        history.execute("create table one (body blob)")
        history.execute("insert into one values (?)", [zlib.compress(word.encode())])
    assert found(contents(tmp_path), [word])[word] == {
        "plain.csv",
        "capitals.csv",
        "wide.log",
        "escaped.json",
        f"{word}.log",
        "rows.parquet",
        "rows.duckdb",
        "rows.db",
    }
