"""Checks of what the cookbook asks of students and teachers."""

from __future__ import annotations

import pandas as pd

from tests.pipeline.by_pandas.ranked import OPTIONS, ranked_options
from tests.pipeline.cookbook.classrooms import SPRING, estimates
from tests.pipeline.cookbook.landed import District, agree


def the_same_for_all(found: pd.DataFrame, district: District) -> None:
    expected = estimates(
        district,
        "mart_student_voice",
        level="district",
        measure_id="share_ideas",
        subgroup_type=["english_learner", "disability"],
    )
    agree(found, expected, ["subgroup_type", "subgroup"])


def what_blocks_teachers(found: pd.DataFrame, district: District) -> None:
    frame = ranked_options(district.frames)
    here = (
        (frame["term"] == SPRING) & (frame["level"] == "district") & (frame["weighting"] == "none")
    )
    agree(found, frame[here], ["rank"])
    assert len(found) == len(OPTIONS)


def who_sees_themselves(found: pd.DataFrame, district: District) -> None:
    frame = estimates(
        district,
        "mart_student_voice",
        level="local_district",
        measure_id=["want_mathematician", "am_mathematician"],
    )
    wide = frame.pivot_table(index="unit_name", columns="measure_id", values="estimate")
    rooms = district.rooms(SPRING)
    seats = rooms.groupby("local_district")["students"].sum()
    rows = district.exports("student_survey", SPRING).merge(
        district.schools(SPRING), on="school_id"
    )
    items = ["want_mathematician", "am_mathematician", "recognised", "want_challenge", "like_hard"]
    items += ["share_ideas", "fit_in", "math_not_for_me"]
    complete = rows[rows[items].isin(["", "I don't know"]).sum(axis=1) < len(items)]
    named = complete[complete["respondent_id"] != ""].sort_values(["recorded_on", "response_id"])
    people = pd.concat(
        [
            named.drop_duplicates("respondent_id", keep="last"),
            complete[complete["respondent_id"] == ""],
        ]
    )
    answered = people.groupby("local_district").size()
    expected = pd.DataFrame(
        {
            "want_to": wide["want_mathematician"],
            "see_themselves": wide["am_mathematician"],
            "asked": seats,
            "answered": answered,
            "response_rate": answered / seats,
        }
    )
    agree(found, expected.reset_index(names="unit_name"), ["unit_name"])


CHECKS = {9: the_same_for_all, 10: what_blocks_teachers, 11: who_sees_themselves}
