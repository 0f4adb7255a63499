"""The teachers' survey: sent to every rostered teacher, and to leaders and coaches."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from orchestration.simulation.answers import texts
from orchestration.simulation.comments import draw_comments
from orchestration.simulation.educators import ROSTERED, Attitudes
from orchestration.simulation.learning_parameters import COACH, LEADERS
from orchestration.simulation.parameters import Parameters
from orchestration.simulation.plan import Block
from orchestration.simulation.randomness import labels, ranked
from orchestration.simulation.responses import Responses, draw_responses
from orchestration.simulation.survey_parameters import TEACHER_ITEMS
from orchestration.simulation.terms import Term

COLUMNS = (
    "response_id",
    "recorded_on",
    "school_id",
    "class_id",
    "grade",
    "respondent_id",
    "role",
    *(item.name for item in TEACHER_ITEMS),
    "challenges",
    "comment",
    "comment_consent",
)
SEPARATOR = ";"


def survey_teachers(
    p: Parameters,
    block: Block,
    educators: pd.DataFrame,
    attitudes: Attitudes,
    term: Term,
    seed: int,
    *,
    earlier: int,
) -> pd.DataFrame:
    """The `teacher_survey` template, in order of day; `earlier` responses are numbered before."""
    a = p.teachers
    rng = block.generator(seed, "teachers answer", term.term)
    answering = np.flatnonzero(_answering(p, rng, block, educators))
    records = pd.DataFrame(
        {
            "person": answering,
            "place": educators["school"].to_numpy()[answering],
            "group": np.arange(len(answering)),
            "is_older": False,
        }
    )
    responses = draw_responses(p, a, rng, attitudes.codes, records, term)
    person, school = responses.person, responses.place
    comment, consent = draw_comments(
        a, rng, "teachers", responses.codes, block.schools["school_name"].to_numpy()[school]
    )
    ids = educators["educator_id"].to_numpy()[person]
    frame = pd.DataFrame(
        {
            "response_id": labels(f"{term.term}-T%05d", np.arange(1, len(person) + 1) + earlier),
            "recorded_on": responses.recorded_on,
            "school_id": block.schools["school_id"].to_numpy()[school],
            "class_id": "",
            "grade": educators["grade"].to_numpy()[person],
            "respondent_id": np.where(responses.is_anonymous, "", ids),
            "role": educators["role"].to_numpy()[person],
            **texts(a, responses.codes),
            "challenges": _challenges(p, rng, attitudes, responses),
            "comment": comment,
            "comment_consent": consent,
        }
    )
    return frame[list(COLUMNS)]


def _answering(
    p: Parameters, rng: np.random.Generator, block: Block, educators: pd.DataFrame
) -> npt.NDArray[np.bool_]:
    """Which educators answer."""
    a = p.teachers
    school, role = educators["school"].to_numpy(), educators["role"]
    rostered = role.isin(ROSTERED).to_numpy()
    # rostered teachers come first, in order of school
    on_leave = ranked(rng.random(int(rostered.sum())), school[rostered]) < a.never
    rate = np.select(
        [rostered, role == LEADERS, role == COACH],
        [block.schools["teacher_rate"].to_numpy()[school], a.leaders_answer, a.coaches_answer],
    )
    rate[: len(on_leave)][on_leave] = 0.0
    return rng.random(len(educators)) < rate


def _challenges(
    p: Parameters, rng: np.random.Generator, attitudes: Attitudes, responses: Responses
) -> npt.NDArray[np.object_]:
    """The options each response names; some leave all blank, and so do the incomplete."""
    options = [option for option, _ in p.teachers.challenges]
    named = attitudes.named[responses.person]
    blank = rng.random(len(named)) < p.teachers.no_challenge_answered
    blank |= ~responses.is_complete
    cells = [
        SEPARATOR.join(option for option, chosen in zip(options, row, strict=True) if chosen)
        for row in named.tolist()
    ]
    return np.where(blank, "", np.array(cells, object))
