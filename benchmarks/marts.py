"""The models behind `mart_student_voice`, against one hand-written SQL script of equal answers."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measuring import Contender, in_turn, ratio

STEP = (sys.executable, "-m", "benchmarks.steps")


def figure(home: Path, rounds: int) -> dict[str, Any]:
    """Seconds and peak memory of both, and their ratio; `home` has the district in landing.

    Raises CalledProcessError where any n, estimate or standard error of the two differs.
    """
    subprocess.run([*STEP, "read", home], check=True)
    prepared = home / "prepared.duckdb"
    subprocess.run([*STEP, "prepare", home, prepared], check=True)
    took = {name: home / f"{name}.seconds" for name in ("models", "script")}
    models, script = in_turn(
        [
            Contender(
                "models",
                [*STEP, "models", home, took["models"]],
                before=lambda: _lay_out(prepared, home / "warehouse" / "next.duckdb"),
            ),
            Contender("script", [*STEP, "script", home, took["script"]]),
        ],
        rounds,
    )
    compared = subprocess.run(
        [*STEP, "compare", home], check=True, stdout=subprocess.PIPE, text=True
    )
    alone = {name: _median_after_the_first(path) for name, path in took.items()}
    return {
        "figure": "marts",
        "says": "The models behind mart_student_voice, against one hand-written SQL script",
        "measured": [models.as_dict(), script.as_dict()],
        "ratio": ratio(models, script),
        "sql_alone": {
            "models_seconds": round(alone["models"], 3),
            "script_seconds": round(alone["script"], 3),
            "ratio": round(alone["models"] / alone["script"], 3),
        },
        "equal": json.loads(compared.stdout),
    }


TIMES = (1, 3, 10)
"""The sizes at which models and script are compared, as multiples of the first."""


def sizes(home_of: Callable[[int], Path], size: int, rounds: int) -> dict[str, Any]:
    """The same comparison at 1, 3 and 10 times a tenth of `size`: does the ratio grow?

    `home_of` gives the home with a survey of so many responses.
    """
    rows = []
    for times in TIMES:
        responses = size * times // TIMES[-1]
        one = figure(home_of(responses), rounds)
        models, script = one["measured"]
        rows.append(
            {
                "times": times,
                "responses": responses,
                "models_seconds": models["median_seconds"],
                "script_seconds": script["median_seconds"],
                "ratio": one["ratio"]["seconds"],
                "peak_memory": one["ratio"]["peak_memory"],
                "sql_ratio": one["sql_alone"]["ratio"],
            }
        )
    return {
        "figure": "sizes",
        "says": "The models against the script at 1, 3 and 10 times the district",
        "rows": rows,
    }


def _lay_out(prepared: Path, copy: Path) -> None:
    copy.with_name(f"{copy.name}.wal").unlink(missing_ok=True)
    shutil.copyfile(prepared, copy)


def _median_after_the_first(path: Path) -> float:
    return statistics.median(float(line) for line in path.read_text().splitlines()[1:])
