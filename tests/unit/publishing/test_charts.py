"""Charts draw what the tables say, and nothing of what is hidden."""

from __future__ import annotations

import pytest

from orchestration.publishing.report import render
from orchestration.publishing.report.charts import trend
from orchestration.publishing.report.series import Axis, Point, Series
from tests.unit.publishing.pages import (
    TERMS,
    by_id,
    charts,
    index_of,
    page_of,
    panels,
    parsed,
    points,
    text,
)


@pytest.fixture(scope="module")
def given(release):
    return release(*TERMS)


@pytest.fixture(scope="module")
def pages(given):
    return {name: parsed(html) for name, html in render(page_of(given)).items()}


def test_a_chart_draws_no_mark_for_a_suppressed_cell(pages):
    drawn = dict(panels(by_id(pages["index.html"], "measures")))
    assert len(points(drawn["Northwest"])) == 2 * len(TERMS)
    assert len(points(drawn["West"])) == 2 * (len(TERMS) - 1)
    assert "n < 5" in text(drawn["West"])


@pytest.mark.parametrize("name", ["instruction", "unfinished", "teachers", "students"])
def test_a_line_of_a_local_district_is_broken_where_it_is_hidden(name, pages):
    for _, svg in panels(by_id(pages["west.html"], name)):
        own = [one for one in points(svg) if one.get("r") != "2"]
        beside = [one for one in points(svg) if one.get("r") == "2"]
        assert (len(own), len(beside)) == (len(TERMS) - 1, len(TERMS))


def test_a_suppressed_cell_of_a_table_has_its_text_and_no_mark(given):
    tree = index_of(given, terms=TERMS[:1])
    table = next(
        one
        for one in by_id(tree, "measures").iter("table")
        if text(one.find("caption")).startswith("Uses the curriculum (any use)")
    )
    row = next(row for row in table.iter("tr") if text(row).startswith("West"))
    assert text(row) == "West n < 5 n < 5 – – – –"
    assert not list(row.iter("circle"))


def test_caution_is_a_word_and_a_hollow_point_not_a_colour_alone(given):
    mart = given.tables["mart_adoption"]
    cautious = mart.assign(
        presentation=mart["presentation"].mask(mart["unit_id"] == "West", "caution")
    )
    tree = index_of(given, tables={"mart_adoption": cautious})
    hollow_rows = [
        row
        for row in tree.iter("tr")
        if "point caution" in {one.get("class") for one in row.iter("circle")}
    ]
    assert len(hollow_rows) == 2
    assert all(text(row).startswith("West") and "caution" in text(row) for row in hollow_rows)
    drawn = dict(panels(by_id(tree, "measures")))
    assert {one.get("fill") for one in points(drawn["West"])} == {"#ffffff"}
    assert "#ffffff" not in {one.get("fill") for one in points(drawn["Northwest"])}


def test_one_term_alone_is_drawn_as_points_and_not_as_lines(given):
    tree = index_of(given, terms=TERMS[-1:])
    assert charts(tree)
    for name in ("measures", "instruction", "students"):
        for _, svg in panels(by_id(tree, name)):
            assert not [one for one in svg.iter("path") if one.get("fill") == "none"]
            assert points(svg)
    assert "every term" not in text(by_id(tree, "measures"))


def test_a_mean_is_drawn_on_its_own_scale(pages):
    drawn = dict(panels(by_id(pages["index.html"], "instruction")))
    assert [text(one) for one in drawn["IPG score"].iter("text")][:4] == ["0", "1", "2", "3"]
    drawn = dict(panels(by_id(pages["index.html"], "students")))
    assert [text(one) for one in drawn["Identity"].iter("text")][:4] == ["1", "2", "3", "4"]


def test_a_point_lies_where_its_value_lies_on_the_axis():
    series = [Series("a", (Point("25%", 0.25), Point("no data"), Point("75%", 0.75)))]
    terms = [("Fall", "2021"), ("Winter", "2021–22"), ("Spring", "2022")]
    svg = parsed(f"<!doctype html>\n{trend(series, terms, Axis(0, 1), key='k', title='t')}")
    low, high = points(svg)
    ticks = {text(one): float(one.get("y")) for one in svg.iter("text") if "%" in text(one)}
    height = ticks["0%"] - ticks["100%"]
    assert float(low.get("cy")) - float(high.get("cy")) == pytest.approx(height / 2, abs=0.2)
    assert "no data" in text(svg)


def test_a_target_is_drawn_as_a_dashed_line(given):
    dim = given.dimensions["dim_measure"].assign(target=0.8)
    part = by_id(index_of(given, dimensions={"dim_measure": dim}), "measures")
    assert [one for one in part.iter("line") if one.get("stroke-dasharray")]
    assert "The dashed line is the target." in text(part)
