"""What lands: the same bytes from the same seed, marked as simulated, never beside real files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orchestration.settings import Home
from orchestration.simulation import Term, default_terms, simulate

SCALE = 0.05
SEASONS = ("fall", "winter", "spring")


def contents(home: Home) -> dict[str, bytes]:
    return {
        path.relative_to(home.landing).as_posix(): path.read_bytes()
        for path in home.landing.rglob("*")
        if path.is_file()
    }


def exports(home: Home) -> set[str]:
    return set(contents(home)) - {".simulated"}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(
    tmp_path: Path, terms: dict[str, Term]
) -> None:
    homes = [Home(tmp_path / name) for name in ("one", "again", "other")]
    for home, seed in zip(homes, (3, 3, 4), strict=True):
        simulate(home, list(terms.values())[:2], seed=seed, scale=SCALE)
    one, again, other = homes
    assert contents(one) == contents(again)
    assert one.truth.read_bytes() == again.truth.read_bytes()
    assert all(contents(one)[file] != contents(other)[file] for file in exports(one))


def test_a_term_simulated_alone_has_the_rows_it_has_among_all(
    tmp_path: Path, terms: dict[str, Term]
) -> None:
    every, alone = Home(tmp_path / "every"), Home(tmp_path / "alone")
    simulate(every, list(terms.values()), scale=SCALE)
    simulate(alone, [terms["2021-22-spring"]], scale=SCALE)
    assert len(exports(alone)) == 7
    assert all(contents(every)[file] == contents(alone)[file] for file in exports(alone))
    truth = json.loads(every.truth.read_text(encoding="utf-8"))
    assert [row for row in truth if row["term"] == "2021-22-spring"] == json.loads(
        alone.truth.read_text(encoding="utf-8")
    )


def test_the_number_of_processes_changes_no_byte(tmp_path: Path, terms: dict[str, Term]) -> None:
    chosen = [terms[name] for name in ("2020-21-spring", "2021-22-fall", "2021-22-winter")]
    one, two = Home(tmp_path / "one"), Home(tmp_path / "two")
    summaries = [
        simulate(home, chosen, scale=SCALE, processes=processes)
        for home, processes in ((one, 1), (two, 2))
    ]
    assert contents(one) == contents(two)
    assert one.truth.read_bytes() == two.truth.read_bytes()
    assert summaries[0] == summaries[1]


def test_before_the_rollout_there_are_walkthroughs_alone_and_surveys_in_fall_and_spring(
    simulated: Home, terms: dict[str, Term]
) -> None:
    found: dict[str, set[str]] = {term: set() for term in terms}
    for path in exports(simulated) - {"schools/schools.csv"}:
        source, term, _ = path.split("/")
        found[term].add(source)
    always, learning = {"roster", "observations"}, {"pl_sessions", "pl_attendance"}
    surveys = {"student_survey", "teacher_survey"}
    assert found.pop("2020-21-spring") == always
    for term, sources in found.items():
        assert sources == always | learning | (set() if "winter" in term else surveys)


def test_the_default_is_two_school_years_and_the_spring_before(calendar: list[Term]) -> None:
    assert [term.term for term in default_terms(list(reversed(calendar)))] == [
        "2020-21-spring",
        *(f"{year}-{season}" for year in ("2021-22", "2022-23") for season in SEASONS),
    ]


def test_a_calendar_without_a_term_before_the_rollout_has_no_default(calendar: list[Term]) -> None:
    with pytest.raises(ValueError, match="0 terms before 2021-08-01"):
        default_terms([term for term in calendar if term.school_year > "2020-21"])


def test_the_marker_lists_every_file_and_the_summary_counts_their_rows(
    tmp_path: Path, terms: dict[str, Term]
) -> None:
    home = Home(tmp_path)
    told: list[str] = []
    summary = simulate(home, list(terms.values())[:2], scale=SCALE, progress=told.append)
    marker = (home.landing / ".simulated").read_text(encoding="utf-8").splitlines()
    assert marker == sorted(exports(home)) == summary.files
    assert len(told) == len(marker)
    lines = {file: text.count(b"\n") - 1 for file, text in contents(home).items()}
    assert summary.rows == {file: lines[file] for file in marker}
    assert summary.rows_of("roster") == sum(lines[file] for file in marker if "roster" in file)
    assert f"roster {summary.rows_of('roster'):,}" in str(summary)
    assert summary.truth_rows == len(json.loads(home.truth.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "real", ["observations/2021-22-spring/ours.csv", "schools/x.csv", "a folder/b"]
)
def test_simulating_beside_a_real_file_is_refused_and_changes_nothing(
    tmp_path: Path, terms: dict[str, Term], real: str
) -> None:
    home = Home(tmp_path)
    term = terms["2021-22-spring"]
    simulate(home, [term], scale=SCALE)
    path = home.landing / real
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("real\n")
    before, truth = contents(home), home.truth.read_bytes()
    with pytest.raises(ValueError, match=f"{real}.*never mixed"):
        simulate(home, [term], seed=2, scale=SCALE)
    assert contents(home) == before
    assert home.truth.read_bytes() == truth


def test_hidden_files_are_not_exports_and_do_not_refuse(
    tmp_path: Path, terms: dict[str, Term]
) -> None:
    home = Home(tmp_path).create()
    (home.landing / ".gitkeep").touch()
    simulate(home, [terms["2021-22-spring"]], scale=SCALE)
    assert (home.landing / ".gitkeep").is_file()


def test_simulating_again_replaces_the_earlier_files_and_leaves_no_empty_folder(
    tmp_path: Path, terms: dict[str, Term]
) -> None:
    home, fresh = Home(tmp_path / "again"), Home(tmp_path / "fresh")
    simulate(home, list(terms.values())[:3], seed=1, scale=SCALE)
    for each in (home, fresh):
        simulate(each, [terms["2022-23-fall"]], seed=2, scale=SCALE)
    assert contents(home) == contents(fresh)
    assert home.truth.read_bytes() == fresh.truth.read_bytes()
    assert sorted(home.landing.rglob("*")) == [
        home.landing / path.relative_to(fresh.landing) for path in sorted(fresh.landing.rglob("*"))
    ]


class Killed(Exception):
    """Stands for the end of the process."""


@pytest.mark.parametrize(
    "after", [1, *(pytest.param(after, marks=pytest.mark.long) for after in (2, 3, 4)), 5]
)
def test_a_simulation_cut_short_leaves_no_file_unlisted_and_can_be_repeated(
    tmp_path: Path, terms: dict[str, Term], after: int
) -> None:
    home, whole = Home(tmp_path / "cut"), Home(tmp_path / "whole")
    chosen = [terms["2021-22-fall"], terms["2021-22-winter"]]
    simulate(home, [terms["2022-23-spring"]], seed=1, scale=SCALE)
    told: list[str] = []

    def kill(message: str) -> None:
        told.append(message)
        if len(told) == after:
            raise Killed

    with pytest.raises(Killed):
        simulate(home, chosen, seed=2, scale=SCALE, progress=kill)
    listed = set((home.landing / ".simulated").read_text(encoding="utf-8").splitlines())
    assert exports(home) <= listed
    assert not home.truth.exists()
    for each in (home, whole):
        simulate(each, chosen, seed=2, scale=SCALE)
    assert contents(home) == contents(whole)


def test_a_hidden_leftover_of_a_killed_write_is_cleared_away(
    tmp_path: Path, terms: dict[str, Term]
) -> None:
    home = Home(tmp_path)
    simulate(home, [terms["2021-22-fall"]], scale=SCALE)
    leftover = home.landing / "roster/2021-22-fall/.roster.csv.part"
    leftover.write_text("half")
    simulate(home, [terms["2021-22-winter"]], scale=SCALE)
    assert not leftover.parent.exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"scale": 0.0}, "The scale is 0"),
        ({"scale": float("nan")}, "The scale is nan"),
        ({"seed": -1}, "The seed is -1"),
    ],
)
def test_a_scale_or_seed_that_cannot_be_is_refused_in_a_sentence(
    tmp_path: Path, terms: dict[str, Term], changed: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        simulate(Home(tmp_path), list(terms.values()), **changed)
    assert not Path(tmp_path / "landing").exists()


def test_terms_that_cannot_be_simulated_are_refused_in_a_sentence(
    tmp_path: Path, terms: dict[str, Term]
) -> None:
    spring = terms["2021-22-spring"]
    with pytest.raises(ValueError, match="No term was named"):
        simulate(Home(tmp_path), [])
    with pytest.raises(ValueError, match="2021-22-spring twice"):
        simulate(Home(tmp_path), [spring, spring])
