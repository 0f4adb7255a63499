"""Bad input: a named error, or a row with its reason; never a traceback, and nothing is lost.

One run of one home sees everything: a term whose file has bad rows among good ones, and a term for
each file that is bad as a whole.
"""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from orchestration.cli import main
from orchestration.outcome import Finished
from orchestration.reading.accounts import FileAccount, accounts
from orchestration.settings import CHECKOUT, Home
from tests.pipeline.homes import TERM, land, query, run_home, school, section, visit
from tests.pipeline.searching import contents, found

pytestmark = pytest.mark.long

UPTAKE = Path(sys.executable).parent / "uptake"

SCHOOLS = [f"s{i:02}" for i in range(12)]
DAYS = {
    "2020-21-spring": "2021-03-01",
    "2021-22-fall": "2021-10-01",
    "2021-22-winter": "2022-01-11",
    "2022-23-fall": "2022-10-03",
    "2022-23-winter": "2023-01-10",
    "2022-23-spring": "2023-03-01",
    "2023-24-fall": "2023-10-02",
}
REFUSED = {
    ("2021-22-fall", "no_materials.csv"): "needs the column materials",
    ("2021-22-winter", "junk.csv"): "expected delimited text in UTF-8",
    ("2022-23-fall", "empty.csv"): "the file is empty",
    ("2022-23-spring", "junk.csv"): "expected delimited text in UTF-8",
    ("2020-21-spring", "folder.csv"): "it is a folder; expected a file",
}


def _visits(day: str, term: str) -> list[dict[str, Any]]:
    """Ten visits to every school."""
    codes = ("as_designed", "modified", "none", "departed", "other")
    return [
        visit(
            s,
            f"c{j}",
            codes[(i + j) % 5],
            observation_id=f"{term}-{s}-{j}",
            observed_on=day,
            observer_id=f"coach-{i % 6}",
            notes="Jesús asked for help",
        )
        for i, s in enumerate(SCHOOLS)
        for j in range(10)
    ]


@dataclass(frozen=True)
class Landed:
    home: Path
    finished: Finished
    good: list[dict[str, Any]]
    bad: dict[str, dict[str, Any]]

    def accounts(self) -> pd.DataFrame:
        return query(self.home, "from mart_row_accounting")

    def account(self, source: str, term: str, file: str) -> dict[Any, Any]:
        found = self.accounts().query("source == @source and term == @term and file == @file")
        (row,) = found.to_dict("records")
        return row

    def file(self, source: str, term: str, file: str) -> FileAccount:
        (one,) = (
            one
            for account in accounts(Home(self.home))
            if (account.source, account.term) == (source, term)
            for one in account.files
            if one.file == file
        )
        return one


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Landed:
    home = tmp_path_factory.mktemp("bad")
    land(home, "schools", "all", "schools.csv", [school(s) for s in SCHOOLS])
    rostered = [section(s, f"c{j}", teacher_id=f"t-{s}-{j}") for s in SCHOOLS for j in range(14)]
    roster = land(home, "roster", TERM, "roster.csv", rostered)
    (roster.parent / "sent again.csv").write_bytes(roster.read_bytes())

    good = _visits("2022-03-01", TERM)
    bad = {
        "no such day": visit(SCHOOLS[0], "c1", "none", observed_on="2022-02-30"),
        "outside the term": visit(SCHOOLS[0], "c1", "none", observed_on="2021-10-01"),
        "no such code": visit(SCHOOLS[0], "c1", "now-and-then"),
        "no observer": visit(SCHOOLS[0], "c1", "none", observer_id=" "),
        "unknown school": visit("school-of-nowhere", "c1", "none"),
        "another unknown school": visit("school-of-elsewhere", "c1", "none"),
    }
    for name, row in bad.items():
        row["observation_id"] = name
    corrected = good[7] | {"materials": "none" if good[7]["materials"] != "none" else "other"}
    path = land(
        home,
        "observations",
        TERM,
        "walkthroughs.csv",
        [*good, *bad.values(), good[3], corrected],
    )
    with path.open("a", encoding="utf-8") as stream:
        stream.write("cut off,2022-03-01\n")
    _land_bad_files(home)
    return Landed(home, run_home(home), good, bad)


