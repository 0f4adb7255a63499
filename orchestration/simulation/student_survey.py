"""The students' survey: asked in some sections of the schools that take part."""

from __future__ import annotations

import numpy as np
import pandas as pd

from orchestration.simulation.answers import texts
from orchestration.simulation.comments import draw_comments
from orchestration.simulation.effects import Integers
from orchestration.simulation.parameters import Parameters
from orchestration.simulation.plan import Block
from orchestration.simulation.randomness import labels, ranked
from orchestration.simulation.responses import draw_responses
from orchestration.simulation.seats import MOST, Seats
from orchestration.simulation.students import Students
from orchestration.simulation.survey_parameters import STUDENT_ITEMS
from orchestration.simulation.terms import Term, school_year_number

COLUMNS = (
    "response_id",
    "recorded_on",
    "school_id",
    "class_id",
    "grade",
    "respondent_id",
    "english_learner",
    "disability",
    "race_ethnicity",
    "gender",
    *(item.name for item in STUDENT_ITEMS),
    "comment",
    "comment_consent",
)
_SUBGROUPS = ("english_learner", "disability", "race_ethnicity", "gender")


def survey_students(
    p: Parameters,
    block: Block,
    sections: pd.DataFrame,
    seats: Seats,
    students: Students,
    term: Term,
    seed: int,
    *,
    earlier: int,
) -> pd.DataFrame:
    """The `student_survey` template, in order of day; `earlier` responses are numbered before."""
    a = p.students
    rng = block.generator(seed, "students answer", term.term)
    records = _answering(p, rng, block, sections, seats, students)
    responses = draw_responses(p, a, rng, students.codes, records, term)
    person, size = responses.person, len(responses.person)
    rostered = sections.iloc[responses.place]
    school = rostered["school"].to_numpy()
    comment, consent = draw_comments(
        a,
        rng,
        "students",
        responses.codes,
        block.schools["school_name"].to_numpy()[school],
    )
    frame = pd.DataFrame(
        {
            "response_id": labels(f"{term.term}-S%06d", np.arange(1, size + 1) + earlier),
            "recorded_on": responses.recorded_on,
            "school_id": rostered["school_id"].to_numpy(),
            "class_id": rostered["class_id"].to_numpy(),
            "grade": rostered["grade"].to_numpy(),
            "respondent_id": np.where(
                responses.is_anonymous, "", _ids(block, sections, students, person, term)
            ),
            **{
                kind: np.array(students.groups[kind][0], object)[students.groups[kind][1][person]]
                for kind in _SUBGROUPS
            },
            **texts(a, responses.codes),
            "comment": comment,
            "comment_consent": consent,
        }
    )
    return frame[list(COLUMNS)]


def _answering(
    p: Parameters,
    rng: np.random.Generator,
    block: Block,
    sections: pd.DataFrame,
    seats: Seats,
    students: Students,
) -> pd.DataFrame:
    """The records of those who answer, as `draw_responses` wants them; a place is a section."""
    schools = block.schools
    school = sections["school"].to_numpy()
    rostered = np.bincount(school, minlength=len(schools))
    quota = np.floor(rostered * schools["surveyed"].to_numpy() + rng.random(len(schools)))
    asked = ranked(rng.random(len(school)), school) < np.maximum(quota, 1)[school]
    asked &= schools["is_surveyed"].to_numpy()[school]
    rate = np.where(asked, schools["student_rate"].to_numpy()[school], 0.0)
    answered = seats.taken & (rng.random(seats.taken.shape) < rate[:, None])

    row = np.full(seats.holder.size, -1)
    row[students.place] = np.arange(len(students.place))
    place = np.flatnonzero(answered)
    section = place // MOST
    person = row[seats.holder.ravel()[place]]
    first = np.lexsort((rng.random(len(person)), person))
    records = pd.DataFrame({"person": person, "place": section, "group": section}).iloc[first]
    again = records["person"].duplicated().to_numpy()
    kept = ~again | (rng.random(len(records)) < p.students.both_answered)
    return records.assign(is_older=again)[kept].reset_index(drop=True)


def _ids(
    block: Block, sections: pd.DataFrame, students: Students, person: Integers, term: Term
) -> np.ndarray:
    """A student's id: the school year, school, section and place that are the student's own."""
    section = students.section[person]
    school = block.schools["number"].to_numpy()[students.school[person]] + 1
    number = sections["section"].to_numpy()[section]
    seat = students.place[person] % MOST + 1
    year = school_year_number(term) % 100
    return labels(f"S{year:02d}-%08d", (school * 100 + number) * 100 + seat)
