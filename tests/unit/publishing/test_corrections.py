"""A correction makes one term anew, says so, and tells nobody of a few people."""

from __future__ import annotations

import dataclasses
import json
import shutil
from datetime import date

import pandas as pd
import pytest

from orchestration.disclosure import PUBLISHABLE, publishable
from orchestration.publishing import (
    Correction,
    CorrectionRefused,
    NothingCorrected,
    PublishingError,
    latest,
    publications,
    publish,
    verify,
    withdraw,
)
from orchestration.settings import Home
from tests.unit.publishing.conftest import DECLARED, mart
from tests.unit.publishing.pages import by_id, parsed, section, text
from tests.unit.publishing.registry import DIMENSIONS

pytestmark = pytest.mark.long

FALL, WINTER, SPRING = "2021-22-fall", "2021-22-winter", "2021-22-spring"
FIRST, SECOND, THIRD, FOURTH = (
    f"{FALL}-001",
    f"{SPRING}-001",
    f"{SPRING}-002",
    f"{SPRING}-003",
)
BECAUSE = "Two schools' walkthroughs came late & were left out."


def parquet(path, name: str) -> pd.DataFrame:
    return pd.read_parquet(path / "data" / f"{name}.parquet")


def lines(path, name: str) -> list[str]:
    return (path / "data" / f"{name}.csv").read_text(encoding="utf-8").splitlines()


def manifest(path) -> dict:
    return json.loads((path / "manifest.json").read_text(encoding="utf-8"))


def of_term(path, name: str, term: str) -> pd.DataFrame:
    frame = parquet(path, name)
    return frame[frame["term"] == term].reset_index(drop=True)


def correction(given, term: str = FALL, because: str = BECAUSE, **tables):
    """A release that corrects a term, with some of its tables other than they were.

    What is worked out of these is left out: it would have to be other, too.
    """
    measures = DIMENSIONS["dim_measure"]
    others = set(measures.loc[measures["mart"].isin(tables), "measure_id"])
    kept = {
        name: frame[~frame["measure_id"].isin(others)] if PUBLISHABLE[name].rests_on else frame
        for name, frame in given.tables.items()
    }
    return dataclasses.replace(
        given,
        tables={**kept, **tables},
        correction=Correction(term, because),
    )


def more(given, by: int, name: str = "mart_adoption", column: str = "n") -> pd.DataFrame:
    """A table of a release in which each shown cell of somebody has more or fewer of them."""
    frame = given.tables[name].copy()
    seen = (frame["suppression"] == "none") & (frame[column] > 0)
    frame.loc[seen, column] += by
    return frame


def other_shares(given) -> pd.DataFrame:
    """Adoption over the same classrooms, with other estimates."""
    frame = given.tables["mart_adoption"].copy()
    shown = frame["estimate"].notna()
    frame.loc[shown, ["estimate", "ci_low", "ci_high"]] = 0.5, 0.4, 0.6
    frame.loc[shown, "shown"] = "50% (40% to 60%)"
    return frame


def without_small_cells() -> pd.DataFrame:
    """Adoption of fall where West's classrooms, of which a few were seen, are many."""
    frame = mart("mart_adoption", [FALL])
    few = (frame["n"] > 0) & (frame["n"] < 5)
    assert few.any()
    return publishable(
        "mart_adoption",
        frame.assign(n=frame["n"].mask(few, 400), estimate=frame["estimate"].mask(few, 0.25)),
        DECLARED,
    )


@pytest.fixture(scope="module")
def stood(tmp_path_factory, release) -> Home:
    """A home with a publication of fall and then one of spring."""
    home = Home(tmp_path_factory.mktemp("stood")).create()
    publish(home, release(FALL))
    publish(home, release(SPRING))
    return home


def copied(home: Home, to) -> Home:
    shutil.copytree(home.root, to, symlinks=True)
    return Home(to)


@pytest.fixture
def home(stood, tmp_path) -> Home:
    return copied(stood, tmp_path / "copy")


