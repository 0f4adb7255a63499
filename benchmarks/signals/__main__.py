"""`python -m benchmarks.signals`: false alarms and schools found, tabulated; kept when whole."""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
from pathlib import Path

from benchmarks.signals.drawn import LAGGARD, ORDINARY, Cell, teachers
from benchmarks.signals.judged import compiled, signals
from orchestration.settings import CHECKOUT

WHOLE = 1000
DOCS = CHECKOUT / "docs" / "signals.md"
ICCS = (0.0, 0.1, 0.2)
SIZES = ((20, 6), (20, 15), (20, 30), (40, 6), (40, 15))
LAGS = (0.2, 0.4)


def alarms(sql: str, cell: Cell, samples: int, seed: int = 1) -> dict[str, float]:
    """The shares of schools with a signal.

    `any_warning` and `any_action` are shares of local districts with at least one; where a school
    lags, `found` and `found_action` are the shares in which it is signalled, as below.
    """
    rows = signals(sql, teachers(cell, samples, seed))
    lags = (rows["unit_id"] == LAGGARD) & (cell.lag > 0)
    others, lagging = rows[~lags], rows[lags & (rows["direction"] == "below")]
    signalled, action = others["signal"] != "none", others["signal"] == "action"
    return {
        "warning": signalled.mean(),
        "action": action.mean(),
        "any_warning": signalled.groupby(others["term"]).any().mean(),
        "any_action": action.groupby(others["term"]).any().mean(),
        "found": (lagging["signal"] != "none").sum() / samples,
        "found_action": (lagging["signal"] == "action").sum() / samples,
    }


def as_markdown(sql: str, samples: int) -> str:
    """docs/signals.md."""
    rows: list[dict[str, str]] = []
    for icc, (schools, staff) in itertools.product(ICCS, SIZES):
        ordinary = alarms(sql, Cell(icc, schools, staff), samples)
        row = {"ICC": f"{icc:g}", "schools": str(schools), "teachers": str(staff)}
        row |= {name.replace("_", " "): _percent(ordinary[name]) for name in list(ordinary)[:4]}
        for lag in LAGS:
            found = alarms(sql, Cell(icc, schools, staff, lag), samples)
            row[f"found at −{100 * lag:.0f}"] = _percent(found["found"])
            row[f"action at −{100 * lag:.0f}"] = _percent(found["found_action"])
        rows.append(row)
        print(row, file=sys.stderr)
    head = ["| " + " | ".join(rows[0]) + " |", "| " + " | ".join("---:" for _ in rows[0]) + " |"]
    table = "\n".join([*head, *("| " + " | ".join(row.values()) + " |" for row in rows)])
    return f"""# How rare are false signals, and who is found?

`make signals` measures this page: {samples:,} local districts a row, drawn at random and judged by
the compiled SQL of `mart_school_signals`. Each has so many schools and teachers a school; every
teacher has two sections, visited once each, which are alike (.3 beyond their school). In ordinary
schools {100 * ORDINARY:.0f}% of classrooms use the materials on average, and schools differ by the
intraclass correlation (ICC). *warning* and *action* are the shares of ordinary schools with a
signal (a warning or more; action), *any* of local districts with at least one. Then one school's
true share is 20 or 40 points lower: *found* says how often it is signalled as below, *action at*
how often as asking for action.

{table}

At ICC 0 no ordinary school truly differs, and every signal is a false one. From there on ordinary
schools do differ, and a warning says so: it is right about the school and no reason to act. That
`action` stays rare there is what the variance between schools is for; it is also why a school that
lags hardly ever asks for action where schools differ much. Under 20 teachers the exact test is
used, and where few were seen hardly anything is found: no signal does not mean that all is well.
"""


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def main() -> None:
    """Tabulate, and keep the page when it is whole."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.signals")
    parser.add_argument("--samples", type=int, default=WHOLE, help="Local districts a row.")
    samples = parser.parse_args().samples
    with tempfile.TemporaryDirectory(prefix="uptake-signals-") as folder:
        page = as_markdown(compiled(Path(folder)), samples)
    if samples >= WHOLE:
        DOCS.write_text(page, encoding="utf-8")
        print(f"Kept in {DOCS.relative_to(CHECKOUT)}.", file=sys.stderr)
    else:
        print(page)


if __name__ == "__main__":
    main()
