"""Every page: self-contained, well formed, readable by those who listen, and marked."""

from __future__ import annotations

import re
from itertools import pairwise

import pandas as pd
import pytest

from orchestration.publishing.report import render
from orchestration.publishing.report.calendar import Calendar
from tests.unit.publishing import voices
from tests.unit.publishing.pages import (
    TERMS,
    charts,
    index_of,
    page_of,
    parsed,
    section,
    text,
)

PAGES = ("index.html", "northeast.html", "northwest.html", "west.html")


@pytest.fixture(scope="module")
def given(release):
    return release(*TERMS)


@pytest.fixture(scope="module")
def pages(given) -> dict[str, str]:
    return render(page_of(given))


@pytest.fixture(scope="module", params=PAGES)
def html(request, pages) -> str:
    return pages[request.param]


@pytest.fixture(scope="module")
def tree(html):
    return parsed(html)


@pytest.fixture(scope="module")
def index(pages):
    return parsed(pages["index.html"])


def test_the_page_is_well_formed_and_says_its_language(tree):
    assert tree.tag == "html"
    assert tree.get("lang") == "en"


def test_the_page_runs_no_script_and_asks_nobody_for_anything(html, tree):
    assert "http" not in html
    assert not re.search(r"<script|javascript:|\son\w+=|@import|url\(", html)
    local = ("#", "data/", "marts.duckdb", "manifest.json", "method.html", *PAGES)
    for element in tree.iter():
        for name in ("src", "href", "srcset", "data", "action", "xlink:href"):
            assert element.get(name, "#").startswith(local)
    assert not [one.tag for one in tree.iter() if one.tag in ("link", "img", "iframe", "form")]


def test_no_id_stands_twice_and_every_link_within_the_page_has_its_place(tree):
    ids = [one.get("id") for one in tree.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    links = [one.get("href") for one in tree.iter("a")]
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)


