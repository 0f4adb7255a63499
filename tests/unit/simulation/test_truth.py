"""What is known to be true, worked out again by other means."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import norm

from orchestration.settings import Home
from orchestration.simulation import Term
from orchestration.simulation.answers import process_of_both, process_values
from orchestration.simulation.effects import mean_logistic
from orchestration.simulation.parameters import DEFAULT, LADDER
from orchestration.simulation.plan import school_effects
from orchestration.simulation.practice import on_day, progress
from orchestration.simulation.schools import as_of, draw_schools

SEED = 7
SCALE = 0.2
USES = {
    "adoption_any": {"departed", "modified", "as_designed"},
    "adoption_as_designed": {"modified", "as_designed"},
}
CLASSROOMS = {
    *USES,
    *("ipg_score", "ca2_overall", "ca3_overall", "col", "engagement", "sharing"),
    *("unfinished_within_grade_level", "adaptation_pack_used"),
}
STUDENTS = {
    *("want_mathematician", "am_mathematician", "recognised", "want_challenge", "like_hard"),
    *("share_ideas", "fit_in", "math_not_for_me", "aspires_and_explores"),
    *("aspiration", "identity", "challenge", "belonging"),
}
OPTIONS = ("complexity", "pacing", "preparation_time", "materials", "student_readiness", "support")
TEACHERS = {
    *("confident_use", "confident_adapt", "understand_design", "eager_continue", "pl_useful"),
    *("materials_too_complex", "confidence", "commitment", "pl_quality", "usability"),
    *(f"challenge_{option}" for option in (*OPTIONS, "other")),
}
MEANS = {
    "ipg_score": (0, 3),
    **dict.fromkeys(("aspiration", "identity", "challenge", "belonging"), (1, 4)),
    **dict.fromkeys(("confidence", "commitment", "pl_quality", "usability"), (1, 4)),
}
TERM = "2021-22-spring"


@pytest.fixture(scope="module")
def truth(simulated: Home) -> pd.DataFrame:
    return pd.DataFrame(json.loads(simulated.truth.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def spring(draw: Callable):
    return draw(TERM)


def one(truth: pd.DataFrame, **wanted: str) -> pd.Series:
    (index,) = truth.index[np.all([truth[k] == v for k, v in wanted.items()], axis=0)]
    return truth.loc[index]


def of_district(truth: pd.DataFrame, measure_id: str, **more: str) -> pd.Series:
    wanted = {"subgroup_type": "all", "term": TERM, "level": "district"} | more
    return one(truth, measure_id=measure_id, **wanted)


def test_truth_has_a_row_a_unit_subgroup_and_measure_and_values_within_their_range(
    truth: pd.DataFrame, terms: dict[str, Term]
) -> None:
    keys = ["term", "geography", "level", "unit_id", "measure_id", "subgroup_type", "subgroup"]
    assert list(truth.columns) == [*keys, "process", "roster"]
    assert not truth.duplicated(keys).any()
    assert set(truth["term"]) == set(terms)
    low = truth["measure_id"].map({name: low for name, (low, _) in MEANS.items()}).fillna(0)
    high = truth["measure_id"].map({name: high for name, (_, high) in MEANS.items()}).fillna(1)
    assert ((truth["process"] > low) & (truth["process"] < high)).all()
    # of a handful of people, all or none may be favourable
    assert ((truth["roster"] >= low) & (truth["roster"] <= high)).all()
    spring = truth[(truth["term"] == TERM) & (truth["measure_id"] == "adoption_any")]
    of_schools = spring[spring["subgroup_type"].isin(["all", "support", "school_level"])]
    counts = of_schools.groupby(["geography", "level", "subgroup_type"]).size().to_dict()
    assert counts == {
        ("local_district", "district", "all"): 1,
        ("local_district", "district", "support"): 2,
        ("local_district", "district", "school_level"): 3,
        ("local_district", "local_district", "all"): 3,
        ("local_district", "local_district", "support"): 6,
        ("local_district", "local_district", "school_level"): 9,
        ("region", "region", "all"): 4,
    }


def test_every_measure_of_a_terms_sources_has_a_truth(truth: pd.DataFrame) -> None:
    found = truth.groupby("term")["measure_id"].agg(set)
    assert found["2020-21-spring"] == CLASSROOMS == found["2021-22-winter"]
    assert found[TERM] == CLASSROOMS | STUDENTS | TEACHERS == found["2022-23-fall"]
    kinds = truth[truth["term"] == TERM].groupby("measure_id")["subgroup_type"].agg(set)
    always = {"all", "support", "school_level"}
    assert all(kinds[name] == always | {"grade", "course"} for name in CLASSROOMS)
    assert all(kinds[name] == always for name in TEACHERS)
    of_students = {"grade", "english_learner", "disability", "race_ethnicity", "gender"}
    assert all(kinds[name] == always | of_students for name in STUDENTS)


def test_the_rosters_value_is_what_every_classrooms_state_says(
    truth: pd.DataFrame, spring, simulated: Home
) -> None:
    """Recomputed classroom by classroom, with the schools as exported."""
    schools = pd.read_csv(simulated.landing / "schools" / "schools.csv", dtype=str)
    here = schools[
        (schools["valid_from"] <= "2022-06-30")
        & ~(schools["valid_to"].fillna("9999-12-31") < "2022-06-30")
    ].set_index("school_id")
    values: dict[tuple[str, str, str], list[float]] = {}
    rows = zip(
        spring.export("roster")["school_id"],
        spring.export("roster")["grade"],
        spring.every(lambda block: block.practice.habit),
        spring.every(lambda block: block.practice.propensity[:, 1]),
        strict=True,
    )
    for school_id, grade, habit, propensity in rows:
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
            (school["local_district"], "grade", grade),
        ):
            values.setdefault(domain, []).append(value)
    assert len(values) == 1 + 3 + 4 + 2 + 9 + 3 * 7
    for (unit_id, subgroup_type, subgroup), each in values.items():
        row = one(
            truth,
            term=TERM,
            measure_id="adoption_any",
            unit_id=unit_id,
            subgroup_type=subgroup_type,
            subgroup=subgroup,
        )
        assert row["roster"] == pytest.approx(math.fsum(each) / len(each), abs=1e-11)


def test_the_rosters_value_of_a_survey_is_what_everybody_would_answer(
    truth: pd.DataFrame, spring
) -> None:
    """Recomputed from everybody's codes: 1 to 4, the last two favourable."""
    codes = spring.every(lambda block: block.students.codes).astype(int)
    learner = spring.every(lambda block: block.students.groups["english_learner"][1])
    names = [item.name for item in DEFAULT.students.items]
    want, hard = names.index("want_mathematician"), names.index("want_challenge")
    everyone = {
        "fit_in": np.mean([row[names.index("fit_in")] in (3, 4) for row in codes]),
        "challenge": np.mean([(row[hard] + row[names.index("like_hard")]) / 2 for row in codes]),
        "aspires_and_explores": np.mean([row[want] >= 3 and row[hard] >= 3 for row in codes]),
    }
    for measure_id, value in everyone.items():
        assert of_district(truth, measure_id)["roster"] == pytest.approx(value, abs=1e-11)
    learners = of_district(truth, "fit_in", subgroup_type="english_learner", subgroup="yes")
    assert learners["roster"] == pytest.approx(
        np.mean(codes[learner == 1, names.index("fit_in")] >= 3), abs=1e-11
    )
    rostered = spring.every(
        lambda block: block.educators["role"].isin(["teacher", "teacher_leader"])
    )
    named = spring.every(lambda block: block.attitudes.named)[rostered]
    assert len(named) == spring.export("roster")["teacher_id"].nunique()
    for place, option in enumerate(OPTIONS):
        assert of_district(truth, f"challenge_{option}")["roster"] == pytest.approx(
            named[:, place].mean(), abs=1e-11
        )


