"""`uptake contracts`: all that is wrong with a contract by line, and a schema for editors."""

from __future__ import annotations

import json
import textwrap

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from orchestration.cli import main
from orchestration.reading.contract_files import SHIPPED, contract_paths
from orchestration.reading.contract_schema import contract_schema
from tests.paths import CHECKOUT

WRONG = textwrap.dedent(
    """\
    name: ours
    version: 1
    source: roster
    description: Several things are wrong with it.
    fields:
      class_id: {column: Section}
      school_id: {column: Site}
      grade: {column: Grade, at_least: 0}
      course: {column: Course}
      subject: {column: Course, map: topics}
      teacher_id: {column: Teacher}
      students: {column: Seats, at_most: 2022-01-01}
    """
)


@pytest.fixture
def told(tmp_path, monkeypatch):
    monkeypatch.setenv("UPTAKE_HOME", str(tmp_path / "data"))
    (tmp_path / "data" / "contracts").mkdir(parents=True)

    def told(*arguments: str):
        return CliRunner().invoke(main, ["contracts", *arguments])

    return told


def test_every_shipped_contract_holds(told):
    done = told("check")
    assert (done.exit_code, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == len(contract_paths(SHIPPED))


def test_all_that_is_wrong_is_said_at_once_with_its_line(told, tmp_path):
    path = tmp_path / "data" / "contracts" / "ours.yaml"
    path.write_text(WRONG)
    done = told("check")
    assert done.exit_code == 1
    lines = {
        line.removeprefix(f"{path}, line ").partition(":")[0]: line.rpartition(": ")[2]
        for line in done.stderr.splitlines()
    }
    assert lines == {
        "8": "'grade' is of type text, and has no range.",
        "10": "the registry's value_maps.csv has no map 'topics'.",
        "11": "column 'Teacher' feeds 'teacher_id', a person; list it under 'identifying'.",
        "12": "'students' is of type integer; expected a number.",
    }


def test_every_misspelling_is_said_at_once(told, tmp_path):
    path = tmp_path / "one.yaml"
    path.write_text("name: one\nversion: x\nsource: roster\ndescriptions: none\nfields: {}\n")
    done = told("check", str(path))
    assert done.exit_code == 1
    assert [line.partition("line ")[2][:2] for line in done.stderr.splitlines()] == [
        "2:", "1:", "4:",
    ]  # fmt: skip


def test_a_program_is_told_file_by_file(told, tmp_path):
    path = tmp_path / "ours.yaml"
    path.write_text(WRONG)
    done = told("check", "--json", str(path))
    assert done.exit_code == 1
    (one,) = json.loads(done.stdout)
    assert (one["file"], one["source"], len(one["problems"])) == (str(path), "roster", 4)


def test_a_file_that_is_not_there_is_a_misuse(told, tmp_path):
    done = told("check", str(tmp_path / "none.yaml"))
    assert done.exit_code == 2
    assert "There is no file" in done.stderr


def _without_dates(text: str) -> object:
    # JSON has no days: an editor reads one as the text that it is
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


def test_the_schema_in_the_checkout_is_that_of_the_models(told):
    kept = (SHIPPED / "contract.schema.json").read_text(encoding="utf-8")
    assert told("schema").stdout == kept, (
        "make it anew: uptake contracts schema > orchestration/contracts/contract.schema.json"
    )


def test_the_schema_knows_every_contract_that_there_is():
    Draft202012Validator.check_schema(contract_schema())
    validator = Draft202012Validator(contract_schema())
    known = [*contract_paths(SHIPPED), *contract_paths(CHECKOUT / "docs" / "contracts")]
    for path in known:
        assert not list(validator.iter_errors(_without_dates(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("source: roster", "source: rosters"),
        ("course:", "curse:"),
        ("  school_id: {column: Site}\n", ""),
        ("{column: Site}", "{colum: Site}"),
        ("version: 1", "version: one"),
        ("version: 1", "version: 1\nreads: {format: csv}"),
    ],
)
def test_an_editor_marks_a_misspelling(old, new):
    right = WRONG.replace("map: topics", "map: subject")
    validator = Draft202012Validator(contract_schema())
    assert not list(validator.iter_errors(_without_dates(right)))
    assert old in right
    assert list(validator.iter_errors(_without_dates(right.replace(old, new))))
