"""One term of the simulated district: its exports and what is true of it. Touches no disk."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from orchestration.simulation import ratings, roster
from orchestration.simulation.parameters import Parameters
from orchestration.simulation.practice import Practice, draw_practice
from orchestration.simulation.roster import draw_sections
from orchestration.simulation.schools import as_of
from orchestration.simulation.terms import Term
from orchestration.simulation.truth import TruthRow, truth_rows
from orchestration.simulation.visits import draw_visits


@dataclass(frozen=True)
class SimulatedTerm:
    """A term's exports by source, the latent state behind them and the truth that follows.

    `sections` and `practice` have a row a rostered classroom, in the order of the roster export.
    """

    exports: dict[str, pd.DataFrame]
    sections: pd.DataFrame
    practice: Practice
    truth: list[TruthRow]


def simulate_term(p: Parameters, schools: pd.DataFrame, term: Term, seed: int) -> SimulatedTerm:
    """Draw a term; it depends on the parameters, the schools, the seed and this term alone."""
    here = as_of(schools, term.ends_on, p)
    sections = draw_sections(p, here, term, seed)
    practice = draw_practice(p, here, sections, term, seed)
    visits = draw_visits(p, here, sections, practice, term, seed)
    return SimulatedTerm(
        exports={
            "roster": sections[list(roster.COLUMNS)],
            "observations": ratings.write_down(p, sections, practice, visits, term, seed),
        },
        sections=sections,
        practice=practice,
        truth=truth_rows(here, sections, practice, term),
    )
