"""Nothing slips past the gates, whichever run asks.

A home is built and judged before any term's day has come; then the publication is materialised
alone, in another run, with one thing out of order, which each test mends.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from orchestration import warehouse
from orchestration.outcome import BLOCKED, DONE
from orchestration.settings import CHECKOUT, Home
from orchestration.warehouse import last_inputs
from tests.pipeline.gates import (
    EARLY,
    FALL,
    NO_VERDICT,
    SPRING,
    UNATTAINABLE,
    WINTER,
    changed_suite,
    edited,
    forged,
    in_published,
    judged_alone,
    kept_verdict,
    land_three_terms,
    published_alone,
    read_alone,
    read_as_before,
    restored,
    waits,
    walkthroughs,
)
from tests.pipeline.homes import environment, query, run_home

pytestmark = pytest.mark.long

CHANGED = "landing has changed since it was read"
EARLIER = "the released marts are of an earlier version"


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return land_three_terms(tmp_path_factory.mktemp("ready"))


def test_with_nothing_out_of_order_the_publication_alone_publishes_past_a_warning_and_a_bad_term(
    ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the tests below do not hold for want of anything to publish."""
    changed_suite(
        monkeypatch, "mart_adoption", "every_local_district_seen_has_an_estimate", max_value=-1
    )
    assert judged_alone(ready, "mart_adoption").success
    kept = json.loads(kept_verdict(ready, "mart_adoption", WINTER).read_text())
    assert kept["outcome"] == "warned"
    fall = walkthroughs(ready, FALL)
    with restored(fall):
        edited(fall, ("departed", "none"))
        made, waiting = published_alone(ready, FALL, WINTER)
    shutil.rmtree(ready / "published")
    assert made == f"{WINTER}-001"
    assert waiting == f"{FALL} waits: observations, {FALL}: {CHANGED}"


def test_a_file_that_changed_since_it_was_read_is_not_published(ready: Path) -> None:
    landed = walkthroughs(ready, SPRING)
    with restored(landed):
        edited(landed, ("departed", "none"))
        assert CHANGED in waits(ready)


def test_a_file_that_came_since_the_rest_was_read_is_not_passed_over(ready: Path) -> None:
    another = walkthroughs(ready, SPRING).with_name("another.csv")
    with restored(another):
        shutil.copyfile(walkthroughs(ready, SPRING), another)
        assert CHANGED in waits(ready)


def test_a_file_that_went_since_it_was_read_is_not_published(ready: Path) -> None:
    landed = ready / "landing" / "roster" / SPRING / "roster.csv"
    with restored(landed):
        landed.unlink()
        assert f"roster, {SPRING}: {CHANGED}" in waits(ready)


