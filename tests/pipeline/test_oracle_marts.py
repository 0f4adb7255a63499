"""R's `prop` cases through landing, models and mart: each school a classroom visited once.

clus1: the cluster `dnum` is the school, in one local district. strat: the stratum is the local
district, every school its own cluster, and rostering 4421, 755 and 1018 classrooms gives R's
weights.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from orchestration.manifest import dbt_command, keep_from_parsing
from tests.paths import shared
from tests.pipeline import homes
from tests.pipeline.fast_build import build_marts
from tests.pipeline.homes import land, school, section, visit

CLUS1 = {
    "awards": ("2021-22-fall", "2021-09-15"),
    "sch.wide": ("2021-22-winter", "2021-12-15"),
    "comp.imp": ("2021-22-spring", "2022-03-15"),
}
STRAT = {
    "awards": ("2022-23-fall", "2022-09-15"),
    "sch.wide": ("2022-23-winter", "2022-12-15"),
}
query = partial(homes.query, database="unreleased")

ROSTERED = {"E": 4421, "H": 755, "M": 1018}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("oracle")
    clus1 = pd.read_csv(shared("oracles/api_clus1.csv"), dtype=str)
    strat = pd.read_csv(shared("oracles/api_strat.csv"), dtype=str)
    schools = [school(f"d{dnum}", "One") for dnum in sorted(set(clus1["dnum"]))]
    schools += [
        school(f"s{cds}", stype) for cds, stype in zip(strat["cds"], strat["stype"], strict=True)
    ]
    land(home, "schools", "all", "schools.csv", schools)
    for measure, (term, day) in CLUS1.items():
        rows = [
            (f"d{dnum}", cds, value)
            for dnum, cds, value in zip(clus1["dnum"], clus1["cds"], clus1[measure], strict=True)
        ]
        _land_visits(home, term, day, rows)
        land(home, "roster", term, "roster.csv", [section(s, c) for s, c, _ in rows])
    unseen = []
    for stype, sampled in strat.groupby("stype"):
        first = f"s{sampled['cds'].iloc[0]}"
        missing = ROSTERED[str(stype)] - len(sampled)
        unseen += [section(first, f"unseen-{stype}-{i}") for i in range(missing)]
    for measure, (term, day) in STRAT.items():
        rows = [
            (f"s{cds}", cds, value) for cds, value in zip(strat["cds"], strat[measure], strict=True)
        ]
        _land_visits(home, term, day, rows)
        seen = [section(s, c) for s, c, _ in rows]
        land(home, "roster", term, "roster.csv", seen + unseen)
    build_marts(home)
    return home


def _land_visits(home: Path, term: str, day: str, rows: list[tuple[str, str, str]]) -> None:
    visits = [
        visit(
            school_id,
            class_id,
            "as_designed" if value == "Yes" else "none",
            observed_on=day,
            # no observer with an unlikely share of all visits
            observer_id=f"o{i % 10}",
        )
        for i, (school_id, class_id, value) in enumerate(rows)
    ]
    land(home, "observations", term, "walkthroughs.csv", visits)


def _compare(found: pd.DataFrame, case: str, rel: float = 1e-9) -> None:
    (row,) = found.to_dict("records")
    oracle = pd.read_csv(shared("oracles/oracle_api.csv"))
    asked = oracle[oracle["case"] == case].set_index("stat")["value"]
    for stat, column in (
        ("estimate", "estimate"),
        ("std_error", "std_error"),
        ("df", "df"),
        ("ci_low:xlogit", "ci_low"),
        ("ci_high:xlogit", "ci_high"),
    ):
        assert row[column] == pytest.approx(asked[stat], rel=rel, abs=rel), stat


@pytest.mark.parametrize("weighting", ["none", "roster"])
@pytest.mark.parametrize("measure_id", ["adoption_any", "adoption_as_designed"])
@pytest.mark.parametrize("case", CLUS1)
def test_a_cluster_sample_of_one_local_district_is_rs(
    home: Path, case: str, measure_id: str, weighting: str
) -> None:
    found = query(
        home,
        f"""
        select * from mart_adoption
        where term = '{CLUS1[case][0]}' and level = 'local_district' and subgroup_type = 'all'
            and measure_id = '{measure_id}' and weighting = '{weighting}' and n > 0
        """,
    )
    _compare(found, f"clus1.unw.prop.{case}")


@pytest.mark.parametrize("case", STRAT)
def test_a_stratified_sample_weighted_to_the_roster_is_rs(home: Path, case: str) -> None:
    found = query(
        home,
        f"""
        select * from mart_adoption
        where term = '{STRAT[case][0]}' and level = 'district' and subgroup_type = 'all'
            and measure_id = 'adoption_any' and weighting = 'roster'
        """,
    )
    # R was given the weights of the file, which stand there in single precision (44.2099990844727
    # for 4421 / 100); N / n is exact, so the two agree to that precision and no further
    _compare(found, f"strat.prop.{case}", rel=2e-8)
    assert found["n_eligible"].tolist() == [sum(ROSTERED.values())]


@pytest.mark.parametrize("case", STRAT)
def test_with_exact_weights_it_is_the_textbooks_stratified_mean(home: Path, case: str) -> None:
    found = query(
        home,
        f"""
        select estimate, std_error from mart_adoption
        where term = '{STRAT[case][0]}' and level = 'district' and subgroup_type = 'all'
            and measure_id = 'adoption_any' and weighting = 'roster'
        """,
    ).to_dict("records")[0]
    strat = pd.read_csv(shared("oracles/api_strat.csv"), dtype=str)
    total = sum(ROSTERED.values())
    estimate, variance = 0.0, 0.0
    for stype, sampled in strat.groupby("stype"):
        yes = (sampled[case] == "Yes").to_numpy(dtype=float)
        share = ROSTERED[str(stype)] / total
        estimate += share * yes.mean()
        variance += share**2 * yes.var(ddof=1) / len(yes)
    assert found["estimate"] == pytest.approx(estimate, rel=1e-12)
    assert found["std_error"] == pytest.approx(variance**0.5, rel=1e-12)


def test_the_design_effect_is_rs(home: Path) -> None:
    found = query(
        home,
        f"""
        select deff from mart_adoption
        where term = '{CLUS1["awards"][0]}' and level = 'local_district' and subgroup_type = 'all'
            and measure_id = 'adoption_any' and weighting = 'none' and n > 0
        """,
    )
    assert found["deff"].tolist() == [pytest.approx(0.983910796955576, rel=1e-9)]


def test_the_models_hold_to_rows_worked_by_hand(home: Path, tmp_path: Path) -> None:
    """dbt's unit tests, which a build leaves out, on a copy of this build."""
    shutil.copyfile(home / "marts" / "unreleased.duckdb", tmp_path / "next.duckdb")
    (tmp_path / "target").mkdir()
    keep_from_parsing(tmp_path / "target")
    command = [*dbt_command("test", tmp_path / "target"), "--select", "test_type:unit"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert re.search(r"PASS=[1-9]\d* WARN=0 ERROR=0 SKIP=0", done.stdout)
