"""Professional learning: what is held, in which order, who is expected, and who comes.

A priority area's series runs over a school year in each local district: instructional leaders
first, then teacher leaders, later teachers. Whoever comes more often tends to use the materials
more, since both go with what the teacher and the school are like: an association is planted.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from orchestration.simulation.educators import ROSTERED
from orchestration.simulation.effects import logistic
from orchestration.simulation.learning_parameters import (
    COACH,
    LEADERS,
    TEACHER_LEADERS,
    TEACHERS,
    PriorityArea,
)
from orchestration.simulation.parameters import Parameters
from orchestration.simulation.plan import Block
from orchestration.simulation.randomness import generator
from orchestration.simulation.terms import Term, school_days, school_year_number

SESSION_COLUMNS = (
    "session_id",
    "held_on",
    "local_district",
    "priority_area",
    "audience",
    "title",
    "hours",
    "sequence",
)
ATTENDANCE_COLUMNS = ("session_id", "educator_id", "school_id", "role", "attended")
_INVITED = {
    LEADERS: (LEADERS,),
    TEACHER_LEADERS: (TEACHER_LEADERS, COACH),
    TEACHERS: ROSTERED,
}


def is_held(p: Parameters, term: Term) -> bool:
    """Whether any series has sessions in the term; there are none before the rollout."""
    held = any(_steps(area, term)[1] for area in p.learning.areas)
    return term.starts_on >= p.rollout_on and held


def draw_sessions(p: Parameters, plan: pd.DataFrame, term: Term, seed: int) -> pd.DataFrame:
    """The `pl_sessions` template of a term, and which part of the schools a session is for.

    Of a local district's schools it is for those whose number leaves `cohort` over `cohorts`.
    """
    days = school_days(term, p)
    year = f"{school_year_number(term) % 100:02d}"
    hours = dict(p.learning.hours)
    rows = []
    for place, ld in enumerate(p.local_districts, start=1):
        schools = int((plan["local_district"] == ld.name).sum())
        for number, area in enumerate(p.learning.areas, start=1):
            rng = generator(seed, "sessions", term.term, ld.name, area.name)
            first, audiences = _steps(area, term)
            for step, audience in enumerate(audiences):
                sequence = first + step
                cohorts = -(-schools // p.learning.cohort_schools) if audience == TEACHERS else 1
                for cohort in range(cohorts):
                    part = f"-{cohort + 1}" if cohorts > 1 else ""
                    rows.append(
                        {
                            "session_id": f"PL{year}-{place}{number}-{sequence:02d}{part}",
                            "held_on": _day(rng, days, step, len(audiences)),
                            "local_district": ld.name,
                            "priority_area": area.name,
                            "audience": audience,
                            "title": area.title,
                            "hours": f"{hours[audience]:g}",
                            "sequence": sequence,
                            "cohort": cohort,
                            "cohorts": cohorts,
                        }
                    )
    return pd.DataFrame(rows, columns=[*SESSION_COLUMNS, "cohort", "cohorts"])


def attend(
    p: Parameters,
    block: Block,
    educators: pd.DataFrame,
    sessions: pd.DataFrame,
    term: Term,
    seed: int,
) -> pd.DataFrame:
    """The `pl_attendance` template: the block's educators who were expected, and whether they came.

    Coaches are expected with the teacher leaders, teacher leaders also with the teachers.
    """
    own = p.learning
    school = educators["school"].to_numpy()
    schools = block.schools
    local_district = schools["local_district"].to_numpy()[school]
    number = schools["number"].to_numpy()[school]
    comes = _chances(p, block, educators, term, seed)
    who, where, came = [], [], []
    for row, session in enumerate(sessions.itertuples()):
        invited = (
            educators["role"].isin(_INVITED[str(session.audience)]).to_numpy()
            & (local_district == session.local_district)
            & (number % session.cohorts == session.cohort)
        )
        # one stream a session: an educator more or less elsewhere changes nothing here
        rng = block.generator(seed, "attendance", term.term, str(session.session_id))
        drawn = rng.random((2, len(educators)))
        expected = np.flatnonzero(invited & (drawn[0] < own.expected))
        who.append(expected)
        where.append(np.full(len(expected), row))
        came.append(drawn[1][expected] < comes[expected])
    person = np.concatenate(who)
    rows = {
        "session_id": sessions["session_id"].to_numpy()[np.concatenate(where)],
        "educator_id": educators["educator_id"].to_numpy()[person],
        "school_id": schools["school_id"].to_numpy()[school[person]],
        "role": educators["role"].to_numpy()[person],
        "attended": np.where(np.concatenate(came), "yes", "no"),
    }
    return pd.DataFrame(rows)[list(ATTENDANCE_COLUMNS)]


def _chances(
    p: Parameters, block: Block, educators: pd.DataFrame, term: Term, seed: int
) -> np.ndarray:
    """The chance that each educator comes to a session where they are expected."""
    own = p.learning
    school, place = educators["school"].to_numpy(), educators["place"].to_numpy()
    rng = block.generator(seed, "dose", str(school_year_number(term)))
    rest = rng.standard_normal(int(place.max(initial=0)) + 1)[place]
    alone = np.sqrt(1 - own.teacher_relation**2 - own.school_relation**2)
    dose = (
        own.teacher_relation * educators["effect"].to_numpy()
        + own.school_relation * block.schools["effect"].to_numpy()[school] / p.school_sd
        + alone * rest
    )
    supported = (block.schools["support"] == "supported").to_numpy()[school]
    return logistic(own.comes_logit + own.supported_logit * supported + own.dose_logit * dose)


def _steps(area: PriorityArea, term: Term) -> tuple[int, tuple[str, ...]]:
    """The place in the year's series of the season's first session, and the season's audiences."""
    first = 1
    for season, audiences in area.seasons:
        if season == term.season:
            return first, audiences
        first += len(audiences)
    return first, ()


def _day(rng: np.random.Generator, days: np.ndarray, step: int, steps: int) -> np.datetime64:
    """A school day in the step's part of the term, so that steps follow each other."""
    first, last = len(days) * step // steps, max(len(days) * (step + 1) // steps - 1, 0)
    return days[int(rng.integers(min(first, last), last + 1))]