def test_respondents_answers_are_those_that_the_roster_counts(spring) -> None:
    """The newest answers of whoever answered, where they say anything, are the person's codes."""
    scale = {"Strongly disagree": 1, "Disagree": 2, "Agree": 3, "Strongly agree": 4}
    rows = spring.export("student_survey")
    newest = rows[rows["respondent_id"] != ""].sort_values("recorded_on", kind="stable")
    newest = newest.drop_duplicates("respondent_id", keep="last")
    codes = {}
    for block in spring.blocks:
        students = block.students
        number = block.sections["section"].to_numpy()[students.section]
        school = block.block.schools["number"].to_numpy()
        for row, (place, section) in enumerate(zip(students.place, number, strict=True)):
            ident = ((school[students.school[row]] + 1) * 100 + section) * 100 + place % 42 + 1
            codes[f"S21-{ident:08d}"] = students.codes[row]
    checked = 0
    for _, row in newest.sample(500, random_state=1).iterrows():
        for place, item in enumerate(DEFAULT.students.items):
            if row[item.name] in scale:
                given = scale[row[item.name]]
                given = 5 - given if item.name == "math_not_for_me" else given
                assert given == codes[row["respondent_id"]][place]
                checked += 1
    assert checked > 3000


@pytest.mark.parametrize(("centre", "sd"), [(-1.0, 0.9), (2.5, 0.9), (0.3, 2.2)])
def test_the_process_integrates_over_what_is_not_known(centre: float, sd: float) -> None:
    exact, _ = quad(lambda z: norm.pdf(z) * expit(centre + sd * z), -12, 12)
    assert mean_logistic(np.array([centre]), sd)[0] == pytest.approx(exact, abs=1e-6)