def test_headings_go_down_one_level_at_a_time(tree):
    levels = [int(one.tag[1]) for one in tree.iter() if re.fullmatch(r"h[1-6]", one.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_table_has_a_caption_and_its_headers_a_scope(tree):
    tables = list(tree.iter("table"))
    assert len(tables) > 8
    for table in tables:
        assert text(table.find("caption"))
        assert all(header.get("scope") for header in table.iter("th"))


def test_every_row_of_a_table_is_as_wide_as_its_head(tree):
    for table in tree.iter("table"):
        wide = len(list(table.find("thead").iter("th")))
        for row in table.iter("tr"):
            cells = [one for one in row if one.tag in ("td", "th")]
            assert sum(int(cell.get("colspan", 1)) for cell in cells) == wide, text(table)


def test_every_chart_has_a_title_and_a_description_of_its_own(tree):
    drawn = charts(tree)
    assert len(drawn) >= 10
    for chart in drawn:
        title, description = chart.find("title"), chart.find("desc")
        assert chart.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
        assert text(title)
        assert text(description)
    others = [one for one in tree.iter("svg") if one.get("role") != "img"]
    assert all(one.get("aria-hidden") == "true" for one in others)


def test_no_chart_is_hidden_in_what_is_folded_away(tree):
    assert not [svg for folded in tree.iter("details") for svg in folded.iter("svg")]


def test_simulated_data_is_marked_at_the_top_in_the_title_and_in_print(html):
    assert html.index("SIMULATED DATA") < html.index("<h1>")
    assert "<title>SIMULATED: " in html
    assert 'content: "SIMULATED DATA. Publication' in html


def test_real_data_is_not_called_simulated(given):
    for html in render(page_of(given, simulated=False)).values():
        assert "simulated" not in html.lower()


def test_the_same_input_gives_the_same_pages(given, pages):
    assert render(page_of(given)) == pages


def test_the_sections_follow_the_order_of_an_administrators_questions(index):
    order = [one.get("id") for one in index.iter("section")]
    assert order == [
        "glance",
        "unobserved",
        "measures",
        "support",
        "change",
        "instruction",
        "agreement",
        "unfinished",
        "teachers",
        "students",
        "learning",
        "levels",
        "words",
        "regions",
        "rows",
        "gates",
        "reading",
        "data",
    ]


def test_the_account_on_the_page_sums_and_names_the_reasons(index, given):
    said = section(index, "rows")
    assert f"{given.tables['mart_row_accounting']['rows_read'].sum():,} rows were read" in said
    assert "6 quarantined: observed_on is not a date" in said
    assert "11 set aside: unknown school" in said


def test_a_warning_is_told_with_what_it_means_and_what_to_do(index):
    said = section(index, "gates")
    assert "24 expectations in 12 verdicts" in said
    for words in ("What it means.", "Why it matters.", "What to do. Ask the sender"):
        assert words in said
    assert "Fall 2021: 0.9% of rows (expected 0 rows)" in said


def test_what_a_person_accepted_is_told_with_who_judged_and_why(given):
    verdicts = [dict(one) for one in given.verdicts]
    (one,) = [at for at in verdicts if (at["table"], at["term"]) == ("roster", "2021-22-fall")]
    failing = voices.expectation("forms_are_not_all_alike", "critical", passed=False)
    word = {"by": "A. <Judge>", "because": "It is so.", "on": "2022-07-01"}
    one["outcome"] = "failed"
    one["expectations"] = [*one["expectations"], failing]
    one["accepted"] = [{"expectation": "forms_are_not_all_alike", **word}]
    said = section(index_of(given, verdicts=verdicts), "gates")
    assert "1 did not hold, and a person who looked at the data let it pass" in said
    assert "Forms are not all alike (roster, Fall 2021)" in said
    assert (
        "A. <Judge> judged on 1 July 2022 that the data may be reported although this did not "
        "hold: 0.9% of rows was found, and 0 rows expected. The reason given is: “It is so.”"
    ) in said
    assert "failed, accepted by a person" in said
    assert "1 of them warns" in said


def test_a_page_of_empty_tables_says_that_there_is_none(given):
    tables = {name: frame.iloc[:0] for name, frame in given.tables.items()}
    pages = render(page_of(given, tables=tables, verdicts=[], inputs=[]))
    assert list(pages) == ["index.html", "method.html"]
    tree = parsed(pages["index.html"])
    asked = ("glance", "unobserved", "measures", "support", "instruction", "unfinished")
    for name in (*asked, "teachers", "students", "learning", "levels", "regions"):
        assert "here is no data" in section(tree, name), name
    assert "There is no comment that has been released" in section(tree, "words")
    assert "no account of rows" in section(tree, "rows")
    assert "No verdict" in section(tree, "gates")
    assert not charts(tree)


def test_names_and_comments_are_text_and_never_markup(given):
    name = "<script>alert(\"x\")</script> & 'Co'"
    renamed = {
        table: frame.assign(unit_name=frame["unit_name"].replace({"West": name}))
        for table, frame in given.tables.items()
        if "unit_name" in frame
    }
    comments = renamed["mart_comments"]
    renamed["mart_comments"] = comments.assign(text=name, shown=name)
    for terms in (TERMS, TERMS[:1]):
        for page, html in render(page_of(given, tables=renamed, terms=terms)).items():
            assert "<script" not in html
            assert page == "method.html" or name in text(parsed(html))


def test_what_is_folded_away_is_opened_in_print(pages):
    assert "details::details-content { content-visibility: visible" in pages["index.html"]


def test_terms_are_named_as_people_say_them(given):
    calendar = Calendar(given.dimensions["dim_term"])
    names = [calendar.name(term) for term in (*TERMS, "all")]
    assert names == ["Fall 2021", "Winter 2021–22", "Spring 2022", "All terms"]


def test_schools_are_counted_as_of_the_terms_last_day(given):
    schools = given.dimensions["dim_school"].copy()
    schools.loc[schools["school_id"] == "Northwest-001", "valid_to"] = pd.Timestamp("2022-06-29")
    said = section(index_of(given, dimensions={"dim_school": schools}), "measures")
    assert "of the 219 schools listed there" in said
