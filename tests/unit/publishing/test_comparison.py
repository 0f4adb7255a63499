"""Two publications compared: which figures changed, by how much, and why."""

from __future__ import annotations

import copy
import json

import pytest
from click.testing import CliRunner

from orchestration.cli import main
from orchestration.publishing import publications, publish
from orchestration.publishing.changes_page import changes_page
from orchestration.publishing.compared_text import as_text
from orchestration.publishing.comparison import Content, compare
from orchestration.settings import Home
from tests.unit.publishing.pages import parsed, text

FALL, SPRING = "2021-22-fall", "2021-22-spring"


@pytest.fixture(scope="module")
def home(tmp_path_factory, release) -> Home:
    home = Home(tmp_path_factory.mktemp("home")).create()
    publish(home, release(FALL))
    publish(home, release(SPRING, schools_read=251))
    return home


@pytest.fixture(scope="module")
def both(home) -> tuple[Content, Content]:
    first, second = publications(home)
    return Content.read(first.path), Content.read(second.path)


def anew(content: Content) -> Content:
    """The same publication with its slice of fall released by another, to be changed by a test."""
    return anew_as(content, f"{FALL}-002")


def anew_as(content: Content, name: str) -> Content:
    again = Content(
        copy.deepcopy(content.manifest),
        {name: frame.copy() for name, frame in content.tables.items()},
        {name: frame.copy() for name, frame in content.dimensions.items()},
    )
    again.manifest["id"] = again.manifest["slices"][FALL]["publication"] = name
    return again


def at(content: Content, unit_id: str, subgroup: str = "all"):
    """The row of any use of a unit's subgroup, unweighted."""
    frame = content.tables["mart_adoption"]
    return frame.index[
        (frame["unit_id"] == unit_id)
        & (frame["measure_id"] == "adoption_any")
        & (frame["subgroup"] == subgroup)
        & (frame["weighting"] == "none")
    ][0]


def set_row(content: Content, unit_id: str, subgroup: str = "all", **values) -> None:
    frame = content.tables["mart_adoption"]
    row = at(content, unit_id, subgroup)
    for name, value in values.items():
        frame.loc[row, name] = value


def of_fall(before: Content, after: Content):
    return next(one for one in compare(before, after).terms if one.term == FALL)


def said(before: Content, after: Content) -> list[tuple[str, str]]:
    return [(one.kind, one.said) for one in of_fall(before, after).reasons]


def test_a_new_term_is_new_and_a_carried_one_has_no_changed_figure_and_no_reason(both):
    fall, spring, schools = compare(*both).terms
    assert (fall.term, fall.state, fall.changes, fall.reasons) == (FALL, "carried over", (), ())
    assert (spring.term, spring.state) == (SPRING, "new")
    assert {one.kind for one in spring.changes} == {"added"}
    rows = sum((frame["term"] == SPRING).sum() for frame in both[1].tables.values())
    assert len(spring.changes) == rows
    (account,) = schools.changes
    assert (account.figure, account.n_from, account.n_to) == (
        "mart_row_accounting/all/schools", 228, 239,
    )  # fmt: skip
    assert [one.said for one in schools.reasons] == [
        "corrected rows of schools, all: 1 file with 0 rows gave way to 1 file with 0"
    ]


def test_read_backwards_a_term_is_dropped(both):
    assert [one.state for one in compare(*both[::-1]).terms[:2]] == ["carried over", "dropped"]


def test_a_publication_and_itself_have_no_difference(both):
    found = compare(both[0], both[0])
    assert [one.changes for one in found.terms] == [()]
    assert found.definitions == ()


