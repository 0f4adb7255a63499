"""What shapes professional learning: its sessions, their order, and who comes."""

from __future__ import annotations

from dataclasses import dataclass

LEADERS, TEACHER_LEADERS, TEACHERS = "instructional_leader", "teacher_leader", "teacher"
"""Audiences, and the roles of those they are of."""

COACH = "coach"


@dataclass(frozen=True)
class PriorityArea:
    """A series of sessions over a school year: the audiences of each season's, in order."""

    name: str
    title: str
    seasons: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Learning:
    """Professional learning: each local district runs each area's series every school year.

    `hours`: of a session, by audience. `cohort_schools`: a teachers' session is held once for every
    so many schools of the local district, on different days. `expected`: share of an audience that
    is expected at a session. `comes_logit`: log odds that one who is expected comes, to which
    `supported_logit` is added in supported schools and `dose_logit` for each unit of a person's
    dose, a standard normal. `teacher_relation` and `school_relation` are its correlations with the
    effects of teacher and school on the use of materials.
    """

    areas: tuple[PriorityArea, ...] = (
        PriorityArea(
            "Launching units",
            "Unit launch and the arc of lessons",
            (
                ("fall", (LEADERS, TEACHER_LEADERS, TEACHERS)),
                ("winter", (TEACHERS,)),
                ("spring", (TEACHERS,)),
            ),
        ),
        PriorityArea(
            "Student discourse",
            "Sharing and building on ideas",
            (
                ("fall", (LEADERS, TEACHER_LEADERS)),
                ("winter", (TEACHERS,)),
                ("spring", (TEACHERS,)),
            ),
        ),
        PriorityArea(
            "Unfinished learning",
            "Grade-level lessons with the Unit Adaptation Pack",
            (
                ("fall", (LEADERS,)),
                ("winter", (TEACHER_LEADERS,)),
                ("spring", (TEACHERS,)),
            ),
        ),
    )
    hours: tuple[tuple[str, float], ...] = (
        (LEADERS, 2.0),
        (TEACHER_LEADERS, 3.0),
        (TEACHERS, 2.5),
    )
    cohort_schools: int = 40
    expected: float = 0.85
    comes_logit: float = 0.4
    supported_logit: float = 0.5
    dose_logit: float = 1.2
    teacher_relation: float = 0.55
    school_relation: float = 0.35
