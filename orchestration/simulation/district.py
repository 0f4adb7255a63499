"""One term of the simulated district, a block of schools at a time. Touches no disk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from orchestration.simulation import learning, ratings, roster
from orchestration.simulation.educators import (
    ROSTERED,
    Attitudes,
    draw_attitudes,
    list_educators,
)
from orchestration.simulation.effects import Integers
from orchestration.simulation.instruction import Instruction, draw_instruction
from orchestration.simulation.observers import draw_observers
from orchestration.simulation.parameters import MEASURE_RUNGS, Parameters
from orchestration.simulation.plan import Block, blocks, plan_schools
from orchestration.simulation.practice import Practice, draw_practice, intercepts
from orchestration.simulation.seats import Seats, draw_seats
from orchestration.simulation.student_survey import survey_students
from orchestration.simulation.students import Students, draw_students
from orchestration.simulation.survey_parameters import SURVEY_SEASONS
from orchestration.simulation.teacher_survey import survey_teachers
from orchestration.simulation.terms import Term
from orchestration.simulation.truth import Tally, TruthRow
from orchestration.simulation.visits import draw_visits

ALWAYS = ("roster", "observations")
SURVEYS = ("student_survey", "teacher_survey")
LEARNING = ("pl_sessions", "pl_attendance")


def sources_of(p: Parameters, term: Term) -> tuple[str, ...]:
    """The sources with exports of a term: before the rollout, walkthroughs alone."""
    surveyed = term.starts_on >= p.rollout_on and term.season in SURVEY_SEASONS
    held = learning.is_held(p, term)
    return (*ALWAYS, *(SURVEYS if surveyed else ()), *(LEARNING if held else ()))


@dataclass(frozen=True)
class Drawn:
    """A block's exports by source, and the latent state behind them.

    `sections`, `practice` and `instruction` have a row a rostered classroom, in the order of the
    roster export; `students` a row a student; `educators` and `attitudes` a row an educator. What a
    term has no export of is None.
    """

    block: Block
    exports: dict[str, pd.DataFrame]
    sections: pd.DataFrame
    seats: Seats
    practice: Practice
    instruction: Instruction
    students: Students | None = None
    educators: pd.DataFrame | None = None
    attitudes: Attitudes | None = None


class SimulatedTerm:
    """A term; it depends on the parameters, the schools, the seed and the term alone.

    `blocks` draws it, and may be called once; then `truth` says what is true of what was drawn.
    """

    def __init__(self, p: Parameters, schools: pd.DataFrame, term: Term, seed: int) -> None:
        self.p, self.term, self.seed = p, term, seed
        self.sources = sources_of(p, term)
        self.plan = plan_schools(p, schools, term, seed)
        self.observers = draw_observers(p, self.plan, seed)
        self._intercepts = intercepts(p, self.plan, term, seed)
        self._sessions = learning.draw_sessions(p, self.plan, term, seed)
        self._tallies = {name: Tally(self.plan) for name in ("classrooms", "students", "teachers")}
        self._written = dict.fromkeys(self.sources, 0)

    def blocks(self) -> Iterator[Drawn]:
        """The term's exports, some schools at a time; sessions come with the first."""
        for block in blocks(self.plan):
            drawn = self._draw(block)
            if "pl_sessions" in self.sources and block.number == 0:
                columns = list(learning.SESSION_COLUMNS)
                drawn.exports["pl_sessions"] = self._sessions[columns]
            for source, rows in drawn.exports.items():
                self._written[source] += len(rows)
            self._add_up(drawn)
            yield drawn

    def truth(self) -> list[TruthRow]:
        """The truth of everything that `blocks` has drawn, ordered."""
        return [row for tally in self._tallies.values() for row in tally.rows(self.term.term)]

    def _draw(self, block: Block) -> Drawn:
        p, term, seed = self.p, self.term, self.seed
        sections = roster.draw_sections(p, block, term, seed)
        seats = draw_seats(p, block, sections, term, seed)
        practice = draw_practice(p, block, sections, self._intercepts, term, seed)
        instruction = draw_instruction(p, block, practice, sections, term, seed)
        visits = draw_visits(p, block, sections, practice, self.observers, term, seed)
        sections = sections.assign(**seats.counts())
        exports = {
            "roster": sections[list(roster.COLUMNS)],
            "observations": ratings.write_down(
                p,
                block,
                sections,
                instruction,
                visits,
                term,
                seed,
                earlier=self._written["observations"],
            ),
        }
        students = educators = attitudes = None
        if {*SURVEYS, *LEARNING} & {*self.sources}:
            educators = list_educators(p, block, sections, practice, self.observers)
        if "student_survey" in self.sources:
            students = draw_students(p, block, sections, seats, term, seed)
            exports["student_survey"] = survey_students(
                p,
                block,
                sections,
                seats,
                students,
                term,
                seed,
                earlier=self._written["student_survey"],
            )
        if educators is not None and "teacher_survey" in self.sources:
            attitudes = draw_attitudes(p, block, educators, term, seed)
            exports["teacher_survey"] = survey_teachers(
                p,
                block,
                educators,
                attitudes,
                term,
                seed,
                earlier=self._written["teacher_survey"],
            )
        if educators is not None and "pl_attendance" in self.sources:
            exports["pl_attendance"] = learning.attend(
                p, block, educators, self._sessions, term, seed
            )
        return Drawn(
            block,
            exports,
            sections,
            seats,
            practice,
            instruction,
            students,
            educators,
            attitudes,
        )

    def _add_up(self, drawn: Drawn) -> None:
        p, term = self.p, self.term
        number = drawn.block.schools["number"].to_numpy()
        classrooms = number[drawn.sections["school"]]
        adoption = {m: drawn.practice.process_of(m) for m in MEASURE_RUNGS}
        expected = {m: drawn.practice.expected_of(m) for m in MEASURE_RUNGS}
        self._tallies["classrooms"].add(
            classrooms,
            adoption | drawn.instruction.process(),
            expected | drawn.instruction.roster(),
            {name: _groups(drawn.sections[name]) for name in ("grade", "course")},
        )
        if drawn.students is not None:
            self._tallies["students"].add(
                number[drawn.students.school],
                drawn.students.process(p, term),
                drawn.students.roster(p),
                drawn.students.groups,
            )
        if drawn.attitudes is not None and drawn.educators is not None:
            there = drawn.educators["role"].isin(ROSTERED).to_numpy()
            process, roster_values = drawn.attitudes.process(p, term), drawn.attitudes.roster(p)
            self._tallies["teachers"].add(
                number[drawn.educators["school"]][there],
                {m: values[there] for m, values in process.items()},
                {m: values[there] for m, values in roster_values.items()},
                {},
            )


def _groups(names: pd.Series) -> tuple[tuple[str, ...], Integers]:
    """The different names, and each row's index of them."""
    index, found = pd.factorize(names, sort=True)
    return tuple(str(name) for name in found), np.asarray(index, np.int64)
