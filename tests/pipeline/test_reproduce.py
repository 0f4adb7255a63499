"""`uptake reproduce`: a publication is what its landing files give, or what differs is named."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orchestration.cli import main
from orchestration.publishing.publish_due import Asked
from tests.pipeline.homes import land, land_small_district, run_home, school, visit

pytestmark = pytest.mark.long

FALL, SPRING = "2021-22-fall", "2021-22-spring"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fall published; then spring, with another school in the directory, and more rows of fall."""
    home = tmp_path_factory.mktemp("reproduced")
    land_small_district(home, FALL, "2021-10-05")
    assert run_home(home, as_of=date(2021, 12, 15)).exit_code == 0
    land_small_district(home, SPRING, "2022-03-01")
    extra = school("s9", "East", valid_from="2022-01-10")
    land(home, "schools", "all", "more.csv", [extra])
    assert run_home(home, as_of=date(2022, 7, 15)).exit_code == 0
    return home


@pytest.fixture(scope="module")
def corrected(home: Path) -> Path:
    """The same, after the tests of the two; a second round came late, and nobody withdrew."""
    unseen = [(f"s{i}", f"c{j}") for i in range(6) for j in (6, 7)]
    late = [
        visit(*one, "as_designed", observation_id="late " + " ".join(one), observed_on="2022-03-02")
        for one in unseen
    ]
    land(home, "observations", SPRING, "late.csv", late)
    asked = Asked(SPRING, "A round came late.")
    assert run_home(home, as_of=date(2022, 7, 20), correct=asked).exit_code == 0
    return home


def told(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, env={"UPTAKE_HOME": str(home)})


def test_a_publication_is_what_its_landing_files_give_wherever_they_lie_now(home: Path) -> None:
    elsewhere = home / "landing" / "kept"
    elsewhere.mkdir()
    moved = home / "landing" / "observations" / FALL / "walkthroughs.csv"
    moved.rename(elsewhere / "walkthroughs.csv")
    try:
        done = told(home, "reproduce", f"{SPRING}-001")
    finally:
        (elsewhere / "walkthroughs.csv").rename(moved)
        elsewhere.rmdir()
    assert done.exit_code == 0, done.stderr
    assert f"{SPRING}-001 is reproduced" in done.stdout
    assert not list((home / "warehouse").glob("reproduce-*"))


def test_what_differs_and_what_is_gone_is_named(home: Path) -> None:
    gone = home / "landing" / "observations" / FALL / "walkthroughs.csv"
    gone.rename(home / "walkthroughs.csv")
    registry = home / "registry"
    registry.mkdir(exist_ok=True)
    (registry / "minimum_n.csv").write_text("unit,minimum_n\nclassrooms,20\n")
    try:
        done = told(home, "reproduce", f"{SPRING}-001", "--json")
    finally:
        (home / "walkthroughs.csv").rename(gone)
        (registry / "minimum_n.csv").unlink()
    assert done.exit_code == 1
    # dbt speaks to this process's own stdout, which a command's log takes in from its descriptor
    said = json.loads(done.stdout[done.stdout.index('{\n  "publication"') :])
    fall, spring = said["slices"]
    assert (fall["term"], fall["publication"], fall["state"]) == (
        FALL, f"{FALL}-001", "not rebuilt",
    )  # fmt: skip
    assert f"Its file of observations, {FALL}, with the SHA-256" in fall["because"][0]
    assert (spring["term"], spring["state"]) == (SPRING, "differs")
    assert any(one.startswith(f"mart_adoption, {SPRING}: ") for one in said["differences"])
    assert any("rebuilt “n < 20”" in one for one in said["differences"])
    assert any(one.startswith("registry was ") for one in said["reasons"])


def test_a_correction_is_reproduced_beside_what_it_corrected(corrected: Path) -> None:
    left = corrected / "warehouse" / "reproduce-999999999-of_one_that_was_killed"
    left.mkdir()
    done = told(corrected, "reproduce", f"{SPRING}-002")
    assert done.exit_code == 0, done.stderr
    assert f"{SPRING}-002 is reproduced" in done.stdout
    assert not list((corrected / "warehouse").glob("reproduce-*"))


def test_a_publication_that_there_is_not_is_misuse(home: Path) -> None:
    done = told(home, "reproduce", "2021-22-fall-009")
    assert done.exit_code == 2
    assert f"there are {FALL}-001, {SPRING}-001" in done.stderr
