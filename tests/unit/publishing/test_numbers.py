"""Every number of every page is the publishable tables' number."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pandas as pd
import pytest

from orchestration.publishing.report import render
from tests.unit.publishing.pages import LEAD, TERMS, page_of, parsed, section, text

KEYS = {
    "mart_coverage": ["term", "unit_id", "population", "group"],
    "mart_survey_quality": ["term", "unit_id", "instrument", "construct"],
    "mart_professional_learning": ["term", "unit_id", "priority_area", "role"],
    "mart_pl_sequence": ["term", "local_district", "priority_area", "session_id"],
    "mart_comments": ["term", "unit_id", "comment_id"],
    "mart_row_accounting": ["term", "source"],
    "mart_change": ["term", "unit_id", "measure_id", "group", "from_term", "weighting"],
    "mart_support_comparison": ["term", "unit_id", "measure_id", "weighting"],
    "mart_observer_agreement": ["term", "unit_id", "item"],
    "mart_ranked_options": ["term", "unit_id", "measure_id", "weighting"],
    "mart_instruction": ["term", "unit_id", "measure_id", "group", "missing_rule", "weighting"],
}
ESTIMATE = ["term", "unit_id", "measure_id", "group", "weighting"]
SHARES = (
    *("coverage", "reach", "response_rate"),
    *("exact", "adjacent", "share_own_organisation"),
)
COEFFICIENTS = ("alpha", "kappa", "kappa_quadratic")
PIECES = {
    "whole": "in all",
    "within": "in the same schools",
    "now": "now",
    "before": "before",
    "since": "since",
    "lead": "leads by",
}
DERIVED: dict[str, Callable[[Any], float]] = {
    "numerator": lambda row: round(row["estimate"] * row["n"]),
    "n_unseen": lambda row: row["n_eligible"] - row["n_matched"],
    "n_off_roster": lambda row: row["n_seen"] - row["n_matched"],
}


def rows_by_figure(tables: dict[str, pd.DataFrame]) -> dict[tuple[str, ...], Any]:
    """Every row of every table under the address that a page gives it."""
    found = {}
    for name, frame in tables.items():
        if "level" in frame:
            named = ("region=" + frame["unit_id"]).where(frame["level"] == "region")
            frame = frame.assign(unit_id=named.fillna(frame["unit_id"]))
        if "subgroup" in frame:
            whole = frame["subgroup_type"] == "all"
            named = frame["subgroup_type"] + "=" + frame["subgroup"]
            frame = frame.assign(group=named.mask(whole, "all"))
        keys = KEYS.get(name, ESTIMATE)
        for row in frame.to_dict("records"):
            found[(name, *(row[key] for key in keys))] = row
    return found


def address(figure: str) -> tuple[str, ...]:
    parts = [unquote(part) for part in figure.split("/")]
    if parts[0] in KEYS and "weighting" not in KEYS[parts[0]]:
        return tuple(parts)
    return (*parts, "none") if parts[-1] != "roster" else tuple(parts)


def expected(row: Any, element: ET.Element) -> str:
    column = element.get("data-column")
    if column is None:
        named = element.get("data-part", "")
        if named in PIECES:
            (found,) = re.findall(rf"(?:^|; ){PIECES[named]} ([^;]*)", row["shown"])
            return found
        value, _, interval = row["shown"].split("; ")[0].partition(" (")
        parts = {"value": value, "interval": interval.rstrip(")")}
        return parts.get(element.get("data-part", ""), str(row["shown"]))
    value = DERIVED[column](row) if column in DERIVED else row[column]
    if column == "own_minus_other":
        return f"{value:+.2f}".replace("0.", ".").replace("-", "−")
    if column in SHARES:
        return f"{int(value * 100 + 0.5)}%"
    if column in ("hours", "mean_hours"):
        return f"{int(value * 10 + 0.5) / 10:.1f}"
    return f"{value:.2f}".removeprefix("0") if column in COEFFICIENTS else f"{value:,.0f}"


@pytest.fixture(scope="module")
def given(release):
    return release(*TERMS)


@pytest.fixture(scope="module")
def pages(given) -> dict[str, str]:
    return render(page_of(given))


@pytest.fixture(scope="module")
def rows(given):
    return rows_by_figure(given.tables)


@pytest.mark.parametrize("name", ["index.html", "northeast.html", "northwest.html", "west.html"])
def test_every_number_of_the_page_is_the_tables_number(name, pages, rows):
    checked = Counter()
    for element in parsed(pages[name]).iter():
        if figure := element.get("data-figure"):
            if figure == "mart_row_accounting":
                continue  # a sum over the whole account
            row = rows[address(figure)]
            assert text(element) == expected(row, element), (figure, element.get("data-column"))
            checked[row.get("measure_id") or figure.split("/")[0]] += 1
    assert sum(checked.values()) > 300
    every = {"mart_coverage", "mart_survey_quality", "mart_professional_learning"}
    every |= {"mart_observer_agreement"}
    assert {*every, "mart_pl_sequence", "mart_comments"} <= set(checked)
    assert {"adoption_any", "ipg_score", "confidence", "identity", "challenge_other"} <= set(
        checked
    )


def test_no_figure_of_a_table_stands_without_its_address(pages):
    for html in pages.values():
        for cell in parsed(html).iter("td"):
            if cell.get("class", "").startswith("figure") and text(cell) not in ("", "–"):
                assert any(one.get("data-figure") for one in cell.iter()), text(cell)


def estimate(given, table: str, **equal: str) -> pd.Series:
    keys = {"term": LEAD, "subgroup": "all", "weighting": "none", **equal}
    frame = given.tables[table]
    for column, value in keys.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def test_a_sentence_has_its_number_its_interval_its_n_and_its_coverage(given, pages):
    row = estimate(given, "mart_adoption", unit_id="Northwest", measure_id="adoption_any")
    value, interval = row["shown"].rstrip(")").split(" (")
    said = section(parsed(pages["northwest.html"]), "measures")
    assert f"{value} of the {row['n']:,} classrooms observed in Northwest in Spring 2022" in said
    assert f"95% interval {interval}; {row['n_visits']} visits" in said
    assert f"{row['n_clusters']} of the 70 schools listed there" in said
    assert f"31% of the {row['n_eligible']:,} rostered classrooms are among them" in said


def test_a_claim_about_students_counts_them(given, pages):
    row = estimate(
        given, "mart_student_voice", unit_id="district", measure_id="aspires_and_explores"
    )
    said = section(parsed(pages["index.html"]), "students")
    assert f"{round(row['estimate'] * row['n']):,} of {row['n']:,}" in said


def test_a_mean_is_told_with_its_scale(given, pages):
    row = estimate(
        given,
        "mart_instruction",
        unit_id="district",
        measure_id="ipg_score",
        missing_rule="exclude",
    )
    said = section(parsed(pages["index.html"]), "instruction")
    assert f"{row['shown'].split(' (')[0]} on a scale of 0 to 3 is the mean" in said


def test_who_was_not_seen_is_counted_from_the_coverage_table(given, pages):
    mart = given.tables["mart_coverage"]
    whole = mart[
        (mart["term"] == LEAD) & (mart["level"] == "district") & (mart["subgroup"] == "all")
    ]
    said = section(parsed(pages["index.html"]), "unobserved")
    row = whole[whole["population"] == "classrooms"].iloc[0]
    assert f"{row['n_eligible'] - row['n_matched']:,} of the {row['n_eligible']:,} rostered" in said
    row = whole[whole["population"] == "teachers"].iloc[0]
    assert f"31% of the {row['n_eligible']:,} rostered teachers answered their survey" in said
    assert "In 1 of 9 groups" in said
    assert "Northwest, schools of several levels (50)" in said
    assert "No local district" in said
