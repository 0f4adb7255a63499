"""Terms are published by the calendar, once; a run reads and builds what has changed, and no more.

One home goes from run to run through a year; each run is a fixture, and leaves what tests look at.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from orchestration.fingerprints import file_sha256
from orchestration.outcome import DONE, Finished
from orchestration.settings import Home
from orchestration.warehouse import read_only
from tests.pipeline.homes import land_small_district, query, run_home

pytestmark = pytest.mark.long

FALL, WINTER, SPRING, NEXT = "2021-22-fall", "2021-22-winter", "2021-22-spring", "2022-23-fall"
DAYS = {FALL: "2021-09-15", WINTER: "2021-12-15", SPRING: "2022-03-15", NEXT: "2022-09-15"}
FIRST, SECOND = f"{FALL}-001", f"{SPRING}-001"

Stamps = dict[str, tuple[int, int]]


@dataclass(frozen=True)
class After:
    """What a run left, as it then was.

    `stamps` are the inodes and times of what Read and the builder write; `changed` is what the
    last complete build was told had changed; `published` has every published file's hash.
    """

    finished: Finished
    logged: tuple[str, ...]
    stamps: Stamps
    changed: set[tuple[str, str]]
    adoption: pd.DataFrame
    coverage: pd.DataFrame
    published: dict[str, str]
    latest: str | None

    def term(self, term: str) -> pd.DataFrame:
        return self.adoption[self.adoption["term"] == term].reset_index(drop=True)

    def read_since(self, before: After) -> set[tuple[str, str]]:
        """The partitions whose account has been written since: it is, whenever one is read."""
        return {
            (Path(path).parent.name, Path(path).stem)
            for path, stamp in self.stamps.items()
            if path.startswith("accounts/") and before.stamps.get(path) != stamp
        }

    def publications(self) -> set[str]:
        return {path.split("/")[0] for path in self.published}


def ran(home: Path, as_of: date, *terms: str) -> After:
    with logged() as said:
        finished = run_home(home, terms=terms, as_of=as_of)
    link = home / "published" / "latest"
    with read_only(Home(home).unreleased) as con:
        inputs = con.execute("select source, term from raw.inputs where changed").fetchall()
    return After(
        finished,
        tuple(said),
        stamps(home),
        set(inputs),
        query(home, "from mart_adoption order by all"),
        query(home, "from mart_coverage order by all"),
        {
            str(path.relative_to(home / "published")): file_sha256(path)
            for path in sorted((home / "published").glob("2*/**/*"))
            if path.is_file()
        },
        str(link.readlink()) if link.is_symlink() else None,
    )


@contextmanager
def logged() -> Iterator[list[str]]:
    """What is said while a run goes on."""
    said: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("uptake").addHandler(handler)
    try:
        yield said
    finally:
        logging.getLogger("uptake").removeHandler(handler)


def stamps(home: Path) -> Stamps:
    written = [
        *home.glob("raw/*/*.parquet"),
        *home.glob("quarantine/*/*.parquet"),
        *home.glob("accounts/*/*.json"),
        *home.glob("marts/*.duckdb"),
        *home.glob("verdicts/*/*.json"),
    ]
    found = {path: path.stat() for path in written}
    return {
        str(path.relative_to(home)): (one.st_ino, one.st_mtime_ns) for path, one in found.items()
    }


def walkthroughs(home: Path, term: str) -> Path:
    return home / "landing" / "observations" / term / "walkthroughs.csv"


def slices(home: Path, publication: str, table: str = "mart_adoption") -> pd.DataFrame:
    return pd.read_parquet(home / "published" / publication / "data" / f"{table}.parquet")


def lines_of(home: Path, publication: str, term: str, table: str) -> list[str]:
    """A term's rows of a published CSV, as they are written."""
    path = home / "published" / publication / "data" / f"{table}.csv"
    return [one for one in path.read_text().splitlines() if f'"{term}"' in one.split(",")]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("calendar")


@pytest.fixture(scope="module")
def eve(home: Path) -> After:
    """Fall and spring have landed; it is the day before fall may be released."""
    for term in (FALL, SPRING):
        land_small_district(home, term, DAYS[term])
    return ran(home, date(2021, 12, 14))


@pytest.fixture(scope="module")
def day(home: Path, eve: After) -> After:
    """Nothing has changed but the day."""
    return ran(home, date(2021, 12, 15))


@pytest.fixture(scope="module")
def morrow(home: Path, day: After) -> After:
    """The day after."""
    return ran(home, date(2021, 12, 16))


@pytest.fixture(scope="module")
def trickled(home: Path, morrow: After) -> After:
    """A walkthrough of fall was corrected; all of winter has landed; only fall is asked for.

    As of a day on which winter and spring are due too.
    """
    landed = walkthroughs(home, FALL)
    landed.write_text(landed.read_text().replace("departed", "none", 1))
    land_small_district(home, WINTER, DAYS[WINTER])
    return ran(home, date(2022, 7, 15), FALL)


