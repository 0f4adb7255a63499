"""What is known to be true, and that samples estimate it."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import norm

from orchestration.settings import Home
from orchestration.simulation import Term
from orchestration.simulation.district import SimulatedTerm, simulate_term
from orchestration.simulation.parameters import DEFAULT, LADDER
from orchestration.simulation.practice import mean_logistic, on_day, school_effects
from orchestration.simulation.schools import as_of, draw_schools

SEED = 7
SCALE = 0.25
USES = {
    "adoption_any": {"departed", "modified", "as_designed"},
    "adoption_as_designed": {"modified", "as_designed"},
}


@pytest.fixture(scope="module")
def truth(simulated: Home) -> pd.DataFrame:
    return pd.DataFrame(json.loads(simulated.truth.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def spring(terms: dict[str, Term]) -> SimulatedTerm:
    schools = draw_schools(DEFAULT, SEED, SCALE)
    return simulate_term(DEFAULT, schools, terms["2021-22-spring"], SEED)


def one(truth: pd.DataFrame, **wanted: str) -> pd.Series:
    (index,) = truth.index[np.all([truth[k] == v for k, v in wanted.items()], axis=0)]
    return truth.loc[index]


def test_truth_has_a_row_a_unit_subgroup_and_measure_and_values_between_0_and_1(
    truth: pd.DataFrame, terms: dict[str, Term]
) -> None:
    keys = ["term", "geography", "level", "unit_id", "measure_id", "subgroup_type", "subgroup"]
    assert list(truth.columns) == [*keys, "process", "roster"]
    assert not truth.duplicated(keys).any()
    assert set(truth["term"]) == set(terms)
    assert truth[["process", "roster"]].gt(0).all(axis=None)
    assert truth[["process", "roster"]].lt(1).all(axis=None)
    spring = truth[(truth["term"] == "2021-22-spring") & (truth["measure_id"] == "adoption_any")]
    counts = spring.groupby(["geography", "level", "subgroup_type"]).size().to_dict()
    assert counts == {
        ("local_district", "district", "all"): 1,
        ("local_district", "district", "support"): 2,
        ("local_district", "district", "school_level"): 3,
        ("local_district", "local_district", "all"): 3,
        ("local_district", "local_district", "support"): 6,
        ("local_district", "local_district", "school_level"): 9,
        ("region", "region", "all"): 4,
    }


def test_the_rosters_value_is_what_every_classrooms_state_says(
    truth: pd.DataFrame, spring: SimulatedTerm, simulated: Home
) -> None:
    """Recomputed classroom by classroom, with the schools as exported."""
    schools = pd.read_csv(simulated.landing / "schools" / "schools.csv", dtype=str)
    here = schools[
        (schools["valid_from"] <= "2022-06-30")
        & ~(schools["valid_to"].fillna("9999-12-31") < "2022-06-30")
    ].set_index("school_id")
    values: dict[tuple[str, str, str], list[float]] = {}
    rows = zip(
        spring.exports["roster"]["school_id"],
        spring.practice.habit,
        spring.practice.propensity[:, 1],
        strict=True,
    )
    for school_id, habit, propensity in rows:
        school = here.loc[school_id]
        uses = LADDER[habit] in USES["adoption_any"]
        value = 0.88 * uses + 0.12 * propensity
        supported = isinstance(school["support_from"], str) and (
            school["support_from"] <= "2022-06-30"
        )
        for domain in (
            ("district", "all", "all"),
            (school["local_district"], "all", "all"),
            (school["region"], "all", "all"),
            ("district", "support", "supported" if supported else "unsupported"),
            (school["local_district"], "school_level", school["level"]),
        ):
            values.setdefault(domain, []).append(value)
    assert len(values) == 1 + 3 + 4 + 2 + 9
    for (unit_id, subgroup_type, subgroup), each in values.items():
        row = one(
            truth,
            term="2021-22-spring",
            measure_id="adoption_any",
            unit_id=unit_id,
            subgroup_type=subgroup_type,
            subgroup=subgroup,
        )
        assert row["roster"] == pytest.approx(math.fsum(each) / len(each), abs=1e-11)


@pytest.mark.parametrize(("centre", "sd"), [(-1.0, 0.9), (2.5, 0.9), (0.3, 1.2)])
def test_the_process_integrates_over_schools_and_teachers(centre: float, sd: float) -> None:
    exact, _ = quad(lambda z: norm.pdf(z) * expit(centre + sd * z), -12, 12)
    assert mean_logistic(np.array([centre]), sd)[0] == pytest.approx(exact, abs=1e-9)


def test_a_local_districts_process_is_the_probability_that_the_parameters_name(
    truth: pd.DataFrame, terms: dict[str, Term]
) -> None:
    for ld in DEFAULT.local_districts:
        for name, term in terms.items():
            found = one(
                truth,
                term=name,
                level="local_district",
                unit_id=ld.name,
                measure_id="adoption_any",
                subgroup_type="all",
            )
            assert found["process"] == pytest.approx(on_day(DEFAULT, ld.any_use, term.ends_on))


def test_subgroups_make_the_whole_in_shares_of_the_roster(
    truth: pd.DataFrame, spring: SimulatedTerm, terms: dict[str, Term]
) -> None:
    here = as_of(draw_schools(DEFAULT, SEED, SCALE), terms["2021-22-spring"].ends_on, DEFAULT)
    rostered = here.iloc[spring.sections["school"]]
    for column, subgroup_type in (("support", "support"), ("level", "school_level")):
        for measure_id in USES:
            for level, units in (
                ("district", ["district"]),
                ("local_district", list(rostered["local_district"].unique())),
            ):
                for unit_id in units:
                    inside = rostered
                    if level == "local_district":
                        inside = rostered[rostered["local_district"] == unit_id]
                    shares = inside[column].value_counts(normalize=True)
                    key = {
                        "term": "2021-22-spring",
                        "level": level,
                        "unit_id": unit_id,
                        "measure_id": measure_id,
                    }
                    whole = one(truth, **key, subgroup_type="all")
                    for value in ("process", "roster"):
                        parts = sum(
                            share
                            * one(truth, **key, subgroup_type=subgroup_type, subgroup=str(name))[
                                value
                            ]
                            for name, share in shares.items()
                        )
                        assert parts == pytest.approx(whole[value], abs=1e-10)


def test_use_grows_from_the_baseline_and_as_designed_is_rarer_than_any(truth: pd.DataFrame) -> None:
    whole = truth[(truth["level"] == "district") & (truth["subgroup_type"] == "all")]
    wide = whole.pivot(index="term", columns="measure_id", values="process")
    wide = wide.loc[list(whole["term"].unique())]
    assert wide["adoption_any"].iloc[0] == pytest.approx(0.25, abs=0.05)
    assert (wide["adoption_any"].iloc[:4].diff().dropna() > 0.1).all()
    assert wide["adoption_as_designed"].is_monotonic_increasing
    both = truth.pivot_table(
        index=["term", "geography", "level", "unit_id", "subgroup_type", "subgroup"],
        columns="measure_id",
        values=["process", "roster"],
    )
    for value in ("process", "roster"):
        assert (both[value]["adoption_as_designed"] < both[value]["adoption_any"]).all()


def test_endless_visits_to_a_classroom_average_to_its_expected_value(spring: SimulatedTerm) -> None:
    rng = np.random.default_rng(1)
    for classroom in (0, 11, 200, 900):
        found = spring.practice.visit(rng, np.full(200_000, classroom))
        for measure_id, codes in USES.items():
            share = np.isin(np.array(LADDER)[found], list(codes)).mean()
            assert share == pytest.approx(
                spring.practice.expected_of(measure_id)[classroom], abs=0.005
            )


def test_schools_differ_as_much_on_every_day_and_are_like_themselves_a_year_later(
    terms: dict[str, Term],
) -> None:
    days = [term.ends_on for term in terms.values()]
    effects = np.array([school_effects(DEFAULT, 20_000, day, SEED) for day in days])
    assert effects.std(axis=1) == pytest.approx(DEFAULT.school_sd, rel=0.03)
    alike = np.corrcoef(effects)
    assert 0.8 < alike[1, 4] < 0.97
    assert alike[0, -1] < alike[1, 4]


def test_classrooms_of_a_school_are_alike_but_not_by_more_than_an_icc_of_about_15_percent(
    terms: dict[str, Term],
) -> None:
    """One-way analysis of variance of the habit of use, in the middle of the rollout."""
    found = []
    for seed in range(1, 6):
        schools = draw_schools(DEFAULT, seed, 1.0)
        fall = simulate_term(DEFAULT, schools, terms["2021-22-fall"], seed)
        uses = pd.Series((fall.practice.habit >= LADDER.index("departed")).astype(float))
        by = uses.groupby(fall.sections["school"])
        n = by.size()
        between = (n * (by.mean() - uses.mean()) ** 2).sum() / (len(n) - 1)
        within = ((uses - by.transform("mean")) ** 2).sum() / (len(uses) - len(n))
        found.append((between - within) / (between + (n.mean() - 1) * within))
    assert 0.05 < np.mean(found) < 0.16
