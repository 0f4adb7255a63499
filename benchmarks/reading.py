"""Reading a survey with every rule on, against DuckDB's bare copy of the same file to Parquet."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from benchmarks.district import TERM
from benchmarks.measuring import Contender, in_turn, ratio

SOURCE = "student_survey"


def figure(home: Path, rounds: int) -> dict[str, Any]:
    """Seconds and peak memory of both, and their ratio; `home` has the export in landing."""
    export = home / "landing" / SOURCE / TERM / "survey.csv"
    parquet = home / "copy.parquet"
    step = [sys.executable, "-m", "benchmarks.steps"]
    ours, bare = in_turn(
        [
            Contender("read", [*step, "read", home, SOURCE], before=lambda: _forget(home)),
            Contender("copy", [*step, "copy", export, parquet]),
        ],
        rounds,
    )
    raw = max((home / "raw" / SOURCE).glob("*.parquet"), key=lambda one: one.stat().st_size)
    return {
        "figure": "reading",
        "says": "Reading with every rule on, against a bare COPY of the CSV to Parquet",
        "measured": [ours.as_dict(), bare.as_dict()],
        "ratio": ratio(ours, bare),
        "mib": {
            name: round(path.stat().st_size / 1024**2, 1)
            for name, path in (("export", export), ("raw", raw), ("copy", parquet))
        },
    }


def _forget(home: Path) -> None:
    """Read anew, as if the export had just come; the key stays."""
    for folder in ("raw", "quarantine", "accounts"):
        shutil.rmtree(home / folder, ignore_errors=True)
