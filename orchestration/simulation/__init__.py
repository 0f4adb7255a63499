"""Sample exports of an invented district, with a known truth.

`simulate` writes what a district would drop into landing; the pipeline's answers are compared with
`truth.json`, and never set from it. All people, schools and figures are invented.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from orchestration.settings import Home
from orchestration.simulation import landing
from orchestration.simulation.district import sources_of
from orchestration.simulation.parameters import DEFAULT
from orchestration.simulation.schools import draw_schools, effective_rows
from orchestration.simulation.terms import Term, check_terms, default_terms
from orchestration.simulation.truth import TruthRow
from orchestration.simulation.writing import TERM_FILE, write_terms

__all__ = ["SimulationSummary", "Term", "default_terms", "simulate"]

SCHOOLS_FILE = "schools/schools.csv"


@dataclass(frozen=True)
class SimulationSummary:
    """What was written: rows by file (paths relative to landing) and rows of truth."""

    rows: dict[str, int]
    truth_rows: int

    @property
    def files(self) -> list[str]:
        """The files written, sorted."""
        return sorted(self.rows)

    def rows_of(self, source: str) -> int:
        """Rows of one source over all its files."""
        return sum(count for file, count in self.rows.items() if file.startswith(f"{source}/"))

    def __str__(self) -> str:
        """A sentence for people."""
        sources = sorted({file.partition("/")[0] for file in self.rows})
        counts = ", ".join(f"{source} {self.rows_of(source):,}" for source in sources)
        return (
            f"Simulated {len(self.rows)} files (rows: {counts}), and the truth of "
            f"{self.truth_rows:,} figures."
        )


def simulate(
    home: Home,
    terms: Sequence[Term],
    *,
    seed: int = 1,
    scale: float = 1.0,
    processes: int | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> SimulationSummary:
    """Write schools, and each term's exports of every other source, to landing, and truth.json.

    Files of an earlier simulation are replaced. The same seed, scale and term give the same bytes,
    whichever other terms are simulated with it and in however many `processes` (at most as many as
    there are cores; one for small districts). `scale` multiplies the number of schools (220);
    `progress` is told of each file. truth.json is written last, so that it always belongs to the
    files that are there. Raises ValueError, as a sentence, if landing holds a file that was not
    simulated (before anything is written), or for terms, seed or scale that cannot be simulated.

    Processes are spawned, so that a script that calls this needs `if __name__ == "__main__":`.
    """
    check_terms(terms, DEFAULT)
    if seed < 0:
        raise ValueError(f"The seed is {seed}: use 0 or a positive whole number.")
    if not (math.isfinite(scale) and scale > 0):
        raise ValueError(f"The scale is {scale}: use a positive number, such as 1 or 0.1.")
    home.create()
    landing.refuse_real_files(home.landing)

    planned = {
        TERM_FILE.format(source=source, term=term.term)
        for term in terms
        for source in sources_of(DEFAULT, term)
    } | {SCHOOLS_FILE}
    earlier = landing.listed(home.landing)
    home.truth.unlink(missing_ok=True)
    landing.announce(home.landing, planned | earlier)
    landing.remove(home.landing, earlier - planned)

    school_rows = effective_rows(draw_schools(DEFAULT, seed, scale), DEFAULT)
    with landing.Writing({SCHOOLS_FILE: home.landing / SCHOOLS_FILE}) as exports:
        exports.add(SCHOOLS_FILE, school_rows)
    rows = dict(exports.rows)
    progress(f"{SCHOOLS_FILE}: {len(school_rows):,} rows")
    truth: list[TruthRow] = []
    ordered = sorted(terms, key=lambda each: each.starts_on)
    for written in write_terms(
        DEFAULT, home.landing, ordered, seed=seed, scale=scale, processes=processes
    ):
        for file, count in written.rows.items():
            progress(f"{file}: {count:,} rows")
        rows |= written.rows
        truth += written.truth
    landing.announce(home.landing, planned)
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in truth)
    landing.write_text(home.truth, f"[\n{lines}\n]\n")
    return SimulationSummary(rows=rows, truth_rows=len(truth))
