"""Comments: what waits, who decided what, and the file that keeps the decisions."""

from __future__ import annotations

import csv
import json
import logging
import multiprocessing
import stat
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

from orchestration.cli import main
from orchestration.comments import CommentError, decide, listed
from orchestration.locks import stage
from orchestration.registry import RegistryError, load_registry
from orchestration.settings import Home

SPRING, FALL = "2021-22-spring", "2022-23-fall"
PASSED, HELD, NEXT = "0a1b2c3d4e5f6071", "0a1b2c9999999999", "ffee000000000001"
HEADER = ["comment_id", "decision", "decided_by", "decided_on", "because"]
TODAY = date(2022, 7, 1)

Row = dict[str, Any]


def comment(comment_id: str, term: str = SPRING, **more: Any) -> Row:
    return {
        "comment_id": comment_id,
        "term": term,
        "source": "student_survey",
        "unit_id": "West",
        "unit_name": "West",
        "screen": "passed",
        "reason": None,
        "released": False,
        "text": f"The canary of {comment_id}.",
    } | more


COMMENTS = (
    comment(NEXT, FALL),
    comment(HELD, screen="held", reason="email,number", unit_id="East", unit_name="East"),
    comment(PASSED),
)


@pytest.fixture
def built(tmp_path: Path) -> Callable[..., Home]:
    """A home whose marts, current or unreleased, have the given comments."""

    def built(comments: Sequence[Row] = COMMENTS, database: str = "current") -> Home:
        home = Home(tmp_path).create()
        columns = ", ".join(
            f"{name} {'boolean' if name == 'released' else 'varchar'}" for name in comment("")
        )
        with duckdb.connect(str(home.marts / f"{database}.duckdb")) as con:
            con.execute(f"create table mart_comments ({columns})")
            for one in comments:
                con.execute("insert into mart_comments values (?,?,?,?,?,?,?,?,?)", [*one.values()])
        return home

    return built


@pytest.fixture
def home(built: Callable[..., Home]) -> Home:
    return built()


