"""What each section of the report says, and what it says where there is nothing to say."""

from __future__ import annotations

import pytest

from orchestration.publishing.report import render
from tests.unit.publishing.pages import (
    LEAD,
    TERMS,
    by_id,
    index_of,
    page_of,
    panels,
    parsed,
    points,
    section,
    text,
)
from tests.unit.publishing.voices import NOT_RELEASED, RELEASED

SECTIONS = {
    "measures": "mart_adoption",
    "instruction": "mart_instruction",
    "unfinished": "mart_unfinished_learning",
    "teachers": "mart_teacher_voice",
    "students": "mart_student_voice",
}


@pytest.fixture(scope="module")
def given(release):
    return release(*TERMS)


@pytest.fixture(scope="module")
def pages(given):
    return {name: parsed(html) for name, html in render(page_of(given)).items()}


@pytest.fixture(scope="module")
def index(pages):
    return pages["index.html"]


def without(given, table: str, term: str | None = None):
    frame = given.tables[table]
    return {table: frame.iloc[:0] if term is None else frame[frame["term"] != term]}


@pytest.mark.parametrize("name", list(SECTIONS))
def test_a_section_has_a_sentence_a_chart_a_table_and_its_definitions(name, index, given):
    part = by_id(index, name)
    assert [one for one in part.iter("b") if one.get("data-figure")]
    assert list(panels(part))
    assert list(part.iter("table"))
    measures = given.dimensions["dim_measure"]
    for measure in measures[measures["mart"] == SECTIONS[name]].to_dict("records"):
        said = text(part).lower()
        for word in ("label", "definition", "numerator", "denominator", "source"):
            assert measure[word].lower() in said


@pytest.mark.parametrize(("name", "table"), list(SECTIONS.items()))
def test_a_section_without_data_says_so_and_draws_nothing(name, table, given):
    part = by_id(index_of(given, tables=without(given, table)), name)
    assert "There is no data on this in any term" in text(part)
    assert not list(part.iter("table"))
    assert not list(panels(part))


@pytest.mark.parametrize(("name", "table"), list(SECTIONS.items()))
def test_a_section_without_data_in_the_leading_term_says_which_is_the_latest(name, table, given):
    part = by_id(index_of(given, tables=without(given, table, LEAD)), name)
    assert "There is no data on this in Spring 2022; the latest is of Winter 2021–22." in text(part)
    assert all("Spring" not in text(svg) for _, svg in panels(part))


def test_a_survey_that_was_not_held_in_a_term_has_no_place_on_the_axis(given):
    tables = without(given, "mart_student_voice", TERMS[1])
    part = by_id(index_of(given, tables=tables), "students")
    for _, svg in panels(part):
        assert "Winter" not in text(svg)
        assert len(points(svg)) == 2


def test_a_measure_of_a_site_that_the_outline_does_not_know_leads_where_it_is_alone(given):
    dim = given.dimensions["dim_measure"]
    renamed = dim.assign(measure_id=dim["measure_id"].replace({"confident_use": "other_item"}))
    mart = given.tables["mart_teacher_voice"]
    own = mart.assign(measure_id=mart["measure_id"].replace({"confident_use": "other_item"}))
    tree = index_of(given, dimensions={"dim_measure": renamed}, tables={"mart_teacher_voice": own})
    found = by_id(tree, "teachers").find(".//ul[@class='findings']/li")
    assert "other_item" in str([one.get("data-figure") for one in found.iter()])


def test_measures_of_which_fewer_is_better_stand_by_size_and_are_not_ranked_as_sure(given):
    mart = given.tables["mart_teacher_voice"]
    larger = mart["estimate"].where(mart["measure_id"] != "challenge_other", 0.9)
    part = by_id(
        index_of(given, tables={"mart_teacher_voice": mart.assign(estimate=larger)}), "teachers"
    )
    labels = [text(one) for one in part.iter("th") if text(one).startswith("Challenges:")]
    assert labels[:2] == ["Challenges: Else", "Challenges: Pacing"]


def test_most_cited_is_said_only_where_the_lead_is_more_than_chance(given, pages):
    def said(name: str) -> str:
        return section(pages[name], "teachers")

    frame = given.tables["mart_ranked_options"]
    row = frame[
        (frame["term"] == LEAD)
        & (frame["unit_id"] == "district")
        & (frame["weighting"] == "none")
        & (frame["rank"] == 1)
    ].iloc[0]
    share, lead = row["shown"].split("; leads by ")
    assert f"“Challenges: Pacing” is cited most, by {share} of the {row['n']:,}" in said(
        "index.html"
    )
    assert f"leads “Challenges: Else” by {lead}" in said("index.html")
    assert "is cited most, by" not in said("west.html")
    assert "Which is cited most cannot be told" in said("west.html")


def test_a_change_is_told_in_all_and_in_the_same_schools(given, pages):
    frame = given.tables["mart_change"]
    row = frame[
        (frame["term"] == LEAD)
        & (frame["from_term"] == "2021-22-winter")
        & (frame["unit_id"] == "West")
        & (frame["measure_id"] == "adoption_any")
        & (frame["subgroup"] == "all")
        & (frame["weighting"] == "none")
    ].iloc[0]
    whole, within = row["shown"].split("; ")
    said = section(pages["west.html"], "change")
    assert f"in West: {whole.removeprefix('in all ')}" in said
    assert f"in the 9 schools seen in both, {within.removeprefix('in the same schools ')}" in said


def test_no_change_is_told_from_a_term_that_has_moved_since(given):
    slices = {
        "2021-22-fall": {"sequence": 3},
        "2021-22-winter": {"sequence": 1},
        LEAD: {"sequence": 2, "earlier": {"2021-22-winter": "changed"}},
    }
    said = section(index_of(given, slices=slices), "change")
    assert "No change from Fall 2021 is shown: it has been corrected since" in said
    assert "No change from Winter 2021–22 is shown: rows have come in since" in said
    assert "In the same schools" not in said