def test_the_process_of_a_survey_is_a_mean_over_simulated_people(terms: dict[str, Term]) -> None:
    """A million people of one kind, drawn from what the parameters say in words."""
    rng = np.random.default_rng(1)
    size, a = 1_000_000, DEFAULT.students
    grown = progress(DEFAULT, terms[TERM])
    person = 0.3 + rng.normal(0, math.sqrt(a.school_sd**2 + a.class_sd**2 + a.person_sd**2), size)
    own = {construct: rng.normal(0, a.construct_sd, size) for construct in a.constructs}
    codes = {}
    for item in a.items:
        latent = person + own[item.construct] + item.ease + item.growth * grown
        latent += rng.logistic(size=size)
        codes[item.name] = 1 + sum((latent > cut).astype(int) for cut in a.cuts)
    process = process_values(a, np.array([0.3]), grown)
    assert process["recognised"][0] == pytest.approx(np.mean(codes["recognised"] >= 3), abs=0.002)
    belonging = np.mean([codes["share_ideas"], codes["fit_in"]])
    assert process["belonging"][0] == pytest.approx(belonging, abs=0.004)
    both = np.minimum(codes["want_mathematician"], codes["want_challenge"]) >= 3
    names = ("want_mathematician", "want_challenge")
    assert process_of_both(a, np.array([0.3]), grown, names)[0] == pytest.approx(
        np.mean(both), abs=0.002
    )


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


@pytest.mark.parametrize("measure_id", ["adoption_any", "ipg_score", "sharing"])
def test_subgroups_make_the_whole_in_shares_of_the_roster(
    truth: pd.DataFrame, spring, terms: dict[str, Term], measure_id: str
) -> None:
    here = as_of(draw_schools(DEFAULT, SEED, SCALE), terms[TERM].ends_on, DEFAULT)
    rostered = here.set_index("school_id").loc[spring.export("roster")["school_id"]]
    for column, subgroup_type in (("support", "support"), ("level", "school_level")):
        for level, units in (
            ("district", ["district"]),
            ("local_district", list(rostered["local_district"].unique())),
        ):
            for unit_id in units:
                inside = rostered
                if level == "local_district":
                    inside = rostered[rostered["local_district"] == unit_id]
                shares = inside[column].value_counts(normalize=True)
                key = {"level": level, "unit_id": unit_id}
                whole = of_district(truth, measure_id, **key)
                for value in ("process", "roster"):
                    parts = sum(
                        share
                        * of_district(
                            truth,
                            measure_id,
                            **key,
                            subgroup_type=subgroup_type,
                            subgroup=str(name),
                        )[value]
                        for name, share in shares.items()
                    )
                    assert parts == pytest.approx(whole[value], abs=1e-10)


def test_use_grows_from_the_baseline_and_as_designed_is_rarer_than_any(truth: pd.DataFrame) -> None:
    truth = truth[truth["measure_id"].isin(USES)]
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


def test_schools_that_will_be_supported_differ_before_they_are(draw: Callable) -> None:
    before = draw("2020-21-spring", 1, 1.0)
    later = before.schools["support_provider"].notna().to_numpy()
    rostered = before.every(
        lambda block: block.block.schools["number"].to_numpy()[block.sections["school"]]
    )
    process = before.every(lambda block: block.practice.process_of("adoption_any"))
    apart = process[later[rostered]].mean() - process[~later[rostered]].mean()
    assert 0.02 < apart < 0.08


