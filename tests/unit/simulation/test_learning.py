"""Professional learning, and who observes: what was planted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from orchestration.simulation import Term
from orchestration.simulation.parameters import DEFAULT, LADDER

YEAR = ("2021-22-fall", "2021-22-winter", "2021-22-spring")
INVITED = {
    "instructional_leader": {"instructional_leader"},
    "teacher_leader": {"teacher_leader", "coach"},
    "teacher": {"teacher", "teacher_leader"},
}


@pytest.fixture(scope="module")
def year(draw: Callable) -> dict:
    return {term: draw(term) for term in YEAR}


@pytest.fixture(scope="module")
def sessions(year: dict) -> pd.DataFrame:
    return pd.concat(
        [drawn.export("pl_sessions").assign(term=term) for term, drawn in year.items()],
        ignore_index=True,
    )


@pytest.fixture(scope="module")
def attendance(year: dict, sessions: pd.DataFrame) -> pd.DataFrame:
    rows = pd.concat([drawn.export("pl_attendance") for drawn in year.values()], ignore_index=True)
    return rows.merge(sessions, on="session_id", how="left", validate="many_to_one")


def test_a_series_goes_to_leaders_first_then_teacher_leaders_then_teachers(
    sessions: pd.DataFrame,
) -> None:
    assert sessions["session_id"].is_unique
    for _, series in sessions.groupby(["local_district", "priority_area"]):
        steps = series.drop_duplicates("sequence").sort_values("sequence")
        assert list(steps["sequence"]) == list(range(1, len(steps) + 1))
        first = steps.drop_duplicates("audience")["audience"]
        assert list(first) == ["instructional_leader", "teacher_leader", "teacher"]
        days = series.groupby("sequence")["held_on"].agg(["min", "max"])
        assert (days["max"].shift().dropna() <= days["min"].iloc[1:]).all()


def test_every_local_district_runs_every_priority_area_in_every_term(
    sessions: pd.DataFrame, terms: dict[str, Term]
) -> None:
    assert (sessions.groupby("term")["local_district"].nunique() == 3).all()
    assert (sessions.groupby(["term", "local_district"])["priority_area"].nunique() == 3).all()
    for term, rows in sessions.groupby("term"):
        days = pd.to_datetime(rows["held_on"])
        assert days.dt.date.between(terms[str(term)].starts_on, terms[str(term)].ends_on).all()
        assert (days.dt.day_of_week < 5).all()
    assert sessions["hours"].astype(float).between(1, 4).all()


def test_whoever_is_expected_is_of_the_audience_and_of_its_local_district(
    year: dict, attendance: pd.DataFrame
) -> None:
    assert attendance["held_on"].notna().all()
    assert not attendance.duplicated(["session_id", "educator_id"]).any()
    assert set(attendance["attended"]) == {"yes", "no"}
    for audience, rows in attendance.groupby("audience"):
        assert set(rows["role"]) == INVITED[str(audience)]
    schools = year[YEAR[0]].schools.set_index("school_id")["local_district"]
    assert (attendance["school_id"].map(schools) == attendance["local_district"]).all()
    rostered = year[YEAR[0]].export("roster").drop_duplicates("teacher_id")
    home = rostered.set_index("teacher_id")["school_id"]
    on = attendance[attendance["role"].isin(["teacher", "teacher_leader"])]
    assert (home.loc[on["educator_id"]].to_numpy() == on["school_id"].to_numpy()).all()
    off = attendance[~attendance["role"].isin(["teacher", "teacher_leader"])]
    assert not off["educator_id"].isin(home.index).any()


def test_a_year_gives_teachers_from_none_to_more_than_12_hours(
    year: dict, attendance: pd.DataFrame
) -> None:
    came = attendance[attendance["attended"] == "yes"]
    hours = came["hours"].astype(float).groupby(came["educator_id"]).sum()
    everyone = year[YEAR[-1]].export("roster")["teacher_id"].unique()
    each = hours.reindex(everyone, fill_value=0.0)
    parts = pd.cut(each, [-1, 0, 5.99, 11.99, 99]).value_counts(normalize=True)
    assert parts.min() > 0.02
    assert 4 < each.mean() < 10


def test_teachers_with_more_hours_use_the_materials_more(draw: Callable) -> None:
    """Planted between a teacher's dose and the habits of that teacher's classrooms."""
    apart = []
    for seed in range(1, 7):
        drawn = draw("2021-22-winter", seed, 0.4)
        rows = drawn.export("pl_attendance")
        came = rows[rows["attended"] == "yes"].groupby("educator_id").size()
        roster = drawn.export("roster")
        habit = drawn.every(lambda block: block.practice.habit)
        uses = pd.Series(habit >= LADDER.index("departed")).groupby(roster["teacher_id"]).mean()
        expected = uses[uses.index.isin(rows["educator_id"])]
        some = expected.index.isin(came.index)
        apart.append(expected[some].mean() - expected[~some].mean())
    assert np.mean(apart) > 0.05
    assert np.mean(apart) > 3 * np.std(apart) / np.sqrt(len(apart))


def test_observers_are_as_severe_as_is_known_and_a_pools_severities_cancel(draw: Callable) -> None:
    """Over many terms' ratings, an observer's mean falls with the severity stated for them."""
    ratings = []
    walked = ("2020-21-spring", "2021-22-winter", "2022-23-winter")
    for term in walked:
        drawn = draw(term, 1, 1.0)
        rows = drawn.export("observations")
        rating = pd.to_numeric(rows["sharing"], errors="coerce")
        ratings.append(rating.groupby(rows["observer_id"]).agg(["sum", "count"]))
    people = draw(walked[0], 1, 1.0).drawn.observers.people
    local_district = np.repeat(np.arange(3), draw(walked[0], 1, 1.0).drawn.observers.size.tolist())
    assert people["severity"].groupby(local_district).mean().to_numpy() == pytest.approx(0)
    assert people["severity"].std() == pytest.approx(DEFAULT.instruction.severity_sd, rel=0.15)
    total = pd.concat(ratings).groupby(level=0).sum()
    mean = total["sum"] / total["count"]
    severity = people.set_index("observer_id")["severity"].loc[mean.index]
    assert np.corrcoef(mean, severity)[0, 1] < -0.4


def test_observers_of_one_visit_agree_more_than_observers_of_different_ones(
    draw: Callable,
) -> None:
    rows = draw("2021-22-spring", 1, 1.0).export("observations")
    rated = rows.assign(rating=pd.to_numeric(rows["col"], errors="coerce")).dropna(subset="rating")
    pairs = rated[rated["co_observation_id"] != ""].groupby("co_observation_id")["rating"]
    both = pairs.agg(["first", "last", "count"])
    both = both[both["count"] == 2]
    agreed = (both["first"] == both["last"]).mean()
    shares = rated["rating"].value_counts(normalize=True)
    assert 0.5 < agreed < 0.9
    assert agreed > (shares**2).sum() + 0.15


def test_ratings_and_unfinished_learning_go_with_the_use_of_materials(draw: Callable) -> None:
    rows = draw("2021-22-spring", 1, 1.0).export("observations")
    used = rows["materials"].isin(["departed", "modified", "as_designed"])
    rating = pd.to_numeric(rows["sharing"], errors="coerce")
    assert rating[used].mean() > rating[~used].mean() + 0.1
    told = rows["adaptation_pack"].isin(["yes", "no"])
    pack = rows["adaptation_pack"] == "yes"
    assert pack[told & used].mean() > pack[told & ~used].mean() + 0.1
    told = rows["unfinished_learning"].isin(["within_grade_level", "remediate_first"])
    within = rows["unfinished_learning"] == "within_grade_level"
    assert within[told & used].mean() > within[told & ~used].mean()


def test_memory_is_bounded_by_a_block_of_schools(draw: Callable) -> None:
    blocks = draw("2021-22-winter", 1, 1.0).blocks
    assert [len(block.block.schools) for block in blocks] == [64, 64, 64, 28]
    for block in blocks:
        for source in ("roster", "observations"):
            assert block.exports[source]["school_id"].nunique() <= 64