def test_a_file_that_was_edited_with_the_clock_set_back_is_not_taken_for_the_old_one(
    ready: Path,
) -> None:
    landed = walkthroughs(ready, SPRING)
    before = landed.stat()
    with restored(landed):
        landed.write_bytes(landed.read_bytes().replace(b"as_designed", b"departed   "))
        os.utime(landed, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert landed.stat().st_size == before.st_size
        assert CHANGED in waits(ready)


def test_rows_that_are_not_those_that_were_judged_are_not_published(ready: Path) -> None:
    """Somebody has written into the raw file, whose name is its content's hash."""
    (raw,) = (ready / "raw" / "observations").glob(f"{SPRING}-*.parquet")
    with restored(raw):
        raw.write_bytes(raw.read_bytes() + b"\0")
        assert CHANGED in waits(ready)


@contextmanager
def removed(*paths: Path) -> Iterator[None]:
    """Files and folders out of the way, and back afterwards."""
    for path in paths:
        path.rename(path.with_name(f".{path.name}"))
    try:
        yield
    finally:
        for path in paths:
            path.with_name(f".{path.name}").rename(path)


@pytest.mark.parametrize(
    ("with_account", "why"), [(False, CHANGED), (True, EARLIER)], ids=["landing", "account too"]
)
def test_a_term_whose_roster_was_removed_is_not_published_without_it(
    ready: Path, with_account: bool, why: str
) -> None:
    paths = [ready / "landing" / "roster" / SPRING]
    paths += [ready / "accounts" / "roster" / f"{SPRING}.json"] if with_account else []
    with removed(*paths):
        assert f"roster, {SPRING}: {why}" in waits(ready)


def test_a_term_of_which_all_was_removed_is_not_published_from_the_marts(ready: Path) -> None:
    landing = [ready / "landing" / source / SPRING for source in ("roster", "observations")]
    accounts = [
        ready / "accounts" / source / f"{SPRING}.json" for source in ("roster", "observations")
    ]
    with removed(*landing, *accounts):
        assert published_alone(ready, SPRING) == ("nothing new", "none")
    assert not in_published(ready)


def test_before_its_day_by_the_clock_a_term_is_not_published(ready: Path) -> None:
    """The marts have the whole term; a clock that was set back is believed, and publishes less."""
    assert published_alone(ready, SPRING, as_of=EARLY) == ("nothing new", "none")
    assert not in_published(ready)


def test_another_process_does_not_publish_either(ready: Path) -> None:
    landed = walkthroughs(ready, SPRING)
    with restored(landed), environment(ready):
        edited(landed, ("departed", "none"))
        command = ["-m", "dagster", "asset", "materialize", "--select", "publication"]
        done = subprocess.run(
            [sys.executable, *command, "-m", "orchestration.definitions"],
            cwd=CHECKOUT,
            env={**os.environ, "DAGSTER_HOME": str(ready / "dagster")},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert f"{SPRING} waits: observations, {SPRING}: {CHANGED}" in done.stderr
    made = {Path(one).parts[0] for one in in_published(ready)}
    shutil.rmtree(ready / "published")
    assert f"{WINTER}-001" in made  # the others' day has come
    assert not [one for one in made if one.startswith(SPRING)]


def test_schools_that_changed_since_they_were_read_hold_every_term(ready: Path) -> None:
    landed = ready / "landing" / "schools" / "schools.csv"
    with restored(landed):
        edited(landed, ("East", "South"))
        assert f"schools, all: {CHANGED}" in waits(ready)


def test_what_has_been_read_anew_but_not_built_is_not_published(ready: Path) -> None:
    landed = walkthroughs(ready, SPRING)
    with read_as_before(ready, "observations", SPRING, landed):
        edited(landed, ("departed", "none"))
        read_alone(ready, "observations", SPRING)
        assert EARLIER in waits(ready)


def test_a_file_without_a_new_row_is_published_only_with_its_account(ready: Path) -> None:
    """The raw rows are the same, yet the account of what lies in landing is not."""
    landed = walkthroughs(ready, SPRING)
    another = landed.with_name("another.csv")
    with read_as_before(ready, "observations", SPRING, another):
        another.write_text(landed.read_text().splitlines()[0] + "\n")
        read_alone(ready, "observations", SPRING)
        assert EARLIER in waits(ready)


def test_a_partition_that_failed_its_suite_is_not_published_nor_a_forged_verdict_believed(
    ready: Path,
) -> None:
    why = "not admitted, failed few_rows_are_quarantined"
    landed = walkthroughs(ready, SPRING)
    folder = ready / "verdicts" / "raw_observations"
    before = set(folder.iterdir())
    with read_as_before(ready, "observations", SPRING, landed):
        edited(landed, ("departed", "sometimes"))
        read_alone(ready, "observations", SPRING)
        assert why in waits(ready)
        (kept,) = set(folder.iterdir()) - before
        forged(kept, sealed=True)
        assert why in waits(ready)
        assert json.loads(kept.read_text())["outcome"] == "failed"


@pytest.mark.parametrize(
    ("source", "term", "name"),
    [("roster", SPRING, f"{SPRING}/roster.csv"), ("schools", "all", "schools.csv")],
    ids=["roster", "schools"],
)
def test_a_roster_or_schools_that_failed_hold_the_terms_that_rest_on_them(
    ready: Path, source: str, term: str, name: str
) -> None:
    landed = ready / "landing" / source / name
    with read_as_before(ready, source, term, landed):
        landed.write_bytes(b"\x00\x01\x02")
        read_alone(ready, source, None if term == "all" else term)
        assert f"{source}, {term}: not admitted, failed" in waits(ready)


@pytest.mark.parametrize("table", UNATTAINABLE)
def test_without_the_verdict_on_a_mart_nothing_is_published(ready: Path, table: str) -> None:
    kept = kept_verdict(ready, table, SPRING)
    with restored(kept):
        kept.unlink()
        assert f"{table}, {SPRING}: {NO_VERDICT}" in waits(ready)


@contextmanager
def written_into(database: Path, sql: str) -> Iterator[None]:
    """A database of marts as somebody changed it by hand."""
    with restored(database):
        with duckdb.connect(str(database)) as con:
            con.execute(sql)
        yield


def test_an_old_verdict_is_none_on_marts_that_are_others_now(ready: Path) -> None:
    old = kept_verdict(ready, "mart_adoption", SPRING)
    change = f"update mart_adoption set n_visits = n_visits + 1 where term = '{SPRING}'"
    with written_into(Home(ready).current, change):
        assert f"mart_adoption, {SPRING}: {NO_VERDICT}" in waits(ready)
        new = kept_verdict(ready, "mart_adoption", SPRING)
        assert new != old
        shutil.copyfile(old, new)  # nor is it by the name of a verdict on the new content
        assert f"mart_adoption, {SPRING}: {NO_VERDICT}" in waits(ready)
        new.unlink()


def test_a_verdict_counts_only_beside_what_it_was_compared_with(ready: Path) -> None:
    change = "update dim_measure set label = label || '!'"
    with written_into(Home(ready).current, change):
        assert f"mart_adoption, {SPRING}: {NO_VERDICT}" in waits(ready)


def test_a_verdict_of_another_suite_is_none(ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed_suite(monkeypatch, "mart_coverage", "counts_are_not_negative", min_value=-1)
    assert f"mart_coverage, {SPRING}: {NO_VERDICT}" in waits(ready)


def test_a_partition_is_judged_anew_when_its_suite_has_changed(
    ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed_suite(monkeypatch, "raw_observations", "few_rows_are_quarantined", max_value=-1)
    assert "not admitted, failed few_rows_are_quarantined" in waits(ready)


def test_declarations_that_changed_since_the_build_are_not_slipped_under_it(ready: Path) -> None:
    overlay = ready / "registry" / "minimum_n.csv"
    overlay.parent.mkdir(exist_ok=True)
    with restored(overlay):
        overlay.write_text("unit,minimum_n\nclassrooms,2\n")
        assert f"minimum_n, all: {EARLIER}" in waits(ready)


def test_models_that_changed_since_the_build_are_not_published_under_its_name(
    ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warehouse, "project_fingerprint", lambda: "another")
    assert f"dbt_project, all: {EARLIER}" in waits(ready)


@pytest.mark.parametrize("sealed", [False, True])
def test_a_forged_verdict_on_a_mart_is_not_believed(
    ready: Path, monkeypatch: pytest.MonkeyPatch, sealed: bool
) -> None:
    changed_suite(monkeypatch, "mart_coverage", "counts_are_not_negative", min_value=1_000)
    assert not judged_alone(ready, "mart_coverage").get_asset_check_evaluations()[0].passed
    assert f"mart_coverage, {SPRING}: failed counts_are_not_negative" in waits(ready)
    kept = kept_verdict(ready, "mart_coverage", SPRING)
    with restored(kept):
        forged(kept, sealed=sealed)
        assert f"mart_coverage, {SPRING}: {NO_VERDICT}" in waits(ready)


def test_what_a_laxer_suite_let_in_does_not_stand_once_it_is_strict_again(ready: Path) -> None:
    """Last, for it leaves the home as another run would find it."""
    edited(walkthroughs(ready, SPRING), ("departed", "sometimes"))
    with pytest.MonkeyPatch.context() as patched:
        changed_suite(patched, "raw_observations", "few_rows_are_quarantined", max_value=1)
        assert run_home(ready, as_of=EARLY).exit_code == DONE
    marts = Home(ready).current
    assert ("observations", SPRING) in last_inputs(marts)
    assert f"observations, {SPRING}: not admitted, failed" in waits(ready)
    edited(walkthroughs(ready, SPRING), ("sometimes", "seldom"))  # nor under the next bad version
    finished = run_home(ready, as_of=EARLY)
    assert finished.exit_code == BLOCKED
    assert ("observations", SPRING) not in last_inputs(marts)
    assert query(ready, f"from mart_adoption where term = '{SPRING}' and n > 0").empty
    account = query(ready, f"from mart_row_accounting where term = '{SPRING}' and rows_read > 0")
    of_visits = account[account["source"] == "observations"].iloc[0]
    assert of_visits["rows_used"] == 0
    assert "set aside: not_admitted" in json.loads(of_visits["reasons"])
    assert not in_published(ready)
