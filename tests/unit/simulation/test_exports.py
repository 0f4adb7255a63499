"""What the exports hold: the templates' columns, and rows as a clean district would send them."""

from __future__ import annotations

import pandas as pd
import pytest

from orchestration.settings import Home
from orchestration.simulation import Term
from orchestration.simulation.parameters import DEFAULT

HEADERS = {
    "schools": (
        "school_id,school_name,level,local_district,region,valid_from,valid_to,"
        "support_provider,support_from,support_to"
    ),
    "roster": (
        "class_id,school_id,grade,course,subject,teacher_id,students,english_learners,"
        "students_with_disabilities"
    ),
    "observations": (
        "observation_id,observed_on,school_id,class_id,grade,course,teacher_id,observer_id,"
        "observer_role,observer_org,co_observation_id,minutes_observed,materials,unit,lesson,"
        "ca1_a,ca1_b,ca1_c,ca2_overall,ca3_overall,col,engagement,sharing,unfinished_learning,"
        "adaptation_pack,notes"
    ),
    "student_survey": (
        "response_id,recorded_on,school_id,class_id,grade,respondent_id,english_learner,disability,"
        "race_ethnicity,gender,want_mathematician,am_mathematician,recognised,want_challenge,"
        "like_hard,share_ideas,fit_in,math_not_for_me,comment,comment_consent"
    ),
    "teacher_survey": (
        "response_id,recorded_on,school_id,class_id,grade,respondent_id,role,confident_use,"
        "confident_adapt,understand_design,eager_continue,pl_useful,materials_too_complex,"
        "challenges,comment,comment_consent"
    ),
    "pl_sessions": (
        "session_id,held_on,local_district,priority_area,audience,title,hours,sequence"
    ),
    "pl_attendance": "session_id,educator_id,school_id,role,attended",
}
CODES = {
    "materials": {"as_designed", "modified", "departed", "other", "none", "not_observed"},
    "unfinished_learning": {
        "within_grade_level",
        "remediate_first",
        "none_needed",
        "not_observed",
    },
    "adaptation_pack": {"yes", "no", "not_observed"},
    **{item: {"", "0", "1", "not_observed"} for item in ("ca1_a", "ca1_b", "ca1_c")},
    **{
        item: {"", "1", "2", "3", "4", "not_observed"}
        for item in ("ca2_overall", "ca3_overall", "col", "engagement", "sharing")
    },
}


