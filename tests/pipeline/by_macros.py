"""The estimator's macros, compiled by dbt, over units that never landed."""

from __future__ import annotations

import duckdb
import pandas as pd

from benchmarks.calibration.macros import compiled
from orchestration.settings import DBT_PROJECT

SQL = """
with clusters as (select * from clusters),
strata as (select * from strata),
measures as (select * from measures),
pairs as (select * from pairs),
{{ estimate_ctes('clusters', 'strata', 'measures', ['sample', 'measure_id', 'subgroup'],
                 ['sample', 'measure_id']) }},
{{ difference_ctes('estimates', 'estimate_scores', 'pairs', 'strata',
                   ['sample', 'measure_id', 'subgroup'], ['sample', 'measure_id', 'subgroup'],
                   ['sample', 'measure_id']) }}
select sample, measure_id, subgroup, estimate, std_error, df, ci_low, ci_high, deff
from estimates
union all
select sample, measure_id, subgroup, difference, std_error, df, ci_low, ci_high, null
from differences
"""


def estimated(
    units: pd.DataFrame, kinds: dict[str, str], contrasts: dict[str, tuple[str, str]]
) -> pd.DataFrame:
    """Estimates and differences by sample, measure and subgroup.

    `units` has a row a unit and subgroup: sample, measure_id, subgroup (`all` for the whole),
    stratum, cluster, w, y, x (of a ratio; else 1). `contrasts` are pairs of subgroups by the name
    under which their difference stands, where a sample has both.
    """
    con = duckdb.connect()
    con.register("units", units)
    con.execute(
        """
        create table clusters as
        select sample, measure_id, subgroup, stratum, cluster, count(*) as n,
            sum(w * x) as sw, sum(w * y) as swy, sum(w * y * y) as swyy
        from units group by all
        """
    )
    con.execute(
        """
        create table strata as
        select sample, measure_id, stratum, count(distinct cluster) as sampled_clusters
        from units where subgroup = 'all' group by all
        """
    )
    measures = pd.DataFrame({"measure_id": list(kinds), "kind": list(kinds.values())})
    con.register("kinds", measures)
    con.execute(
        """
        create table measures as
        select measure_id, kind, null::double as range_min, null::double as range_max from kinds
        """
    )
    pairs = pd.DataFrame(
        [(name, *sides) for name, sides in contrasts.items()], columns=["name", "a", "b"]
    )
    con.register("contrasts", pairs)
    con.execute(
        """
        create table pairs as
        with parts as (select distinct sample, measure_id, subgroup from units)
        select one.sample, one.measure_id, name as subgroup,
            one.sample as sample_a, one.measure_id as measure_id_a, a as subgroup_a,
            one.sample as sample_b, one.measure_id as measure_id_b, b as subgroup_b
        from contrasts
        inner join parts as one on one.subgroup = a
        inner join parts as other
            on other.subgroup = b and one.sample = other.sample
            and one.measure_id = other.measure_id
        """
    )
    con.execute(f"create table student_t as from '{DBT_PROJECT / 'seeds' / 'student_t.csv'}'")
    return con.sql(compiled(SQL)).df().set_index(["sample", "measure_id", "subgroup"])
