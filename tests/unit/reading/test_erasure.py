"""Erasure up to raw: the list, the command that people are put on it by, and whose rows go."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from orchestration.cli import main
from orchestration.erasure import ERASED, list_as_input, unfinished
from orchestration.reading.templates import templates
from orchestration.registry import load_registry
from orchestration.settings import Home
from tests.unit.reading.conftest import KEY, USUAL

PERSON = "canary-4711"
ROSTER = "class_id,school_id,grade,course,subject,teacher_id\nc1,s1,7,Math 7,mathematics,{}\n"
COLUMNS = [
    (source, name, field.type)
    for source, template in templates().items()
    for name, field in template.fields.items()
    if field.is_person
]


def erased(
    home: Home, *arguments: str, key: str = KEY.secret.decode(), typed: str | None = None
) -> Result:
    env = {"UPTAKE_HOME": str(home.root), "UPTAKE_HASH_KEY": key}
    return CliRunner().invoke(main, ["erase", *arguments], env=env, input=typed)


def on_list(home: Home) -> list[str]:
    return (home.registry / "erased.csv").read_text().splitlines()


def files(home: Home) -> list[Path]:
    return [path for path in home.root.rglob("*") if path.is_file()]


@pytest.fixture
def of_person(land, export):
    """Land one row of a source on which the person stands in the named column alone."""

    def of_person(source: str, column: str) -> None:
        if source == "roster":
            land(source, "export.csv", ROSTER.format(PERSON))
        else:
            assert column in USUAL[source]
            land(source, "export.csv", export(source, {column: PERSON}))

    return of_person


def test_the_sources_have_the_columns_of_people_that_are_tried_below():
    assert len(COLUMNS) == 6


@pytest.mark.parametrize(("source", "column", "kind"), COLUMNS)
def test_a_row_goes_whichever_of_its_people_is_erased(
    home, of_person, read, registry, key, source, column, kind
):
    of_person(source, column)
    assert read(source).raw.rows == 1
    account = read(source, registry=replace(registry, erased={key.pseudonym(kind, PERSON)}))
    assert (account.raw.rows, account.files[0].rows_erased) == (0, 1)


@pytest.mark.parametrize(("source", "column", "kind"), COLUMNS)
def test_the_command_counts_the_rows_that_will_go_and_knows_students_from_educators(
    home, of_person, read, source, column, kind
):
    of_person(source, column)
    read(source)
    other = {"student": "educator", "educator": "student"}[kind]
    done = erased(home, f"--{other}", PERSON)
    assert "0 rows of 0 partitions" in done.stdout
    assert "1 of 1 stand on no row" in done.stderr
    done = erased(home, f"--{kind}", f"  {PERSON.upper()} ")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "1 row of 1 partition" in done.stdout


def test_the_list_has_each_hash_once_whatever_was_on_it(home, key):
    first, second = (key.pseudonym("student", one) for one in ("s1", "s2"))
    home.registry.mkdir()
    (home.registry / "erased.csv").write_text(f"hash\n{first}")
    assert erased(home, "--student", "s2", "--student", "S1", "--student", "s2 ").exit_code == 0
    assert on_list(home) == ["hash", *sorted([first, second])]
    assert load_registry(home.registry).erased == {first, second}
    assert "0 people put on registry/erased.csv, 1 on it already" in (
        erased(home, "--student", "s1").stdout
    )
    assert stat.S_IMODE((home.registry / "erased.csv").stat().st_mode) == 0o640


def test_ids_may_come_by_standard_input_one_a_line(home, key):
    done = erased(home, "--educator", "-", "--student", "s1", typed="t1\n\n t2 \n")
    assert done.exit_code == 0
    people = [("educator", "t1"), ("educator", "t2"), ("student", "s1")]
    assert set(on_list(home)[1:]) == {key.pseudonym(*one) for one in people}


def test_the_id_is_nowhere_but_in_landing(home, of_person, read):
    of_person("observations", "observer_id")
    read("observations")
    done = erased(home, "--educator", PERSON)
    assert PERSON not in done.output
    holding = [path for path in files(home) if PERSON.encode() in path.read_bytes()]
    assert [path.relative_to(home.root).parts[0] for path in holding] == ["landing"]


@pytest.mark.parametrize(
    "arguments", [(), ("--student", " "), ("--student", "-"), ("--student", "-", "--educator", "-")]
)
def test_nobody_a_blank_one_or_one_input_for_both_kinds_is_misuse(home, arguments):
    done = erased(home, *arguments, typed="")
    assert (done.exit_code, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert not home.registry.exists()


def test_without_the_key_that_raw_was_hashed_with_nobody_is_put_on_the_list(home, of_person, read):
    of_person("observations", "observer_id")
    read("observations")
    for key, said in (("", "hash.key is missing"), ("another key", "another key")):
        done = erased(home, "--educator", PERSON, key=key)
        assert (done.exit_code, done.stdout) == (1, "")
        assert said in done.stderr
        assert PERSON not in done.stderr
    assert not home.registry.exists()


@pytest.mark.parametrize("database", ["unreleased", "current"])
def test_an_erasure_is_unfinished_until_the_marts_were_built_under_the_list(
    home, registry, database
):
    listed = replace(registry, erased=frozenset({"a" * 64}))
    path = home.marts / f"{database}.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(
            "create schema raw; create table raw.inputs "
            "(source varchar, term varchar, fingerprint varchar, file varchar)"
        )
    (said,) = unfinished(home, listed)
    assert f"marts/{database}.duckdb was built before" in said
    with duckdb.connect(str(path)) as con:
        (one,) = list_as_input(listed)
        con.execute("insert into raw.inputs values (?, ?, ?, null)", [*ERASED, one.fingerprint])
    assert unfinished(home, listed) == []
    longer = replace(registry, erased=frozenset({"a" * 64, "b" * 64}))
    assert len(unfinished(home, longer)) == 1


def test_an_erasure_is_unfinished_until_every_partition_was_read_under_the_list(
    home, of_person, read, registry, key
):
    of_person("observations", "observer_id")
    of_person("student_survey", "respondent_id")
    read("observations")
    read("student_survey")
    assert unfinished(home, registry) == []
    listed = replace(registry, erased=frozenset({key.pseudonym("educator", PERSON)}))
    read("student_survey", registry=listed)
    (said,) = unfinished(home, listed)
    assert "observations, 2021-22-spring is still to be read anew" in said
    assert "student_survey" not in said
    read("observations", registry=listed)
    (said,) = unfinished(home, listed)
    assert "observations, 2021-22-spring: is not tidied" in said
