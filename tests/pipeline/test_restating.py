"""Last year on the regions of today: marts of their own, whose parts make the same totals."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from unittest.mock import patch

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner

from expectations.judging import mart_verdict
from orchestration.cli import main
from orchestration.registry import load_registry
from orchestration.release import GATED_MARTS, look_up
from orchestration.restating import NotRestated, restate
from orchestration.settings import Home, Settings
from orchestration.simulation import simulate
from orchestration.site import Site
from tests.pipeline.fast_build import admit_all, build_marts
from tests.pipeline.homes import environment

pytestmark = pytest.mark.long

TERM = "2021-22-spring"
LATER = date(2023, 1, 15)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated district of one term, some of whose schools are of another region since."""
    home = tmp_path_factory.mktemp("restated")
    with environment(home) as settings:
        simulate(settings.home.create(), [load_registry().terms[TERM]], seed=3, scale=0.12)
        build_marts(home)
        with patch("orchestration.building.admit", admit_all), patch("os.fsync"):
            restate(Site.load(settings), LATER)
    return home


def _asked(home: Path, database: str, sql: str) -> pd.DataFrame:
    with duckdb.connect(str(home / "marts" / database), read_only=True) as con:
        return con.sql(sql).df()


def _both(home: Path, sql: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The answer of the marts as they were, and of those restated."""
    return _asked(home, "unreleased.duckdb", sql), _asked(home, f"restated-{LATER}.duckdb", sql)


def test_regions_are_those_of_the_day_by_hand(home: Path) -> None:
    """Every school's classrooms, counted under the region that its landed row of that day has."""
    files = (home / "landing" / "schools").glob("*.csv")
    landed = pd.concat(pd.read_csv(path, dtype=str) for path in files)
    begun = landed["valid_from"] <= str(LATER)
    since = landed[begun & ~(landed["valid_to"] < str(LATER)).fillna(value=False).astype(bool)]
    region = since.set_index("school_id")["region"]
    schools = """
        select unit_id, n from mart_adoption
        where level = 'school' and weighting = 'none' and measure_id = 'adoption_any'
    """
    regions = schools.replace("'school'", "'region'") + " and subgroup_type = 'all'"
    as_it_was, restated = _both(home, regions)
    seen = _asked(home, "unreleased.duckdb", schools)
    expected = seen.groupby(seen["unit_id"].map(region))["n"].sum()
    assert restated.set_index("unit_id")["n"].to_dict() == expected.to_dict()
    assert as_it_was.set_index("unit_id")["n"].to_dict() != expected.to_dict()


def test_what_does_not_hang_on_the_geography_is_the_same_to_the_last_bit(home: Path) -> None:
    whole = "select * from mart_adoption where level in ('district', 'school') order by all"
    as_it_was, restated = _both(home, whole)
    assert len(as_it_was) > 100
    pd.testing.assert_frame_equal(as_it_was, restated, check_exact=True)


@pytest.mark.parametrize("geography", ["local_district", "region"])
def test_parts_make_the_district_on_either_geography(home: Path, geography: str) -> None:
    """n, eligible and the sum of values: the district's estimate is that of its parts together."""
    rows = f"""
        select measure_id, subgroup, level, sum(n) as n, sum(n_eligible) as n_eligible,
            sum(n * estimate) as total
        from mart_adoption
        where weighting = 'none' and subgroup_type = 'support'
            and (level = 'district' or (geography = '{geography}' and level = '{geography}'))
        group by all
    """
    for found in _both(home, rows):
        levels = {
            name: part.set_index(["measure_id", "subgroup"])
            for name, part in found.groupby("level")
        }
        for column in ("n", "n_eligible", "total"):
            pd.testing.assert_series_equal(
                levels["district"][column].sort_index(),
                levels[geography][column].sort_index(),
                rtol=1e-12,
            )


def test_what_stands_is_left_alone_and_what_is_asked_is_found(home: Path) -> None:
    assert sorted(path.name for path in (home / "marts").iterdir()) == [
        f"restated-{LATER}.duckdb",
        "unreleased.duckdb",
    ]
    asked = [
        "query",
        "--restated",
        str(LATER),
        "--format",
        "csv",
        "select count(*) as n from dim_term",
    ]
    with environment(home):
        found = CliRunner().invoke(main, asked)
        other = CliRunner().invoke(main, [*asked[:2], "2020-01-01", asked[-1]])
    assert found.stdout.startswith("n\n")
    assert other.exit_code == 2
    assert "uptake run --geography-as-of 2020-01-01" in other.stderr


def test_the_restated_marts_have_passed_every_gate_of_a_release(home: Path) -> None:
    with environment(home) as settings:
        judged = look_up(settings.home, settings.home.restated(LATER))
    # one term alone has changed from nothing
    assert {one.table for one in judged} == set(GATED_MARTS) - {"mart_change"}
    assert [one.blocks for one in judged if one.blocks] == []


def test_marts_that_a_suite_holds_are_set_aside_and_exit_3(home: Path) -> None:
    def nobody_is_seen(home: Home, con: duckdb.DuckDBPyConnection, table: str, term: str):
        verdict = mart_verdict(home, con, table, term)
        broken = [
            one.model_copy(update={"passed": False, "observed": "42"})
            if one.severity == "critical"
            else one
            for one in verdict.expectations
        ]
        changed = {"outcome": "failed", "expectations": tuple(broken)}
        return verdict.model_copy(update=changed) if table == "mart_coverage" else verdict

    other = date(2023, 2, 1)
    with (
        environment(home) as settings,
        patch("orchestration.building.admit", admit_all),
        patch("os.fsync"),
        patch("orchestration.restating.mart_verdict", nobody_is_seen),
    ):
        done = CliRunner().invoke(main, ["run", "--geography-as-of", str(other)])
        assert not settings.home.restated(other).exists()
        assert (settings.home.warehouse / "failed.duckdb").exists()
    assert done.exit_code == 3, done.output
    assert "mart_coverage, 2021-22-spring" in done.stderr
    assert "found 42" in done.stderr


def test_it_stands_alone_among_the_options_of_a_run(home: Path) -> None:
    with environment(home):
        done = CliRunner().invoke(main, ["run", "--geography-as-of", str(LATER), "--term", TERM])
    assert done.exit_code == 2
    assert "stands alone" in done.stderr


def test_where_nothing_is_admitted_nothing_is_restated(tmp_path: Path) -> None:
    with environment(tmp_path), pytest.raises(NotRestated, match="run `uptake run` first"):
        restate(Site.load(Settings.from_env()), LATER)
