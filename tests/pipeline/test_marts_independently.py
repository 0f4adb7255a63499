"""Every mart of random small districts against pandas and numpy, from the landed rows alone.

`by_pandas` is written from MEASURES: it takes units one by one where the models add up sums by
cluster, and shares no code with them. Each term holds a district of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from orchestration.registry import load_registry
from tests.pipeline.by_pandas import counted_marts
from tests.pipeline.by_pandas.agreement import observer_agreement
from tests.pipeline.by_pandas.estimate_marts import KEYS, estimate_marts
from tests.pipeline.by_pandas.frame import TermFrame, term_frames
from tests.pipeline.by_pandas.over_time import MEASURES, changes, comparisons
from tests.pipeline.by_pandas.ranked import ranked_options
from tests.pipeline.by_pandas.signals import school_signals
from tests.pipeline.districts import Size, land_districts, random_district
from tests.pipeline.fast_build import build_marts
from tests.pipeline.homes import query

pytestmark = pytest.mark.long

SEED = "1"
SMALL = Size()
SIZES = (
    Size(sessions=0, shared=True),
    SMALL,
    Size(shared=True),
    Size(local_districts=1, schools=2, responses=6),
    Size(local_districts=2, schools=24, sections=8, responses=20, visited=0.9, shared=True),
    Size(shared=True),
    Size(schools=24, visited=0.9, shared=True),
    Size(local_districts=4, schools=12, sections=3, visited=0.3),
    # more clusters than the table of t has degrees of freedom
    Size(local_districts=2, schools=260, sections=1, responses=0, sessions=1, visited=0.95),
    SMALL,
    Size(responses=0),
    # schools of more teachers than are counted one by one
    Size(local_districts=1, schools=5, sections=80, teachers=60, responses=0, visited=0.9),
)
TARGETS = {"adoption_any": 0.5, "ipg_score": 1.5, "want_challenge": 0.5}
ESTIMATES = (
    "mart_adoption",
    "mart_instruction",
    "mart_unfinished_learning",
    "mart_student_voice",
    "mart_teacher_voice",
)
COUNTS = ("n", "n_clusters", "n_eligible", "df", "unit_name", "presentation")
FIGURES = (
    "coverage",
    "estimate",
    "std_error",
    "ci_low",
    "ci_high",
    "deff",
    "n_effective",
)


@dataclass(frozen=True)
class Built:
    """A home whose marts are built, and the frames that its landed rows make."""

    home: Path
    frames: list[TermFrame]
    estimates: dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Built:
    home = tmp_path_factory.mktemp("districts")
    terms = list(load_registry().terms.values())[: len(SIZES)]
    districts = [random_district(term, size, SEED) for term, size in zip(terms, SIZES, strict=True)]
    land_districts(home, districts)
    _set_targets(home)
    build_marts(home)
    frames = term_frames(districts)
    return Built(home, frames, estimate_marts(frames))


def _set_targets(home: Path) -> None:
    (home / "registry").mkdir(exist_ok=True)
    rows = [f"{measure},{target}" for measure, target in TARGETS.items()]
    (home / "registry" / "targets.csv").write_text("\n".join(["measure_id,target", *rows]))


def _against_target(expected: pd.DataFrame) -> pd.Series:
    target = expected["measure_id"].map(TARGETS)
    sides = [expected["ci_low"] > target, expected["ci_high"] < target]
    said = pd.Series(np.select(sides, ["above", "below"], "across"), expected.index, dtype=object)
    return said.where(target.notna() & expected["ci_low"].notna(), None)


def _agree(
    found: pd.DataFrame,
    expected: pd.DataFrame,
    keys: list[str],
    *,
    exact: tuple[str, ...],
    close: tuple[str, ...] = (),
) -> None:
    """The same rows with the same figures: `exact`, and `close` to 1e-9. Says which rows differ."""
    both = expected.merge(
        found, on=keys, how="outer", suffixes=("_expected", "_found"), indicator=True
    )
    alone = both.loc[both["_merge"] != "both", [*keys, "_merge"]]
    assert alone.empty, f"{len(alone)} rows stand alone:\n{alone.head(20).to_string()}"
    for column in (*exact, *close):
        sides = [f"{column}_expected", f"{column}_found"]
        left, right = (both[side] for side in sides)
        if column in close:
            same = np.isclose(
                left.astype(float), right.astype(float), rtol=1e-9, atol=1e-9, equal_nan=True
            )
        else:
            same = ((left == right) | (left.isna() & right.isna())).to_numpy(dtype=bool)
        wrong = both.loc[~same, [*keys, *sides]]
        assert wrong.empty, f"{column}: {len(wrong)} of {len(both)}:\n{wrong.head(20).to_string()}"


@pytest.mark.parametrize("mart", ESTIMATES)
def test_every_estimate_is_what_its_units_say(marts: Built, mart: str) -> None:
    found = query(marts.home, f"select * from {mart}", "unreleased")
    if mart != "mart_instruction":
        found["missing_rule"] = "exclude"
    visits = ("n_visits",) if mart == "mart_adoption" else ()
    expected = marts.estimates[mart]
    assert len(expected) > 1000
    expected["against_target"] = _against_target(expected)
    _agree(found, expected, KEYS, exact=(*COUNTS, *visits, "against_target"), close=FIGURES)


def test_an_interval_lies_above_its_target_below_it_or_across_it(marts: Built) -> None:
    for mart in ("mart_adoption", "mart_instruction"):
        asked = f"select distinct against_target from {mart} where against_target is not null"
        assert set(query(marts.home, asked, "unreleased")["against_target"]) == {
            *("above", "below", "across")
        }


UNIT = ["term", "geography", "level", "unit_id"]
INTERVAL = ("std_error", "ci_low", "ci_high")
SOME = f"measure_id in {MEASURES}"


def test_every_change_is_what_its_units_say(marts: Built) -> None:
    expected = changes(marts.frames, marts.estimates)
    for clusters in ("both", "entered", "left"):
        assert (expected[f"n_clusters_{clusters}"] > 1).sum() > 100
    assert (expected["level"] == "school").sum() > 100
    _agree(
        query(marts.home, f"select * from mart_change where {SOME}", "unreleased"),
        expected,
        [key for key in KEYS if key != "missing_rule"] + ["from_term"],
        exact=(
            *("school_year", "unit_name", "df", "within_df", "presentation"),
            *("n_clusters_both", "n_clusters_entered", "n_clusters_left"),
            *("n_from", "n_to", "n_from_both", "n_to_both"),
        ),
        close=(
            *("estimate_from", "estimate_to", "change", "within_change", "mix_change"),
            *("composition_change", *INTERVAL, *(f"within_{name}" for name in INTERVAL)),
        ),
    )


def test_supported_schools_are_compared_as_their_units_say(marts: Built) -> None:
    expected = comparisons(marts.frames, marts.estimates)
    labels = expected["baseline_label"].value_counts()
    assert {"no_baseline", "needs_adjustment", "not_equivalent"} <= set(labels.index)
    assert expected["change_ci_low"].notna().sum() > 20
    _agree(
        query(marts.home, f"select * from mart_support_comparison where {SOME}", "unreleased"),
        expected,
        [*UNIT, "measure_id", "weighting"],
        exact=(
            *("school_year", "unit_name", "n_supported", "n_unsupported", "df", "change_df"),
            *("n_clusters_supported", "n_clusters_unsupported", "baseline_term", "baseline_label"),
            *("baseline_n_supported", "baseline_n_unsupported"),
            *("change_n_supported", "change_n_unsupported"),
        ),
        close=(
            *("estimate_supported", "estimate_unsupported", "difference", *INTERVAL),
            *("baseline_effect_size", "baseline_ci_low", "baseline_ci_high"),
            *("change_difference", *(f"change_{name}" for name in INTERVAL)),
        ),
    )


def test_options_are_ranked_and_each_is_held_to_the_next_on_the_same_answers(
    marts: Built,
) -> None:
    expected = ranked_options(marts.frames)
    assert (expected["against_next"] == "above").sum() > 5
    assert (expected["difference"] == 0).sum() > 5  # of equals the registry's order decides
    _agree(
        query(marts.home, "select * from mart_ranked_options", "unreleased"),
        expected,
        [*UNIT, "item", "weighting", "measure_id"],
        exact=("unit_name", "rank", "n", "next_measure_id", "df", "against_next"),
        close=("estimate", "difference", *INTERVAL),
    )


def test_coverage_counts_who_is_rostered_seen_and_matched(marts: Built) -> None:
    _agree(
        query(marts.home, "select * from mart_coverage", "unreleased"),
        counted_marts.coverage(marts.frames),
        [*UNIT, "population", "subgroup_type", "subgroup"],
        exact=("unit_name", "n_eligible", "n_seen", "n_matched", "flag"),
        close=("coverage",),
    )


def test_survey_quality_is_what_numpy_makes_of_the_answers(marts: Built) -> None:
    _agree(
        query(marts.home, "select * from mart_survey_quality", "unreleased"),
        counted_marts.survey_quality(marts.frames),
        [*UNIT, "instrument", "construct"],
        exact=("unit_name", "n_items", "n_complete", "n_respondents", "n_eligible", "flag"),
        close=("alpha", "response_rate"),
    )


def test_professional_learning_counts_those_who_came(marts: Built) -> None:
    _agree(
        query(marts.home, "select * from mart_professional_learning", "unreleased"),
        counted_marts.professional_learning(marts.frames),
        [*UNIT, "priority_area", "role"],
        exact=("unit_name", "n_sessions", "n_attended", "n_eligible"),
        close=("hours", "reach", "mean_hours"),
    )


def test_the_sequence_has_every_session_and_how_many_came(marts: Built) -> None:
    _agree(
        query(marts.home, "select * from mart_pl_sequence", "unreleased"),
        counted_marts.pl_sequence(marts.frames),
        ["term", "session_id"],
        exact=(
            "local_district",
            "priority_area",
            "audience",
            "title",
            "sequence",
            "held_on",
            "n_attended",
        ),
        close=("hours",),
    )


def test_observers_agree_as_scikit_learn_says(marts: Built) -> None:
    expected = observer_agreement(marts.frames)
    assert (expected["n_pairs"] > expected["n_ratings"] / 2).any()  # three and more at once
    assert expected["own_minus_other"].notna().any()
    _agree(
        query(marts.home, "select * from mart_observer_agreement", "unreleased"),
        expected,
        [*UNIT, "item"],
        exact=("school_year", "unit_name", "n_pairs", "n_ratings", "n_own"),
        close=(
            "exact",
            "adjacent",
            "kappa",
            "kappa_quadratic",
            "share_own_organisation",
            "own_minus_other",
        ),
    )


def test_schools_signal_what_scipy_makes_of_their_teachers(marts: Built) -> None:
    expected = school_signals(marts.frames, TARGETS)
    assert {"none", "warning"} <= set(expected["signal"])
    assert (expected["n"] >= 20).any()
    assert (expected["n"] == 0).any()
    limits = [f"limit_{share}_{end}" for share in (95, 998) for end in ("low", "high")]
    _agree(
        query(marts.home, "select * from mart_school_signals", "unreleased"),
        expected,
        ["term", "unit_id", "reference_kind", "measure_id"],
        exact=("school_year", "unit_name", "n", "signal", "direction"),
        close=("estimate", "reference", *limits, "p_value", "q_value"),
    )


def test_every_row_of_every_file_is_accounted_for(marts: Built) -> None:
    found = query(marts.home, "select * from mart_row_accounting", "unreleased")
    _agree(
        found[found["source"] != "schools"],
        counted_marts.row_accounting(marts.frames),
        ["source", "term", "file"],
        exact=("rows_read", "rows_accepted", "rows_used", "rows_set_aside", "reasons"),
    )
