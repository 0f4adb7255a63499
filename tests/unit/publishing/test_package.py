"""A publication is a Frictionless Data Package: programs that never heard of Uptake can read it."""

from __future__ import annotations

import json
import shutil

import pytest
from frictionless import Package

from orchestration.disclosure import PUBLISHABLE
from orchestration.publishing import publish, verify
from orchestration.settings import Home
from tests.unit.publishing.test_verify import edit, reseal

FALL, SPRING = "2021-22-fall", "2021-22-spring"


@pytest.fixture(scope="module")
def made(tmp_path_factory, release):
    home = Home(tmp_path_factory.mktemp("home")).create()
    publish(home, release(FALL))
    return publish(home, release(SPRING))


@pytest.fixture
def copy(made, tmp_path):
    """The publication in a home of its own, to be damaged."""
    home = Home(tmp_path / "home").create()
    folder = home.published / made.id
    shutil.copytree(made.path, folder)
    return home, folder


def checked(folder):
    """What frictionless finds of every resource: its task by name."""
    report = Package(str(folder / "manifest.json")).validate()
    return report, {task.name: task for task in report.tasks}


def manifest(folder) -> dict:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def test_the_package_is_valid_and_every_csv_holds_to_its_schema(made):
    report, tasks = checked(made.path)
    assert report.valid, report.flatten(["name", "type", "message"])[:3]
    for name in PUBLISHABLE:
        lines = (made.path / "data" / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        assert (tasks[name].type, tasks[name].stats["rows"]) == ("table", len(lines) - 1)
        assert tasks[f"{name}.parquet"].type == "file"


def test_what_the_manifest_had_it_has_still(made):
    said = manifest(made.path)
    assert said["id"] == f"{SPRING}-001"
    assert {"sequence", "as_of", "terms", "released", "simulated", "files", "tables"} <= set(said)
    assert said["name"] == f"curriculum-adoption-{SPRING}-001"
    assert said["description"].startswith("Simulated data")
    assert len(said["resources"]) == 2 * len(PUBLISHABLE)


def test_a_schema_says_what_a_reader_of_the_table_has_to_know(made):
    resources = {one["name"]: one for one in manifest(made.path)["resources"]}
    adoption = resources["mart_adoption"]
    assert adoption["path"] == "data/mart_adoption.csv"
    assert (adoption["mediatype"], adoption["encoding"]) == ("text/csv", "utf-8")
    fields = {one["name"]: one for one in adoption["schema"]["fields"]}
    types = {name: one["type"] for name, one in fields.items()}
    assert (types["term"], types["n"], types["estimate"]) == ("string", "integer", "number")
    assert list(types)[-2:] == ["suppression", "shown"]
    assert all(one["description"] for one in fields.values())
    keys = "term geography level unit_id measure_id subgroup_type subgroup weighting"
    assert adoption["schema"]["primaryKey"] == keys.split()
    assert adoption["schema"]["missingValues"] == [""]
    held_on = resources["mart_pl_sequence"]["schema"]["fields"][8]
    assert (held_on["name"], held_on["type"]) == ("held_on", "date")
    assert resources["mart_comments"]["schema"]["fields"][-3]["type"] == "boolean"


def damage(folder, name: str, before: str, after: str) -> None:
    """Damage a CSV and make every checksum fit, so that only its schema can tell."""
    path = folder / "data" / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    edit(folder, lambda said: reseal(said, path, f"data/{name}.csv"))


@pytest.mark.parametrize(
    ("name", "before", "after", "found"),
    [
        ("mart_pl_sequence", ",2,24,", ",2,many,", "type-error"),
        ("mart_pl_sequence", "2021-08-04", "2021-13-04", "type-error"),
        ("mart_coverage", '"term",', '"when",', "incorrect-label"),
        ("mart_comments", ",true,", ",perhaps,", "type-error"),
    ],
)
def test_a_damaged_cell_is_found(copy, name, before, after, found):
    _, folder = copy
    damage(folder, name, before, after)
    report, tasks = checked(folder)
    assert not report.valid
    assert {error.type for error in tasks[name].errors} == {found}


def test_a_row_that_stands_twice_breaks_the_primary_key(copy):
    _, folder = copy
    text = (folder / "data" / "mart_coverage.csv").read_text(encoding="utf-8")
    line = text.splitlines(keepends=True)[1]
    damage(folder, "mart_coverage", line, line + line)
    _, tasks = checked(folder)
    assert {error.type for error in tasks["mart_coverage"].errors} == {"primary-key"}


def test_a_resource_that_states_its_file_otherwise_is_found(copy):
    home, folder = copy
    assert verify(home, folder.name) == []
    edit(folder, lambda said: said["resources"][0].update(bytes=1))
    said = verify(home, folder.name)
    assert any("mart_adoption.csv twice, and not the same" in one for one in said)
