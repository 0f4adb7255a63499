"""The preview of one home: with nothing built, with a term that is held, early, and published."""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orchestration.cli import main
from orchestration.outcome import BLOCKED, DONE
from tests.pipeline.homes import LATER, TERM, land, land_small_district, run_home, visit

pytestmark = pytest.mark.long

EARLY = date(2022, 7, 1)
OF_FIGURES = {"index.html", "east.html", "west.html"}
NAMES = {*OF_FIGURES, "method.html", "validation.html", "schools.html", "comments.html"}
FIGURE = re.compile(r'data-figure="([^"]+)"(?: data-column="([^"]+)")?>([^<]*)<')


def previewed(home: Path, as_of: date = EARLY) -> Result:
    return CliRunner().invoke(
        main, ["preview", "--as-of", as_of.isoformat()], env={"UPTAKE_HOME": str(home)}
    )


def pages_in(folder: Path) -> dict[str, str]:
    return {one.name: one.read_text(encoding="utf-8") for one in folder.glob("*.html")}


def figures(html: str) -> dict[tuple[str, str], str]:
    return {(figure, column): shown for figure, column, shown in FIGURE.findall(html)}


@dataclass(frozen=True)
class Story:
    """The home at its end, what the command said, and the preview's pages each time."""

    home: Path
    said: dict[str, Result]
    pages: dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    home = tmp_path_factory.mktemp("preview") / "home"
    land_small_district(home)
    bad = land(
        home,
        "observations",
        TERM,
        "bad.csv",
        [visit("s0", "c7", "canaryword", observation_id=f"bad-{n}") for n in range(9)],
    )
    said, pages = {}, {}

    def preview(when: str, as_of: date = EARLY) -> None:
        said[when] = previewed(home, as_of)
        pages[when] = pages_in(home / "preview")

    preview("unbuilt")
    assert run_home(home, as_of=LATER).exit_code == BLOCKED
    preview("held", LATER)
    bad.unlink()
    finished = run_home(home, as_of=EARLY)
    assert finished.exit_code == DONE, finished.said
    preview("early")
    finished = run_home(home, as_of=LATER)
    assert finished.exit_code == DONE, finished.said
    preview("published", LATER)
    return Story(home, said, pages)


def test_where_nothing_is_built_it_says_what_to_do(story: Story) -> None:
    done = story.said["unbuilt"]
    assert (done.exit_code, done.stderr) == (0, "")
    assert "run `uptake run`" in done.stdout
    assert story.pages["unbuilt"] == {}


@pytest.mark.parametrize("when", ["held", "early", "published"])
def test_it_prints_its_path_and_every_page_is_stamped(story: Story, when: str) -> None:
    done = story.said[when]
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"The preview: {story.home / 'preview' / 'index.html'}\n"
    assert set(story.pages[when]) == NAMES
    for name, html in story.pages[when].items():
        assert "PREVIEW, NOT PUBLISHED" in html, name


def test_a_term_that_is_held_shows_why(story: Story) -> None:
    pages = story.pages["held"]
    assert "Spring 2022: due, but waits" in pages["index.html"]
    validation = pages["validation.html"]
    assert f"observations, {TERM}: not admitted, failed" in validation
    held = validation.partition('<section id="held">')[2].partition("</section>")[0]
    assert "rows are not as expected" in held
    assert f"landing/observations/{TERM}/bad.csv" in held
    assert "What to do." in held


def test_no_value_of_a_row_is_on_the_validation_page(story: Story) -> None:
    assert "canaryword" not in story.pages["held"]["validation.html"]


def test_a_term_that_is_early_is_shown_with_what_is_still_missing(story: Story) -> None:
    pages = story.pages["early"]
    assert "Spring 2022: early" in pages["west.html"]
    assert "may be released from 2022-07-15" in pages["validation.html"]
    assert "Nothing: every partition is admitted" in pages["validation.html"]


def test_what_was_previewed_is_what_was_published(story: Story) -> None:
    published = pages_in((story.home / "published" / "latest").resolve())
    assert set(published) == {*OF_FIGURES, "method.html"}
    for name, html in published.items():
        assert figures(html) or name not in OF_FIGURES
        assert figures(story.pages["early"][name]) == figures(html)
        assert figures(story.pages["published"][name]) == figures(html)
        assert "PREVIEW" not in html
    assert (
        "Spring 2022: published, and shown as published" in story.pages["published"]["index.html"]
    )


def test_the_page_of_schools_has_every_school(story: Story) -> None:
    for n in range(6):
        assert f"School s{n}" in story.pages["early"]["schools.html"]


def test_it_is_private(story: Story) -> None:
    for one in (story.home / "preview", *(story.home / "preview").rglob("*")):
        assert stat.S_IMODE(one.stat().st_mode) & 0o077 == 0, one
