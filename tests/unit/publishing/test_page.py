"""The page: self-contained, well formed, and its numbers are the tables'."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import cache

import pandas as pd
import pytest

from orchestration.publishing.figures import Calendar
from orchestration.publishing.report import Page, render

TERMS = ("2021-22-fall", "2021-22-winter", "2021-22-spring")


def page_of(given, *, terms=None, **changes) -> Page:
    manifest = {
        "id": f"{given.terms[-1]}-001",
        "as_of": given.as_of.isoformat(),
        "terms": list(terms or given.terms),
        "released": list(given.terms),
        "simulated": given.simulated,
        "slices": {},
        "inputs": given.inputs,
        "verdicts": given.verdicts,
        "versions": given.versions,
    }
    tables = {**given.tables, **changes.pop("tables", {})}
    dimensions = {**given.dimensions, **changes.pop("dimensions", {})}
    return Page({**manifest, **changes}, tables, dimensions)


@pytest.fixture(scope="module")
def given(release):
    return release(*TERMS)


@pytest.fixture(scope="module")
def html(given) -> str:
    return render(page_of(given))


@pytest.fixture(scope="module")
def tree(html) -> ET.Element:
    return parsed(html)


@cache
def parsed(html: str) -> ET.Element:
    return ET.fromstring(html.split("<!doctype html>\n", 1)[1])


def text(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def section(tree: ET.Element, name: str) -> str:
    return text(next(one for one in tree.iter() if one.get("id") == name))


def test_the_page_is_well_formed_and_says_its_language(tree):
    assert tree.tag == "html"
    assert tree.get("lang") == "en"


def test_the_page_runs_no_script_and_asks_nobody_for_anything(html, tree):
    assert "http" not in html
    assert not re.search(r"<script|javascript:|\son\w+=|@import|url\(", html)
    for element in tree.iter():
        for name in ("src", "href", "srcset", "data", "action", "xlink:href"):
            target = element.get(name, "#")
            assert target.startswith(("#", "data/", "marts.duckdb", "manifest.json"))
    assert not [one.tag for one in tree.iter() if one.tag in ("link", "img", "iframe", "form")]


def test_every_number_of_the_page_is_the_tables_number(tree, given):
    mart = given.tables["mart_adoption"]
    keys = ["term", "unit_id", "measure_id", "subgroup_type", "subgroup", "weighting"]
    shown = {tuple(row[key] for key in keys): row["shown"] for row in mart.to_dict("records")}
    checked = 0
    for element in tree.iter():
        if figure := element.get("data-figure"):
            _, term, unit, measure, group, *weighting = figure.split("/")
            kind, _, subgroup = group.partition("=")
            key = (term, unit, measure, kind, subgroup or kind, (weighting or ["none"])[0])
            expected = shown[key]
            if element.get("class", "").startswith("big"):
                expected = expected.split(" (")[0]
            assert text(element) == expected, figure
            checked += 1
    assert checked > 100


def test_the_counts_beside_an_estimate_are_the_tables(tree, given):
    mart = given.tables["mart_adoption"]
    row = mart[
        (mart["term"] == TERMS[-1])
        & (mart["unit_id"] == "Northwest")
        & (mart["measure_id"] == "adoption_any")
        & (mart["subgroup_type"] == "all")
        & (mart["weighting"] == "none")
    ].iloc[0]
    sentence = next(
        text(one) for one in tree.iter("li") if "observed in Northwest in Spring 2022" in text(one)
    )
    value, interval = row["shown"].rstrip(")").split(" (")
    assert sentence.startswith(f"{value} of the {row['n']:,} classrooms observed in Northwest")
    assert f"95% interval {interval}" in sentence
    assert f"{row['n_clusters']} of the 70 schools listed there" in sentence
    assert f"31% of the {row['n_eligible']:,} rostered classrooms are among them" in sentence


def test_the_measures_stand_in_the_registrys_order_with_its_words(tree, given):
    articles = [one.get("id") for one in tree.iter("article")]
    assert articles == ["adoption_any", "adoption_as_designed"]
    for measure in given.dimensions["dim_measure"].to_dict("records"):
        said = section(tree, measure["measure_id"])
        for word in ("label", "definition", "numerator", "denominator", "source"):
            assert measure[word] in said


def test_every_chart_has_a_title_and_a_description_of_its_own(tree):
    charts = [one for one in tree.iter("svg") if one.get("role") == "img"]
    assert len(charts) == 8
    for chart in charts:
        title, description = chart.find("title"), chart.find("desc")
        assert chart.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
        assert "Spring 2022: " in description.text
    others = [one for one in tree.iter("svg") if one.get("role") != "img"]
    assert all(one.get("aria-hidden") == "true" for one in others)


def test_no_id_stands_twice(tree):
    ids = [one.get("id") for one in tree.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    assert {one.get("href")[1:] for one in tree.iter("a") if one.get("href")[0] == "#"} <= set(ids)


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


def test_a_suppressed_cell_has_its_text_and_no_mark(given):
    tree = parsed(render(page_of(given, terms=("2021-22-fall",))))
    row = next(row for row in tree.iter("tr") if text(row).startswith("West n < 5"))
    assert text(row) == "West n < 5 n < 5 – – – –"
    assert not list(row.iter("circle"))


def test_a_chart_draws_no_mark_for_a_suppressed_cell(tree):
    panels = {
        text(one.find("h4")): one.find("svg")
        for one in next(tree.iter("figure")).iter("div")
        if one.get("class") == "panel"
    }

    def points(name: str) -> int:
        return len([one for one in panels[name].iter("path") if one.get("stroke") == "#14567d"])

    assert (points("Northwest"), points("West")) == (3, 2)
    assert "n < 5" in text(panels["West"])


def test_caution_is_a_word_and_a_hollow_point_not_a_colour_alone(tree):
    cautious = [
        row
        for row in tree.iter("tr")
        if "Read with caution" in text(row) and list(row.iter("circle"))
    ]
    assert cautious
    for row in cautious:
        assert {"point caution", "point"} >= {one.get("class") for one in row.iter("circle")}
    assert "Read with caution" in section(tree, "reading")


def test_who_was_not_observed_is_counted_from_the_coverage_table(tree, given):
    mart = given.tables["mart_coverage"]
    row = mart[
        (mart["term"] == TERMS[-1]) & (mart["level"] == "district") & (mart["subgroup"] == "all")
    ].iloc[0]
    said = section(tree, "unobserved")
    assert f"{row['n_eligible'] - row['n_matched']:,} of the {row['n_eligible']:,} rostered" in said
    assert "In 1 of 9 groups" in said
    assert "Northwest, schools of several levels (50)" in said
    assert "No local district" in said


def test_the_account_on_the_page_sums_and_names_the_reasons(tree, given):
    said = section(tree, "rows")
    assert f"{given.tables['mart_row_accounting']['rows_read'].sum():,} rows were read" in said
    assert "6 quarantined: observed_on is not a date" in said


def test_a_warning_is_told_with_what_it_means_and_what_to_do(tree):
    said = section(tree, "gates")
    assert "24 expectations in 12 verdicts" in said
    for words in ("What it means.", "Why it matters.", "What to do. Ask the sender"):
        assert words in said
    assert "Fall 2021: 0.9% of rows (expected 0 rows)" in said


def test_simulated_data_is_marked_at_the_top_in_the_title_and_in_print(given, html):
    assert html.index("SIMULATED DATA") < html.index("<h1>")
    assert "<title>SIMULATED: " in html
    assert 'content: "SIMULATED DATA. Publication' in html
    assert "simulated" not in render(page_of(given, simulated=False)).lower()


def test_a_measure_without_data_says_so(given):
    mart = given.tables["mart_adoption"]
    tables = {"mart_adoption": mart[mart["measure_id"] == "adoption_any"]}
    said = section(parsed(render(page_of(given, tables=tables))), "adoption_as_designed")
    assert "There is no data for this measure" in said


def test_a_page_of_empty_tables_says_that_there_is_none(given):
    tables = {name: frame.iloc[:0] for name, frame in given.tables.items()}
    tree = parsed(render(page_of(given, tables=tables, verdicts=[], inputs=[])))
    for name in ("glance", "unobserved", "adoption_any", "support", "levels", "regions"):
        assert "here is no data" in section(tree, name), name
    assert "no account of rows" in section(tree, "rows")
    assert "No verdict" in section(tree, "gates")
    assert not [one for one in tree.iter("svg") if one.get("role") == "img"]


def test_a_local_district_that_is_gone_from_a_term_is_not_drawn_as_zero(given):
    mart = given.tables["mart_adoption"]
    gone = (mart["unit_id"] == "West") & (mart["term"] == TERMS[-1])
    tree = parsed(render(page_of(given, tables={"mart_adoption": mart[~gone]})))
    assert "For West there is no data in Spring 2022" in section(tree, "adoption_any")


def test_names_are_text_and_never_markup(given):
    name = "<script>alert(\"x\")</script> & 'Co'"
    renamed = {
        table: given.tables[table].assign(
            unit_name=given.tables[table]["unit_name"].replace({"West": name})
        )
        for table in ("mart_adoption", "mart_coverage")
    }
    for terms in (TERMS, TERMS[:1]):
        html = render(page_of(given, tables=renamed, terms=terms))
        assert "<script" not in html
        assert name in text(parsed(html))


def test_one_term_alone_is_drawn_as_one_chart_a_measure(given):
    tree = parsed(render(page_of(given, terms=TERMS[:1])))
    charts = [one for one in tree.iter("svg") if one.get("role") == "img"]
    assert len(charts) == 2
    assert "Northwest: " in charts[0].find("desc").text
    assert "every term" not in text(tree)


def test_the_same_page_gives_the_same_text(given, html):
    assert render(page_of(given)) == html


def test_schools_are_counted_as_of_the_terms_last_day(given):
    schools = given.dimensions["dim_school"].copy()
    schools.loc[schools["school_id"] == "Northwest-001", "valid_to"] = pd.Timestamp("2022-06-29")
    html = render(page_of(given, dimensions={"dim_school": schools}))
    assert "of the 69 schools listed there" in html


def test_terms_are_named_as_people_say_them(given):
    calendar = Calendar(given.dimensions["dim_term"])
    names = [calendar.name(term) for term in (*TERMS, "all")]
    assert names == ["Fall 2021", "Winter 2021–22", "Spring 2022", "All terms"]
