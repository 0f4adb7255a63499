"""The invented district's parameters, stated once, with their units."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from orchestration.simulation.instruction_parameters import Instruction
from orchestration.simulation.learning_parameters import Learning
from orchestration.simulation.survey_parameters import StudentSurvey, TeacherSurvey

LADDER = ("none", "other", "departed", "modified", "as_designed")
"""Codes of materials from least to most use; a measure counts the codes from one rung upwards."""

MEASURE_RUNGS = {
    "adoption_any": LADDER.index("departed"),
    "adoption_as_designed": LADDER.index("modified"),
}
"""The lowest rung that each measure counts."""

REGIONS = ("Region East", "Region North", "Region South", "Region West")


@dataclass(frozen=True)
class LocalDistrict:
    """One local district.

    `share`: of the schools. `supported`: share of its schools that the main provider supports.
    `regions`: shares of `REGIONS` before the remap. `any_use`: the process probability of any use
    on each of `Parameters.knots`. `voice`: log odds added to favourable answers of its people.
    """

    name: str
    share: float
    supported: float
    regions: tuple[float, float, float, float]
    any_use: tuple[float, ...]
    voice: float


@dataclass(frozen=True)
class Level:
    """A level of school: `share` of schools, `title` in names, shares of sections by grade.

    `logit`: how much likelier (log odds) its classrooms are to use the materials.
    """

    name: str
    share: float
    title: str
    grades: tuple[tuple[str, float], ...]
    logit: float


@dataclass(frozen=True)
class Course:
    """What a grade takes: the usual course, another one, and the share of sections in it."""

    usual: str
    other: str
    other_share: float


@dataclass(frozen=True)
class Parameters:
    """Everything that shapes the sample exports; probabilities are 0 to 1, effects are log odds.

    `knots` are days at which `LocalDistrict.any_use` and `designed_share` (as designed or modified,
    among any use) are given; between them both move in a straight line on the logit scale, outside
    them they stay. `drift_years` is the period of the slow part of school effects, whose share of
    the school variance is `drift_share`: after a quarter of a period it is as good as new.

    Whether a school is visited or answers, and how much, follows a *tendency* to it, a standard
    normal: `lasting` of its variance is the same in every term, and `related` is its correlation
    with the school's effect on the use of materials.
    """

    # schools
    schools: int = 220
    schools_from: date = date(2019, 7, 1)
    remap_on: date = date(2022, 12, 1)
    remapped: float = 0.2
    main_provider: str = "Leading Educators"
    main_support_from: date = date(2021, 8, 1)
    other_provider: str = "Tidepool Math Partners"
    other_support: float = 0.04
    other_support_from: date = date(2022, 8, 1)
    other_support_to: date = date(2024, 6, 30)
    local_districts: tuple[LocalDistrict, ...] = (
        LocalDistrict(
            "Northeast",
            0.36,
            0.45,
            (0.55, 0.45, 0.0, 0.0),
            (0.24, 0.52, 0.68, 0.88, 0.87, 0.89, 0.91),
            0.0,
        ),
        LocalDistrict(
            "West",
            0.31,
            0.35,
            (0.0, 0.1, 0.3, 0.6),
            (0.22, 0.50, 0.66, 0.87, 0.86, 0.88, 0.90),
            -0.12,
        ),
        LocalDistrict(
            "Northwest",
            0.33,
            0.40,
            (0.0, 0.65, 0.0, 0.35),
            (0.30, 0.62, 0.78, 0.945, 0.93, 0.94, 0.955),
            0.12,
        ),
    )
    levels: tuple[Level, ...] = (
        Level("middle", 0.46, "Middle School", (("6", 0.33), ("7", 0.33), ("8", 0.34)), 0.1),
        Level(
            "high",
            0.45,
            "High School",
            (("9", 0.3), ("10", 0.28), ("11", 0.26), ("12", 0.16)),
            -0.1,
        ),
        Level(
            "span",
            0.09,
            "Academy",
            (
                ("6", 0.17),
                ("7", 0.17),
                ("8", 0.16),
                ("9", 0.15),
                ("10", 0.13),
                ("11", 0.12),
                ("12", 0.1),
            ),
            0.0,
        ),
    )

    # rosters
    rollout_on: date = date(2021, 8, 1)
    sections_fewest: int = 27
    sections_most: int = 43
    sections_change: int = 2
    sections_a_teacher: int = 5
    tenure_fewest: int = 4
    tenure_most: int = 12
    students_mean: float = 29.0
    students_sd: float = 5.0
    english_learners: float = 0.19
    students_with_disabilities: float = 0.14
    courses: dict[str, Course] = field(
        default_factory=lambda: {
            "6": Course("Math 6", "Math 6", 0.0),
            "7": Course("Math 7", "Accelerated Math 7", 0.15),
            "8": Course("Math 8", "Algebra 1", 0.2),
            "9": Course("Algebra 1", "Geometry", 0.15),
            "10": Course("Geometry", "Algebra 2", 0.15),
            "11": Course("Algebra 2", "Precalculus", 0.2),
            "12": Course("Precalculus", "Statistics", 0.4),
        }
    )

    # use of materials
    knots: tuple[date, ...] = (
        date(2021, 6, 30),
        date(2021, 11, 30),
        date(2022, 1, 31),
        date(2022, 6, 30),
        date(2022, 11, 30),
        date(2023, 1, 31),
        date(2023, 6, 30),
    )
    designed_share: tuple[float, ...] = (0.45, 0.52, 0.58, 0.66, 0.68, 0.72, 0.76)
    other_gap: float = 0.7
    unmodified_gap: float = 0.9
    course_logit: dict[str, float] = field(
        default_factory=lambda: {"Precalculus": -0.4, "Statistics": -0.5}
    )
    before_support_logit: float = 0.2
    support_logit: float = 0.45
    school_sd: float = 0.75
    teacher_sd: float = 0.5
    drift_share: float = 0.3
    drift_years: float = 8.0
    slip: float = 0.12

    # taking part
    lasting: float = 0.6
    related: float = 0.06

    # walkthroughs
    schools_visited: float = 0.62
    sections_visited: float = 0.2
    sections_visited_sd: float = 0.35
    second_visit: float = 0.25
    third_visit: float = 0.07
    co_observed: float = 0.1
    co_observers_agree: float = 0.9
    not_observed: float = 0.025
    off_roster: float = 0.005
    observers_a_school: float = 0.2
    blank_detail: float = 0.04
    noted: float = 0.85
    breaks: tuple[tuple[int, int, int, int], ...] = (
        (6, 11, 8, 15),
        (11, 21, 11, 26),
        (12, 17, 12, 31),
        (1, 1, 1, 8),
        (3, 27, 4, 2),
    )
    """Days off, as first month and day, last month and day."""

    instruction: Instruction = field(default_factory=Instruction)
    students: StudentSurvey = field(default_factory=StudentSurvey)
    teachers: TeacherSurvey = field(default_factory=TeacherSurvey)
    learning: Learning = field(default_factory=Learning)


DEFAULT = Parameters()