@pytest.fixture(scope="module")
def corrected(stood, release, tmp_path_factory) -> Home:
    """Fall's adoption was corrected; West's few classrooms of fall are many now."""
    home = copied(stood, tmp_path_factory.mktemp("corrected") / "home")
    given = release(FALL, schools_read=251)
    adoption = other_shares(given).set_index(list(PUBLISHABLE["mart_adoption"].keys))
    unhidden = without_small_cells().set_index(list(PUBLISHABLE["mart_adoption"].keys))
    hid = adoption["suppression"] != "none"
    adoption = pd.concat([adoption[~hid], unhidden[hid]]).reset_index()
    columns = list(PUBLISHABLE["mart_adoption"].published)
    publish(home, correction(given, mart_adoption=adoption[columns]))
    return home


@pytest.fixture(scope="module")
def later(corrected, release, tmp_path_factory) -> Home:
    """Then winter is released."""
    home = copied(corrected, tmp_path_factory.mktemp("later") / "home")
    publish(home, release(WINTER))
    return home


def test_a_correction_is_a_publication_of_its_own_number(corrected):
    made = latest(corrected)
    assert (made.id, made.sequence, made.terms) == (THIRD, 3, (FALL, SPRING))
    assert (made.released, made.corrected) == ((), (FALL,))
    assert [one.id for one in publications(corrected)] == [FIRST, SECOND, THIRD]
    assert str((corrected.published / "latest").readlink()) == THIRD
    assert verify(corrected) == []


@pytest.mark.parametrize("name", list(PUBLISHABLE))
def test_the_other_slices_are_carried_over_byte_for_byte(corrected, name):
    before, after = (one.path for one in publications(corrected)[1:])
    pd.testing.assert_frame_equal(of_term(before, name, SPRING), of_term(after, name, SPRING))
    kept = [line for line in lines(before, name) if f'"{SPRING}"' in line.split(",")]
    assert kept
    assert [line for line in lines(after, name) if f'"{SPRING}"' in line.split(",")] == kept


def test_the_other_terms_inputs_verdicts_and_origin_are_carried_over(corrected):
    before, after = (manifest(one.path) for one in publications(corrected)[1:])
    for name in ("inputs", "verdicts"):
        kept = [entry for entry in before[name] if entry["term"] == SPRING]
        assert kept
        assert [entry for entry in after[name] if entry["term"] == SPRING] == kept
    assert after["slices"][SPRING] == before["slices"][SPRING]
    assert after["slices"][FALL]["publication"] == THIRD


def test_the_corrected_slice_is_the_new_one(corrected):
    adoption = of_term(latest(corrected).path, "mart_adoption", FALL)
    assert set(adoption.loc[adoption["estimate"].notna(), "estimate"]) == {0.5}


def test_what_an_earlier_publication_hid_stays_hidden(corrected):
    before, after = (
        of_term(one.path, "mart_adoption", FALL) for one in publications(corrected)[1:]
    )
    hid = before["suppression"] != "none"
    assert hid.any()
    again = after[hid]
    assert set(again["suppression"]) == {"secondary"}
    assert set(again["shown"]) == {"withheld"}
    assert again[PUBLISHABLE["mart_adoption"].statistics].isna().all().all()
    assert (after.loc[~hid, "suppression"] == "none").all()


def test_the_manifest_says_what_was_corrected_and_why(corrected):
    (told,) = manifest(latest(corrected).path)["corrections"]
    before, after = (parquet(one.path, "mart_adoption") for one in publications(corrected)[1:])
    differ = (before.astype("object").fillna(-1) != after.astype("object").fillna(-1)).any(axis=1)
    assert set(before.loc[differ, "term"]) == {FALL}
    assert told["term"] == FALL
    assert told["because"] == BECAUSE
    assert told["on"] == "2021-12-15"
    assert (told["publication"], told["replaces"]) == (THIRD, SECOND)
    was, now = (
        len(of_term(one.path, "mart_support_comparison", FALL))
        for one in publications(corrected)[1:]
    )
    left_out = {"mart_support_comparison": was - now}
    assert told["by_table"] == {"mart_adoption": differ.sum(), **left_out}
    assert told["figures_changed"] == sum(told["by_table"].values())


