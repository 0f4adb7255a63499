"""The mart's own SQL, compiled by dbt, over local districts that never landed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import duckdb
import pandas as pd

from orchestration.manifest import dbt_command

INPUTS = {
    "intermediate.int_clusters__sums": """
        select term, school_id, 'use' as measure_id, 'exclude' as missing_rule,
            'part' as cluster_kind, 'all' as subgroup_type, n, n as n_visits, sum_y
        from drawn
    """,
    "intermediate.int_domains__estimates": """
        select 'drawn' as school_year, term, 'local_district' as level, 'One' as unit_id,
            'use' as measure_id, 'exclude' as missing_rule, 'all' as subgroup_type,
            'none' as weighting, sum(n) as n, sum(sum_y) / sum(n) as estimate
        from drawn group by term
    """,
    "intermediate.int_units__frame": """
        select distinct term, 'school' as level, school_id as unit_id, school_id as unit_name,
            'One' as local_district, 'classrooms' as population, 'all' as subgroup_type,
            false as is_unassigned
        from drawn
    """,
    "intermediate.int_measures__recipes": "select 'use' as measure_id, 'exclude' as missing_rule",
    "staging.stg_registry__measures": """
        select 'use' as measure_id, 'proportion' as kind, 'classrooms' as unit,
            null::double as target
    """,
    "staging.stg_registry__minimum_n": "select 'classrooms' as unit, 5 as minimum_n",
}


def compiled(folder: Path) -> str:
    """The SQL of mart_school_signals, free of any catalog. Raises RuntimeError with dbt's words."""
    command = [*dbt_command("compile", folder / "target"), "--quiet"]
    done = subprocess.run(
        [*command, "--select", "mart_school_signals"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"mart_school_signals does not compile:\n{done.stdout}{done.stderr}")
    path = next((folder / "target" / "compiled").rglob("mart_school_signals.sql"))
    return path.read_text(encoding="utf-8").replace('"next".', "")


def signals(sql: str, drawn: pd.DataFrame) -> pd.DataFrame:
    """The mart's rows for the local districts of `teachers`: term, unit_id, signal, direction."""
    with duckdb.connect() as con:
        con.register("drawn", drawn)
        con.execute("create schema staging; create schema intermediate")
        for name, select in INPUTS.items():
            con.execute(f"create table {name} as {select}")
        return con.sql(f"select term, unit_id, signal, direction from ({sql})").df()
