"""A published term is corrected, refused a correction by one row, withdrawn and published again.

One home goes from run to run; each is a fixture, and leaves what tests look at.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from orchestration.cli import main
from orchestration.outcome import BLOCKED, DONE, Finished
from orchestration.publishing import latest, publications, verify
from orchestration.publishing.publish_due import Asked, Outcome, publish_due
from orchestration.settings import Home
from orchestration.site import Site
from tests.pipeline.homes import (
    DAY,
    LATER,
    TERM,
    environment,
    land,
    land_small_district,
    run_home,
    visit,
)

pytestmark = pytest.mark.long

FIRST, SECOND, THIRD = (f"{TERM}-00{number}" for number in (1, 2, 3))
BECAUSE = "A second round of walkthroughs was sent late."
ASKED = Asked(TERM, BECAUSE)


@dataclass(frozen=True)
class After:
    """How a run ended, and the publications that there were then."""

    finished: Finished
    publications: tuple[str, ...]


def ran(home: Path, correct: Asked | None = None) -> After:
    finished = run_home(home, correct=correct)
    return After(finished, tuple(one.id for one in publications(Home(home))))


def told(home: Path, *arguments: str) -> Result:
    """The command, in this process."""
    return CliRunner().invoke(main, arguments, env={"UPTAKE_HOME": str(home)})


def step(home: Path) -> Outcome:
    """The publication step alone, asked for the correction."""
    with environment(home) as settings:
        return publish_due(Site.load(settings), as_of=LATER, correct=ASKED)


def manifest(home: Path, publication: str) -> dict:
    return json.loads((home / "published" / publication / "manifest.json").read_text())


def seen(home: Path, publication: str) -> int:
    """Classrooms of the whole district in a publication."""
    path = home / "published" / publication / "data" / "mart_adoption.parquet"
    frame = pd.read_parquet(path)
    whole = (frame["level"] == "district") & (frame["subgroup"] == "all")
    return int(frame.loc[whole, "n"].max())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("corrections")


@pytest.fixture(scope="module")
def first(home: Path) -> After:
    """A term is published."""
    land_small_district(home)
    return ran(home)


@pytest.fixture(scope="module")
def asked_in_vain(home: Path, first: After) -> tuple[Outcome, Outcome]:
    """The correction is asked for when nothing has changed, and when a file waits to be read."""
    nothing = step(home)
    land(
        home,
        "observations",
        TERM,
        "second round.csv",
        [
            visit(f"s{i}", c, "as_designed", observation_id=f"late-{i}-{c}", observed_on=DAY)
            for i in range(6)
            for c in ("c6", "c7")
        ],
    )
    return nothing, step(home)


@pytest.fixture(scope="module")
def second(home: Path, asked_in_vain: tuple[Outcome, Outcome]) -> After:
    """Twelve more classrooms, six in each local district and region."""
    return ran(home, ASKED)


@pytest.fixture(scope="module")
def refused(home: Path, second: After) -> After:
    """One of the twelve is taken away again."""
    path = home / "landing" / "observations" / TERM / "second round.csv"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    return ran(home, ASKED)


@pytest.fixture(scope="module")
def withdrawn(home: Path, refused: After) -> tuple[Result, Result]:
    """Both publications are withdrawn."""
    return (
        told(home, "withdraw", FIRST, "--because", "It left a round out."),
        told(home, "withdraw", SECOND, "--because", "It counted a visit twice."),
    )


@pytest.fixture(scope="module")
def third(home: Path, withdrawn: tuple[Result, Result]) -> After:
    """And the next run."""
    return ran(home)


def test_a_correction_that_changes_nothing_publishes_nothing(
    asked_in_vain: tuple[Outcome, Outcome],
) -> None:
    assert asked_in_vain[0] == Outcome(None, (), ())


def test_a_correction_waits_while_its_term_would(asked_in_vain: tuple[Outcome, Outcome]) -> None:
    outcome = asked_in_vain[1]
    assert outcome.published is None
    assert outcome.held is not None
    assert "observations, 2021-22-spring: landing has changed since it was read" in outcome.held


def test_a_correction_is_published_with_its_erratum(home: Path, second: After) -> None:
    assert second == After(Finished(DONE), (FIRST, SECOND))
    assert (seen(home, FIRST), seen(home, SECOND)) == (36, 48)
    (entry,) = manifest(home, SECOND)["corrections"]
    assert entry["because"] == BECAUSE
    assert entry["on"] == LATER.isoformat()
    assert entry["replaces"] == FIRST
    assert entry["figures_changed"] > 0
    assert set(entry["by_table"]) >= {"mart_adoption", "mart_coverage", "mart_row_accounting"}
    page = (home / "published" / SECOND / "index.html").read_text()
    assert BECAUSE in page
    assert page.index(BECAUSE) < page.index('id="glance"')


def test_a_correction_by_one_row_is_refused_and_held(home: Path, refused: After) -> None:
    assert refused.finished.exit_code == BLOCKED
    assert refused.publications == (FIRST, SECOND)
    (said,) = refused.finished.said
    assert f"The correction of {TERM} is refused" in said
    assert f"from what {SECOND} says" in said
    assert "mart_adoption: district / all / all" in said
    assert "mart_coverage" in said


def test_a_withdrawal_says_what_stands_and_what_is_due_again(
    withdrawn: tuple[Result, Result],
) -> None:
    assert [one.exit_code for one in withdrawn] == [0, 0]
    assert f"{FIRST} is withdrawn" in withdrawn[0].stdout
    assert f"{SECOND} stands" in withdrawn[0].stdout
    assert "No publication stands" in withdrawn[1].stdout
    assert f"{TERM}: in no publication that stands, and so due again" in withdrawn[1].stdout


def test_after_a_withdrawal_the_term_is_published_under_a_new_number(
    home: Path, third: After
) -> None:
    assert third == After(Finished(DONE), (FIRST, SECOND, THIRD))
    assert seen(home, THIRD) == 47
    assert manifest(home, THIRD)["released"] == [TERM]
    assert manifest(home, THIRD)["sequence"] == 3
    assert verify(Home(home)) == []
    newest = latest(Home(home))
    assert newest is not None
    assert newest.id == str((home / "published" / "latest").readlink()) == THIRD


def test_the_commands_tell_what_is_withdrawn_and_what_stands(home: Path, third: After) -> None:
    listed = told(home, "publications").stdout.splitlines()
    assert "withdrawn on" in listed[0]
    assert "It left a round out." in listed[0]
    assert f"corrects {TERM}" in listed[1]
    assert "withdrawn" not in listed[2]
    rows = json.loads(told(home, "publications", "--json").stdout)
    assert [row["withdrawn"] and row["withdrawn"]["because"] for row in rows] == [
        "It left a round out.",
        "It counted a visit twice.",
        None,
    ]
    status = json.loads(told(home, "status", "--json").stdout)
    assert status["publications"] == [THIRD]
    assert [one["id"] for one in status["withdrawn"]] == [FIRST, SECOND]
    assert "was withdrawn on" in told(home, "status").stdout
    done = told(home, "query", "--published", "select max(n) as n from mart_adoption")
    assert done.stdout.split() == ["n", "47"]
    assert told(home, "verify").stdout == "Every checksum holds, and tables and pages agree.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "--correct", TERM), "--because"),
        (("run", "--correct", TERM, "--because", " \n"), "--because"),
        (("run", "--because", "Why not?"), "--correct"),
        (("run", "--correct", "1999-00-fall", "--because", "."), "No term is called 1999-00-fall"),
        (("run", "--correct", "2021-22-fall", "--because", "."), "nothing to correct"),
        (("withdraw", THIRD), "--because"),
        (("withdraw", "2021-22-fall-001", "--because", "."), "There is no publication"),
        (("withdraw", FIRST, "--because", "."), "withdrawn already"),
    ],
)
def test_what_cannot_be_asked_for_is_misuse_in_a_sentence(
    home: Path, third: After, arguments: tuple[str, ...], said: str
) -> None:
    done = told(home, *arguments)
    assert done.exit_code == 2, done
    assert done.stdout == ""
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert [one.id for one in publications(Home(home))] == [FIRST, SECOND, THIRD]