def kept(home: Home) -> list[dict[str, str]]:
    """The decisions file, as any reader of CSV has it."""
    with (home.registry / "comment_decisions.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def decided(home: Home, verb: Any, *ids: str, by: str = "Ana", because: str | None = None) -> None:
    decide(home, verb, ids, by=by, because=because, on=TODAY)


def told(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["comments", *arguments], env={"UPTAKE_HOME": str(home.root)})


def misused(done: Result) -> str:
    """What a command said that was refused as misuse, and did nothing else."""
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr


# The file of decisions


def test_a_decision_is_a_row_of_the_sites_registry(home: Home) -> None:
    decided(home, "release", PASSED, by=" Ana Ruiz ", because=" It says enough. ")
    assert kept(home) == [
        dict(
            zip(
                HEADER,
                [PASSED, "release", "Ana Ruiz", "2022-07-01", "It says enough."],
                strict=True,
            )
        )
    ]
    (row,) = load_registry(home.registry).rows["comment_decisions"]
    assert row.model_dump()["decided_on"] == TODAY


def test_a_later_decision_replaces_the_earlier_one_and_leaves_others_alone(home: Home) -> None:
    decided(home, "release", NEXT)
    decided(home, "release", PASSED, because="Once.")
    decided(home, "hold", PASSED, by="Ben")
    by_id = {row["comment_id"]: row for row in kept(home)}
    assert len(kept(home)) == 2
    assert [by_id[PASSED][name] for name in HEADER[1:3]] == ["hold", "Ben"]
    assert by_id[PASSED]["because"] == ""
    assert by_id[NEXT]["decision"] == "release"


@pytest.mark.parametrize(
    "because",
    [
        'She said "yes", twice',
        "two\nlines, and a comma",
        "carriage\rreturn",
        "both\r\nof them",
        '"',
        "'=1+1",
        "schön, ¿no? 数学",
        "comment_id,decision\nffee000000000001,release",
    ],
)
def test_words_come_back_from_the_file_as_they_were_said(home: Home, because: str) -> None:
    decided(home, "hold", PASSED, because=because)
    decided(home, "hold", NEXT, by='Ana "A." Ruiz, lead', because="Plain.")
    assert {row["comment_id"]: row["because"] for row in kept(home)} == {
        PASSED: because,
        NEXT: "Plain.",
    }
    shown = {one.comment_id: one.decision for one in listed(home, state="held").comments}
    assert [one.because for one in shown.values() if one] == [because, "Plain."]
    assert load_registry(home.registry).rows["comment_decisions"][1].model_dump()["decided_by"] == (
        'Ana "A." Ruiz, lead'
    )


def test_rows_that_a_person_wrote_by_hand_are_kept(home: Home) -> None:
    home.registry.mkdir()
    (home.registry / "comment_decisions.csv").write_text(
        "\ufeffdecided_on,decided_by,decision,comment_id\n2022-01-05,Cem,hold,aaaaaaaaaaaaaaaa\n",
        encoding="utf-8",
    )
    decided(home, "release", PASSED)
    assert {(row["comment_id"], row["decided_by"], row["decided_on"]) for row in kept(home)} == {
        (PASSED, "Ana", "2022-07-01"),
        ("aaaaaaaaaaaaaaaa", "Cem", "2022-01-05"),
    }


def test_a_file_that_cannot_stand_is_not_written_over(home: Home) -> None:
    home.registry.mkdir()
    path = home.registry / "comment_decisions.csv"
    path.write_text(",".join(HEADER) + "\nnonsense,release,Ana,2022-01-05,\n", encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(RegistryError, match=r"comment_decisions\.csv, line 2, comment_id"):
        decided(home, "release", PASSED)
    assert path.read_bytes() == before


def test_a_write_that_breaks_off_leaves_the_file_as_it_was(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided(home, "release", PASSED)
    before = (home.registry / "comment_decisions.csv").read_bytes()

    def breaks(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", breaks)
    with pytest.raises(OSError, match="No space left"):
        decided(home, "release", NEXT)
    assert (home.registry / "comment_decisions.csv").read_bytes() == before


def test_others_may_not_read_the_decisions(home: Home) -> None:
    decided(home, "release", PASSED)
    mode = (home.registry / "comment_decisions.csv").stat().st_mode
    assert not mode & (stat.S_IRWXO | stat.S_IWGRP)


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPoolExecutor]:
    # not multiprocessing's own Pool, which was seen to wait for ever for a worker that it had ended
    with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


def test_of_decisions_made_at_once_none_is_lost(
    built: Callable[..., Home], processes: ProcessPoolExecutor
) -> None:
    ids = [f"{n:016x}" for n in range(24)]
    home = built([comment(one) for one in ids])
    release = partial(decide, home, "release", by="Ana", because="At once.", on=TODAY)
    list(processes.map(release, [[one] for one in ids]))
    assert [row["comment_id"] for row in kept(home)] == ids


def test_a_decision_waits_while_another_process_holds_the_home(
    home: Home, processes: ProcessPoolExecutor
) -> None:
    release = partial(decide, home, "release", by="Ana", because=None, on=TODAY)
    list(processes.map(release, [[NEXT]] * 6))  # all have imported what they need
    with stage(home, "build"):
        waiting = processes.submit(release, [PASSED])
        with pytest.raises(TimeoutError):
            waiting.result(2)
        assert [row["comment_id"] for row in kept(home)] == [NEXT]
    waiting.result(60)
    assert [row["comment_id"] for row in kept(home)] == [PASSED, NEXT]


# What may be decided


@pytest.mark.parametrize(
    "wrong",
    [
        "0123456789abcdef",  # no such comment
        "0a1b2",  # short
        "",
        "0a1b2c3d4e5f60711",  # long
        "0a1b2%",
        "[0-9a-f]{6}",
        "mathematics",
    ],
)
@pytest.mark.parametrize("verb", ["release", "hold"])
def test_an_unknown_comment_is_misuse_and_nothing_is_decided(
    home: Home, verb: str, wrong: str
) -> None:
    said = misused(told(home, verb, PASSED, wrong, "beefbeef", "--by", "Ana"))
    assert f"No comment is called {wrong}, beefbeef" in said
    assert not (home.registry / "comment_decisions.csv").exists()


def test_a_comment_may_be_named_by_the_first_digits_that_no_other_has(home: Home) -> None:
    said = misused(told(home, "release", "0a1b2c", "--by", "Ana"))
    assert f"0a1b2c ({PASSED}, {HELD})" in said
    assert not home.registry.exists()
    done = told(home, "release", "0A1B2C3", " ffee00", PASSED, "--by", "Ana")
    assert done.exit_code == 0, done.stderr
    assert [row["comment_id"] for row in kept(home)] == [PASSED, NEXT]
    assert "2 comments are released" in done.stdout


def test_what_screening_held_is_released_only_with_a_reason(home: Home) -> None:
    for because in ([], ["--because", "  "]):
        said = misused(told(home, "release", PASSED, HELD, "--by", "Ana", *because))
        assert HELD in said
        assert PASSED not in said
        assert "--because" in said
        assert not home.registry.exists()
    assert told(home, "release", HELD, "--by", "Ana", "--because", "Public address").exit_code == 0
    assert told(home, "hold", HELD, "--by", "Ana").exit_code == 0


@pytest.mark.parametrize(
    "options", [["--by", " "], ["--by", "Ana", "--because", "\udcff"], ["--by", "\udcff"], []]
)
def test_nobody_decides_namelessly_or_in_no_words(home: Home, options: list[str]) -> None:
    misused(told(home, "release", PASSED, *options))
    assert not home.registry.exists()


def test_a_decision_names_at_least_one_comment(home: Home) -> None:
    misused(told(home, "release", "--by", "Ana"))


def test_without_marts_there_is_nothing_to_list_or_to_decide(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for arguments in (["list"], ["release", PASSED, "--by", "Ana"]):
        assert "uptake run" in misused(told(home, *arguments))


def test_marts_from_before_there_were_comments_are_a_sentence(tmp_path: Path) -> None:
    home = Home(tmp_path).create()
    duckdb.connect(str(home.current)).close()
    assert "before there were comments" in misused(told(home, "list"))


# What is shown


def test_those_that_wait_are_listed_unless_told_otherwise(home: Home) -> None:
    decided(home, "release", PASSED)
    decided(home, "hold", NEXT)
    states = {
        option: [one["comment_id"] for one in json.loads(told(home, "list", *option).stdout)]
        for option in (
            ("--json",),
            ("--json", "--waiting"),
            ("--json", "--released"),
            ("--json", "--held"),
            ("--json", "--all"),
            ("--json", "--all", "--term", FALL),
            ("--json", "--term", FALL),
        )
    }
    assert [*states.values()] == [
        [HELD],
        [HELD],
        [PASSED],
        [NEXT],
        [HELD, PASSED, NEXT],
        [NEXT],
        [],
    ]


def test_a_program_gets_all_there_is_to_know(home: Home) -> None:
    decided(home, "release", HELD, by="Ana Ruiz", because="Public address.")
    (one,) = json.loads(told(home, "list", "--released", "--json").stdout)
    assert one == {
        "comment_id": HELD,
        "term": SPRING,
        "source": "student_survey",
        "unit_id": "East",
        "unit_name": "East",
        "screen": "held",
        "reason": "email,number",
        "state": "released",
        "decided_by": "Ana Ruiz",
        "decided_on": "2022-07-01",
        "because": "Public address.",
        "text": f"The canary of {HELD}.",
    }


def test_a_person_reads_where_it_stands_and_the_text(home: Home) -> None:
    decided(home, "hold", PASSED, by="Ben", because="It names\na child.")
    said = told(home, "list", "--all").stdout
    assert said.splitlines() == [
        f"{HELD}  {SPRING}  student_survey  East  screening held: email,number  waiting",
        f"    The canary of {HELD}.",
        "",
        f"{PASSED}  {SPRING}  student_survey  West  screening passed  "
        "held by Ben on 2022-07-01: It names a child.",
        f"    The canary of {PASSED}.",
        "",
        f"{NEXT}  {FALL}  student_survey  West  screening passed  waiting",
        f"    The canary of {NEXT}.",
        "",
        "3 comments.",
    ]
    assert told(home, "list", "--released").stdout == "No comments released.\n"


def test_a_comment_does_nothing_to_the_terminal_it_is_read_on(built: Callable[..., Home]) -> None:
    text = "one\r\ntwo \x1b[2J\x1b]0;title\x07 three\u202e\x9b31m\nffee000000000001  released"
    home = built([comment(PASSED, text=text)])
    shown = told(home, "list").stdout.splitlines()
    assert all(line.isprintable() for line in shown)
    assert [line[:8] for line in shown[1:4]] == ["    one", "    two ", "    ffee"]
    assert json.loads(told(home, "list", "--json").stdout)[0]["text"] == text


def test_a_decision_shows_at_once_with_a_note_that_the_marts_follow(
    built: Callable[..., Home],
) -> None:
    home = built([comment(PASSED, released=True), comment(NEXT, FALL)])
    home.registry.mkdir()
    assert "uptake run" in told(home, "list", "--all").stderr
    decided(home, "release", PASSED)
    assert told(home, "list", "--all").stderr == ""
    decided(home, "release", NEXT)
    done = told(home, "list", "--released")
    assert NEXT in done.stdout
    assert "the marts follow with the next `uptake run`" in done.stderr


def test_where_nothing_was_released_the_last_build_is_listed_and_that_is_said(
    built: Callable[..., Home],
) -> None:
    home = built([comment(PASSED)], database="unreleased")
    done = told(home, "list")
    assert PASSED in done.stdout
    assert "No build has been released" in done.stderr
    built([comment(NEXT, FALL)])
    done = told(home, "list")
    assert (PASSED in done.stdout, NEXT in done.stdout, done.stderr) == (False, True, "")
    with pytest.raises(CommentError, match=PASSED):
        decided(home, "release", PASSED)


def test_a_decision_on_another_text_is_none_on_this_one(built: Callable[..., Home]) -> None:
    home = built([comment(PASSED)])
    decided(home, "release", PASSED)
    (home.marts / "current.duckdb").unlink()
    built([comment(NEXT, text="The same response, in other words.")])
    assert [one.comment_id for one in listed(home, state="waiting").comments] == [NEXT]
    assert "another id" in misused(told(home, "hold", PASSED, "--by", "Ana"))


def test_an_unknown_term_is_misuse(home: Home) -> None:
    assert "1999-00-fall" in misused(told(home, "list", "--term", "1999-00-fall"))


def test_it_is_said_when_a_decision_shows_and_that_a_published_term_needs_a_correction(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.comments.released_terms", lambda home: {SPRING})
    for verb in ("release", "hold"):
        first, spring, fall = told(home, verb, PASSED, NEXT, "--by", "Ana").stdout.splitlines()
        assert first.startswith("2 comments are ")
        assert spring.startswith(SPRING)
        assert "correction" in spring
        assert fall.startswith(FALL)
        assert "correction" not in fall


def test_no_text_of_a_comment_is_logged_or_said_when_deciding(
    home: Home, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    said = []
    for arguments in (
        ["release", "0a1b2c"],
        ["release", HELD],
        ["release", PASSED],
        ["hold", HELD],
    ):
        done = told(home, *arguments, "--by", "Ana")
        said.append(done.output)
    said.append(told(home, "list", "--json").stderr)
    assert "canary" not in "".join(said) + caplog.text
    files = [path for path in home.root.rglob("*") if path.is_file()]
    assert {path.name for path in files if b"canary" in path.read_bytes()} <= {"current.duckdb"}