@pytest.fixture(scope="module")
def summer(home: Path, trickled: After) -> After:
    """All of fall's exports are gone from landing, and the next fall has only its roster."""
    for source, name in (("observations", "walkthroughs.csv"), ("roster", "roster.csv")):
        (home / "landing" / source / FALL / name).unlink()
    land_small_district(home, NEXT, DAYS[NEXT])
    walkthroughs(home, NEXT).unlink()
    return ran(home, date(2023, 1, 1))


def test_before_its_day_a_term_is_in_the_marts_and_not_published(eve: After) -> None:
    assert eve.finished == Finished(DONE)
    assert set(eve.adoption["term"]) == {FALL, SPRING}
    assert not eve.published
    assert eve.latest is None


def test_on_its_day_a_term_is_published(home: Path, day: After) -> None:
    assert day.finished == Finished(DONE)
    assert day.publications() == {FIRST}
    assert set(slices(home, FIRST)["term"]) == {FALL}


def test_a_publication_is_named_by_its_latest_term_and_linked(day: After, summer: After) -> None:
    assert day.latest == FIRST
    assert summer.latest == SECOND


def test_on_the_day_after_it_is_not_published_again(day: After, morrow: After) -> None:
    assert morrow.finished == Finished(DONE)
    assert morrow.published == day.published


def test_a_run_for_which_nothing_has_changed_reads_nothing_and_builds_nothing(
    eve: After, day: After, morrow: After
) -> None:
    for after in (day, morrow):
        assert after.stamps == eve.stamps
        assert any("nothing to build" in one for one in after.logged)


def test_a_published_term_is_not_published_again_because_data_trickled_in(
    day: After, trickled: After
) -> None:
    assert trickled.finished == Finished(DONE)
    assert not trickled.term(FALL).equals(day.term(FALL))
    assert trickled.published == day.published
    assert trickled.latest == FIRST
    assert any(f"{FALL} is published already" in one for one in trickled.logged)


def test_a_run_for_one_term_reads_and_publishes_only_that(day: After, trickled: After) -> None:
    assert {term for _, term in trickled.read_since(day)} == {FALL}
    assert WINTER not in set(trickled.adoption["term"])
    assert trickled.publications() == {FIRST}


def test_a_run_for_one_term_builds_all_that_was_read_before(day: After, trickled: After) -> None:
    pd.testing.assert_frame_equal(trickled.term(SPRING), day.term(SPRING))


def test_one_changed_file_reads_its_own_partition_and_rebuilds_its_own_term(
    day: After, trickled: After
) -> None:
    assert trickled.read_since(day) == {("observations", FALL)}
    assert trickled.changed == {("observations", FALL), ("accounts", "none")}
    same = {path for path, stamp in trickled.stamps.items() if day.stamps.get(path) == stamp}
    raw = {path for path in day.stamps if path.startswith("raw/")}
    assert raw <= same


def test_of_several_changes_each_reads_its_own_partition(trickled: After, summer: After) -> None:
    read = {("observations", FALL), ("roster", FALL), ("observations", WINTER), ("roster", WINTER)}
    assert summer.read_since(trickled) == {*read, ("roster", NEXT)}
    assert summer.changed == {*read, ("roster", NEXT), ("accounts", "none")}
    pd.testing.assert_frame_equal(summer.term(SPRING), trickled.term(SPRING))


def test_several_terms_that_are_due_at_once_are_one_publication(home: Path, summer: After) -> None:
    assert summer.finished == Finished(DONE)
    assert summer.publications() == {FIRST, SECOND}
    told = json.loads((home / "published" / SECOND / "manifest.json").read_text())
    assert told["released"] == [WINTER, SPRING]
    assert told["terms"] == [FALL, WINTER, SPRING]
    assert set(slices(home, SECOND)["term"]) == {FALL, WINTER, SPRING}


@pytest.mark.parametrize("table", ["mart_adoption", "mart_coverage", "mart_row_accounting"])
def test_a_released_slice_is_carried_over_as_it_was_byte_for_byte(
    home: Path, summer: After, table: str
) -> None:
    first, second = (
        frame[frame["term"] == FALL].reset_index(drop=True)
        for frame in (slices(home, FIRST, table), slices(home, SECOND, table))
    )
    assert len(first) > 0
    pd.testing.assert_frame_equal(second, first)
    assert lines_of(home, SECOND, FALL, table) == lines_of(home, FIRST, FALL, table) != []


def test_what_was_published_before_is_not_touched(day: After, summer: After) -> None:
    assert day.published.items() <= summer.published.items()


def test_a_term_without_a_walkthrough_is_in_the_marts_and_has_no_publication(
    home: Path, summer: After
) -> None:
    coverage = summer.coverage[summer.coverage["term"] == NEXT]
    assert coverage["n_eligible"].sum() > 0
    assert coverage["n_seen"].sum() == 0
    assert NEXT not in set(slices(home, SECOND, "mart_coverage")["term"])


def test_a_folder_that_was_emptied_takes_the_terms_rows_out_of_the_marts(
    home: Path, trickled: After, summer: After
) -> None:
    assert len(trickled.term(FALL)) > 0
    assert summer.term(FALL).empty
    assert FALL not in set(summer.coverage["term"])
    assert query(home, f"from fct_observation where term = '{FALL}'").empty
