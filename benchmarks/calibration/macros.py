"""Samples put to the estimator's own macros, thousands in one query."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from benchmarks.calibration.cells import Cell, Sums
from orchestration.manifest import current_manifest, dbt_command, keep_from_parsing
from orchestration.settings import DBT_PROJECT

SQL = """
with clusters as (select * from clusters),
strata as (select * from strata),
measures as (select * from measures),
pairs as (select * from pairs),
{{ estimate_ctes('clusters', 'strata', 'measures', ['sample', 'measure_id', 'domain'],
                 ['sample']) }},
{{ difference_ctes('estimates', 'estimate_scores', 'pairs', 'strata',
                   ['sample', 'domain'], ['sample'], ['sample']) }}
select sample, domain, estimate, df, ci_low, ci_high from estimates
union all
select sample, 'difference', difference, df, ci_low, ci_high from differences
"""


def compiled(sql: str = SQL) -> str:
    """SQL as dbt compiles its macros. Raises RuntimeError, with dbt's words, if it cannot."""
    current_manifest()
    with tempfile.TemporaryDirectory(prefix="uptake-macros-") as folder:
        keep_from_parsing(Path(folder))
        command = [*dbt_command("compile", Path(folder)), "--quiet", "--inline", sql]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"dbt does not compile the estimator: {done.stdout}{done.stderr}")
    return done.stdout.replace('"next"."intermediate"."student_t"', "student_t")


def intervals(sql: str, cell: Cell, domains: list[Sums]) -> pd.DataFrame:
    """One row a sample, in order: estimate, df, ci_low, ci_high of the domain or the difference."""
    apart = cell.what == "independent"
    frames = [
        _clusters(sums, domain, offset=at * cell.schools * apart)
        for at, (domain, sums) in enumerate(zip("ab", domains, strict=False))
    ]
    schools = cell.schools * (len(domains) if apart else 1)
    with duckdb.connect() as con:
        con.register("clusters_frame", pd.concat(frames))
        con.execute("create table clusters as from clusters_frame")
        con.execute(
            f"create table strata as select distinct sample, 'one' as stratum, "
            f"{schools} as sampled_clusters from clusters"
        )
        kind = "mean" if cell.what == "mean" else "proportion"
        con.execute(
            f"create table measures as select 'm' as measure_id, '{kind}' as kind, "
            "null::double as range_min, null::double as range_max"
        )
        con.execute(
            "create table pairs as select distinct sample, sample as sample_a, 'a' as domain_a, "
            "sample as sample_b, 'b' as domain_b from clusters"
        )
        con.execute(f"create table student_t as from '{DBT_PROJECT / 'seeds' / 'student_t.csv'}'")
        rows = con.sql(sql).df()
    asked = "a" if len(domains) == 1 else "difference"
    return rows[rows["domain"] == asked].sort_values("sample").reset_index(drop=True)


def _clusters(sums: Sums, domain: str, offset: int) -> pd.DataFrame:
    samples, schools = sums.y.shape
    n = np.tile(sums.n, samples)
    return pd.DataFrame(
        {
            "sample": np.repeat(np.arange(samples), schools),
            "measure_id": "m",
            "domain": domain,
            "stratum": "one",
            "cluster": np.tile(np.arange(schools) + offset, samples),
            "n": n.astype(int),
            "sw": n,
            "swy": sums.y.ravel(),
            "swyy": sums.yy.ravel(),
        }
    )