def test_endless_visits_to_a_classroom_average_to_its_expected_value(spring) -> None:
    rng = np.random.default_rng(1)
    practice = spring.blocks[0].practice
    for classroom in (0, 11, 200, 900):
        found = practice.visit(rng, np.full(200_000, classroom))
        for measure_id, codes in USES.items():
            share = np.isin(np.array(LADDER)[found], list(codes)).mean()
            assert share == pytest.approx(practice.expected_of(measure_id)[classroom], abs=0.005)


def test_endless_ratings_of_a_classroom_average_to_its_expected_value(spring) -> None:
    rng, size = np.random.default_rng(2), 200_000
    instruction, own = spring.blocks[0].instruction, DEFAULT.instruction
    rating = next(each for each in own.ratings if each.name == "sharing")
    expected = instruction.roster()["sharing"]
    for classroom in (0, 11, 200, 900):
        latent = instruction.latent(rating, np.full(size, classroom))
        seen = latent + rng.normal(0, own.lesson_sd, size) - rng.normal(0, own.severity_sd, size)
        share = np.mean(seen + rng.logistic(size=size) > rating.cuts[1])
        assert share == pytest.approx(expected[classroom], abs=0.005)


def test_over_many_districts_the_rosters_ratings_average_to_the_process(draw: Callable) -> None:
    """The process of a rating is a mean over schools, teachers, classrooms and habits."""
    errors = []
    for seed in range(1, 17):
        truth = draw("2021-22-winter", seed, 0.2).truth
        for measure_id in ("ipg_score", "sharing", "adaptation_pack_used"):
            row = one(truth, measure_id=measure_id, level="district", subgroup_type="all")
            errors.append({"measure_id": measure_id, "error": row["roster"] - row["process"]})
    by = pd.DataFrame(errors).groupby("measure_id")["error"]
    assert (by.mean().abs() < 4 * by.std() / math.sqrt(16)).all()
    assert (by.mean().abs() < 0.02).all()


def test_schools_differ_as_much_on_every_day_and_are_like_themselves_a_year_later(
    terms: dict[str, Term],
) -> None:
    days = [term.ends_on for term in terms.values()]
    effects = np.array([school_effects(DEFAULT, 20_000, day, SEED) for day in days])
    assert effects.std(axis=1) == pytest.approx(DEFAULT.school_sd, rel=0.03)
    alike = np.corrcoef(effects)
    assert 0.8 < alike[1, 4] < 0.97
    assert alike[0, -1] < alike[1, 4]


def icc(values: pd.Series, group: np.ndarray) -> float:
    """One-way analysis of variance."""
    by = values.groupby(group)
    n = by.size()
    between = (n * (by.mean() - values.mean()) ** 2).sum() / (len(n) - 1)
    within = ((values - by.transform("mean")) ** 2).sum() / (len(values) - len(n))
    return (between - within) / (between + (n.mean() - 1) * within)


def test_classrooms_of_a_school_are_alike_but_not_by_more_than_an_icc_of_about_15_percent(
    draw: Callable,
) -> None:
    found = []
    for seed in range(1, 5):
        fall = draw("2021-22-fall", seed, 0.5)
        habit = fall.every(lambda block: block.practice.habit)
        uses = pd.Series((habit >= LADDER.index("departed")).astype(float))
        found.append(icc(uses, fall.export("roster")["school_id"].to_numpy()))
    assert 0.05 < np.mean(found) < 0.16


def test_students_of_a_class_and_school_are_alike_by_a_few_percent(spring) -> None:
    codes = spring.every(lambda block: block.students.codes)
    favours = pd.Series((codes[:, 5] >= 3).astype(float))
    section = spring.every(
        lambda block: block.sections["class_id"].to_numpy()[block.students.section]
    )
    assert 0.02 < icc(favours, section) < 0.10


def test_the_parameters_can_be_replaced_and_the_truth_follows(terms: dict[str, Term]) -> None:
    """A survey whose people agree on everything is favourable in truth too."""
    a = replace(DEFAULT.students, cuts=(-60.0, -50.0, -40.0))
    process = process_values(a, np.array([0.0]), progress(DEFAULT, terms[TERM]))
    assert all(value[0] == pytest.approx(1) for name, value in process.items() if name not in MEANS)
    assert process["identity"][0] == pytest.approx(4)