def test_supported_schools_are_compared_now_before_and_since(given, pages):
    said = section(pages["index.html"], "support")
    frame = given.tables["mart_support_comparison"]
    row = frame[
        (frame["term"] == LEAD)
        & (frame["level"] == "district")
        & (frame["measure_id"] == "adoption_any")
        & (frame["weighting"] == "none")
    ].iloc[0]
    now, before, since = row["shown"].split("; ")
    assert now.removeprefix("now ") in said
    assert f"{before.removeprefix('before ')}in Spring 2021" in said
    assert since.removeprefix("since ") in said
    assert "It is an association" in said
    assert "effect" not in said


def test_agreement_of_few_pairs_is_not_shown_and_of_none_is_nobody(pages):
    def cells(name: str) -> list[str]:
        part = by_id(pages[name], "agreement")
        row = next(one for one in part.iter("tr") if text(one).startswith("What engagement is"))
        return [text(one) for one in row.iter("td")]

    assert cells("northeast.html") == ["24", "75%", "20%", ".48", ".60", "120", "25%", "+.30"]
    assert cells("west.html") == ["too few", "–", "–", "–", "–", "120", "25%", "+.30"]
    assert cells("northwest.html") == ["0", "–", "–", "–", "–", "120", "25%", "+.30"]


def test_the_rules_on_what_was_not_observed_stand_side_by_side(index, given):
    grid = next(
        one
        for one in by_id(index, "instruction").iter("table")
        if "three rules" in text(one.find("caption"))
    )
    assert [text(one) for one in grid.find("thead").iter("th")] == [
        "Measure",
        "Left out",
        "Counted as the lowest rating",
        "The whole visit left out",
    ]
    mart = given.tables["mart_instruction"]
    row = mart[
        (mart["term"] == LEAD)
        & (mart["unit_id"] == "district")
        & (mart["subgroup"] == "all")
        & (mart["weighting"] == "none")
        & (mart["measure_id"] == "engagement")
    ].set_index("missing_rule")["shown"]
    said = next(text(one) for one in grid.iter("tr") if text(one).startswith("Students stay"))
    assert row["lowest"] in said
    assert row["exclude"] in said


def test_students_are_told_apart_by_who_they_are(index):
    said = section(index, "students")
    for words in ("English learners", "Not English learners", "Race and ethnicity", "Latino"):
        assert words in said


def test_a_rate_of_response_below_85_percent_is_flagged_and_alpha_has_its_n(index):
    said = section(index, "students")
    assert "Below 85%" in said
    assert "NCES standard 4-4-1" in said
    alphas = next(
        one
        for one in by_id(index, "students").iter("table")
        if "Cronbach" in text(one.find("caption"))
    )
    (row,) = alphas.find("tbody")
    assert [text(cell) for cell in row] == ["Identity", ".73", "3", "30,690"]


def test_a_population_of_which_nobody_was_seen_anywhere_is_not_called_zero_percent(given):
    mart = given.tables["mart_coverage"]
    nobody = (mart["population"] == "students") & (mart["term"] == LEAD)
    gone = mart.assign(
        n_seen=mart["n_seen"].mask(nobody, 0),
        n_matched=mart["n_matched"].mask(nobody, 0),
        coverage=mart["coverage"].mask(nobody, 0.0),
    )
    part = by_id(index_of(given, tables={"mart_coverage": gone}), "unobserved")
    assert "No student answered a survey in Spring 2022." in text(part)
    assert "0%" not in [text(cell) for cell in part.iter("td")]
    drawn = dict(panels(part))
    assert len(points(drawn["Students who answered"])) == len(TERMS) - 1
    assert len(points(drawn["Teachers who answered"])) == len(TERMS)


def test_professional_learning_tells_reach_hours_and_sequence(index, pages):
    part = by_id(index, "learning")
    assert "of the 1,584 rostered teachers" in text(part)
    assert "5.3 hours each on average" in text(part)
    drawing = next(one for one in part.iter("desc") if one.get("id") == "sequence-desc")
    assert "West: Fluency: Instructional leaders 4 Aug" in text(drawing)
    own = by_id(pages["west.html"], "learning")
    described = next(one for one in own.iter("desc") if one.get("id") == "sequence-desc")
    assert "Northeast" not in text(described)


def test_the_order_of_audiences_is_that_in_which_they_were_taught(index):
    caption = next(
        text(one)
        for one in by_id(index, "learning").iter("figcaption")
        if "school year" in text(one)
    )
    assert caption.startswith("Instructional leaders Teacher leaders Teachers")


def test_without_sessions_or_attendance_the_report_says_that_there_is_none(given):
    tables = {**without(given, "mart_professional_learning"), **without(given, "mart_pl_sequence")}
    said = section(index_of(given, tables=tables), "learning")
    assert "There is no data on professional learning in Spring 2022" in said


def test_hours_and_use_are_called_an_association(index):
    assert "It is an association" in section(index, "learning")
    assert "12 hours or more" in section(index, "learning")


def test_only_released_comments_are_told_and_each_in_its_own_place(pages):
    said = section(pages["west.html"], "words")
    assert f"West: {RELEASED}" in said
    assert f"Northeast: {RELEASED}" not in said
    assert f"Northeast: {RELEASED}" in section(pages["index.html"], "words")
    for tree in pages.values():
        assert NOT_RELEASED not in text(tree)


def test_without_a_released_comment_the_report_says_why(given):
    said = section(index_of(given, tables=without(given, "mart_comments")), "words")
    assert "There is no comment that has been released" in said