def test_a_changed_figure_has_its_n_its_estimate_its_text_and_the_difference(both):
    after = anew(both[0])
    set_row(after, "Northeast", n=430, estimate=0.75, shown="75% (70% to 80%)")
    frame = both[0].tables["mart_adoption"]
    before = frame.loc[at(both[0], "Northeast")]
    (one,) = of_fall(both[0], after).changes
    assert one.figure == f"mart_adoption/{FALL}/Northeast/adoption_any/all"
    assert (one.kind, set(one.columns)) == ("changed", {"n", "estimate", "shown"})
    assert (one.n_from, one.n_to, one.n_difference) == (424, 430, 6)
    assert (one.value_from, one.value_to) == (before["estimate"], 0.75)
    assert one.difference == pytest.approx(0.75 - before["estimate"], abs=1e-15)
    assert (one.shown_from, one.shown_to) == (before["shown"], "75% (70% to 80%)")


def test_what_was_hidden_shown_added_or_removed_is_told_apart(both):
    after = anew(both[0])
    nothing = {"n": None, "estimate": None, "shown": "n < 5", "suppression": "primary"}
    set_row(after, "Northeast", "middle", **nothing)
    set_row(after, "West", n=6, estimate=0.5, shown="50%", suppression="none")
    table = after.tables["mart_adoption"]
    after.tables["mart_adoption"] = table.drop(index=at(after, "Northwest")).reset_index(drop=True)
    found = {one.figure.split("/", 2)[2]: one for one in of_fall(both[0], after).changes}
    assert {name: one.kind for name, one in found.items()} == {
        "Northeast/adoption_any/school_level=middle": "hidden",
        "West/adoption_any/all": "shown",
        "Northwest/adoption_any/all": "removed",
    }
    assert all(one.difference is None for one in found.values())
    backwards = of_fall(after, both[0])
    assert sorted(one.kind for one in backwards.changes) == ["added", "hidden", "shown"]


def test_new_corrected_and_removed_rows_are_told_apart(both):
    after = anew(both[0])
    inputs = after.manifest["inputs"]
    roster = next(one for one in inputs if one["source"] == "roster")
    inputs.append({**roster, "source": "teacher_survey", "sha256": "t", "rows_read": 1200})
    roster.update(sha256="r", rows_read=1600)
    assert said(both[0], after) == [
        (
            "corrected rows",
            f"corrected rows of roster, {FALL}: 1 file with 1,540 rows gave way to 1 file with "
            "1,600",
        ),
        ("new rows", f"new rows of teacher_survey, {FALL}: 1 file with 1,200 rows"),
    ]
    assert said(after, anew_as(both[0], f"{FALL}-003"))[1] == (
        "removed rows",
        f"rows of teacher_survey, {FALL} taken away: 1 file with 1,200 rows",
    )


def test_a_changed_contract_definition_and_software_are_reasons(both):
    before, after = anew_as(both[0], f"{FALL}-001"), anew(both[0])
    for content, fingerprint in ((before, None), (after, "a" * 64)):
        for one in content.manifest["inputs"]:
            one.update(contract="walkthroughs", contract_fingerprint=fingerprint)
    after.manifest["slices"][FALL]["versions"].update(duckdb="1.6.0", dbt_project="e" * 64)
    measures = after.dimensions["dim_measure"]
    measures.loc[measures["measure_id"] == "adoption_any", "definition"] = "Another."
    found = said(before, after)
    kinds = [kind for kind, _ in found]
    assert kinds == ["contract", "contract", "contract", "definition", "dbt project", "software"]
    assert f"a file of observations, {FALL} was read by another contract" in found[0][1]
    assert found[3][1] == "the measure adoption_any is defined otherwise: definition"
    assert found[4][1] == "the dbt project changed: ffffffffffff, then eeeeeeeeeeee"
    assert found[5][1] == "duckdb changed: 1.5.6, then 1.6.0"


def test_a_measure_that_is_added_or_dropped_is_said(both):
    after = anew(both[0])
    measures = after.dimensions["dim_measure"]
    after.dimensions["dim_measure"] = measures[measures["measure_id"] != "identity"]
    assert compare(both[0], after).definitions == ("the measure identity was dropped",)
    assert compare(after, both[0]).definitions == ("the measure identity was added",)


