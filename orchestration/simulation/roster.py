"""Who is rostered: mathematics sections with their grades, courses, teachers and students."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from orchestration.simulation.effects import Integers
from orchestration.simulation.parameters import Parameters
from orchestration.simulation.plan import Block
from orchestration.simulation.randomness import labels
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


def posts_a_school(p: Parameters) -> int:
    """How many teaching posts are numbered for each school, filled or not."""
    return -(-(p.sections_most + p.sections_change) // p.sections_a_teacher)


def draw_sections(p: Parameters, block: Block, term: Term, seed: int) -> pd.DataFrame:
    """One row a rostered section of the term, in order of school and section.

    Columns: the `roster` template's but for the counts of students, and `school` (row number in the
    block), `section` (number within the school, from 1), `slot` (a teaching post, numbered over the
    block's schools) and `holder` (which teacher in turn holds the post). Sections, courses and
    teachers are those of the school year; only enrolment moves between its terms (see `seats`).
    """
    schools = block.schools
    year = school_year_number(term)
    rng = block.generator(seed, "sections", str(year))
    change = rng.integers(-p.sections_change, p.sections_change + 1, size=len(schools))
    sections = schools["sections"].to_numpy() + change
    school = np.repeat(np.arange(len(schools)), sections)
    number = np.arange(len(school)) - np.repeat(np.cumsum(sections) - sections, sections)
    grade = _grades(p, schools["level"].to_numpy()[school], (number + 0.5) / sections[school])

    posts = posts_a_school(p)
    slot = school * posts + number // p.sections_a_teacher
    holder = _holders(p, block, len(schools) * posts, year, seed)[slot]
    school_number = schools["number"].to_numpy()[school]
    post_number = school_number * posts + number // p.sections_a_teacher
    return pd.DataFrame(
        {
            "class_id": labels(f"M{year % 100:02d}-%04d-", school_number + 1)
            + labels("%02d", number + 1),
            "school_id": schools["school_id"].to_numpy()[school],
            "grade": grade,
            "course": _courses(rng, p, grade),
            "subject": SUBJECT,
            "teacher_id": labels("T%05d", post_number + 1) + labels("-%02d", holder),
            "school": school,
            "section": number + 1,
            "slot": slot,
            "holder": holder,
        }
    )


def teacher_effects(p: Parameters, block: Block, sections: pd.DataFrame, seed: int) -> pd.Series:
    """A standard normal a section: its teacher's. A post's holders differ, and keep theirs."""
    slot, holder = sections["slot"].to_numpy(), sections["holder"].to_numpy()
    posts = len(block.schools) * posts_a_school(p)
    effects = np.empty(len(sections))
    for turn in np.unique(holder):
        there = holder == turn
        drawn = block.generator(seed, "teacher effects", str(turn)).standard_normal(posts)
        effects[there] = drawn[slot[there]]
    return pd.Series(effects)


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


def _holders(p: Parameters, block: Block, posts: int, year: int, seed: int) -> Integers:
    """How many teachers have held each post by a school year; every post changes now and then."""
    rng = block.generator(seed, "tenure")
    tenure = rng.integers(p.tenure_fewest, p.tenure_most + 1, size=posts)
    begun = rng.integers(0, tenure)
    return (year - p.schools_from.year + 1 + begun) // tenure
