"""Who is rostered: mathematics sections with their grades, courses, teachers and students."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from orchestration.simulation.parameters import Parameters
from orchestration.simulation.randomness import generator
from orchestration.simulation.terms import Term, school_year_number

COLUMNS = (
    "class_id",
    "school_id",
    "grade",
    "course",
    "subject",
    "teacher_id",
    "students",
    "english_learners",
    "students_with_disabilities",
)
SUBJECT = "mathematics"
_FEWEST_STUDENTS, _MOST_STUDENTS = 12, 42


def draw_sections(p: Parameters, schools: pd.DataFrame, term: Term, seed: int) -> pd.DataFrame:
    """One row a rostered section of the term, in order of school and section.

    Columns: the `roster` template's, and `school` (row number in `schools`), `slot` (a teaching
    post, numbered over all schools) and `holder` (which teacher in turn holds the post). Sections,
    courses and teachers are those of the school year; only enrolment moves between its terms.
    """
    year = school_year_number(term)
    rng = generator(seed, "sections", str(year))
    change = rng.integers(-p.sections_change, p.sections_change + 1, size=len(schools))
    sections = schools["sections"].to_numpy() + change
    school = np.repeat(np.arange(len(schools)), sections)
    number = np.arange(len(school)) - np.repeat(np.cumsum(sections) - sections, sections)
    grade = _grades(p, schools["level"].to_numpy()[school], (number + 0.5) / sections[school])

    posts = -(-(p.sections_most + p.sections_change) // p.sections_a_teacher)
    slot = school * posts + number // p.sections_a_teacher
    holder = _holders(p, len(schools) * posts, year, seed)[slot]
    frame = pd.DataFrame(
        {
            "class_id": _labels(f"M{year % 100:02d}-%04d-", school + 1)
            + _labels("%02d", number + 1),
            "school_id": schools["school_id"].to_numpy()[school],
            "grade": grade,
            "course": _courses(rng, p, grade),
            "subject": SUBJECT,
            "teacher_id": _labels("T%05d", slot + 1) + _labels("-%02d", holder),
            "school": school,
            "slot": slot,
            "holder": holder,
        }
    )
    return frame.assign(**_enrolment(p, schools, frame, term, seed))


def _labels(pattern: str, numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
    """`numbers` as text, each by a printf pattern."""
    return np.strings.mod(pattern, numbers).astype(object)


def _grades(
    p: Parameters, level: npt.NDArray[np.object_], position: npt.NDArray[np.float64]
) -> npt.NDArray[np.object_]:
    """Grades by a section's position (0 to 1) among its school's: a teacher's are then alike."""
    grade = np.empty(len(level), object)
    for each in p.levels:
        there = level == each.name
        upto = np.cumsum([share for _, share in each.grades])[:-1]
        names = np.array([name for name, _ in each.grades], object)
        grade[there] = names[np.searchsorted(upto, position[there], side="right")]
    return grade


def _courses(
    rng: np.random.Generator, p: Parameters, grade: npt.NDArray[np.object_]
) -> npt.NDArray[np.object_]:
    course = np.empty(len(grade), object)
    drawn = rng.random(len(grade))
    for name, each in p.courses.items():
        there = grade == name
        course[there] = np.where(drawn[there] < each.other_share, each.other, each.usual)
    return course


def _holders(p: Parameters, posts: int, year: int, seed: int) -> npt.NDArray[np.int64]:
    """How many teachers have held each post by a school year; every post changes now and then."""
    rng = generator(seed, "tenure")
    tenure = rng.integers(p.tenure_fewest, p.tenure_most + 1, size=posts)
    begun = rng.integers(0, tenure)
    return (year - p.schools_from.year + 1 + begun) // tenure


def _enrolment(
    p: Parameters, schools: pd.DataFrame, sections: pd.DataFrame, term: Term, seed: int
) -> dict[str, npt.NDArray[np.int64]]:
    """Seats of each section: all, of English learners and of students with disabilities."""
    rng = generator(seed, "enrolment", term.term)
    students = np.clip(
        np.rint(rng.normal(p.students_mean, p.students_sd, size=len(sections))),
        _FEWEST_STUDENTS,
        _MOST_STUDENTS,
    ).astype(np.int64)
    shares = generator(seed, "subgroup shares")
    concentration = 8.0
    learners = shares.beta(
        p.english_learners * concentration,
        (1 - p.english_learners) * concentration,
        size=len(schools),
    )
    school = sections["school"].to_numpy()
    return {
        "students": students,
        "english_learners": rng.binomial(students, learners[school]),
        "students_with_disabilities": rng.binomial(students, p.students_with_disabilities),
    }
