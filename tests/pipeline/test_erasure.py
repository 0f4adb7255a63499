"""An erasure, from the command to the last file: nothing of the people, or the run says where.

One home is published, has two people put on the list, is held while a bad export lies in landing,
and is mended. After each run every file of it is searched, by its bytes and by its tables.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from orchestration.cli import main
from orchestration.outcome import BLOCKED, DONE, Finished
from orchestration.reading.pseudonyms import load_key
from orchestration.settings import Home
from tests.pipeline.homes import DAY, TERM, land, land_small_district, query, run_home, visit
from tests.pipeline.responses import AGREEMENT, STUDENT_ITEMS, TEACHER_ITEMS
from tests.pipeline.searching import contents, found, rooms

pytestmark = pytest.mark.long

PUPIL, COACH = "pupil-Numbat-1", "t-0-0"
ON_ROWS = {
    "numbatcomment": "pupil",
    "numbatrefused": "pupil",
    PUPIL: "pupil",
    "bilbycomment": "coach",
}
"""Words that stand on rows of one of the two and nowhere else, and whose they are."""


def response(source: str, number: int, respondent: str, **more: Any) -> dict[str, Any]:
    rng = random.Random(f"{source} {number}")
    items = STUDENT_ITEMS if source == "student_survey" else TEACHER_ITEMS
    return {
        "response_id": f"{source}-{number}",
        "recorded_on": DAY,
        "school_id": f"s{number % 6}",
        "class_id": "",
        "grade": "7",
        "respondent_id": respondent,
        **{item: rng.choice(AGREEMENT) for item in items},
        "comment": "",
        "comment_consent": "",
    } | more


def land_district(home: Path) -> None:
    """A small district in which a student answered twice and a teacher is in every source."""
    land_small_district(home)
    students = [response("student_survey", n, f"pupil-{n}") for n in range(60)]
    said = {"comment": "I like numbatcomment.", "comment_consent": "yes"}
    students += [
        response("student_survey", 60, PUPIL, **said),
        response("student_survey", 61, PUPIL, recorded_on="never", grade="numbatrefused"),
    ]
    land(home, "student_survey", TERM, "students.csv", students)
    teachers = [response("teacher_survey", n, f"t-{n % 6}-{n // 6}") for n in range(1, 24)]
    teachers.append(
        response("teacher_survey", 0, COACH, comment="I like bilbycomment.", comment_consent="yes")
    )
    land(home, "teacher_survey", TERM, "teachers.csv", teachers)
    sessions = [
        {"session_id": f"p{n}", "held_on": DAY, "local_district": place, "priority_area": "launch"}
        for n, place in enumerate(("West", "East"))
    ]
    land(home, "pl_sessions", TERM, "sessions.csv", sessions)
    attended = [
        {
            "session_id": "p0" if school < 3 else "p1",
            "educator_id": f"t-{school}-{n}",
            "school_id": f"s{school}",
            "role": "teacher",
            "attended": "yes",
        }
        for school in range(6)
        for n in range(4)
    ]
    land(home, "pl_attendance", TERM, "attendance.csv", attended)


def told(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), env={"UPTAKE_HOME": str(home)})


@dataclass(frozen=True)
class Story:
    """The home at its end; what each command said; where each word was found after it."""

    home: Path
    hashes: dict[str, str]
    erased: Result
    finished: dict[str, Finished]
    after: dict[str, dict[str, set[str]]]
    status: dict[str, str]
    published: dict[str, dict[str, bytes]]

    def rooms(self, when: str, whose: str) -> dict[str, set[str]]:
        """Where the person's hash and the words of the person's rows were found."""
        theirs = {self.hashes[whose], *(word for word, one in ON_ROWS.items() if one == whose)}
        return {word: rooms(self.after[when][word]) for word in theirs}


def _published(home: Path) -> dict[str, bytes]:
    folder = home / "published"
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    home = tmp_path_factory.mktemp("erasure") / "home"
    land_district(home)
    finished: dict[str, Finished] = {}
    after: dict[str, dict[str, set[str]]] = {}
    status: dict[str, str] = {}
    published: dict[str, dict[str, bytes]] = {}

    def run(when: str, prepare: Callable[[], Any] = lambda: None) -> None:
        finished[when] = run_home(home)
        prepare()
        words = {*ON_ROWS, *hashes.values()}
        after[when] = found(contents(home), words)
        status[when] = told(home, "status").stdout
        published[when] = _published(home)

    key = load_key(Home(home))
    hashes = {
        "pupil": key.pseudonym("student", PUPIL),
        "coach": key.pseudonym("educator", COACH),
    }
    run("before", lambda: _leave_traces(home))
    erased = told(home, "erase", "--student", PUPIL, "--educator", COACH)
    bad = land(home, "observations", TERM, "bad.csv", [visit("s0", "c7", "no such code")] * 9)
    run("held")
    bad.unlink()
    run("mended")
    run("again")
    return Story(home, hashes, erased, finished, after, status, published)


def _leave_traces(home: Path) -> None:
    """What may have been made of earlier builds: one that failed, a preview, and a reproduction."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    killed = home / "warehouse" / f"reproduce-{ended.pid}-killed"
    killed.mkdir()
    for copy in (home / "warehouse" / "failed.duckdb", killed / "next.duckdb"):
        shutil.copyfile(home / "marts" / "current.duckdb", copy)
    assert told(home, "preview").exit_code == 0