def page(home: Home, name: str = "index.html"):
    newest = latest(home)
    assert newest is not None
    return parsed((newest.path / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["index.html", "northeast.html", "west.html"])
def test_an_erratum_stands_at_the_front_of_every_page_with_its_reason(corrected, name):
    tree = page(corrected, name)
    assert next(one.get("id") for one in tree.iter("section")) == "corrections"
    said = section(tree, "corrections")
    assert BECAUSE in said
    assert "Fall 2021 was corrected" in said
    assert f"which replaces {SECOND}" in said
    assert "no term is new in it; corrected in it: Fall 2021" in text(tree)


def test_an_erratum_shows_the_headline_figures_from_and_to(corrected):
    before, after = (one.path for one in publications(corrected)[1:])
    rows = {}
    for row in rows_of(page(corrected)):
        cells = [text(cell) for cell in row]
        if cells[1].startswith("Uses"):
            rows[cells[0]] = cells[2:]
    was = of_term(before, "mart_adoption", FALL)
    was = was[
        (was["measure_id"] == "adoption_any")
        & (was["subgroup"] == "all")
        & (was["weighting"] == "none")
        & was["level"].isin(["district", "local_district"])
        & (was["suppression"] == "none")
    ].set_index("unit_name")["shown"]
    assert set(was.index) <= set(rows)
    for unit, shown in was.items():
        assert rows[unit] == [shown, "50% (40% to 60%)"]
    figures = [one.get("data-figure") for one in by_id(page(corrected), "corrections").iter("span")]
    assert f"mart_adoption/{FALL}/district/adoption_any/all" in figures
    assert "50% (40% to 60%)" in set(of_term(after, "mart_adoption", FALL)["shown"])


def rows_of(tree) -> list:
    return list(next(by_id(tree, "corrections").iter("tbody")).iter("tr"))


def test_a_local_districts_page_shows_its_own_and_counts_the_rest(corrected):
    (told,) = manifest(latest(corrected).path)["corrections"]
    rows = rows_of(page(corrected, "northeast.html"))
    assert {text(row.find("th")) for row in rows} == {"Northeast"}
    rest = told["figures_changed"] - len(rows)
    assert f"{rest:,} figures more changed" in section(
        page(corrected, "northeast.html"), "corrections"
    )


def test_the_page_lists_no_more_than_a_reader_takes_in(corrected):
    assert 0 < len(rows_of(page(corrected))) <= 12


def test_later_publications_keep_the_errata_as_a_history(later):
    (told,) = manifest(latest(later).path)["corrections"]
    assert (told["term"], told["because"], told["publication"]) == (FALL, BECAUSE, THIRD)
    said = section(page(later), "corrections")
    assert BECAUSE in said
    assert f"Publication {THIRD} tells which" in said
    assert "new in it: Winter 2021–22." in text(page(later))
    adoption = of_term(latest(later).path, "mart_adoption", FALL)
    assert set(adoption.loc[adoption["estimate"].notna(), "estimate"]) == {0.5}


def test_a_record_keeps_that_a_term_was_corrected_and_none_of_its_figures(corrected, tmp_path):
    home = copied(corrected, tmp_path / "copy")
    done = withdraw(home, SECOND, because="It was wrong.", on=date(2022, 8, 1))
    assert done.held_by == (FIRST, THIRD)
    withdraw(home, THIRD, because="It was no better.", on=date(2022, 8, 1))
    record = (home.published / THIRD / "manifest.json").read_text(encoding="utf-8")
    assert BECAUSE in record
    assert "50%" not in record
    assert "50%" not in (home.published / THIRD / "index.html").read_text(encoding="utf-8")


def test_a_report_without_a_correction_has_no_erratum(stood):
    assert not [one for one in page(stood).iter() if one.get("id") == "corrections"]
    assert manifest(latest(stood).path)["corrections"] == []


@pytest.mark.parametrize(
    ("name", "column", "minimum", "unit"),
    [("mart_adoption", "n", 5, "classrooms"), ("mart_student_voice", "n", 11, "students")],
)
def test_a_correction_is_refused_while_a_cell_would_differ_by_too_few(
    home, release, name, column, minimum, unit
):
    given = release(FALL)
    for by in (1, minimum - 1, -1):
        with pytest.raises(CorrectionRefused, match=name) as refused:
            publish(home, correction(given, **{name: more(given, by, name, column)}))
        said = str(refused.value)
        assert f"{FALL} is refused" in said
        assert f"{FIRST}, {SECOND} say" in said
        assert "district / all / all" in said
        assert " more." in said
        assert len(said) < 800
    assert [one.id for one in publications(home)] == [FIRST, SECOND]
    assert verify(home) == []


def test_a_correction_by_as_many_as_may_be_shown_is_published(home, release):
    given = release(FALL)
    assert publish(home, correction(given, mart_adoption=more(given, 5))).id == THIRD


def test_a_refusal_names_the_one_cell_that_it_is_about(home, release):
    given = release(FALL)
    frame = given.tables["mart_coverage"].copy()
    one = (frame["unit_id"] == "Northeast") & (frame["subgroup"] == "supported")
    one &= frame["population"] == "classrooms"
    frame.loc[one, "n_seen"] += 1
    with pytest.raises(CorrectionRefused) as refused:
        publish(home, correction(given, mart_coverage=frame))
    assert "In 1 cell n" in str(refused.value)
    assert "mart_coverage: Northeast / classrooms / support / supported." in str(refused.value)


def test_a_correction_is_held_beside_every_slice_of_the_term_that_stands(home, release):
    given = release(FALL)
    publish(home, correction(given, mart_adoption=more(given, 20)))
    back = correction(given, mart_adoption=more(given, 1))
    with pytest.raises(CorrectionRefused, match=f"what {FIRST}, {SECOND} say"):
        publish(home, back)
    for one in (FIRST, SECOND):
        withdraw(home, one, because="It left classrooms out.", on=given.as_of)
    made = publish(home, back)
    assert (made.id, made.corrected) == (FOURTH, (FALL,))
    told = manifest(made.path)["corrections"]
    assert [(one["publication"], one["replaces"]) for one in told] == [
        (THIRD, SECOND),
        (FOURTH, THIRD),
    ]


def test_a_correction_that_changes_nothing_publishes_nothing(home, release):
    with pytest.raises(NothingCorrected, match=f"changes nothing.*{SECOND}"):
        publish(home, correction(release(FALL)))
    assert [one.id for one in publications(home)] == [FIRST, SECOND]


def test_a_correction_goes_with_a_term_that_is_due(home, release):
    given = release(FALL, WINTER)
    frame = other_shares(given)
    made = publish(home, correction(given, mart_adoption=frame))
    assert (made.terms, made.released) == ((FALL, WINTER, SPRING), (WINTER,))
    assert "new in it: Winter 2021–22; corrected in it: Fall 2021." in text(page(home))


def test_a_term_that_no_publication_holds_cannot_be_corrected(home, release):
    with pytest.raises(PublishingError, match="nothing to correct"):
        publish(home, correction(release(WINTER), WINTER))
    with pytest.raises(PublishingError, match="nothing to correct"):
        publish(home, correction(release(WINTER), FALL))


def test_a_correction_is_not_compared_with_what_was_changed_by_hand(home, release):
    given = release(FALL)
    publish(home, correction(given, mart_adoption=more(given, 20)))
    with (home.published / SECOND / "data" / "mart_adoption.csv").open("a") as stream:
        stream.write("more\n")
    with pytest.raises(PublishingError, match=r"mart_adoption\.csv has been changed"):
        publish(home, correction(given, mart_adoption=more(given, 40)))


def test_a_measure_that_is_gone_is_shown_as_no_data(home, release):
    given = release(FALL)
    kept = given.tables["mart_instruction"]
    kept = kept[kept["measure_id"] != "sharing"]
    dim_measure = DIMENSIONS["dim_measure"]
    publish(home, correction(given, mart_instruction=kept))
    assert "sharing" in set(dim_measure["measure_id"])
    (row,) = [row for row in rows_of(page(home, "northeast.html")) if "share their" in text(row)]
    assert text(list(row.iter("td"))[-1]) == "no data"
    assert verify(home) == []
