"""Publications are numbered, immutable, atomic, and the same for the same input."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import stat

import pandas as pd
import pytest

from orchestration.disclosure import PUBLISHABLE
from orchestration.publishing import (
    PublishingError,
    latest,
    mend_latest,
    publication,
    publications,
    publish,
    released_terms,
    slices,
    verify,
)
from orchestration.settings import Home

FALL, WINTER, SPRING = "2021-22-fall", "2021-22-winter", "2021-22-spring"


def content(path) -> dict[str, bytes]:
    """Every file's bytes, the DuckDB file's aside: it is compared by its tables."""
    return {
        found.relative_to(path).as_posix(): found.read_bytes()
        for found in sorted(path.rglob("*"))
        if found.is_file() and found.suffix != ".duckdb"
    }


def parquet(path, name: str) -> pd.DataFrame:
    return pd.read_parquet(path / "data" / f"{name}.parquet")


def manifest(path) -> dict:
    return json.loads((path / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def stands(tmp_path_factory, release) -> Home:
    """A home with a publication of fall and then one of spring, for tests that only look."""
    home = Home(tmp_path_factory.mktemp("stands")).create()
    publish(home, release(FALL))
    publish(home, release(SPRING, schools_read=251))
    return home


def test_a_publication_is_named_after_its_latest_term_and_numbered(home, release):
    first = publish(home, release(WINTER, FALL))
    assert (first.id, first.terms) == (f"{WINTER}-001", (FALL, WINTER))
    assert publish(home, release("2020-21-spring")).id == f"{WINTER}-002"
    assert [one.sequence for one in publications(home)] == [1, 2]
    assert latest(home).id == f"{WINTER}-002"
    assert released_terms(home) == {"2020-21-spring", FALL, WINTER}


def test_nothing_published_is_no_error(tmp_path):
    home = Home(tmp_path / "nowhere")
    assert publications(home) == []
    assert latest(home) is None
    assert released_terms(home) == set()
    assert mend_latest(home) is False
    assert verify(home) == []


def test_a_publication_holds_its_files_readable_by_the_group_alone(stands):
    made = latest(stands)
    pages = {"index.html", "changes.html", "method.html"}
    pages |= {"northeast.html", "northwest.html", "west.html"}
    expected = {*pages, "marts.duckdb", "manifest.json"}
    expected |= {f"data/{name}.{kind}" for name in PUBLISHABLE for kind in ("csv", "parquet")}
    files = {path for path in made.path.rglob("*") if path.is_file()}
    assert {path.relative_to(made.path).as_posix() for path in files} == expected
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o640}
    folders = (made.path, made.path / "data")
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o750}


def test_the_manifest_lists_every_page_with_its_checksum(stands):
    made = latest(stands)
    listed = manifest(made.path)["files"]
    pages = {path.name for path in made.path.glob("*.html")}
    assert {name for name in listed if name.endswith(".html")} == pages
    for name in pages:
        assert listed[name]["sha256"] == hashlib.sha256((made.path / name).read_bytes()).hexdigest()


@pytest.mark.long
def test_a_publication_of_before_the_surveys_is_built_upon(home, release, monkeypatch):
    old = {name: PUBLISHABLE[name] for name in ("mart_adoption", "mart_coverage")}
    with monkeypatch.context() as patched:
        for module in (publication, slices):
            patched.setattr(module, "PUBLISHABLE", {**old, **accounts_alone()})
        patched.setattr(publication, "render", lambda page: {"index.html": "as it was"})
        publish(home, release(FALL))
    assert not (latest(home).path / "data" / "mart_student_voice.csv").exists()
    second = publish(home, release(SPRING))
    assert set(parquet(second.path, "mart_student_voice")["term"]) == {SPRING}
    assert set(parquet(second.path, "mart_adoption")["term"]) == {FALL, SPRING}
    assert verify(home) == []


def accounts_alone() -> dict:
    return {"mart_row_accounting": PUBLISHABLE["mart_row_accounting"]}


@pytest.mark.long
def test_the_same_release_has_the_same_bytes_in_any_home(tmp_path, release):
    made = []
    for name in ("one", "two"):
        home = Home(tmp_path / name).create()
        publish(home, release(FALL))
        made.append(publish(home, release(SPRING)).path)
    assert content(made[0]) == content(made[1])


def test_rows_given_in_another_order_have_the_same_bytes(tmp_path, release):
    given = release(FALL)
    shuffled = dataclasses.replace(
        given,
        tables={name: frame.iloc[::-1] for name, frame in given.tables.items()},
        dimensions={name: frame.iloc[::-1] for name, frame in given.dimensions.items()},
        inputs=given.inputs[::-1],
        verdicts=given.verdicts[::-1],
    )
    made = [
        publish(Home(tmp_path / name).create(), one).path
        for name, one in (("one", given), ("two", shuffled))
    ]
    assert content(made[0]) == content(made[1])


def test_terms_released_before_are_carried_over_as_they_were(stands):
    first, second = publications(stands)
    for name in PUBLISHABLE:
        before, after = parquet(first.path, name), parquet(second.path, name)
        kept = after[after["term"] == FALL].reset_index(drop=True)
        was = before[before["term"] == FALL].reset_index(drop=True)
        pd.testing.assert_frame_equal(kept, was, check_dtype=False)  # one has no null
        lines = (first.path / "data" / f"{name}.csv").read_text().splitlines()
        there = set((second.path / "data" / f"{name}.csv").read_text().splitlines())
        assert {line for line in lines if FALL in line} <= there


def test_inputs_and_verdicts_of_carried_terms_stay_in_the_manifest(stands):
    first, second = (manifest(one.path) for one in publications(stands))
    for name in ("inputs", "verdicts"):
        of_fall = [entry for entry in first[name] if entry["term"] == FALL]
        assert of_fall
        assert [entry for entry in second[name] if entry["term"] == FALL] == of_fall
    assert second["released"] == [SPRING]
    assert second["slices"][FALL] == first["slices"][FALL]
    assert second["slices"][SPRING]["publication"] == second["id"]


def test_schools_account_and_inputs_are_the_newest(stands):
    second = latest(stands)
    account = parquet(second.path, "mart_row_accounting")
    assert account.loc[account["term"] == "all", "rows_read"].tolist() == [251]
    inputs = [one for one in manifest(second.path)["inputs"] if one["term"] == "all"]
    assert [one["sha256"] for one in inputs] == ["251"]


def test_what_stands_is_never_written_to_again(home, release):
    first = publish(home, release(FALL))
    before = content(first.path)
    inodes = {path: path.stat().st_ino for path in first.path.rglob("*")}
    publish(home, release(SPRING))
    assert content(first.path) == before
    assert {path: path.stat().st_ino for path in first.path.rglob("*")} == inodes


def test_a_term_is_released_once(home, release):
    publish(home, release(FALL))
    with pytest.raises(PublishingError, match=FALL):
        publish(home, release(FALL, SPRING))
    assert [one.id for one in publications(home)] == [f"{FALL}-001"]


def test_a_folder_in_the_way_is_not_overwritten(home, release, monkeypatch):
    monkeypatch.setattr(publication, "next_id", lambda *_: "taken")
    (home.published / "taken").mkdir()
    (home.published / "taken" / "manifest.json").write_text("{}")
    monkeypatch.setattr(publication, "latest", lambda _: None)
    monkeypatch.setattr(publication, "mend", lambda _: None)
    monkeypatch.setattr(publication, "publications", lambda _: [])
    with pytest.raises(PublishingError, match="never overwritten"):
        publish(home, release(FALL))
    assert (home.published / "taken" / "manifest.json").read_text() == "{}"


@pytest.mark.long
def test_a_number_is_not_given_twice_though_a_publication_was_taken_away(home, release):
    publish(home, release(SPRING))
    second = publish(home, release(FALL))
    first = home.published / f"{SPRING}-001"
    first.rename(home.root / "elsewhere")
    assert second.id == f"{SPRING}-002"
    assert publish(home, release(WINTER)).id == f"{SPRING}-003"


def test_latest_is_a_relative_link_to_the_newest(stands):
    assert str((stands.published / "latest").readlink()) == f"{SPRING}-001"
    assert not list(stands.published.glob(".*"))


@pytest.mark.long
@pytest.mark.parametrize("where", ["an older one", "a folder outside", "nowhere", "no link"])
def test_a_link_moved_by_hand_is_neither_believed_nor_left(stands, release, tmp_path, where):
    home, outside = Home(tmp_path / "home"), tmp_path / "outside"
    shutil.copytree(stands.root, home.root, symlinks=True)
    older, newest = publications(home)
    shutil.copytree(older.path, outside)
    link = home.published / "latest"
    link.unlink()
    if where != "no link":
        moved = {"an older one": older.id, "a folder outside": outside, "nowhere": "nowhere"}
        link.symlink_to(moved[where])
    assert latest(home).id == newest.id
    assert released_terms(home) == {FALL, SPRING}
    made = publish(home, release(WINTER))
    assert made.terms == (FALL, WINTER, SPRING)
    carried = parquet(made.path, "mart_adoption").query("term != @WINTER").reset_index(drop=True)
    pd.testing.assert_frame_equal(carried, parquet(newest.path, "mart_adoption"))
    assert str(link.readlink()) == made.id
    assert verify(home, made.id) == []


class Killed(BaseException):
    """A process that ends where it stands."""


def killed(*_: object) -> None:
    raise Killed


@pytest.mark.long
def test_a_crash_between_the_rename_and_the_link_is_mended(home, release, monkeypatch):
    first = publish(home, release(FALL))
    with monkeypatch.context() as patched:
        patched.setattr(publication, "point_latest", killed)
        with pytest.raises(Killed):
            publish(home, release(SPRING))
    assert str((home.published / "latest").readlink()) == first.id
    assert latest(home).id == f"{SPRING}-001"
    assert mend_latest(home) is True
    assert str((home.published / "latest").readlink()) == f"{SPRING}-001"
    assert mend_latest(home) is False
    assert verify(home) == []


@pytest.fixture(scope="module")
def never_killed(tmp_path_factory, release):
    """A home after one release, and the content of the next publication where nothing is killed."""
    first = Home(tmp_path_factory.mktemp("first")).create()
    publish(first, release(FALL))
    second = Home(tmp_path_factory.mktemp("second") / "home")
    shutil.copytree(first.root, second.root, symlinks=True)
    return first, content(publish(second, release(SPRING)).path)


@pytest.mark.long
@pytest.mark.parametrize("step", ["render", "parquet_bytes", "write_database", "sealed", "_stand"])
def test_a_crash_before_the_rename_leaves_what_stood_and_a_rerun_the_same_bytes(
    never_killed, tmp_path, release, monkeypatch, step
):
    first, expected = never_killed
    home = Home(tmp_path / "killed")
    shutil.copytree(first.root, home.root, symlinks=True)
    with monkeypatch.context() as patched:
        patched.setattr(publication, step, killed)
        with pytest.raises(Killed):
            publish(home, release(SPRING))
    assert [one.id for one in publications(home)] == [f"{FALL}-001"]
    assert str((home.published / "latest").readlink()) == f"{FALL}-001"
    assert content(publish(home, release(SPRING)).path) == expected
    assert not list(home.published.glob(".tmp-*"))


def test_simulated_slices_mark_every_later_publication(home, release):
    publish(home, release(FALL, simulated=True))
    second = publish(home, release(SPRING, simulated=False))
    assert second.simulated
    assert manifest(second.path)["slices"][SPRING]["simulated"] is False


def test_a_publication_that_was_changed_is_not_built_upon(home, release):
    first = publish(home, release(FALL))
    with (first.path / "data" / "mart_coverage.csv").open("a") as stream:
        stream.write("more\n")
    with pytest.raises(PublishingError, match=r"mart_coverage\.csv has been changed"):
        publish(home, release(SPRING))


def test_text_that_a_spreadsheet_would_run_is_disarmed_in_csv_alone(home, release):
    given = release(FALL)
    adoption = given.tables["mart_adoption"].copy()
    adoption["unit_name"] = adoption["unit_name"].replace({"West": "=cmd|' /C calc'!A0"})
    tables = {**given.tables, "mart_adoption": adoption}
    made = publish(home, dataclasses.replace(given, tables=tables))
    assert "'=cmd|' /C calc'!A0" in (made.path / "data" / "mart_adoption.csv").read_text()
    names = set(parquet(made.path, "mart_adoption")["unit_name"])
    assert "=cmd|' /C calc'!A0" in names
    assert verify(home) == []


@pytest.mark.parametrize("name", list(PUBLISHABLE))
def test_the_csv_read_by_others_is_the_parquet_to_the_last_bit(stands, name):
    data = latest(stands).path / "data"
    table = parquet(latest(stands).path, name)
    again = pd.read_csv(data / f"{name}.csv", na_values=[""])
    assert list(again.columns) == list(table.columns)
    for column in table.select_dtypes("number"):
        pd.testing.assert_series_equal(
            again[column].astype("float64"), table[column].astype("float64"), check_exact=True
        )
    for column in ("unit_name", "shown"):
        if column in table:
            assert again[column].tolist() == table[column].tolist()


def refused(given, **changes):
    return dataclasses.replace(given, **changes)


def test_only_what_disclosure_control_has_made_is_published(home, release):
    given = release(FALL)
    mart = given.tables["mart_adoption"]
    for frame, match in (
        (mart.drop(columns=["suppression", "shown"]), "disclosure control"),
        (mart.assign(teacher_id="T"), "disclosure control"),
        (mart.assign(level="school"), "school rows"),
        (mart.assign(term=SPRING), "only the newly released"),
    ):
        tables = {**given.tables, "mart_adoption": frame}
        with pytest.raises(PublishingError, match=match):
            publish(home, refused(given, tables=tables))
    alone = {"mart_adoption": mart}
    with pytest.raises(PublishingError, match="no mart_instruction"):
        publish(home, refused(given, tables=alone))
    with pytest.raises(PublishingError, match="no term"):
        publish(home, refused(given, terms=()))
    with pytest.raises(PublishingError, match="dim_school"):
        publish(home, refused(given, dimensions={}))
    assert publications(home) == []


def test_a_term_that_the_calendar_does_not_know_is_refused(home, release):
    given = release(FALL)
    dimensions = {**given.dimensions, "dim_term": given.dimensions["dim_term"].iloc[2:]}
    with pytest.raises(PublishingError, match=r"terms\.csv"):
        publish(home, refused(given, dimensions=dimensions))