def test_the_terminal_has_a_line_a_changed_figure_and_only_counts_of_a_new_term(both):
    after = anew(both[0])
    set_row(after, "Northeast", n=430, estimate=0.75, shown="75% (70% to 80%)")
    lines = as_text(compare(both[0], after)).splitlines()
    assert lines[0] == f"{FALL}-001 → {FALL}-002"
    assert lines[2] == f"{FALL}: released anew; 1 changed"
    assert "424 → 430" in lines[-1]
    assert lines[-1].split()[0] == f"mart_adoption/{FALL}/Northeast/adoption_any/all"
    whole = as_text(compare(*both))
    assert f"{FALL}: carried over; no figure changed" in whole
    assert len(whole.splitlines()) < 15


def told(home: Home, *arguments: str):
    return CliRunner().invoke(main, ["diff", *arguments], env={"UPTAKE_HOME": str(home.root)})


def test_the_command_says_it_in_words_and_for_programs(home):
    ids = [one.id for one in publications(home)]
    done = told(home, *ids)
    assert done.exit_code == 0, done.stderr
    assert f"{ids[0]} → {ids[1]}" in done.stdout
    given = json.loads(told(home, *ids, "--json").stdout)
    assert (given["from"], given["to"]) == tuple(ids)
    assert [one["state"] for one in given["terms"]] == ["carried over", "new", "released anew"]
    one = given["terms"][1]["changes"][0]
    assert (one["kind"], one["shown_from"], one["difference"]) == ("added", None, None)
    assert isinstance(one["n_to"], int)


def test_a_publication_that_there_is_not_is_misuse(home):
    done = told(home, f"{FALL}-001", f"{FALL}-009")
    assert done.exit_code == 2
    assert done.stdout == ""
    assert (
        f"No publication is called {FALL}-009: there are {FALL}-001, {SPRING}-001." in done.stderr
    )


def test_a_publication_with_a_predecessor_has_a_page_of_what_changed(home):
    first, second = publications(home)
    assert not (first.path / "changes.html").exists()
    assert "changes.html" not in (first.path / "index.html").read_text(encoding="utf-8")
    assert 'href="changes.html"' in (second.path / "index.html").read_text(encoding="utf-8")
    assert "changes.html" not in (second.path / "west.html").read_text(encoding="utf-8")
    html = (second.path / "changes.html").read_text(encoding="utf-8")
    for outside in ("http:", "https:", "src=", "url("):
        assert outside not in html
    page = text(parsed(html))
    assert "SIMULATED DATA." in page
    assert f"From publication {FALL}-001, as of 15 December 2021, to {SPRING}-001" in page
    assert "Fall 2021 Carried over as it was released: no figure changed." in page
    assert "Spring 2022 New in this publication: " in page


def test_the_page_tells_what_a_figure_was_is_and_why(both):
    after = anew(both[0])
    set_row(after, "Northeast", n=430, estimate=0.9, shown="90% (85% to 95%)")
    before = both[0].tables["mart_adoption"].loc[at(both[0], "Northeast")]
    nothing = {"n": None, "estimate": None, "shown": "n < 5", "suppression": "primary"}
    set_row(after, "Northeast", "middle", **nothing)
    after.manifest["inputs"][0].update(sha256="other")
    tree = parsed(changes_page(both[0], after))
    page = text(tree)
    row, hidden = next(one for one in tree.iter("tbody"))
    assert [text(cell) for cell in row] == [
        "Northeast, Uses the curriculum (any use)",
        "mart_adoption",
        "424",
        "430",
        before["shown"],
        "90% (85% to 95%)",
        f"{100 * (0.9 - before['estimate']):+.1f} points",
    ]
    assert [text(cell) for cell in hidden][2:] == ["–", "–", "–", "n < 5", "–"]
    assert "1 figure changed, 1 figure now hidden." in page
    assert f"corrected rows of observations, {FALL}" in page
    figures = {one.get("data-figure") for one in tree.iter() if one.get("data-figure")}
    own = f"mart_adoption/{FALL}/Northeast/adoption_any"
    assert figures == {f"{own}/all", f"{own}/school_level=middle"}
