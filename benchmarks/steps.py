"""What is measured, each a process of its own: `python -m benchmarks.steps STEP ARGUMENT...`."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def read(home: str, *sources: str) -> None:
    """Read sources with every rule on; all that has landed, where none is named."""
    from orchestration.settings import Home, Settings
    from orchestration.site import Site

    site = Site.load(Settings(Home(Path(home))))
    for source, term in site.partitions():
        if not sources or source in sources:
            site.read(source, term, lambda _: None)


def copy(export: str, parquet: str) -> None:
    """The least that any reader could do: DuckDB's copy of a CSV file to Parquet."""
    import duckdb

    with duckdb.connect() as con:
        con.execute(f"copy (from read_csv('{export}')) to '{parquet}'")


def copy_below_headers(export: str, parquet: str) -> None:
    """The same of a file with three header rows, whose third DuckDB takes for no CSV at all."""
    import duckdb

    with duckdb.connect() as con:
        how = "skip = 3, header = false, delim = ',', quote = '\"', escape = '\"'"
        con.execute(f"copy (from read_csv('{export}', {how})) to '{parquet}'")


def calamine(export: str) -> None:
    """What the library that reads workbooks makes of one, and nothing more."""
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(export) as book:
        book.get_sheet_by_index(0).to_python()


def history(home: str) -> None:
    """Print, as JSON, the seconds of every step of every run of a home, oldest run first."""
    import dagster as dg

    from orchestration.running import dagster_home
    from orchestration.settings import Home

    dagster_home(Home(Path(home)))
    with dg.DagsterInstance.get() as instance:
        runs = reversed(instance.get_runs())
        print(
            json.dumps(
                [
                    {
                        step.step_key: step.end_time - step.start_time
                        for step in instance.get_run_step_stats(run.run_id)
                        if step.start_time and step.end_time
                    }
                    for run in runs
                ]
            )
        )


def prepare(home: str, prepared: str) -> None:
    """Admit what has been read, and lay the warehouse out as a build would find it."""
    from orchestration.building import next_build
    from orchestration.settings import Home, Settings
    from orchestration.site import Site

    build = next_build(Site.load(Settings(Home(Path(home)))))
    if build.admission.waiting:
        raise RuntimeError(f"not admitted: {sorted(build.admission.waiting)}")
    shutil.move(build.prepare(), prepared)


def models(home: str, took: str) -> None:
    """Build the mart and all that it stands on; add the seconds that the models took to `took`."""
    from dbt.cli.main import dbtRunner

    from orchestration.manifest import PARTIAL_PARSE, dbt_command

    target = Path(home).resolve() / "target"
    target.mkdir(exist_ok=True)
    if PARTIAL_PARSE.is_file():
        shutil.copyfile(PARTIAL_PARSE, target / PARTIAL_PARSE.name)
    only = ["--select", "+mart_student_voice", "--exclude-resource-type", "test"]
    with contextlib.chdir(Path(home) / "warehouse"):
        done = dbtRunner().invoke([*dbt_command("build", target)[1:], *only])
    if not done.success:
        raise RuntimeError(f"dbt could not build the mart: {done.exception or done.result}")
    results: Any = done.result
    timings = [timing for one in results for timing in one.timing if timing.name == "execute"]
    seconds = max(one.completed_at for one in timings) - min(one.started_at for one in timings)
    _add(took, seconds.total_seconds())


def script(home: str, took: str) -> None:
    """Run the hand-written script; add the seconds that its statements took to `took`."""
    import duckdb

    written = Path(__file__).with_name("student_voice.sql").read_text(encoding="utf-8")
    with duckdb.connect() as con:
        started = time.perf_counter()
        con.execute("set enable_progress_bar = false")
        con.execute(written.replace("{raw}", f"{home}/raw").replace("{answer}", _answer(home)))
        _add(took, time.perf_counter() - started)


def compare(home: str) -> None:
    """Print how many rows of the mart the script has too, with equal n, estimate and error.

    Raises AssertionError, with the first rows that differ.
    """
    import duckdb

    keys = "geography, level, unit_id, measure_id, subgroup_type, subgroup, weighting"
    with duckdb.connect(f"{home}/warehouse/next.duckdb", read_only=True) as con:
        con.execute(
            f"""
            create temp view compared as
            select
                *,
                mart.n = answer.n
                and abs(mart.estimate - answer.estimate) <= 1e-9
                and coalesce(abs(mart.std_error - answer.std_error) <= 1e-9,
                    mart.std_error is null and answer.std_error is null) as equal
            from (from mart_student_voice where n > 0) as mart
            full join read_parquet('{_answer(home)}') as answer using ({keys})
            """
        )
        unequal = con.sql(
            f"select {keys}, n, n_1, estimate, estimate_1, std_error, std_error_1 "
            "from compared where equal is not true order by all limit 20"
        )
        assert not len(unequal), f"The mart and the script differ:\n{unequal}"
        counted = con.sql(
            "select count(*), count(distinct (geography, level, unit_id)) from compared"
        )
        ((rows, units),) = counted.fetchall()
    assert rows, "The mart is empty."
    print(json.dumps({"rows": rows, "units": units, "tolerance": 1e-9}))


def _answer(home: str) -> str:
    return f"{home}/answer.parquet"


def _add(took: str, seconds: float) -> None:
    with Path(took).open("a", encoding="utf-8") as stream:
        stream.write(f"{seconds}\n")


STEPS: dict[str, Callable[..., None]] = {
    one.__name__: one
    for one in (
        read,
        copy,
        copy_below_headers,
        calamine,
        prepare,
        models,
        script,
        compare,
        history,
    )
}

if __name__ == "__main__":
    STEPS[sys.argv[1]](*sys.argv[2:])
