"""`python -m benchmarks.calibration`: every cell, shown; with --keep, docs/calibration.md and what
the report's method page shows of it."""

from __future__ import annotations

import argparse

from benchmarks.calibration.cells import cells
from benchmarks.calibration.macros import compiled
from benchmarks.calibration.measured import table
from benchmarks.calibration.page import as_markdown
from orchestration.publishing.report.method import CALIBRATION
from orchestration.settings import CHECKOUT

OF_THE_REPORT = ["what", "sizes", "icc", "schools", "share", "coverage"]
DOCS = CHECKOUT / "docs" / "calibration.md"


def main() -> None:
    """Draw, estimate, tabulate."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibration")
    parser.add_argument("--samples", type=int, default=5000, help="How many a cell.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="Write the page.")
    asked = parser.parse_args()
    rows = table(compiled(), cells(), asked.samples, asked.seed)
    page = as_markdown(rows, asked.samples, asked.seed)
    if asked.keep:
        DOCS.write_text(page, encoding="utf-8")
        rows[OF_THE_REPORT].round(3).to_csv(CALIBRATION, index=False, lineterminator="\n")
    else:
        print(page)


if __name__ == "__main__":
    main()
