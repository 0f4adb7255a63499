"""The method page: definitions from the registry, thresholds from dbt, coverage as measured."""

from __future__ import annotations

import re

import pytest

from orchestration.publishing.report import render
from orchestration.publishing.report.method import calibration, thresholds
from orchestration.settings import CHECKOUT
from tests.unit.publishing.pages import TERMS, page_of, parsed, section, text
from tests.unit.publishing.registry import MEASURES


@pytest.fixture(scope="module")
def page(release):
    return parsed(render(page_of(release(*TERMS)))["method.html"])


def test_every_measure_is_defined(page):
    terms = [text(one) for one in page.iter("dt")]
    for name, (*_, label) in MEASURES.items():
        assert f"{label} {name}" in terms


def test_caution_is_as_the_models_have_it(page):
    declared = thresholds()
    said = section(page, "formulas")
    assert f"effective n is below {declared['caution_n_effective_below']}" in said
    assert f"degrees of freedom are below {declared['caution_df_below']}" in said


def test_it_says_that_schools_were_chosen(page):
    assert "chosen, not drawn by lot" in section(page, "limits")


def test_coverage_is_what_the_calibration_has_in_the_docs(page):
    """Of means, whose table in the docs the same measurement wrote."""
    docs = (CHECKOUT / "docs" / "calibration.md").read_text(encoding="utf-8")
    means = docs.split("## Means\n")[1].split("\n## ")[0]
    percents = [
        [float(cell) for cell in re.findall(r"([\d.]+)%", line)]
        for line in means.splitlines()
        if line.startswith("| 0.")
    ]
    least = [min(column) for column in zip(*percents, strict=True)]
    shown = section(page, "calibration")
    rows = {(what, sizes): cells for what, sizes, cells in calibration().rows}
    for sizes, these in (("alike", least[:4]), ("very unlike", least[4:])):
        cells = rows["Means", f"Schools {sizes} in size"]
        assert [round(100 * one.least, 1) for one in cells] == these
        for one in these:
            assert f"{one}% to" in shown
