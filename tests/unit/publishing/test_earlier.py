"""Changes beside what stands published: told from a term only while it is as released."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from orchestration.disclosure import PUBLISHABLE
from orchestration.publishing import publish
from orchestration.publishing.earlier import as_it_stood
from orchestration.publishing.manifest import MANIFEST, read_manifest
from orchestration.publishing.slices import read_slices
from orchestration.publishing.verify import verify
from tests.unit.publishing.conftest import DECLARED

pytestmark = pytest.mark.long

FALL, WINTER, SPRING = "2021-22-fall", "2021-22-winter", "2021-22-spring"


def changes(publication, from_term: str) -> pd.DataFrame:
    frame = read_slices(publication.path).tables["mart_change"]
    return frame[(frame["term"] == SPRING) & (frame["from_term"] == from_term)]


def moved(given, term: str) -> dict[str, pd.DataFrame]:
    """What the marts say now, where one classroom has come in late to one cell of a term."""
    frame = given.now["mart_adoption"].copy()
    its = frame[(frame["term"] == term) & (frame["unit_id"] == "Northwest")]
    frame.loc[its.index[0], "n"] += 1
    return {**given.now, "mart_adoption": frame}


def test_changes_from_a_term_as_it_was_released_are_told(home, release):
    publish(home, release(FALL))
    told = changes(publish(home, release(SPRING)), FALL)
    assert (told["suppression"] == "none").sum() > 50


def test_a_classroom_that_came_in_late_hides_every_change_from_its_term(home, release):
    publish(home, release(FALL, WINTER))
    given = release(SPRING)
    made = publish(home, dataclasses.replace(given, now=moved(given, FALL)))
    assert (changes(made, FALL)["suppression"] != "none").all()
    assert (changes(made, WINTER)["suppression"] == "none").any()
    slices = read_manifest(made.path / MANIFEST)["slices"]
    assert slices[SPRING]["earlier"] == {FALL: "changed", "2020-21-spring": "unreleased"}
    assert "No change from Fall 2021 is shown" in (made.path / "index.html").read_text()
    assert verify(home) == []


def test_what_the_marts_no_longer_hold_has_changed(home, release):
    publish(home, release(FALL))
    made = publish(home, dataclasses.replace(release(SPRING), now={}))
    assert (changes(made, FALL)["suppression"] != "none").all()


def test_a_term_that_was_never_released_has_no_row(home, release):
    made = publish(home, release(SPRING))
    assert changes(made, FALL).empty
    slices = read_manifest(made.path / MANIFEST)["slices"]
    assert slices[SPRING]["earlier"][FALL] == "unreleased"


def test_a_slice_made_again_hides_what_it_hid(home, release):
    publish(home, release(FALL))
    given = release(SPRING)
    made = publish(home, dataclasses.replace(given, now=moved(given, FALL)))
    manifest, published = read_manifest(made.path / MANIFEST), read_slices(made.path)
    whole = {name: given.tables[name] for name in PUBLISHABLE}
    again = as_it_stood(manifest, published, whole, given.dimensions["dim_measure"], DECLARED)
    for name in ("mart_change", "mart_support_comparison", "mart_ranked_options"):
        frame = published.tables[name]
        was = frame[frame["term"] == SPRING].reset_index(drop=True)
        pd.testing.assert_frame_equal(PUBLISHABLE[name].ordered(again[name]), was)
