"""What a person asks to accept is refused as a sentence, unless it is theirs to judge."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from orchestration.cli import main
from orchestration.judgement import Judgement, NotAccepted, accept, judgement
from orchestration.settings import Home, Settings
from orchestration.site import Site

DAY = date(2022, 7, 1)
ALIKE = "forms_are_not_all_alike"


def test_nothing_asked_for_is_nothing_judged() -> None:
    assert judgement((), None, None, DAY) is None


def test_what_is_asked_for_twice_is_asked_for_once_and_in_one_line() -> None:
    assert judgement((ALIKE, ALIKE), " It is\n so. ", " A. Judge ", DAY) == Judgement(
        (ALIKE,), "It is so.", "A. Judge", DAY
    )


@pytest.mark.parametrize(
    ("names", "because", "by", "said"),
    [
        ((ALIKE,), None, "A. Judge", "--accept needs --because and --by"),
        ((ALIKE,), "It is so.", None, "--accept needs --because and --by"),
        ((ALIKE,), " \n", "A. Judge", "--accept needs --because and --by"),
        ((ALIKE,), "It is so.", "", "--accept needs --because and --by"),
        ((), "It is so.", None, "name it with --accept"),
        ((), None, "A. Judge", "name it with --accept"),
    ],
)
def test_half_of_a_judgement_is_refused(
    names: tuple[str, ...], because: str | None, by: str | None, said: str
) -> None:
    with pytest.raises(NotAccepted, match=said):
        judgement(names, because, by, DAY)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("forms_are_all_alike", "Did you mean forms_are_not_all_alike"),
        ("rain", "No expectation is called rain"),
        ("keys_are_unique", "is not left to a person: .* counted twice in every figure"),
        ("every_row_is_accounted_for", "is not left to a person"),
        ("few_rows_are_quarantined", "is not left to a person: .* without many of them"),
        ("nothing_that_passed_has_an_address_or_a_number", "is not left to a person"),
        ("volume_is_like_last_years", "is a warning"),
        (ALIKE, "does not hold anything back: there is nothing to accept"),
    ],
)
def test_what_is_not_theirs_to_judge_is_refused_and_why(
    name: str, said: str, tmp_path: Path
) -> None:
    site = Site.load(Settings(Home(tmp_path / "home")))
    with pytest.raises(NotAccepted, match=said):
        accept(site, Judgement((name,), "It is so.", "A. Judge", DAY), ())
    assert list(site.home.verdicts.glob("*/*")) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("--accept", ALIKE),
        ("--accept", "rain", "--because", "It is so.", "--by", "A. Judge"),
        ("--accept", ALIKE, "--because", "It is so.", "--by", "A. Judge"),
        ("--because", "It is so."),
    ],
)
def test_the_command_says_so_and_exits_2(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["run", *arguments], env={"UPTAKE_HOME": str(tmp_path)})
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.strip().endswith(".")
    assert "Traceback" not in done.stderr
