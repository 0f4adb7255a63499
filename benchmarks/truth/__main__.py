"""`python -m benchmarks.truth`: coverage over many districts, shown; kept when whole."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import pandas as pd

from benchmarks.truth.one_district import estimates_and_truth
from benchmarks.truth.page import Asked, as_markdown
from orchestration.manifest import current_manifest
from orchestration.settings import CHECKOUT
from orchestration.simulation.parameters import DEFAULT

TERM = "2021-22-spring"
WHOLE = 100
DOCS = CHECKOUT / "docs" / "truth.md"


def main() -> None:
    """Simulate, build and hold intervals against the truth, two districts at a time or more."""
    asked = _arguments()
    # parsed once, before several processes would
    current_manifest()
    frames = []
    spawned = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory(prefix="uptake-truth-", dir=asked.folder) as folder,
        ProcessPoolExecutor(asked.processes, mp_context=spawned) as pool,
    ):
        waiting = {
            pool.submit(estimates_and_truth, Path(folder), TERM, seed, asked.scale): seed
            for seed in range(asked.first, asked.first + asked.seeds)
        }
        for done, future in enumerate(as_completed(waiting), start=1):
            frames.append(future.result())
            print(f"{done} of {asked.seeds}: seed {waiting[future]}", file=sys.stderr)
    rows = pd.concat(frames, ignore_index=True).sort_values("seed", kind="stable")
    schools = round(DEFAULT.schools * asked.scale)
    page = as_markdown(rows, Asked(TERM, asked.seeds, asked.scale, schools))
    if asked.seeds >= WHOLE:
        DOCS.write_text(page, encoding="utf-8")
        print(f"Kept in {DOCS.relative_to(CHECKOUT)}.", file=sys.stderr)
    else:
        print(page)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.truth")
    parser.add_argument("--seeds", type=int, default=WHOLE, help="How many districts.")
    parser.add_argument("--first", type=int, default=1, help="The first seed.")
    parser.add_argument("--scale", type=float, default=0.25, help="Of each district.")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--folder", type=Path, help="Where homes are made, and thrown away.")
    return parser.parse_args()


if __name__ == "__main__":
    main()
