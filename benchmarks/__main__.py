"""`python -m benchmarks`: every figure, shown; kept in docs/ when measured at the whole size."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks import exports, history, marts, reading, run_stages
from benchmarks.machine import describe
from benchmarks.table import PARTS, as_markdown

WHOLE = 3_000_000
WORKBOOK = 200_000
DOCS = Path(__file__).resolve().parent.parent / "docs"


def main() -> None:
    """Measure what is asked for, one figure after the other, in a folder that is thrown away."""
    asked = _arguments()
    figures: dict[str, Callable[[Path], dict[str, Any]]] = {
        "reading": lambda folder: reading.figure(_survey(folder, asked.size), asked.rounds),
        "qualtrics": lambda folder: exports.qualtrics(
            _survey(folder, asked.size), folder / "qualtrics", asked.rounds
        ),
        "excel": lambda folder: exports.workbook(
            _survey(folder, min(asked.size, 300_000)),
            folder / "workbook",
            asked.rounds,
            min(asked.size, WORKBOOK),
        ),
        "marts": lambda folder: marts.figure(_survey(folder, asked.size), asked.rounds),
        "sizes": lambda folder: marts.sizes(
            lambda size: _survey(folder, size), asked.size, asked.rounds
        ),
        "history": lambda folder: history.figure(
            folder / "history", asked.rounds, scale=asked.scale
        ),
        "run": lambda folder: run_stages.figure(folder / "runs", asked.rounds, scale=asked.scale),
    }
    conditions = {
        "on": date.today().isoformat(),
        "machine": describe(),
        "responses": asked.size,
        "items": 12,
        "scale": asked.scale,
        "rounds": asked.rounds,
    }
    measured = []
    with tempfile.TemporaryDirectory(prefix="uptake-bench-", dir=asked.folder) as folder:
        for name in asked.only or figures:
            print(f"measuring: {name}", file=sys.stderr, flush=True)
            measured.append({**figures[name](Path(folder)), "conditions": conditions})
    print(as_markdown(measured))
    if asked.size == WHOLE and asked.scale == 1.0:
        _keep(measured)
    else:
        print("Not at the whole size: docs/ is left as it was.", file=sys.stderr)


def _keep(measured: list[dict[str, Any]]) -> None:
    """Put these figures on the page in place of those of before; the others stay."""
    kept = DOCS / "benchmarks.json"
    before = json.loads(kept.read_text(encoding="utf-8"))["figures"] if kept.is_file() else []
    by_name = {one["figure"]: one for one in [*before, *measured]}
    figures = [by_name[name] for name in PARTS if name in by_name]
    kept.write_text(json.dumps({"figures": figures}, indent=2) + "\n", "utf-8")
    (DOCS / "benchmarks.md").write_text(as_markdown(figures), "utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--size", type=int, default=WHOLE, help="survey responses (%(default)s)")
    parser.add_argument("--scale", type=float, default=1.0, help="of the simulator, for `run`")
    parser.add_argument("--rounds", type=int, default=3, help="counted rounds (%(default)s)")
    parser.add_argument("--only", action="append", choices=list(PARTS))
    parser.add_argument("--folder", help="where to work; the system's temporary folder if not said")
    return parser.parse_args()


def _survey(folder: Path, size: int) -> Path:
    """The home with a survey of this size, landed once for the figures that need it."""
    home = folder / f"survey-{size}"
    if not home.is_dir():
        written = [sys.executable, "-m", "benchmarks.district", str(home), str(size)]
        subprocess.run(written, check=True)
    return home


if __name__ == "__main__":
    main()
