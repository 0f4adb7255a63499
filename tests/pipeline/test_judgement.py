"""A person lets pass what the suites leave to one: on this data, in the open, and no further.

Two exports contradict each other and nothing says which is newer. The home goes from run to run:
held, accepted and published, and held again when landing has changed.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from orchestration.admission import admit
from orchestration.cli import main
from orchestration.judgement import Judgement, NotAccepted, accept
from orchestration.outcome import BLOCKED, DONE, Finished
from orchestration.settings import Home, Settings
from orchestration.site import Site
from tests.pipeline.homes import DAY, TERM, land_small_district, run_home

pytestmark = pytest.mark.long

NAME = "few_versions_were_chosen_by_their_hash"
BECAUSE = "Both are right: the second was typed from the same forms."
JUDGED = Judgement((NAME,), BECAUSE, "A. Judge", date(2022, 7, 20))
AS_OF = date(2022, 7, 20)


def told(home: Path, *arguments: str) -> Result:
    """The command, in this process."""
    return CliRunner().invoke(main, arguments, env={"UPTAKE_HOME": str(home)})


def refused(home: Path, *arguments: str) -> str:
    """What a run said that exited 2, and left the verdicts alone."""
    before = sorted((home / "verdicts").glob("*/*"))
    done = told(home, "run", *arguments, "--because", BECAUSE, "--by", "A. Judge")
    assert (done.exit_code, done.stdout) == (2, ""), done
    assert sorted((home / "verdicts").glob("*/*")) == before
    return str(done.stderr)


def contradict(home: Path, source: str, name: str, old: str, new: str) -> Path:
    """Land a source's file again, with other values of the same records."""
    landed = home / "landing" / source / TERM / name
    another = landed.with_name("typed again.csv")
    another.write_text(landed.read_text().replace(old, new))
    return another


@dataclass(frozen=True)
class Held:
    """A home that a run has held, what the run said, and what the status says after it."""

    home: Path
    finished: Finished
    status: dict[str, Any]
    text: str


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Held:
    home = tmp_path_factory.mktemp("judged")
    land_small_district(home)
    contradict(home, "observations", "walkthroughs.csv", ",20,", ",25,")
    finished = run_home(home, as_of=AS_OF)
    status = json.loads(told(home, "status", "--as-of", "2022-07-20", "--json").stdout)
    return Held(home, finished, status, told(home, "status").stdout)


@pytest.fixture(scope="module")
def published(held: Held) -> tuple[Finished, dict[str, Any], str]:
    """How the run ended that accepted it; the manifest and the page that it published."""
    finished = run_home(held.home, as_of=AS_OF, judged=JUDGED)
    folder = held.home / "published" / f"{TERM}-001"
    return (
        finished,
        json.loads((folder / "manifest.json").read_text()),
        (folder / "index.html").read_text(),
    )


def of_observations(verdicts: list[dict[str, Any]]) -> dict[str, Any]:
    (one,) = [one for one in verdicts if one["table"] == "raw_observations"]
    return one


def test_a_run_that_is_held_says_what_where_how_much_and_by_which_command_it_may_pass(
    held: Held,
) -> None:
    assert held.finished.exit_code == BLOCKED
    (said,) = [one for one in held.finished.said if "not admitted. " in one]
    first, *details = [line.strip() for line in said.splitlines()]
    assert re.fullmatch(
        rf"observations, {TERM} is not admitted. {NAME}: found (typed again|walkthroughs)\.csv: "
        r".+%, expected at most 10% \(36 rows\)\.",
        first,
    )
    assert f"landing/observations/{TERM}/typed again.csv" in details[1]
    assert details[2].startswith("What to do: Remove the export that does not hold")
    assert details[3].endswith(f'uptake run --accept {NAME} --term {TERM} --because "…" --by NAME')


def test_the_status_says_the_same_to_people_and_to_programs(held: Held) -> None:
    one = of_observations(held.status["verdicts"])
    assert (one["outcome"], one["blocks"], one["accepted"]) == ("failed", True, [])
    failed = one["not_passed"][0]
    assert (failed["expectation"], failed["state"], failed["rows"]) == (NAME, "held", 36)
    assert failed["accept"] in held.text
    assert failed["found"] in held.text
    assert all(line in held.text for line in failed["details"])


@pytest.mark.parametrize("name", ["keys_are_unique", "every_row_is_accounted_for"])
def test_keys_and_accounting_are_not_a_persons_to_accept(held: Held, name: str) -> None:
    assert f"{name} is not left to a person" in refused(held.home, "--accept", name)


def test_what_holds_in_the_terms_that_are_asked_for_is_not_accepted_in_others(held: Held) -> None:
    said = refused(held.home, "--accept", NAME, "--term", "2021-22-fall")
    assert f"{NAME} does not hold anything back in 2021-22-fall" in said


