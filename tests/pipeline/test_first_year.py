"""The first year's claims, S1 to S10 of MEASURES, as the marts of a simulated spring 2022 say them.

The whole default district, from its exports; denominators are counted in the exports themselves.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from orchestration.registry import load_registry
from orchestration.settings import Home
from orchestration.simulation import simulate
from tests.pipeline.fast_build import build_marts
from tests.pipeline.homes import query

TERM = "2021-22-spring"
OVER = {"Northeast": 0.8, "West": 0.8, "Northwest": 0.9}
FAVOURABLE = ("Agree", "Strongly agree")
SUBSTANTIVE = ("Strongly disagree", "Disagree", *FAVOURABLE)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("first year")
    simulate(Home(root), [load_registry().terms[TERM]], processes=1)
    build_marts(root)
    return root


def exported(home: Path, source: str) -> pd.DataFrame:
    path = home / "landing" / source / TERM / f"{source}.csv"
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def estimates(home: Path, mart: str, *measures: str, level: str = "district") -> pd.DataFrame:
    """A mart's unweighted rows of everybody."""
    named = ", ".join(f"'{one}'" for one in measures)
    found = query(
        home,
        f"""
        select * from {mart}
        where measure_id in ({named}) and level = '{level}'
            and subgroup_type = 'all' and weighting = 'none'
        """,
        "unreleased",
    )
    assert set(found["measure_id"]) == set(measures)
    assert (found["ci_low"] < found["estimate"]).all()
    assert (found["estimate"] < found["ci_high"]).all()
    return found.set_index("unit_id")


def test_s1_over_80_over_80_and_over_90_percent_of_the_classrooms_observed_use_it(
    home: Path,
) -> None:
    rows = estimates(home, "mart_adoption", "adoption_any", level="local_district")
    schools = pd.read_csv(home / "landing/schools/schools.csv", dtype=str)
    schools = schools[schools["valid_from"] <= "2022-06-30"]
    schools = schools[schools["valid_to"].fillna("9999") >= "2022-06-30"]
    roster = exported(home, "roster").merge(schools[["school_id", "local_district"]])
    visits = exported(home, "observations").merge(schools[["school_id", "local_district"]])
    seen = visits[visits["materials"] != "not_observed"]
    for unit, least in OVER.items():
        row = rows.loc[unit]
        assert row["estimate"] > least
        assert row["n_eligible"] == (roster["local_district"] == unit).sum()
        rooms = seen.loc[seen["local_district"] == unit, ["school_id", "class_id"]]
        assert row["n"] == len(rooms.drop_duplicates())


def test_s2_4800_students_and_more_are_favourable_on_both_items(home: Path) -> None:
    row = estimates(home, "mart_student_voice", "aspires_and_explores").loc["district"]
    favourable = round(row["estimate"] * row["n"])
    assert favourable >= 4800
    answers = exported(home, "student_survey").sort_values(["recorded_on", "response_id"])
    items = [name for name in answers if name in load_registry().items]
    complete = answers[answers[items].isin(SUBSTANTIVE).any(axis=1)]
    named = complete[complete["respondent_id"] != ""].drop_duplicates("respondent_id", keep="last")
    latest = pd.concat([named, complete[complete["respondent_id"] == ""]])
    both = latest[["want_mathematician", "want_challenge"]]
    assert row["n"] == both.isin(SUBSTANTIVE).all(axis=1).sum()
    assert favourable == both.isin(FAVOURABLE).all(axis=1).sum()
    seats = exported(home, "roster")["students"].astype(int).sum()
    assert row["n_eligible"] == seats


@pytest.mark.parametrize(
    ("mart", "measures"),
    [
        ("mart_teacher_voice", ("confident_use", "eager_continue")),  # S3
        ("mart_instruction", ("engagement", "sharing", "ipg_score")),  # S4
        ("mart_unfinished_learning", ("unfinished_within_grade_level", "adaptation_pack_used")),
        ("mart_teacher_voice", ("challenge_complexity", "challenge_pacing")),  # S8
    ],
)
def test_s3_s4_s7_and_s8_have_their_rows_of_those_seen_among_those_rostered(
    home: Path, mart: str, measures: tuple[str, ...]
) -> None:
    rows = estimates(home, mart, *measures)
    assert (rows["n"] > 400).all()
    assert (rows["n_eligible"] > rows["n"]).all()
    assert rows["coverage"].between(0.01, 0.99).all()


def test_s5_sessions_are_sequenced_by_local_district_priority_area_and_audience(
    home: Path,
) -> None:
    found = query(home, "select * from mart_pl_sequence", "unreleased")
    assert len(found) == len(exported(home, "pl_sessions"))
    assert set(found["local_district"]) == set(OVER)
    assert (found.groupby(["local_district", "priority_area", "audience"]).size() >= 1).all()
    assert (found["n_attended"] > 0).all()


def test_s6_and_s9_have_a_row_for_each_part_of_the_whole(home: Path) -> None:
    found = query(
        home,
        """
        select subgroup_type, subgroup, sum(n) as n
        from mart_student_voice
        where level = 'district' and weighting = 'none' and measure_id = 'want_challenge'
        group by all
        """,
        "unreleased",
    )
    sizes = found.groupby("subgroup_type")["n"].sum()
    assert {"support", "english_learner", "disability", "race_ethnicity"} <= set(sizes.index)
    assert (sizes == sizes["all"]).all()


def test_s10_what_was_said_with_consent_waits_to_be_read(home: Path) -> None:
    found = query(home, "select * from mart_comments", "unreleased")
    consented = sum(
        (rows["comment_consent"].eq("yes") & rows["comment"].ne("")).sum()
        for rows in (exported(home, "student_survey"), exported(home, "teacher_survey"))
    )
    assert 0 < len(found) <= consented
    assert not found["released"].any()
