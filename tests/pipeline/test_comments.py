"""Comments, from landing to the report: kept with consent, published once a person released them.

One home is run three times: before any term is due, with the decisions made on what waited; when
the first term is due; and, after one decision was taken back, when the second is.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from orchestration.cli import main
from orchestration.outcome import DONE
from tests.pipeline.homes import land, land_small_district, query, run_home, school
from tests.pipeline.responses import AGREEMENT, STUDENT_ITEMS, TEACHER_ITEMS
from tests.pipeline.searching import contents, found, rooms

pytestmark = pytest.mark.long

SPRING, FALL = "2021-22-spring", "2022-23-fall"
DAYS = {SPRING: "2022-03-15", FALL: "2022-09-15"}
BEFORE, SPRING_DUE, FALL_DUE = date(2022, 5, 2), date(2022, 8, 1), date(2023, 1, 10)


@dataclass(frozen=True)
class Written:
    """A comment in landing; its `canary` is a word that stands nowhere else."""

    canary: str
    text: str
    consent: str = "yes"
    term: str = SPRING
    source: str = "student_survey"
    school_id: str = "s0"
    reason: str | None = None


UNCONSENTED = (
    Written("quokkaone", "Not for quoting: quokkaone.", consent="no"),
    Written("quokkatwo", "Nobody asked me: quokkatwo.", consent=""),
    Written("quokkathree", "As you like: quokkathree.", consent="perhaps"),
    Written("quokkafour", "Nor this: quokkafour.", consent="0", source="teacher_survey"),
)
HELD = (
    Written("ibexmail", "Write to ibexmail@example.org, please.", reason="email"),
    Written("ibexphone", "Call ibexphone at (213) 555-0188.", reason="number"),
    Written("ibexschool", "All of roosevelt says ibexschool.", reason="school_name"),
    Written("ibexword", "More ibexword and PIZZA!", reason="word"),
    Written("ibexboth", "pizza@example.org, ibexboth", reason="email,word"),
)
PASSED = (
    Written("marmotone", "I like to explain: marmotone & co."),
    Written("marmottwo", "The tasks are hard, marmottwo."),
    Written("marmotthree", "It begins\nand ends, marmotthree.", term=FALL),
    Written("marmotfour", "Then I changed my mind, marmotfour.", term=FALL, school_id="s4"),
    Written("marmotsix", "It could be marmotsix.", term=FALL),
    Written("marmotfive", "The units fit, marmotfive.", source="teacher_survey", school_id="s4"),
)
CHANGED = "It could not be marmotsix."
WRITTEN = (*UNCONSENTED, *HELD, *PASSED)
BY_CANARY = {one.canary: one for one in WRITTEN}


def land_responses(home: Path, source: str, term: str, *, now: Mapping[str, str] = {}) -> None:
    """Six schools' responses without a comment, and after them those that have one.

    `now` has the texts, by canary, that differ from those first written.
    """
    rng = random.Random(f"{source} {term}")
    items = STUDENT_ITEMS if source == "student_survey" else TEACHER_ITEMS
    own = [one for one in WRITTEN if (one.source, one.term) == (source, term)]
    quiet = [Written("", "", "", term, source, f"s{n % 6}") for n in range(36)]
    rows: list[dict[str, Any]] = [
        {
            "response_id": f"{source}-{term}-{n}",
            "recorded_on": DAYS[term],
            "school_id": one.school_id,
            "class_id": "",
            # a teacher's id would be looked for on the roster; theirs are anonymous
            "respondent_id": "" if source == "teacher_survey" else f"{source}-{n}",
            **{item: rng.choice(AGREEMENT) for item in items},
            "comment": now.get(one.canary, one.text),
            "comment_consent": one.consent,
        }
        for n, one in enumerate((*quiet, *own))
    ]
    land(home, source, term, "responses.csv", rows)


def told(home: Path, *arguments: str) -> Result:
    done = CliRunner().invoke(main, ["comments", *arguments], env={"UPTAKE_HOME": str(home)})
    assert done.exit_code == 0, done.output
    return done


def comments(home: Path, *options: str) -> dict[str, dict[str, Any]]:
    """What `uptake comments list` says, by canary."""
    listed = json.loads(told(home, "list", "--json", *options).stdout)
    by_canary = {canary: one for canary in BY_CANARY for one in listed if canary in one["text"]}
    assert len(by_canary) == len(listed)
    return by_canary


@dataclass(frozen=True)
class Story:
    """The home at its end, and what was found in it after each run."""

    home: Path
    waiting: dict[str, dict[str, Any]]
    said: dict[str, str]
    after: tuple[dict[str, set[str]], ...]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    home = tmp_path_factory.mktemp("comments")
    for term, day in DAYS.items():
        land_small_district(home, term, day)
        for source in ("student_survey", "teacher_survey"):
            land_responses(home, source, term)
    land_schools(home)
    (home / "registry").mkdir()
    (home / "registry" / "comment_words.csv").write_text("word,reason\nPizza,lunch\n")

    run(home, BEFORE)
    after = [found(contents(home), BY_CANARY)]
    waiting = comments(home)
    ids = {canary: one["comment_id"] for canary, one in waiting.items()}
    said = {"listed": told(home, "list").output}
    early = ("marmotone", "marmotthree", "marmotfour", "marmotfive", "marmotsix")
    told(home, "release", *(ids[one] for one in early), "--by", "Ana Ruiz")
    told(home, "release", ids["ibexword"], "--by", "Ana Ruiz", "--because", "It is about lunch.")
    told(home, "hold", ids["ibexmail"], "--by", "Ben Osei", "--because", "A child's address.")
    said["decided"] = told(home, "list", "--released").output

    run(home, SPRING_DUE)
    after.append(found(contents(home), BY_CANARY))
    said["held again"] = told(home, "hold", ids["marmotfour"], "--by", "Ben Osei").output
    said["too late"] = told(home, "release", ids["marmottwo"], "--by", "Ana Ruiz").output

    land_responses(home, "student_survey", FALL, now={"marmotsix": CHANGED})
    run(home, FALL_DUE)
    after.append(found(contents(home), BY_CANARY))
    return Story(home, waiting, said, tuple(after))


def land_schools(home: Path) -> None:
    names = {0: "Roosevelt Middle School", 1: "Rosa Parks Academy"}
    rows = [
        school(
            f"s{n}", "West" if n < 3 else "East", school_name=names.get(n, f"{n}th Street School")
        )
        for n in range(6)
    ]
    land(home, "schools", "all", "schools.csv", rows)


def run(home: Path, as_of: date) -> None:
    finished = run_home(home, as_of=as_of)
    assert finished.exit_code == DONE, finished.said


def published(home: Path, term: str) -> Path:
    return home / "published" / f"{term}-001"


def test_what_was_not_consented_to_is_nowhere_past_landing(story: Story) -> None:
    for places in story.after:
        assert {one.canary: places[one.canary] for one in UNCONSENTED} == {
            one.canary: set() for one in UNCONSENTED
        }


def test_the_search_finds_what_is_there(story: Story) -> None:
    for one in (*HELD, *PASSED):
        for places in story.after:
            assert {"raw", "marts"} <= rooms(places[one.canary])


def test_a_row_whose_consent_is_not_understood_is_quarantined_without_its_comment(
    story: Story,
) -> None:
    rows = pq.read_table(story.home / "quarantine" / "student_survey" / f"{SPRING}.parquet")
    assert rows.num_rows == 1
    assert "quokka" not in repr(rows.to_pylist())


def test_every_comment_waits_and_says_why_screening_held_it(story: Story) -> None:
    assert {
        canary: (one["state"], one["screen"], one["reason"], one["term"], one["source"])
        for canary, one in story.waiting.items()
    } == {
        one.canary: (
            "waiting",
            "held" if one.reason else "passed",
            one.reason,
            one.term,
            one.source,
        )
        for one in (*HELD, *PASSED)
    }
    for canary, one in story.waiting.items():
        assert one["text"] == BY_CANARY[canary].text
        assert one["unit_name"] == ("East" if BY_CANARY[canary].school_id == "s4" else "West")
        assert one["comment_id"] in story.said["listed"]


def test_a_comment_that_waits_is_in_raw_and_in_the_marts_and_nowhere_else(story: Story) -> None:
    for one in (*HELD, *PASSED):
        assert rooms(story.after[0][one.canary]) == {"raw", "marts"}


def test_a_decision_shows_at_once_and_is_in_the_marts_after_the_next_run(story: Story) -> None:
    assert "marmotone" in story.said["decided"]
    assert "the marts follow with the next `uptake run`" in story.said["decided"]
    released = query(story.home, "select text from mart_comments where released")["text"]
    assert {canary for canary in BY_CANARY for text in released if canary in text} == {
        "marmotone",
        "marmottwo",
        "marmotthree",
        "marmotfive",
        "ibexword",
    }
    assert "uptake run" not in told(story.home, "list", "--all").stderr


def test_only_released_comments_are_published(story: Story) -> None:
    spring = {"marmotone", "marmotfive", "ibexword"}
    nothing, first, second = (
        {canary for canary, places in after.items() if "published" in rooms(places)}
        for after in story.after
    )
    assert nothing == set()
    assert first == spring
    assert second == spring | {"marmotthree"}


def test_a_released_comment_is_on_the_pages_and_in_all_of_the_publications_data(
    story: Story,
) -> None:
    for term, canaries in ((SPRING, ("marmotone", "marmotfive")), (FALL, ("marmotthree",))):
        for canary in canaries:
            folder = f"published/{published(story.home, term).name}/"
            places = {
                place.removeprefix(folder)
                for place in story.after[2][canary]
                if place.startswith(folder)
            }
            data = {"data/mart_comments.parquet", "data/mart_comments.csv", "marts.duckdb"}
            assert data | {"index.html"} <= places
            others = places - data - {"index.html"}
            own = BY_CANARY[canary].school_id == "s4"
            assert len(others) == 1, others
            assert ("east" in others.pop().lower()) == own


def test_a_decision_on_a_published_term_says_that_it_takes_a_correction(story: Story) -> None:
    assert "correction" in story.said["too late"]
    assert "correction" not in story.said["held again"]
    # it may be shown, and is shown when its term is
    assert rooms(story.after[2]["marmottwo"]) == {"raw", "marts", "warehouse"}


def test_what_was_released_and_then_held_is_not_published(story: Story) -> None:
    assert rooms(story.after[2]["marmotfour"]) == {"raw", "marts"}


def test_a_released_comment_whose_text_has_changed_waits_anew(story: Story) -> None:
    now = comments(story.home, "--waiting")["marmotsix"]
    assert now["text"] == CHANGED
    assert now["comment_id"] != story.waiting["marmotsix"]["comment_id"]
    assert rooms(story.after[2]["marmotsix"]) == {"raw", "marts"}


def test_nothing_of_a_comment_is_in_what_a_person_decided(story: Story) -> None:
    kept = (story.home / "registry" / "comment_decisions.csv").read_text()
    assert len(kept.splitlines()) == 1 + 8
    assert not any(one.canary in kept for one in WRITTEN)