def test_before_the_search_finds_the_people_wherever_rows_are(story: Story) -> None:
    assert story.finished["before"].exit_code == DONE, story.finished["before"].said
    for whose, hash_ in story.hashes.items():
        assert {"raw", "marts", "warehouse"} <= rooms(story.after["before"][hash_]), whose
    for word in ("numbatrefused", PUPIL):
        assert rooms(story.after["before"][word]) == {"quarantine"}
    for word in ("numbatcomment", "bilbycomment"):
        assert {"raw", "marts", "warehouse", "preview"} <= rooms(story.after["before"][word])


def test_the_command_counts_in_numbers_alone(story: Story) -> None:
    assert story.erased.exit_code == 0, story.erased.output
    assert "2 people put on registry/erased.csv" in story.erased.stdout
    for secret in (PUPIL, COACH, *story.hashes.values()):
        assert secret not in story.erased.output


def test_while_a_gate_holds_the_run_says_that_the_erasure_is_not_complete(story: Story) -> None:
    held = story.finished["held"]
    assert held.exit_code == BLOCKED
    (said,) = [one for one in held.said if "erasure" in one]
    assert f"observations, {TERM}: the marts stand on its earlier version" in said
    assert "student_survey" not in said
    assert said in story.status["held"]


def test_what_no_gate_holds_is_gone_at_once_and_the_rest_is_where_the_run_says(
    story: Story,
) -> None:
    assert set().union(*story.rooms("held", "pupil").values()) == {"registry"}
    assert rooms(story.after["held"]["bilbycomment"]) == set()
    raw = {one for one in story.after["held"][story.hashes["coach"]] if one.startswith("raw/")}
    assert {one.rpartition("-")[0] for one in raw} == {f"raw/observations/{TERM}"}


@pytest.mark.parametrize("when", ["mended", "again"])
def test_when_nothing_holds_nothing_of_the_people_is_left_but_their_hashes_on_the_list(
    story: Story, when: str
) -> None:
    assert story.finished[when].exit_code == DONE, story.finished[when].said
    assert {word: places for word, places in story.after[when].items() if places} == {
        hash_: {"registry/erased.csv"} for hash_ in story.hashes.values()
    }
    assert "not complete" not in story.status[when]


def test_landing_and_publications_are_as_they_were(story: Story) -> None:
    assert PUPIL in (story.home / "landing" / "student_survey" / TERM / "students.csv").read_text()
    assert story.published["before"]
    assert story.published["again"] == story.published["before"]


def test_the_rows_are_counted_as_erased(story: Story) -> None:
    erased = query(
        story.home, "select source, sum(rows_erased)::int as n from mart_row_accounting group by 1"
    ).set_index("source")["n"]
    # the teacher's two sections, both of which were visited
    assert erased.to_dict() == {
        "schools": 0,
        "roster": 2,
        "observations": 2,
        "student_survey": 2,
        "teacher_survey": 1,
        "pl_sessions": 0,
        "pl_attendance": 1,
    }