def _land_bad_files(home: Path) -> None:
    junk = random.Random(5).randbytes(4096)
    rows = {term: _visits(day, term) for term, day in DAYS.items()}

    def place(term: str, name: str) -> Path:
        path = home / "landing" / "observations" / term / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    land(
        home,
        "observations",
        "2021-22-fall",
        "no_materials.csv",
        [{k: v for k, v in row.items() if k != "materials"} for row in rows["2021-22-fall"]],
    )
    place("2021-22-winter", "junk.csv").write_bytes(junk)
    place("2022-23-fall", "empty.csv").touch()
    header = land(home, "observations", "2022-23-winter", "header.csv", rows["2022-23-winter"])
    header.write_text(header.read_text().splitlines()[0] + "\n")
    land(home, "observations", "2022-23-spring", "good.csv", rows["2022-23-spring"])
    place("2022-23-spring", "junk.csv").write_bytes(junk)
    place("2020-21-spring", "folder.csv").mkdir()
    coded = [row | {"materials": "Y"} for row in rows["2023-24-fall"]]
    land(home, "observations", "2023-24-fall", "other_codes.csv", coded)
    place("2031-32-fall", "visits.csv").touch()
    for stray in ("gradebook/2021-22-spring/grades.csv", "notes.txt"):
        path = home / "landing" / stray
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("left alone\n")


def test_the_gates_hold_the_bad_terms_and_the_good_one_is_published(landed: Landed) -> None:
    assert landed.finished.exit_code == 3, landed.finished.said
    said = "\n".join(landed.finished.said)
    assert "Traceback" not in said
    for term in DAYS:
        assert f"observations, {term} is not admitted" in said
    assert f"observations, {TERM}" not in said
    manifest = json.loads((landed.home / "published" / "latest" / "manifest.json").read_text())
    assert manifest["terms"] == [TERM]


def test_no_file_and_no_row_is_lost(landed: Landed) -> None:
    found = landed.accounts()
    assert len(found) == len(found.drop_duplicates(["source", "term", "file"]))
    stands = set(zip(found["source"], found["term"], found["file"], strict=True))
    in_landing = {
        (path.parent.parent.name, path.parent.name, path.name)
        for source in ("roster", "observations")
        for path in (landed.home / "landing" / source).glob("*/*")
        if path.parent.name != "2031-32-fall"
    }
    assert stands == in_landing | {("schools", "all", "schools.csv")}
    ends = found[["rows_accepted", "rows_quarantined", "rows_superseded", "rows_erased"]]
    assert (found["rows_read"] == ends.sum(axis="columns")).all()
    assert (found["rows_accepted"] == found["rows_used"] + found["rows_set_aside"]).all()
    for row in found.to_dict("records"):
        refused = (row["term"], row["file"]) in REFUSED
        assert row["rows_read"] == (0 if refused else _rows(landed.home, row)), row
        reasons = json.loads(row["reasons"])
        counted = row["rows_quarantined"] + row["rows_superseded"] + row["rows_set_aside"]
        assert sum(reasons.values()) == counted, row


def _rows(home: Path, account: dict[Any, Any]) -> int:
    term = "" if account["source"] == "schools" else account["term"]
    path = home / "landing" / account["source"] / term / account["file"]
    with path.open(encoding="utf-8", newline="") as stream:
        return sum(1 for _ in csv.reader(stream)) - 1


def test_every_bad_row_has_its_reason(landed: Landed) -> None:
    account = landed.account("observations", TERM, "walkthroughs.csv")
    reasons = Counter(json.loads(account["reasons"]))
    assert reasons.pop("superseded: exact duplicate") == 1
    assert reasons.pop("superseded: conflict") == 1
    assert reasons.pop("set aside: unknown_school") == 2
    assert dict(reasons) == {
        "quarantined: observed_on: not a date (expected YYYY-MM-DD)": 1,
        "quarantined: observed_on: outside the term (2022-02-01 to 2022-06-30)": 1,
        "quarantined: materials: a code that no value map knows (map scale:use_of_materials)": 1,
        "quarantined: observer_id: required, but blank": 1,
        "quarantined: row: fewer cells than the header's 26": 1,
    }
    assert account["rows_read"] == len(landed.good) + len(landed.bad) + 3
    assert account["rows_used"] == len(landed.good)


def test_quarantine_keeps_each_refused_row_with_its_line_and_text(landed: Landed) -> None:
    found = pd.read_parquet(landed.home / "quarantine" / "observations" / f"{TERM}.parquet")
    first = len(landed.good) + 2
    refused = ("no such day", "outside the term", "no such code", "no observer")
    places = list(landed.bad)
    assert found["line"].tolist() == [
        *(first + places.index(name) for name in refused),
        first + len(landed.bad) + 2,
    ]
    for text, name in zip(found["row"], refused, strict=False):
        kept = json.loads(text)
        assert kept["observation_id"] == name
        assert "notes" not in kept
    assert set(found["file"]) == {"walkthroughs.csv"}


def test_of_two_versions_one_stands_and_the_other_is_counted(landed: Landed) -> None:
    found = query(
        landed.home,
        f"select count(*) as rows from fct_observation where observation_id = "
        f"'{landed.good[7]['observation_id']}'",
    )
    assert found["rows"].tolist() == [1]