def test_all_are_accepted_or_none_is(held: Held) -> None:
    said = refused(held.home, "--accept", NAME, "--accept", "forms_are_not_all_alike")
    assert "forms_are_not_all_alike does not hold anything back" in said


def test_what_is_accepted_is_said_and_published(
    published: tuple[Finished, dict[str, Any], str],
) -> None:
    finished, manifest, _ = published
    assert finished.exit_code == DONE
    (said,) = finished.said
    assert said.startswith(f"Accepted {NAME} of observations, {TERM}, which found file ")
    assert said.endswith(f"by A. Judge: {BECAUSE}")
    assert manifest["released"] == [TERM]


def test_the_manifest_and_the_page_tell_who_accepted_what_and_why(
    published: tuple[Finished, dict[str, Any], str],
) -> None:
    _, manifest, page = published
    one = of_observations(manifest["verdicts"])
    assert one["outcome"] == "failed"
    assert one["accepted"] == [
        {"expectation": NAME, "by": "A. Judge", "because": BECAUSE, "on": "2022-07-20"}
    ]
    others = [one for one in manifest["verdicts"] if one["table"] != "raw_observations"]
    assert all(one["accepted"] == [] for one in others)
    assert "A. Judge judged on 20 July 2022 that the data may be reported although" in page
    assert f"The reason given is: “{BECAUSE}”" in page
    assert "typed again.csv" not in page


def test_after_it_the_status_tells_who_accepted_it(
    held: Held, published: tuple[Finished, dict[str, Any], str]
) -> None:
    assert published[0].exit_code == DONE
    said = told(held.home, "status", "--as-of", "2022-07-20").stdout
    assert f"raw_observations, {TERM}: failed, but accepted" in said
    assert f"Accepted by A. Judge on 2022-07-20: {BECAUSE}" in said
    assert re.search(rf"{TERM} +published", said)


@pytest.fixture(scope="module")
def again(held: Held, published: tuple[Finished, dict[str, Any], str]) -> Finished:
    """The run after landing has changed: the second export says something else."""
    assert published[0].exit_code == DONE
    contradict(held.home, "observations", "walkthroughs.csv", ",20,", ",30,")
    return run_home(held.home, as_of=AS_OF)


def test_an_acceptance_dies_when_landing_changes(held: Held, again: Finished) -> None:
    assert again.exit_code == BLOCKED
    assert f"observations, {TERM} is not admitted. {NAME}" in "\n".join(again.said)
    assert [one.name for one in (held.home / "published").glob("20*")] == [f"{TERM}-001"]


def test_what_nobody_has_looked_at_is_not_accepted(held: Held, again: Finished) -> None:
    assert again.exit_code == BLOCKED
    contradict(held.home, "observations", "walkthroughs.csv", ",20,", ",35,")
    said = refused(held.home, "--accept", NAME)
    assert f"observations, {TERM} has changed in landing since {NAME} judged it" in said


@pytest.fixture
def both(tmp_path: Path) -> Site:
    """A home whose roster and observations are both in two versions, read and not built."""
    land_small_district(tmp_path, TERM, DAY)
    contradict(tmp_path, "observations", "walkthroughs.csv", ",20,", ",25,")
    contradict(tmp_path, "roster", "roster.csv", ",28,", ",27,")
    site = Site.load(Settings(Home(tmp_path)))
    for source, term in site.partitions():
        site.read(source, term, lambda _: None)
    return site


def test_one_word_covers_a_partition_and_what_rests_on_it(both: Site) -> None:
    keys = {("roster", TERM), ("observations", TERM)}
    assert admit(both.home, both.registry, both.accounts()).waiting == keys
    said = accept(both, JUDGED, (TERM,))
    assert [one.split(",")[0] for one in said] == [
        f"Accepted {NAME} of {name}" for name in ("observations", "roster")
    ]
    admission = admit(both.home, both.registry, both.accounts())
    assert admission.waiting == frozenset()
    assert set(admission.inputs) == {*keys, ("schools", "all")}


def test_accepting_again_what_has_been_accepted_changes_nothing(both: Site) -> None:
    accept(both, JUDGED, ())
    files = {path: path.read_bytes() for path in both.home.verdicts.glob("*/*")}
    assert accept(both, JUDGED, ()) == ()
    assert {path: path.read_bytes() for path in both.home.verdicts.glob("*/*")} == files


def test_what_holds_in_no_term_asked_for_is_refused_whatever_else_is_held(both: Site) -> None:
    with pytest.raises(NotAccepted, match="in 2022-23-spring"):
        accept(both, JUDGED, ("2022-23-spring",))
