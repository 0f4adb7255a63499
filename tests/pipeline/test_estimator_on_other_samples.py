"""The estimator's macros against R's `survey` where designs are awkward, to 1e-9.

Several strata of unequal clusters with weights, lone clusters, classrooms seen several times, and a
share that nobody has. `tests/oracles/survey.R` drew the visits and answered; R is not needed here.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests import oracles
from tests.pipeline.by_macros import estimated

FOLDER = Path(oracles.__file__).parent
KEYS = ["sample", "measure_id", "subgroup"]
ANSWERS = pd.read_csv(FOLDER / "answers.csv").set_index(KEYS)
CASES = sorted(set(ANSWERS.index.to_flat_index()))


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    visits = pd.read_csv(FOLDER / "visits.csv")
    classroom = ["sample", "stratum", "cluster", "unit", "w", "subgroup"]
    seen = visits.groupby(classroom, as_index=False)[["use", "score"]].mean()
    parts = [
        own.assign(measure_id=measure, y=own[measure], x=1.0)
        for measure in ("use", "score")
        for own in (seen.assign(subgroup="all"), seen)
    ]
    kinds = {"use": "proportion", "score": "mean"}
    return estimated(pd.concat(parts), kinds, {"A_vs_B": ("A", "B")})


@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_every_statistic_is_rs(answers: pd.DataFrame, case: tuple[str, str, str]) -> None:
    row = dict(answers.xs(case))
    asked = dict(ANSWERS.xs(case).to_numpy())
    assert {"estimate", "std_error", "df"} <= set(asked)
    for stat, value in asked.items():
        assert row[stat] == pytest.approx(value, rel=1e-9, abs=1e-9), stat


def test_the_samples_are_as_awkward_as_they_are_said_to_be() -> None:
    visits = pd.read_csv(FOLDER / "visits.csv")
    clusters = visits.groupby(["sample", "stratum"])["cluster"].nunique()
    assert clusters.xs("lone_cluster").min() == 1
    assert (visits.groupby(["sample", "unit"]).size() > 1).any()
    assert visits[visits["sample"] == "nobody"]["use"].eq(0).all()
    assert visits["w"].nunique() > 20
