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
from orchestration.simulation.district import simulate_term
from orchestration.simulation.parameters import DEFAULT
from orchestration.simulation.schools import draw_schools, effective_rows
from orchestration.simulation.terms import Term, check_terms, default_terms
from orchestration.simulation.truth import TruthRow

__all__ = ["SimulationSummary", "Term", "default_terms", "simulate"]

SCHOOLS_FILE = "schools/schools.csv"
TERM_FILE = "{source}/{term}/{source}.csv"
TERM_SOURCES = ("roster", "observations")


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
    progress: Callable[[str], None] = lambda _: None,
) -> SimulationSummary:
    """Write schools, and each term's roster and observations, to landing, and truth.json.

    Files of an earlier simulation are replaced. The same seed, scale and term give the same bytes,
    whichever other terms are simulated with it. `scale` multiplies the number of schools (220);
    `progress` is told of each file. truth.json is written last, so that it always belongs to the
    files that are there. Raises ValueError, as a sentence, if landing holds a file that was not
    simulated (before anything is written), or for terms, seed or scale that cannot be simulated.
    """
    check_terms(terms, DEFAULT)
    if seed < 0:
        raise ValueError(f"The seed is {seed}: use 0 or a positive whole number.")
    if not (math.isfinite(scale) and scale > 0):
        raise ValueError(f"The scale is {scale}: use a positive number, such as 1 or 0.1.")
    home.create()
    landing.refuse_real_files(home.landing)

    planned = {
        TERM_FILE.format(source=source, term=term.term) for source in TERM_SOURCES for term in terms
    } | {SCHOOLS_FILE}
    earlier = landing.listed(home.landing)
    home.truth.unlink(missing_ok=True)
    landing.announce(home.landing, planned | earlier)
    landing.remove(home.landing, earlier - planned)

    schools = draw_schools(DEFAULT, seed, scale)
    school_rows = effective_rows(schools, DEFAULT)
    progress(f"{SCHOOLS_FILE}: {len(school_rows):,} rows")
    landing.write_export(home.landing / SCHOOLS_FILE, school_rows)
    rows = {SCHOOLS_FILE: len(school_rows)}
    truth: list[TruthRow] = []
    for term in sorted(terms, key=lambda each: each.starts_on):
        drawn = simulate_term(DEFAULT, schools, term, seed)
        truth += drawn.truth
        for source, export in drawn.exports.items():
            file = TERM_FILE.format(source=source, term=term.term)
            progress(f"{file}: {len(export):,} rows")
            landing.write_export(home.landing / file, export)
            rows[file] = len(export)
    landing.announce(home.landing, planned)
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in truth)
    landing.write_text(home.truth, f"[\n{lines}\n]\n")
    return SimulationSummary(rows=rows, truth_rows=len(truth))
