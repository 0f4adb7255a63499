"""What the surveys' exports hold, and what was planted in them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from orchestration.registry import load_registry
from orchestration.settings import Home
from orchestration.simulation import Term
from orchestration.simulation.parameters import DEFAULT

TERM = "2021-22-spring"
SCALE = ["Strongly disagree", "Disagree", "Agree", "Strongly agree"]
STUDENT_ITEMS = {
    "want_mathematician": "aspiration",
    "am_mathematician": "identity",
    "recognised": "identity",
    "want_challenge": "challenge",
    "like_hard": "challenge",
    "share_ideas": "belonging",
    "fit_in": "belonging",
    "math_not_for_me": "identity",
}
TEACHER_ITEMS = {
    "confident_use": "confidence",
    "confident_adapt": "confidence",
    "understand_design": "confidence",
    "eager_continue": "commitment",
    "pl_useful": "pl_quality",
    "materials_too_complex": "usability",
}
NEGATIVE = {"math_not_for_me", "materials_too_complex"}
OPTIONS = {
    *("complexity", "pacing", "preparation_time", "materials", "student_readiness", "support"),
    "other",
}
ON_ROSTER = {"teacher", "teacher_leader"}


@pytest.fixture(scope="module")
def spring(draw: Callable):
    return draw(TERM)


@pytest.fixture(scope="module")
def students(spring) -> pd.DataFrame:
    return spring.export("student_survey")


@pytest.fixture(scope="module")
def teachers(spring) -> pd.DataFrame:
    return spring.export("teacher_survey")


@pytest.fixture(scope="module")
def roster(spring) -> pd.DataFrame:
    return spring.export("roster").set_index("class_id")


def numbers(rows: pd.DataFrame, items: dict[str, str]) -> pd.DataFrame:
    """Answers as 1 to 4, negative items reversed; missing where not substantive."""
    codes = {item: rows[item].map(dict(zip(SCALE, range(1, 5), strict=True))) for item in items}
    return pd.DataFrame(
        {item: 5 - code if item in NEGATIVE else code for item, code in codes.items()}
    )


def alpha(items: pd.DataFrame) -> float:
    complete = items.dropna()
    k = complete.shape[1]
    return k / (k - 1) * (1 - complete.var().sum() / complete.sum(axis=1).var())


@pytest.mark.parametrize(
    ("source", "items"), [("student_survey", STUDENT_ITEMS), ("teacher_survey", TEACHER_ITEMS)]
)
def test_items_constructs_and_directions_are_the_shipped_instruments(
    tmp_path, source: str, items: dict[str, str]
) -> None:
    declared = [
        one for one in load_registry(tmp_path).items_of(source) if one.kind != "multi_select"
    ]
    assert {one.item: one.construct_ for one in declared} == items
    assert {one.item for one in declared if one.direction == "negative"} == NEGATIVE & {*items}
    simulated = DEFAULT.students.items if source == "student_survey" else DEFAULT.teachers.items
    assert [each.name for each in simulated] == [one.item for one in declared]


def test_answers_are_the_exact_texts_and_a_few_percent_are_not_substantive(
    students: pd.DataFrame, teachers: pd.DataFrame
) -> None:
    for rows, items in ((students, STUDENT_ITEMS), (teachers, TEACHER_ITEMS)):
        for item in items:
            assert set(rows[item]) == {"", "I don't know", *SCALE}
            assert 0.005 < (~rows[item].isin(SCALE)).mean() < 0.08


def test_responses_are_of_rostered_classes_on_weekdays_of_the_term(
    students: pd.DataFrame, roster: pd.DataFrame, terms: dict[str, Term]
) -> None:
    of_class = roster.loc[students["class_id"]]
    for column in ("school_id", "grade"):
        assert (of_class[column].to_numpy() == students[column].to_numpy()).all()
    assert students["response_id"].is_unique
    days = pd.to_datetime(students["recorded_on"])
    assert days.dt.date.between(terms[TERM].starts_on, terms[TERM].ends_on).all()
    assert (days.dt.day_of_week < 5).all()


def test_no_class_has_more_respondents_of_a_subgroup_than_its_roster(
    students: pd.DataFrame, roster: pd.DataFrame
) -> None:
    known = students[students["respondent_id"] != ""]
    people = known.drop_duplicates(["class_id", "respondent_id"])
    for column, count in (
        ("respondent_id", "students"),
        ("english_learner", "english_learners"),
        ("disability", "students_with_disabilities"),
    ):
        chosen = people if column == "respondent_id" else people[people[column] == "yes"]
        found = chosen.groupby("class_id").size()
        assert (found <= roster.loc[found.index, count]).all()


def test_a_student_is_of_one_school_and_of_the_same_subgroups_in_every_term_of_a_year(
    draw: Callable, students: pd.DataFrame
) -> None:
    columns = ["school_id", "english_learner", "disability", "race_ethnicity", "gender"]
    fall = draw("2021-22-fall").export("student_survey")
    both = pd.concat([fall, students])
    known = both[both["respondent_id"] != ""].groupby("respondent_id")
    assert (known[columns].nunique() == 1).all(axis=None)
    again = set(fall["respondent_id"]) & set(students["respondent_id"]) - {""}
    assert len(again) > 0.1 * len(students)


def test_some_students_answer_in_two_of_their_classes_and_more_sit_in_two(
    spring, students: pd.DataFrame
) -> None:
    classes = students[students["respondent_id"] != ""].groupby("respondent_id")["class_id"]
    assert 0 < (classes.nunique() == 2).sum() < 0.01 * len(students)
    assert classes.nunique().max() == 2
    own = sum(len(block.seats.own) for block in spring.blocks)
    seats = spring.export("roster")["students"].sum()
    assert 1 - own / seats == pytest.approx(DEFAULT.students.several_classes, abs=0.01)


@pytest.mark.parametrize(
    ("source", "items"), [("student_survey", STUDENT_ITEMS), ("teacher_survey", TEACHER_ITEMS)]
)
def test_a_few_answer_twice_on_different_days_and_change_some_answers(
    spring, source: str, items: dict[str, str]
) -> None:
    rows = spring.export(source)
    known = rows[rows["respondent_id"] != ""].sort_values("recorded_on", kind="stable")
    twice = known[known["respondent_id"].duplicated(keep=False)].groupby("respondent_id")
    assert 0.01 < twice.ngroups / len(known) < 0.05
    assert (twice.size() == 2).all()
    assert (twice["recorded_on"].nunique() == 2).all()
    ordered = (twice.nth(n).sort_values("respondent_id") for n in (0, 1))
    first, second = (numbers(rows, items).to_numpy(float) for rows in ordered)
    told = ~np.isnan(first) & ~np.isnan(second)
    assert 0.15 < (first != second)[told].mean() < 0.6


@pytest.mark.parametrize(
    ("source", "share"),
    [
        ("student_survey", DEFAULT.students.anonymous),
        ("teacher_survey", DEFAULT.teachers.anonymous),
    ],
)
def test_a_few_are_anonymous_and_a_few_say_nothing(
    draw: Callable, source: str, share: float
) -> None:
    rows = pd.concat([draw(term).export(source) for term in ("2021-22-fall", TERM)])
    assert (rows["respondent_id"] == "").mean() == pytest.approx(share, abs=0.02)
    assert (rows["respondent_id"] == "").any()
    items = STUDENT_ITEMS if source == "student_survey" else TEACHER_ITEMS
    silent = ~rows[list(items)].isin(SCALE).any(axis=1)
    assert 0 < silent.mean() < 0.03
    if source == "teacher_survey":
        assert (rows.loc[silent, "challenges"] == "").all()


def test_a_part_of_schools_and_of_their_classes_answers_and_schools_differ_in_how_many(
    spring, students: pd.DataFrame, roster: pd.DataFrame
) -> None:
    schools = roster["school_id"].nunique()
    assert 0.45 < students["school_id"].nunique() / schools < 0.65
    asked = roster.loc[students["class_id"].unique()]
    answered = students[students["respondent_id"] != ""].groupby("class_id")["respondent_id"]
    rate = answered.nunique() / asked["students"]
    by_school = rate.groupby(asked["school_id"]).mean()
    assert 0.65 < by_school.mean() < 0.9
    assert by_school.std() > 0.06
    share = asked.groupby("school_id").size() / roster.groupby("school_id").size()
    assert share.mean() == pytest.approx(DEFAULT.students.sections, abs=0.08)
    assert share.std() > 0.05


def test_teachers_answer_under_their_rosters_id_and_leaders_and_coaches_are_on_none(
    spring, teachers: pd.DataFrame, roster: pd.DataFrame
) -> None:
    known = teachers[teachers["respondent_id"] != ""]
    school = roster.drop_duplicates("teacher_id").set_index("teacher_id")["school_id"]
    on = known[known["role"].isin(ON_ROSTER)]
    assert (school.loc[on["respondent_id"]].to_numpy() == on["school_id"].to_numpy()).all()
    off = known[~known["role"].isin(ON_ROSTER)]
    assert set(off["role"]) == {"instructional_leader", "coach"}
    assert not off["respondent_id"].isin(school.index).any()
    observers = spring.drawn.observers.people.set_index("observer_id")
    coaches = off.loc[off["role"] == "coach", "respondent_id"]
    assert set(observers.loc[coaches, "observer_role"]) == {"coach"}


def test_about_half_of_teachers_answer_in_no_school_more_people_than_it_has_teachers(
    draw: Callable,
) -> None:
    rates = []
    for term in ("2021-22-fall", TERM, "2022-23-fall", "2022-23-spring"):
        rows, roster = draw(term).export("teacher_survey"), draw(term).export("roster")
        there = roster.groupby("school_id")["teacher_id"].nunique()
        newest = rows[~rows["respondent_id"].duplicated() | (rows["respondent_id"] == "")]
        people = newest.groupby("school_id").size()
        assert (people <= there.loc[people.index]).all()
        rostered = newest[newest["role"].isin(ON_ROSTER)].groupby("school_id").size()
        rates.append((rostered / there).fillna(0))
    rate = pd.concat(rates)
    assert 0.5 < rate.mean() < 0.6
    assert rate.std() > 0.1


def test_challenges_are_options_of_the_instrument_and_everybody_who_names_names_one(
    teachers: pd.DataFrame,
) -> None:
    named = teachers["challenges"]
    assert 0.01 < (named == "").mean() < 0.1
    cells = [cell.split(";") for cell in named[named != ""]]
    assert {option for cell in cells for option in cell} == OPTIONS
    assert all(len(set(cell)) == len(cell) for cell in cells)
    assert max(len(cell) for cell in cells) > 2


@pytest.mark.parametrize(
    ("source", "items"), [("student_survey", STUDENT_ITEMS), ("teacher_survey", TEACHER_ITEMS)]
)
def test_constructs_are_as_reliable_as_short_scales_are(
    draw: Callable, source: str, items: dict[str, str]
) -> None:
    codes = numbers(draw(TERM, 1, 1.0).export(source), items)
    for construct in set(items.values()):
        of = [item for item, its in items.items() if its == construct]
        if len(of) > 1:
            assert 0.6 < alpha(codes[of]) < 0.85


def test_comments_come_with_consent_or_without(draw: Callable) -> None:
    for source, shares in (("student_survey", (0.05, 0.1)), ("teacher_survey", (0.2, 0.4))):
        rows = draw(TERM, 1, 1.0).export(source)
        wrote = rows["comment"] != ""
        assert shares[0] < wrote.mean() < shares[1]
        assert set(rows.loc[~wrote, "comment_consent"]) == {""}
        assert set(rows.loc[wrote, "comment_consent"]) == {"yes", "no"}
        assert 0.5 < (rows.loc[wrote, "comment_consent"] == "yes").mean() < 0.8


def test_a_few_consented_comments_hold_an_address_a_telephone_number_or_a_schools_name(
    draw: Callable,
) -> None:
    names = set(draw(TERM, 1, 1.0).schools["school_name"])
    rows = draw(TERM, 1, 1.0).export("student_survey")
    said = rows.loc[rows["comment_consent"] == "yes", "comment"]
    address = said.str.contains("@", regex=False)
    number = said.str.contains(r"\(\d{3}\) \d{3}-\d{4}")
    school = pd.Series([any(name in one for name in names) for one in said], index=said.index)
    assert address.any()
    assert number.any()
    assert school.any()
    assert 0.005 < (address | number | school).mean() < 0.08
    # and nothing else in a comment looks like any of them
    assert not said[~number & ~address].str.contains(r"\d").any()


def test_teachers_grow_more_confident_and_students_more_willing_from_fall_to_spring(
    simulated: Home,
) -> None:
    truth = pd.read_json(simulated.truth)
    district = truth[(truth["level"] == "district") & (truth["subgroup_type"] == "all")]
    wide = district.pivot(index="measure_id", columns="term", values="process")
    grown = wide[TERM] - wide["2021-22-fall"]
    assert (
        grown[["confident_use", "eager_continue", "share_ideas", "want_mathematician"]] > 0
    ).all()
    assert grown["confident_use"] > grown["share_ideas"]
