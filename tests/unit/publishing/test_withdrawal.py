"""A withdrawn publication leaves a tombstone and its record, and is nobody's predecessor."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from orchestration.publishing import (
    NotWithdrawable,
    PublishingError,
    latest,
    mend,
    publications,
    publish,
    released_terms,
    standing,
    verify,
    withdraw,
    withdrawal,
)
from orchestration.publishing.manifest import as_text, is_intact
from orchestration.publishing.verify import changed
from orchestration.settings import Home
from tests.unit.publishing.pages import parsed, section, text

pytestmark = pytest.mark.long

FALL, SPRING = "2021-22-fall", "2021-22-spring"
FIRST, SECOND = f"{FALL}-001", f"{SPRING}-001"
BECAUSE = "A school's <rows> were counted twice."
ON = date(2022, 8, 1)


@pytest.fixture(scope="module")
def stood(tmp_path_factory, release) -> Home:
    """A home with a publication of fall and then one of spring."""
    home = Home(tmp_path_factory.mktemp("stood")).create()
    publish(home, release(FALL))
    publish(home, release(SPRING))
    return home


@pytest.fixture
def home(stood, tmp_path) -> Home:
    shutil.copytree(stood.root, tmp_path / "copy", symlinks=True)
    return Home(tmp_path / "copy")


def taken_back(home: Home, name: str = SECOND):
    return withdraw(home, name, because=BECAUSE, on=ON)


def manifest(path) -> dict:
    return json.loads((path / "manifest.json").read_text(encoding="utf-8"))


def state(home: Home) -> dict[str, bytes]:
    found = {
        path.relative_to(home.published).as_posix(): path.read_bytes()
        for path in home.published.rglob("*")
        if path.is_file() and not path.is_symlink() and path.suffix != ".duckdb"
    }
    link = home.published / "latest"
    return {**found, "latest": str(link.readlink()).encode() if link.is_symlink() else b""}


def test_nothing_stays_of_it_but_a_page_and_its_record(home):
    taken_back(home)
    folder = home.published / SECOND
    assert {path.name for path in folder.rglob("*")} == {"index.html", "manifest.json"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o640}
    assert not list(home.published.glob(".*"))


def test_the_record_keeps_what_it_was_made_from_and_is_intact(home):
    before = manifest(home.published / SECOND)
    taken_back(home)
    record = manifest(home.published / SECOND)
    kept = ("id", "sequence", "as_of", "terms", "released", "inputs", "verdicts", "versions")
    for name in (*kept, "slices", "simulated"):
        assert record[name] == before[name]
    assert record["withdrawn"] == {"on": "2022-08-01", "because": BECAUSE}
    assert record["removed"]["files"] == before["files"]
    assert record["removed"]["tables"] == before["tables"]
    assert record["removed"]["checksum"] == before["checksum"] != record["checksum"]
    assert set(record["files"]) == {"index.html"}
    assert is_intact(record)


def test_the_page_says_that_it_is_withdrawn_why_and_what_stands(home):
    taken_back(home)
    html = (home.published / SECOND / "index.html").read_text(encoding="utf-8")
    tree = parsed(html)
    assert f"Publication {SECOND} has been withdrawn" in text(tree)
    assert "Withdrawn on 1 August 2022" in text(tree)
    assert BECAUSE in section(tree, "why")
    assert FIRST in section(tree, "stands")
    assert "SIMULATED DATA" in text(tree)
    assert "<style>" in html
    assert "http" not in html
    assert not re.search(r"<script|<link|@import|url\(", html)
    for link in tree.iter("a"):
        assert (home.published / SECOND / link.get("href")).resolve().is_file()


def test_the_page_of_the_last_that_stood_says_that_none_does(home):
    taken_back(home, FIRST)
    taken_back(home)
    tree = parsed((home.published / SECOND / "index.html").read_text(encoding="utf-8"))
    assert "no publication stood in its place" in section(tree, "stands")


def test_latest_moves_to_the_newest_that_stands_and_goes_with_the_last(home):
    link = home.published / "latest"
    assert taken_back(home).stands == FIRST
    assert str(link.readlink()) == FIRST
    assert latest(home).id == FIRST
    assert verify(home) == []
    done = taken_back(home, FIRST)
    assert done.stands is None
    assert not link.is_symlink()
    assert latest(home) is None
    assert released_terms(home) == set()
    assert verify(home) == []


def test_an_older_one_leaves_latest_where_it_is_and_says_who_holds_its_figures(home):
    done = taken_back(home, FIRST)
    assert (done.stands, done.held_by, done.due_again) == (SECOND, (SECOND,), ())
    assert str((home.published / "latest").readlink()) == SECOND
    assert released_terms(home) == {FALL, SPRING}
    assert any(f"{SECOND} still holds" in one for one in done.said)


def test_its_terms_are_due_again_and_no_number_is_given_twice(home, release):
    assert taken_back(home).due_again == (SPRING,)
    assert released_terms(home) == {FALL}
    again = publish(home, release(SPRING))
    assert (again.id, again.sequence, again.released) == (f"{SPRING}-002", 3, (SPRING,))
    assert [one.id for one in standing(home)] == [FIRST, again.id]
    assert [one.id for one in publications(home)] == [FIRST, SECOND, again.id]
    assert verify(home) == []
    taken_back(home, again.id)
    taken_back(home, FIRST)
    third = publish(home, release(FALL, SPRING))
    assert (third.id, third.sequence) == (f"{SPRING}-003", 4)


def test_slices_are_carried_from_the_newest_that_stands(home, release):
    taken_back(home)
    again = publish(home, release("2021-22-winter"))
    assert again.terms == (FALL, "2021-22-winter")
    adoption = pd.read_parquet(again.path / "data" / "mart_adoption.parquet")
    assert set(adoption["term"]) == {FALL, "2021-22-winter"}


def test_what_there_is_not_or_is_withdrawn_already_is_refused(home):
    for name in ("2021-22-fall-009", "latest", "../published", ""):
        with pytest.raises(NotWithdrawable, match=f"{FIRST}, {SECOND}"):
            taken_back(home, name)
    taken_back(home)
    before = state(home)
    with pytest.raises(NotWithdrawable, match="withdrawn already, on 2022-08-01"):
        taken_back(home)
    assert state(home) == before


def test_a_changed_manifest_does_not_become_a_record(home):
    path = home.published / SECOND / "manifest.json"
    path.write_text(as_text({**manifest(path.parent), "as_of": "2030-01-01"}), encoding="utf-8")
    with pytest.raises(PublishingError, match="has been changed"):
        taken_back(home)
    assert (home.published / SECOND / "index.html").is_file()


def test_nobody_withdraws_by_editing_a_manifest(home):
    path = home.published / SECOND / "manifest.json"
    record = {**manifest(path.parent), "withdrawn": {"on": "2022-08-01", "because": "no"}}
    path.write_text(as_text(record), encoding="utf-8")
    with pytest.raises(PublishingError, match="calls the publication withdrawn"):
        publications(home)
    assert any("has been changed" in one for one in verify(home))


@pytest.mark.parametrize("damage", ["page", "record", "extra", "missing"])
def test_verify_finds_what_becomes_of_a_tombstone(home, damage):
    taken_back(home)
    folder = home.published / SECOND
    if damage == "page":
        (folder / "index.html").write_text("All is well.")
    elif damage == "record":
        record = manifest(folder)
        record["withdrawn"]["because"] = "Nothing."
        (folder / "manifest.json").write_text(as_text(record), encoding="utf-8")
    elif damage == "extra":
        (folder / "more.html").write_text("All is well.")
    else:
        (folder / "index.html").unlink()
    said = verify(home, SECOND)
    assert said
    assert all(str(folder) in one for one in said)
    if damage in ("page", "extra"):
        mend(home)
        assert verify(home, SECOND) == said


class Killed(BaseException):
    """A process that ends where it stands."""


def killed_at(monkeypatch, call: int) -> list[str]:
    """Let a withdrawal end before its nth change of what lies on the disk."""
    seen: list[str] = []

    def counting(owner, name):
        real = getattr(owner, name)

        def counted(*args, **kwargs):
            if len(seen) == call:
                raise Killed
            seen.append(f"{name} {args[0]}")
            return real(*args, **kwargs)

        monkeypatch.setattr(owner, name, counted)

    for name in ("replace", "unlink", "rmdir", "symlink_to", "write_bytes"):
        counting(Path, name)
    return seen


@pytest.fixture(scope="module")
def done(stood, tmp_path_factory) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """What stands before a withdrawal that nobody kills, and after it."""
    home = Home(tmp_path_factory.mktemp("done") / "home")
    shutil.copytree(stood.root, home.root, symlinks=True)
    before = state(home)
    taken_back(home)
    return before, state(home)


def test_killed_before_any_of_its_steps_a_withdrawal_is_finished_by_the_next_run(
    home, done, tmp_path, monkeypatch
):
    before, after = done
    for step in range(200):
        one = Home(tmp_path / f"{step}")
        shutil.copytree(home.root, one.root, symlinks=True, copy_function=os.link)
        with monkeypatch.context() as patched:
            killed_at(patched, step)
            try:
                taken_back(one)
            except Killed:
                pass
            else:
                break
        # who follows the link until then finds a publication that is whole
        assert changed(one, (one.published / "latest").readlink().name) == [], step
        decided = latest(one).id == FIRST
        mend(one)
        assert state(one) == (after if decided else before), step
        assert not list(one.published.glob(".*"))
        if decided:
            assert verify(one, SECOND) == []
            assert mend(one) is False
    assert step > len(before) / 2
    assert state(one) == after


def test_a_half_done_withdrawal_is_said_and_finished_before_anything_is_published(
    home, release, monkeypatch
):
    with monkeypatch.context() as patched:
        patched.setattr(withdrawal, "_finish", lambda *_: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            taken_back(home)
    assert any("is not finished" in one for one in verify(home))
    assert latest(home).id == FIRST
    assert publish(home, release(SPRING)).id == f"{SPRING}-002"
    assert {path.name for path in (home.published / SECOND).iterdir()} == {
        "index.html",
        "manifest.json",
    }
    assert verify(home) == []
