"""The estimator's macros, fed tables, against R's `survey` (../shared/oracles) to 1e-9.

What no export could carry is here: means of a test score, its domains, a ratio, differences.
The proportions go through landing, models and mart in test_oracle_marts.
"""

from __future__ import annotations

import pandas as pd
import pytest

from tests.paths import shared
from tests.pipeline.by_macros import estimated

MEANS = ("api00", "api.stu")


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    units = pd.concat([_clus1(), _strat()])
    kinds = {one: "mean" if one in MEANS else "proportion" for one in units["measure_id"].unique()}
    return estimated(units, kinds, {"E_vs_rest": ("E", "rest")})


def _units(frame: pd.DataFrame, sample: str, measure: str, subgroup: str) -> pd.DataFrame:
    value = frame[measure]
    y = (value == "Yes").astype(float) if value.isin(["Yes", "No"]).all() else value.astype(float)
    return frame.assign(
        sample=sample, measure_id=measure, subgroup=subgroup, y=y, x=frame.get("x", 1.0)
    )[["sample", "measure_id", "subgroup", "stratum", "cluster", "w", "y", "x"]]


def _clus1() -> pd.DataFrame:
    api = pd.read_csv(shared("oracles/api_clus1.csv"))
    api = api.assign(stratum="one", cluster=api["dnum"].astype(str), w=api["pw"])
    parts = [_units(api, "clus1.pw", m, "all") for m in ("api00", "awards", "sch.wide", "comp.imp")]
    parts += [_units(api[api.stype == s], "clus1.pw", "api00", s) for s in "EHM"]
    parts.append(_units(api[api.stype == "E"], "clus1.pw", "awards", "E"))
    parts.append(_units(api[api.stype != "E"], "clus1.pw", "awards", "rest"))
    parts.append(_units(api.assign(x=api["enroll"]), "clus1.pw", "api.stu", "all"))
    return pd.concat(parts)


def _strat() -> pd.DataFrame:
    api = pd.read_csv(shared("oracles/api_strat.csv"), dtype={"cds": str})
    api = api.assign(stratum=api["stype"], cluster=api["cds"], w=api["pw"])
    parts = [_units(api, "strat", m, "all") for m in ("api00", "awards", "sch.wide")]
    parts.append(_units(api[api.stype == "E"], "strat", "api00", "E"))
    parts.append(_units(api[api.stype != "E"], "strat", "api00", "rest"))
    return pd.concat(parts)


CASES = {
    "clus1.pw.mean.api00": ("clus1.pw", "api00", "all"),
    "clus1.pw.prop.awards": ("clus1.pw", "awards", "all"),
    "clus1.pw.prop.sch.wide": ("clus1.pw", "sch.wide", "all"),
    "clus1.pw.prop.comp.imp": ("clus1.pw", "comp.imp", "all"),
    "strat.prop.awards": ("strat", "awards", "all"),
    "strat.prop.sch.wide": ("strat", "sch.wide", "all"),
    "clus1.pw.domain.E.api00": ("clus1.pw", "api00", "E"),
    "clus1.pw.domain.H.api00": ("clus1.pw", "api00", "H"),
    "clus1.pw.domain.M.api00": ("clus1.pw", "api00", "M"),
    "clus1.pw.diff.awards.E_vs_rest": ("clus1.pw", "awards", "E_vs_rest"),
    "strat.diff.api00.E_vs_rest": ("strat", "api00", "E_vs_rest"),
    "clus1.pw.ratio.api.stu_enroll": ("clus1.pw", "api.stu", "all"),
}
COLUMNS = {
    "estimate": "estimate",
    "std_error": "std_error",
    "df": "df",
    "ci_low:xlogit": "ci_low",
    "ci_high:xlogit": "ci_high",
    "deff_replace": "deff",
}


@pytest.mark.parametrize("case", CASES)
def test_every_statistic_of_a_case_is_rs(answers: pd.DataFrame, case: str) -> None:
    oracle = pd.read_csv(shared("oracles/oracle_api.csv"))
    row = dict(answers.xs(CASES[case]))
    asked = oracle[oracle["case"] == case]
    compared = 0
    for stat, value in zip(asked["stat"], asked["value"], strict=True):
        # "estimate:api00" names its variable; the beta interval is another method's
        column = COLUMNS.get(stat) or COLUMNS.get(stat.split(":")[0])
        if column is None or stat.endswith(":beta"):
            continue
        assert row[column] == pytest.approx(value, rel=1e-9, abs=1e-9), stat
        compared += 1
    assert compared >= 2
