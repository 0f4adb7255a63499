"""The preview's pages: each stamped; what the gates say; what publications do not carry."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from expectations.acceptances import Acceptance
from expectations.verdicts import Outcome, Verdict, outcome_of
from orchestration.comments import Comment
from orchestration.explaining import explain
from orchestration.publishing.preview.gathering import Gathered
from orchestration.publishing.preview.pages import render_preview
from orchestration.publishing.preview.standing import stand
from orchestration.publishing.report.places import with_pages
from orchestration.reading.accounts import Account, FileAccount, StoredFile
from orchestration.registry.models import CommentDecision
from orchestration.release import TermStanding
from orchestration.settings import Home
from tests.unit.publishing.conftest import make_release, mart
from tests.unit.publishing.pages import TERMS, by_id, page_of, parsed, section, text
from tests.unit.publishing.registry import DIMENSIONS

FALL, WINTER, SPRING = TERMS
NEXT = "2022-23-fall"
OWN = ("validation.html", "schools.html", "comments.html")
ESTIMATES = (
    "mart_adoption",
    "mart_instruction",
    "mart_unfinished_learning",
    "mart_student_voice",
    "mart_teacher_voice",
)
HELD = Outcome(
    name="schools_are_known",
    severity="critical",
    passed=False,
    observed="file 2: 40.0% of rows",
    expected="at most 2.0% of rows",
    rows=36,
    means="Rows name schools that are not there.",
    why="They are in no figure.",
    do="Ask the sender.",
)
WARNED = HELD.model_copy(
    update={"name": "fewer_than_last_year", "severity": "warning", "observed": "61%", "rows": 0}
)
HOLDS = HELD.model_copy(update={"name": "every_row_is_accounted_for", "passed": True, "rows": 0})
ACCOUNT = Account(
    source="observations",
    term=NEXT,
    inputs="",
    reader_version=1,
    key_id="",
    raw=StoredFile(path="raw/observations/x.parquet", sha256="0" * 64, rows=0),
    quarantine=StoredFile(path="quarantine/observations/x.parquet", sha256="0" * 64, rows=0),
    files=tuple(FileAccount(file=name, sha256="0" * 64, bytes=1) for name in ("a.csv", "b<b>.csv")),
)
WAITS = "observations, 2022-23-fall: not admitted, failed schools_are_known"


def verdict(table: str, term: str, *expectations: Outcome) -> Verdict:
    return Verdict(
        table=table,
        term=term,
        fingerprint=f"{table}-{term}",
        compared={},
        suite="s",
        outcome=outcome_of(expectations),
        expectations=expectations,
    )


BLOCKED = verdict("raw_observations", NEXT, HOLDS, HELD, WARNED)


def comment(state: str, words: str, **more) -> Comment:
    decided = None
    if state != "waiting":
        decided = CommentDecision(
            comment_id="0" * 16,
            decision="release" if state == "released" else "hold",
            decided_by="Ana Ruiz",
            decided_on=date(2022, 7, 1),
            because="It says enough.",
        )
    told = {
        "comment_id": "0" * 16,
        "term": SPRING,
        "source": "teacher_survey",
        "unit_id": "West",
        "unit_name": "West",
        "screen": "passed",
        "reason": None,
        "released": False,
        "text": words,
        "decision": decided,
    }
    return Comment(**(told | more))


def school_rows(term: str) -> dict[str, pd.DataFrame]:
    """The restricted rows of schools, and one more school, of which one classroom was rostered."""
    frames = {}
    for name in (*ESTIMATES, "mart_coverage"):
        frame = mart(name, [term])
        frames[name] = frame[frame["level"] == "school"]
    seen = frames["mart_coverage"]
    classrooms = seen[seen["population"] == "classrooms"].head(1)
    place = classrooms.assign(unit_id="West-003", unit_name="West School 3", flag="none_seen")
    none = place.assign(n_eligible=1, n_seen=0, n_matched=0, coverage=0.0)
    frames["mart_coverage"] = pd.concat([seen, none], ignore_index=True)
    frames["mart_school_signals"] = signals(term)
    return frames


def signals(term: str) -> pd.DataFrame:
    """Of one school no signal, of another a warning below, an action below, and one above."""
    told = {
        "term": term,
        "reference_kind": "local_district",
        "measure_id": "adoption_any",
        "n": 12,
        "reference": 0.84,
        "limit_95_low": 0.6,
        "limit_95_high": 1.0,
        "limit_998_low": 0.4,
        "limit_998_high": 1.0,
    }
    rows = [
        ("Northeast-001", 0.84, "none", None),
        ("West-001", 0.5, "warning", "below"),
        ("West-002", 0.25, "action", "below"),
        ("West-003", 1.0, "warning", "above"),
    ]
    return pd.DataFrame(
        told
        | {
            "unit_id": school,
            "unit_name": f"School {school}",
            "estimate": estimate,
            "signal": signal,
            "direction": direction,
        }
        for school, estimate, signal, direction in rows
    )


@pytest.fixture(scope="module")
def found() -> Gathered:
    """A preview of three terms, of which the first is published and the last is early; a fourth
    waits, and nothing of it was ever admitted."""
    release = make_release(*TERMS)
    return Gathered(
        page=page_of(release, id="preview", released=[WINTER, SPRING]),
        as_of=date(2022, 7, 1),
        build="f" * 64,
        is_current=False,
        standings=(
            TermStanding(FALL, "published"),
            TermStanding(WINTER, "due"),
            TermStanding(SPRING, "early", ("may be released from 2022-07-15",)),
            TermStanding(NEXT, "waiting", (WAITS,)),
        ),
        verdicts=(BLOCKED, verdict("mart_adoption", SPRING, HOLDS)),
        unmet=tuple(explain(BLOCKED, ACCOUNT)),
        unjudged=("mart_coverage, 2021-22-spring",),
        also=("landing/odd is no source's folder: it is left alone.",),
        schools=school_rows(SPRING),
        comments=(
            comment("waiting", "Is 1 < 2 & <script>?\nSecond\x1b line.", reason="word"),
            comment("held", "It names a child."),
            comment("released", "All is well."),
        ),
    )


@pytest.fixture(scope="module")
def pages(found) -> dict[str, str]:
    return render_preview(found)


def said(pages: dict[str, str], name: str) -> str:
    return text(parsed(pages[name]))


def test_it_has_the_pages_of_a_publication_and_three_of_its_own(pages):
    places = {"northeast.html", "northwest.html", "west.html"}
    assert set(pages) == {"index.html", "method.html", *places, *OWN}


def test_every_page_is_stamped_says_how_each_term_stands_and_leads_to_the_others(pages):
    for name, html in pages.items():
        tree = parsed(html)
        (stamp,) = [one for one in tree.iter("div") if one.get("class") == "banner stamp"]
        assert text(stamp).startswith("PREVIEW, NOT PUBLISHED."), name
        for line in (
            "Fall 2021: published, and shown as published;",
            "Winter 2021–22: due, with the next run;",
            "Spring 2022: early;",
            "Fall 2022: due, but waits.",
        ):
            assert line in text(stamp), name
        assert {one.get("href") for one in stamp.iter("a")} == set(OWN)
        assert "SIMULATED DATA" in text(tree)


def test_terms_that_stand_alike_are_named_together(found):
    standings = tuple(TermStanding(term, "published") for term in TERMS)
    html = render_preview(replace(found, standings=standings))["west.html"]
    assert "Fall 2021, Winter 2021–22 and Spring 2022: published, and shown as published." in html


def test_a_publication_is_not_stamped(found):
    from orchestration.publishing.report import render

    html = render(found.page)["index.html"]
    assert "PREVIEW" not in html
    assert "validation.html" not in html


def test_no_link_leads_to_what_a_preview_has_not(pages):
    for name, html in pages.items():
        assert "http" not in html, name
        assert "uptake verify" not in html, name
        ids = {one.get("id") for one in parsed(html).iter()}
        for link in (one.get("href") for one in parsed(html).iter("a")):
            assert link in pages or link[1:] in ids, (name, link)


def test_tables_have_captions_headers_and_rows_as_wide_as_their_head(pages):
    for name in OWN:
        for table in parsed(pages[name]).iter("table"):
            assert text(table.find("caption"))
            wide = len(list(table.find("thead").iter("th")))
            assert all(len(list(row)) == wide for row in table.iter("tr")), name


def test_headings_go_down_one_level_at_a_time(pages):
    for name in OWN:
        tags = [one.tag for one in parsed(pages[name]).iter() if re.fullmatch(r"h[1-6]", one.tag)]
        levels = [int(tag[1]) for tag in tags]
        assert levels[0] == 1
        assert all(b - a <= 1 for a, b in pairwise(levels)), name


def test_the_validation_page_says_of_every_term_what_is_still_missing(pages):
    (table,) = [
        one
        for one in parsed(pages["validation.html"]).iter("table")
        if "something to report" in text(one.find("caption"))
    ]
    rows = [[text(cell) for cell in row] for row in table.find("tbody")]
    assert rows == [
        ["Fall 2021", "published, and shown as published", "as it was published", "–"],
        ["Winter 2021–22", "due, with the next run", "as the last build has it", "–"],
        ["Spring 2022", "early", "as the last build has it", "may be released from 2022-07-15"],
        ["Fall 2022", "due, but waits", "nothing: the last build has none of it", WAITS],
    ]
    assert "left alone" in section(parsed(pages["validation.html"]), "terms")
    assert "not released" in said(pages, "validation.html")


def test_the_validation_page_tells_what_holds_from_what_warns(pages):
    tree = parsed(pages["validation.html"])
    held, warned = section(tree, "held"), section(tree, "warned")
    for part in (
        "observations, 2022-23-fall: schools are known",
        "Found b<b>.csv: 40.0% of rows; expected at most 2.0% of rows.",
        "36 rows are not as expected.",
        HELD.means,
        HELD.why,
        HELD.do,
        "landing/observations/2022-23-fall/b<b>.csv",
        "mart_coverage, 2021-22-spring",
    ):
        assert part in held
    assert "fewer than last year" in warned
    assert "fewer than last year" not in held
    assert "schools are known" not in warned
    (table,) = by_id(tree, "verdicts").iter("table")
    assert [[text(cell) for cell in row] for row in table.find("tbody")] == [
        ["mart_adoption", "Spring 2022", "passed", "1", "1", "0"],
        ["raw_observations", "Fall 2022", "failed", "3", "1", "2"],
    ]


def test_what_a_person_has_let_pass_holds_nothing_and_stands_with_that_person_s_reason(found):
    told = Acceptance(
        expectation=HELD.name, because="They have closed.", by="Ana Ruiz", on=date(2022, 7, 1)
    )
    passed = BLOCKED.model_copy(update={"accepted": (told,)})
    html = render_preview(replace(found, unmet=tuple(explain(passed, ACCOUNT)), unjudged=()))
    tree = parsed(html["validation.html"])
    assert "every partition is admitted" in section(tree, "held")
    accepted = section(tree, "accepted")
    assert "schools are known" in accepted
    assert "Accepted by Ana Ruiz on 2022-07-01: They have closed." in accepted


def test_the_page_of_schools_names_every_school_and_those_never_seen(pages):
    tree = parsed(pages["schools.html"])
    assert "must not leave the building" in text(tree)
    unseen = section(tree, "unseen")
    assert "1 of 2 schools with classrooms on the roster had none observed" in unseen
    assert "West School 3, West (West-003): 1 classroom rostered" in unseen
    listed = len(DIMENSIONS["dim_school"])
    assert f"nobody is on the roster and nobody was seen: {listed - 2}" in unseen
    everywhere = text(tree)
    for school in DIMENSIONS["dim_school"]["school_id"]:
        assert school in everywhere


def test_schools_that_signal_on_the_wrong_side_are_listed_most_urgent_first(pages):
    visits = section(parsed(pages["schools.html"]), "visits")
    assert visits.index("School West-002") < visits.index("School West-001")
    assert "25% of 12 teachers; its local district: 84%" in visits
    assert "School Northeast-001" not in visits
    assert "School West-003" not in visits


def test_each_local_district_has_a_funnel_that_says_how_many_signal(pages):
    funnels = [one for one in parsed(pages["schools.html"]).iter("desc") if "signal" in text(one)]
    assert sorted(text(one) for one in funnels) == [
        "1 school around 84%, of which 0 signal.",
        "3 schools around 84%, of which 3 signal.",
    ]


def test_the_page_of_schools_has_each_figure_with_n_interval_and_coverage_unhidden(pages, secrets):
    estimate, eligible = secrets
    tree = parsed(pages["schools.html"])
    (table,) = [one for one in tree.iter("table") if "any use" in text(one.find("caption"))]
    (row,) = table.find("tbody")
    name, place, figure, n, rostered, share = (text(cell) for cell in row)
    assert (name, place) == ("Northeast School 1 Northeast-001", "Northeast")
    assert re.fullmatch(rf"{estimate:.0%} \(\d+% to \d+%\)( caution)?", figure)
    assert int(n.replace(",", "")) > 0
    assert rostered == f"{eligible:,}"
    assert share.endswith("%")


def test_what_is_hidden_in_a_publication_is_hidden_on_the_report_s_own_pages(pages, secrets):
    _, count = secrets
    assert f"{count:,}" in pages["schools.html"]
    for name in set(pages) - {"schools.html"}:
        for hidden in (f"{count:,}", "Northeast School 1", "Northeast-001"):
            assert hidden not in pages[name], name


def test_the_page_of_comments_has_each_by_its_state_escaped_and_line_by_line(pages):
    html = pages["comments.html"]
    tree = parsed(html)
    assert "must not leave the building" in text(tree)
    waiting, held, released = (section(tree, one) for one in ("waiting", "held", "released"))
    assert "Waiting to be read: 1 Is 1 < 2 & <script>?" in waiting
    assert "Second\N{REPLACEMENT CHARACTER} line." in waiting
    assert "Screening passed: word." in waiting
    assert "It names a child." in held
    assert "By Ana Ruiz on 2022-07-01: It says enough." in held
    assert "All is well." in released
    assert "<script" not in html


def test_where_no_term_can_be_shown_the_validation_page_leads(found):
    empty = replace(
        found,
        page=page_of(make_release(SPRING), id="preview", terms=(SPRING,), released=[]),
        standings=(TermStanding(NEXT, "waiting", (WAITS,)),),
        schools={},
        comments=(),
    )
    empty.page.manifest["terms"].clear()
    pages = render_preview(empty)
    assert set(pages) == {"index.html", *OWN}
    assert pages["index.html"] == pages["validation.html"]
    assert WAITS in said(pages, "index.html")
    assert "no term to tell of" in said(pages, "schools.html")


def test_a_local_district_may_be_called_as_a_page_of_the_preview_is():
    places = with_pages([("Schools", "Schools"), ("Validation", "Validation")])
    assert [one.page for one in places] == ["schools-2.html", "validation-2.html"]


# Where it stands


def names(home: Home) -> set[str]:
    return {one.name for one in home.preview.iterdir() if not one.name.startswith(".")}


def test_a_preview_stands_in_private_and_leaves_nothing_of_the_one_before(home):
    (home.preview / "left.html").write_text("by hand")
    (home.preview / "index.html").write_text("by hand")
    index = stand(home, {"index.html": "one", "west.html": "west"})
    assert index == home.preview / "index.html"
    assert index.read_text() == "one"
    stand(home, {"index.html": "two", "east.html": "east"})
    assert index.read_text() == "two"
    assert names(home) == {"index.html", "east.html"}
    stored = [one for one in home.preview.rglob("*") if one.is_file() and not one.is_symlink()]
    assert {one.read_text() for one in stored} == {"two", "east"}
    for one in stored:
        assert one.stat().st_mode & 0o077 == 0
    assert home.preview.stat().st_mode & 0o777 == 0o700


def test_a_crash_at_any_step_leaves_the_old_pages_or_the_new_ones(home, monkeypatch):
    class Killed(BaseException):
        pass

    steps = 0

    def counted(step):
        def stepped(self, *args, **more):
            nonlocal steps
            if steps == at:
                raise Killed
            steps += 1
            return step(self, *args, **more)

        return stepped

    for at in range(100):
        old = {"index.html": f"old {at}", "west.html": f"old {at}", "gone.html": f"old {at}"}
        new = {"index.html": f"new {at}", "west.html": f"new {at}", "come.html": f"new {at}"}
        stand(home, old)
        steps = 0
        with monkeypatch.context() as patched:
            for name in ("write_text", "mkdir", "symlink_to", "replace", "unlink"):
                patched.setattr(Path, name, counted(getattr(Path, name)))
            try:
                stand(home, new)
                finished = True
            except Killed:
                finished = False
        seen = [(home.preview / name).read_text() for name in ("index.html", "west.html")]
        assert seen in ([f"old {at}"] * 2, [f"new {at}"] * 2)
        stand(home, {"index.html": "last"})
        assert names(home) == {"index.html"}
        stored = [one for one in home.preview.rglob("*") if one.is_file() and not one.is_symlink()]
        assert {one.read_text() for one in stored} == {"last"}
        if finished:
            break
    assert at > 12
