"""What an analyst would estimate from the exports, beside the truth."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

USES = {
    "adoption_any": {"departed", "modified", "as_designed"},
    "adoption_as_designed": {"modified", "as_designed"},
}
KEYS = ["local_district", "level"]
AGREES = {"Agree", "Strongly agree"}
SEEDS = [1, 2, *(pytest.param(seed, marks=pytest.mark.long) for seed in (3, 4))]
SUBSTANTIVE = {"Strongly disagree", "Disagree", *AGREES}


def classroom_means(drawn, measure_id: str) -> pd.DataFrame:
    """Classrooms' means of visits, `y`, as an analyst would take them from the exports.

    With the weights `none` (1) and `roster` (rostered / seen in local district and level).
    """
    rows = drawn.export("observations")
    rows = rows[rows["materials"] != "not_observed"]
    visit = rows["co_observation_id"].where(rows["co_observation_id"] != "", rows["observation_id"])
    uses = rows["materials"].isin(USES[measure_id]).astype(float)
    visits = uses.groupby([rows["school_id"], rows["class_id"], visit]).mean()
    classrooms = visits.groupby(level=["school_id", "class_id"]).mean().rename("y").reset_index()
    unit = drawn.schools.set_index("school_id")[KEYS]
    classrooms = classrooms.join(unit, on="school_id").assign(district="district", none=1.0)
    rostered = drawn.export("roster").join(unit, on="school_id").groupby(KEYS).size()
    weight = (rostered / classrooms.groupby(KEYS).size()).rename("roster")
    return classrooms.join(weight, on=KEYS)


def weighted_means(classrooms: pd.DataFrame, by: str, weighting: str = "none") -> pd.Series:
    weight = classrooms[weighting]
    sums = (classrooms["y"] * weight).groupby(classrooms[by]).sum()
    return sums / weight.groupby(classrooms[by]).sum()


def true_means(drawn, measure_id: str, by: str) -> pd.DataFrame:
    """`process` and `roster` by the names that `weighted_means` gives."""
    rows = drawn.truth
    rows = rows[(rows["measure_id"] == measure_id) & (rows["geography"] == "local_district")]
    subgroup_type, level, name = {
        "district": ("all", "district", "unit_id"),
        "local_district": ("all", "local_district", "unit_id"),
        "level": ("school_level", "district", "subgroup"),
    }[by]
    rows = rows[(rows["subgroup_type"] == subgroup_type) & (rows["level"] == level)]
    return rows.set_index(name)[["process", "roster"]]


@pytest.mark.parametrize("seed", SEEDS)
def test_spring_2022_is_over_80_over_80_and_over_90_in_truth_and_in_the_sample(
    draw: Callable, seed: int
) -> None:
    spring = draw("2021-22-spring", seed, 1.0)
    true = true_means(spring, "adoption_any", "local_district")
    seen = weighted_means(classroom_means(spring, "adoption_any"), "local_district")
    for name, claimed in (("Northeast", 0.8), ("West", 0.8), ("Northwest", 0.9)):
        assert min(*true.loc[name], seen[name]) > claimed


@pytest.mark.parametrize("seed", SEEDS)
def test_spring_2022_has_4800_students_favourable_on_both_items_of_its_claim(
    draw: Callable, seed: int
) -> None:
    rows = draw("2021-22-spring", seed, 1.0).export("student_survey")
    newest = rows[rows["respondent_id"] != ""].sort_values("recorded_on", kind="stable")
    newest = newest.drop_duplicates("respondent_id", keep="last")
    assert 30_000 < len(newest) < 40_000
    both = newest["want_mathematician"].isin(AGREES) & newest["want_challenge"].isin(AGREES)
    assert both.sum() > 4_800


@pytest.mark.parametrize("seed", SEEDS)
def test_complexity_is_cited_most_and_by_more_than_chance(draw: Callable, seed: int) -> None:
    spring = draw("2021-22-spring", seed, 1.0)
    named = spring.export("teacher_survey")["challenges"]
    cited = named[named != ""].str.get_dummies(";")
    first, second = cited.mean().nlargest(2).index
    assert first == "complexity"
    apart = cited[first] - cited[second]
    assert apart.mean() > 3 * apart.std() / math.sqrt(len(apart))


@pytest.mark.long
def test_over_many_seeds_the_sample_estimates_the_process_and_the_roster_without_bias(
    draw: Callable,
) -> None:
    """Mean error over 30 districts within four of its own standard errors, however weighted.

    And the spread is no more than a few times that of a simple random sample: a wrong unit of
    sampling would show.
    """
    found = []
    for seed in range(1, 31):
        drawn = draw("2021-22-winter", seed, 0.4)
        for measure_id in USES:
            classrooms = classroom_means(drawn, measure_id)
            for by in ("district", "local_district", "level"):
                true = true_means(drawn, measure_id, by)
                for weighting in ("none", "roster"):
                    means = weighted_means(classrooms, by, weighting)
                    errors = true.rsub(means, axis=0).rename_axis("name").reset_index()
                    found.append(errors.assign(measure_id=measure_id, weighting=weighting))
    keys = ["measure_id", "weighting", "name"]
    by_name = pd.concat(found).groupby(keys)[["process", "roster"]]
    mean, spread, count = by_name.mean(), by_name.std(), by_name.count()
    assert len(mean) == 2 * 2 * (1 + 3 + 3)
    assert (count == 30).all(axis=None)
    assert (mean.abs() < 4 * spread / np.sqrt(count)).all(axis=None)
    assert (mean.abs() < 0.03).all(axis=None)
    district = spread.xs("district", level="name")
    assert district.to_numpy().max() < 2.5 * math.sqrt(0.25 / 375)


@pytest.mark.parametrize(
    ("source", "items"),
    [
        ("student_survey", ("want_mathematician", "share_ideas", "math_not_for_me")),
        ("teacher_survey", ("confident_use", "eager_continue", "materials_too_complex")),
    ],
)
def test_over_many_seeds_respondents_estimate_everybody_without_bias(
    draw: Callable, source: str, items: tuple[str, ...]
) -> None:
    errors = []
    for seed in range(1, 13):
        drawn = draw("2021-22-spring", seed, 0.2)
        rows = drawn.export(source)
        for item in items:
            answered = rows.loc[rows[item].isin(SUBSTANTIVE), item]
            favours = answered.isin(AGREES) != (
                item in ("math_not_for_me", "materials_too_complex")
            )
            true = true_means(drawn, item, "district").loc["district"]
            errors.append({"item": item} | (favours.mean() - true).to_dict())
    by_item = pd.DataFrame(errors).groupby("item")
    mean, error = by_item.mean(), by_item.std() / math.sqrt(12)
    assert len(mean) == len(items)
    assert (mean.abs() < 4 * error).all(axis=None)
    assert (mean.abs() < 0.03).all(axis=None)
