"""One page for each local district, found from the index."""

from __future__ import annotations

import pytest

from orchestration.publishing.report import render
from orchestration.publishing.report.places import slugged, with_pages
from tests.unit.publishing.pages import TERMS, page_of, parsed, section, text


@pytest.fixture(scope="module")
def given(release):
    return release(*TERMS)


@pytest.fixture(scope="module")
def pages(given):
    return {name: parsed(html) for name, html in render(page_of(given)).items()}


def links(tree) -> set[str]:
    return {one.get("href") for one in tree.iter("a")}


def test_every_local_district_has_a_page_that_the_index_links_to(pages):
    own = {"northeast.html", "northwest.html", "west.html"}
    assert set(pages) == {"index.html", "method.html", *own}
    assert {"method.html", *own} <= links(pages["index.html"])
    assert {"index.html", "northeast.html", "northwest.html"} <= links(pages["west.html"])


def test_a_local_districts_page_tells_of_it_with_the_district_beside(pages):
    tree = pages["west.html"]
    assert text(tree.find(".//h1")) == "Curriculum adoption in West, Spring 2022"
    said = section(tree, "instruction")
    assert "classrooms observed in West in Spring 2022" in said
    heads = [text(one) for one in tree.find(".//section[@id='instruction']//thead").iter("th")]
    assert heads[1] == "West"
    assert heads[-1] == "All local districts"
    assert "Northeast" not in said


def test_a_local_districts_page_leaves_the_whole_datas_account_to_the_index(pages):
    for name in ("regions", "rows", "gates"):
        assert pages["index.html"].find(f".//section[@id='{name}']") is not None
        assert pages["west.html"].find(f".//section[@id='{name}']") is None


def test_a_local_district_that_is_gone_from_a_mart_is_not_drawn_as_zero(given):
    mart = given.tables["mart_adoption"]
    gone = (mart["unit_id"] == "West") & (mart["term"] == TERMS[-1])
    pages = render(page_of(given, tables={"mart_adoption": mart[~gone]}))
    said = section(parsed(pages["west.html"]), "measures")
    assert "For West there is no data on “Uses the curriculum (any use)” in Spring 2022" in said


def test_no_row_of_the_unassigned_has_a_page(pages):
    assert not [name for name in pages if "unassigned" in name or "no-local" in name]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Northeast", "northeast"),
        ("Región Nord-Est", "region-nord-est"),
        ("../../etc/passwd", "etc-passwd"),
        ("A & B / C", "a-b-c"),
        ("東北", "local-district"),
        ("", "local-district"),
    ],
)
def test_a_page_is_named_as_a_file_may_be_called_anywhere(name, slug):
    assert slugged(name) == slug


def test_no_two_pages_share_a_name_and_none_takes_the_indexs():
    units = [("1", "Index"), ("2", "A b"), ("3", "a-B"), ("4", "東"), ("5", "北")]
    pages = {place.unit_id: place.page for place in with_pages(units)}
    assert pages["1"] == "index-2.html"
    assert len(set(pages.values())) == len(units)
    assert with_pages(reversed(units)) == with_pages(units)