def read(home: Home, source: str, term: str | None = None) -> pd.DataFrame:
    folder = home.landing / source / (term or "")
    (path,) = folder.glob("*.csv")
    return pd.read_csv(path, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def schools(simulated: Home) -> pd.DataFrame:
    return read(simulated, "schools")


@pytest.fixture(scope="module")
def rosters(simulated: Home, terms: dict[str, Term]) -> dict[str, pd.DataFrame]:
    return {term: read(simulated, "roster", term) for term in terms}


@pytest.fixture(scope="module")
def observations(simulated: Home, terms: dict[str, Term]) -> dict[str, pd.DataFrame]:
    return {term: read(simulated, "observations", term) for term in terms}


def test_every_file_has_its_templates_header_in_utf8_with_lf_line_ends(simulated: Home) -> None:
    paths = list(simulated.landing.rglob("*.csv"))
    assert len(paths) == 1 + 7 * 2 + 4 * 2 + 6 * 2
    for path in paths:
        text = path.read_bytes()
        assert b"\r" not in text
        source = path.relative_to(simulated.landing).parts[0]
        assert text.decode("utf-8").splitlines()[0] == HEADERS[source]


def test_every_visit_is_on_a_weekday_of_its_term(
    observations: dict[str, pd.DataFrame], terms: dict[str, Term]
) -> None:
    for name, rows in observations.items():
        days = pd.to_datetime(rows["observed_on"], format="%Y-%m-%d")
        assert days.dt.date.between(terms[name].starts_on, terms[name].ends_on).all()
        assert (days.dt.day_of_week < 5).all()


def test_every_school_of_a_term_is_valid_on_its_last_day_exactly_once(
    schools: pd.DataFrame,
    rosters: dict[str, pd.DataFrame],
    observations: dict[str, pd.DataFrame],
    terms: dict[str, Term],
) -> None:
    for name, term in terms.items():
        day = term.ends_on.isoformat()
        last = schools["valid_to"].where(schools["valid_to"] != "", "9999-12-31")
        valid = schools.loc[(schools["valid_from"] <= day) & (day <= last), "school_id"]
        assert valid.is_unique
        assert set(rosters[name]["school_id"]) == set(valid)
        assert set(observations[name]["school_id"]) < set(valid)


def test_regions_change_for_some_schools_in_november_2022_and_rows_follow_on(
    schools: pd.DataFrame,
) -> None:
    counts = schools["school_id"].value_counts()
    assert set(counts) == {1, 2}
    assert (counts == 2).mean() == pytest.approx(DEFAULT.remapped, abs=0.03)
    moved = schools[schools["school_id"].map(counts) == 2].groupby("school_id")
    first, second = moved.nth(0), moved.nth(1)
    assert set(first["valid_to"]) == {"2022-11-30"}
    assert set(second["valid_from"]) == {"2022-12-01"}
    assert (first["region"].to_numpy() != second["region"].to_numpy()).all()
    same = ["school_id", "school_name", "level", "local_district", "support_provider"]
    assert (first[same].to_numpy() == second[same].to_numpy()).all()
    assert set(schools.loc[schools["valid_from"] < "2022-12-01", "valid_from"]) == {"2019-07-01"}


def test_local_districts_do_not_nest_in_regions_nor_regions_in_them(schools: pd.DataFrame) -> None:
    pairs = schools[["local_district", "region"]].drop_duplicates()
    assert (pairs["local_district"].value_counts() > 1).all()
    assert (pairs["region"].value_counts() > 1).any()


def test_schools_are_invented_unlike_each_other_and_some_are_supported(
    schools: pd.DataFrame,
) -> None:
    once = schools.drop_duplicates("school_id")
    assert once["school_id"].str.fullmatch(r"99\d{12}").all()
    assert once["school_name"].is_unique
    assert set(once["level"]) == {"middle", "high", "span"}
    assert set(once["local_district"]) == {"Northeast", "West", "Northwest"}
    led = once["support_provider"] == "Leading Educators"
    assert led.mean() == pytest.approx(0.4, abs=0.03)
    assert set(once.loc[led, "support_from"]) == {"2021-08-01"}
    assert len(set(once["support_provider"]) - {""}) == 2


def test_a_roster_has_25_to_45_mathematics_sections_a_school_and_teachers_with_several(
    rosters: dict[str, pd.DataFrame],
) -> None:
    for rows in rosters.values():
        assert rows["class_id"].is_unique
        assert rows["school_id"].value_counts().between(25, 45).all()
        assert set(rows["subject"]) == {"mathematics"}
        assert (rows["teacher_id"] != "").all()
        assert rows.groupby("teacher_id")["school_id"].nunique().max() == 1
        assert 3 < len(rows) / rows["teacher_id"].nunique() <= 5
        seats = rows[["students", "english_learners", "students_with_disabilities"]].astype(int)
        assert (seats.min() >= 0).all()
        assert (seats.drop(columns="students").max(axis=1) <= seats["students"]).all()


def test_sections_and_teachers_last_a_school_year_and_some_teachers_leave_after_it(
    rosters: dict[str, pd.DataFrame],
) -> None:
    same = ["class_id", "school_id", "grade", "course", "teacher_id"]
    fall, spring = rosters["2021-22-fall"], rosters["2021-22-spring"]
    assert fall[same].equals(spring[same])
    assert not fall["students"].equals(spring["students"])
    before, after = set(fall["teacher_id"]), set(rosters["2022-23-fall"]["teacher_id"])
    assert 0.7 < len(before & after) / len(before) < 0.97


def test_a_sample_of_schools_and_classrooms_is_visited_and_some_repeatedly(
    rosters: dict[str, pd.DataFrame], observations: dict[str, pd.DataFrame]
) -> None:
    for name, rows in observations.items():
        seen = rows["school_id"].nunique() / rosters[name]["school_id"].nunique()
        assert 0.55 <= seen <= 0.70
        classrooms = rows.groupby("school_id")["class_id"].nunique()
        assert 5 < classrooms.mean() < 9
        # some schools are seen much more of than others
        assert classrooms.min() >= 1
        assert classrooms.quantile(0.9) > 1.5 * classrooms.quantile(0.1)
        days = rows.groupby(["school_id", "class_id"])["observed_on"].nunique()
        assert days.max() == 3
        assert 0.15 < (days > 1).mean() < 0.5
        assert rows["observation_id"].is_unique
        assert not rows.drop(columns="observation_id").duplicated().any()


def test_nearly_every_class_visited_is_on_the_roster(
    rosters: dict[str, pd.DataFrame], observations: dict[str, pd.DataFrame]
) -> None:
    off = [~rows["class_id"].isin(rosters[name]["class_id"]) for name, rows in observations.items()]
    assert 0 < pd.concat(off).mean() < 0.01


def test_a_co_observed_visit_is_two_observers_of_one_classroom_on_one_day(
    observations: dict[str, pd.DataFrame],
) -> None:
    for rows in observations.values():
        pairs = rows[rows["co_observation_id"] != ""].groupby("co_observation_id")
        assert 0.03 < pairs.ngroups / len(rows) < 0.2
        assert (pairs.size() == 2).all()
        assert (pairs["observer_id"].nunique() == 2).all()
        assert (pairs[["school_id", "class_id", "observed_on"]].nunique() == 1).all(axis=None)


def test_every_code_is_one_that_the_template_knows(observations: dict[str, pd.DataFrame]) -> None:
    rows = pd.concat(observations.values())
    for column, codes in CODES.items():
        assert set(rows[column]) == codes


def test_notes_name_invented_children_so_that_dropping_them_can_be_proved(
    observations: dict[str, pd.DataFrame],
) -> None:
    for rows in observations.values():
        assert 0.7 < (rows["notes"] != "").mean() < 1
        assert rows["notes"].str.contains("Marisol").any()