def test_a_file_that_was_sent_again_counts_once(landed: Landed) -> None:
    rows = len(SCHOOLS) * 14
    found = landed.accounts().query("source == 'roster'")
    assert sorted(found["rows_used"]) == [0, rows]
    assert sorted(found["rows_superseded"]) == [0, rows]


@pytest.mark.parametrize(("where", "why"), REFUSED.items(), ids=lambda one: "-".join(one)[:40])
def test_a_file_that_cannot_be_read_is_refused_whole_and_says_why(
    landed: Landed, where: tuple[str, str], why: str
) -> None:
    refused = landed.file("observations", *where).refused
    assert refused is not None
    assert why in refused
    assert where[1] in refused


def test_the_rows_beside_a_refused_file_are_set_aside_and_not_lost(landed: Landed) -> None:
    account = landed.account("observations", "2022-23-spring", "good.csv")
    assert account["rows_accepted"] == account["rows_set_aside"] == 120
    assert json.loads(account["reasons"]) == {"set aside: not_admitted": 120}
    terms = query(landed.home, "select distinct term from mart_adoption")
    assert terms["term"].tolist() == [TERM]


def test_an_export_of_unknown_codes_is_quarantined_whole(landed: Landed) -> None:
    account = landed.account("observations", "2023-24-fall", "other_codes.csv")
    assert account["rows_read"] == account["rows_quarantined"] == 120
    assert json.loads(account["reasons"]) == {
        "quarantined: materials: a code that no value map knows (map scale:use_of_materials)": 120
    }


def test_status_names_every_refused_file_and_what_is_left_alone(landed: Landed) -> None:
    said = _uptake(landed.home, "status")
    assert said.exit_code == 0, said.stderr
    for (_, file), why in REFUSED.items():
        assert any(
            line.strip().startswith(f"refused: {file}") and why in line
            for line in said.stdout.splitlines()
        )
    for stray in ("landing/gradebook", "landing/notes.txt", "landing/observations/2031-32-fall"):
        assert sum(stray in line for line in said.stdout.splitlines()) == 1


def test_accounts_verdicts_logs_and_publications_carry_no_value_of_a_bad_row(
    landed: Landed,
) -> None:
    values = ("Jesús", "now-and-then", "2022-02-30", "school-of-", "coach-1")
    folders = ("accounts/", "verdicts/", "dagster/", "published/", "raw/registry/")
    written = ((at, said) for at, said in contents(landed.home) if at.startswith(folders))
    assert found(written, values) == {value: set() for value in values}


def _uptake(home: Path, *arguments: str) -> Any:
    """The command, in this process."""
    return CliRunner().invoke(main, arguments, env={"UPTAKE_HOME": str(home)})


def _is_one_sentence(said: str) -> bool:
    return len(said.strip().splitlines()) == 1 and said.strip().endswith(".")


def test_a_lost_key_is_refused_by_the_real_command_in_a_sentence(landed: Landed) -> None:
    key = landed.home / "secrets" / "hash.key"
    kept = key.read_bytes()
    key.unlink()
    try:
        done = subprocess.run(
            [UPTAKE, "run"],
            cwd=CHECKOUT,
            env={**os.environ, "UPTAKE_HOME": str(landed.home)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    finally:
        key.write_bytes(kept)
    assert done.returncode == 1
    assert f"{key} is missing" in done.stderr
    assert _is_one_sentence(done.stderr), done.stderr


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        (
            "registry/terms.csv",
            "term,school_year,season,starts_on,ends_on,releases_on\n"
            "2021-22-spring,2021-22,spring,2022-02-31,2022-06-30,2022-07-15\n",
            "terms.csv, line 2",
        ),
        (
            "registry/minimum_n.csv",
            "population,minimum\nclassrooms,few\n",
            "minimum_n.csv",
        ),
        (
            "contracts/observations.yaml",
            "name: observations\nversion: 1\nsource: observations\nfields:\n  lunch: {column: l}\n",
            "observations.yaml, line ",
        ),
        ("contracts/broken.yaml", "name: [broken\n", "broken.yaml, line "),
    ],
    ids=["a day that is none", "a number that is none", "an unknown field", "no YAML"],
)
@pytest.mark.parametrize("command", ["run", "status"])
def test_a_declaration_that_cannot_stand_is_named_with_its_line(
    tmp_path: Path, command: str, file: str, content: str, said: str
) -> None:
    land(tmp_path, "schools", "all", "schools.csv", [school("s0")])
    path = tmp_path / file
    path.parent.mkdir()
    path.write_text(content)
    done = _uptake(tmp_path, command)
    assert done.exit_code == 1
    assert str(path.parent) in done.stderr
    assert said in done.stderr
    assert _is_one_sentence(done.stderr), done.stderr
    assert not list((tmp_path / "raw").rglob("*.parquet"))
