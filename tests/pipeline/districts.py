"""Random small districts, one a term, with every oddity that a mart must survive.

Each term has schools, people and answers of its own, so that one build holds as many independent
districts as there are terms. Educators alone are shared by the terms of a school year, since hours
of professional learning add up over terms.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from orchestration.registry.models import Term
from tests.pipeline.homes import land, school, section, visit
from tests.pipeline.responses import Row, student_response, teacher_response

LOCAL_DISTRICTS = ("North", "West", "East", "South")
GRADES = ("6", "7", "8")
COURSES = ("Math 6", "Math 7", "Algebra 1")
LEVELS = ("elementary", "middle", "middle", "high", "span")
RATINGS = ("ca2_overall", "ca3_overall", "col", "engagement", "sharing")
HOURS = ("", "0", "1.5", "2", "3", "3", "6", "6")
NOWHERE = "no-such-school"


@dataclass(frozen=True)
class Size:
    """How large a district is: its local districts, schools, and what a school has at most.

    A term's schools are its own, or those of all terms that are `shared`.
    """

    local_districts: int = 3
    schools: int = 8
    sections: int = 5
    teachers: int = 3
    responses: int = 14
    sessions: int = 5
    visited: float = 0.6
    shared: bool = False


@dataclass
class District:
    """A term's exports: the rows of each file of each source."""

    term: str
    starts_on: date
    ends_on: date
    files: dict[str, dict[str, list[Row]]] = field(default_factory=dict)

    def rows(self, source: str) -> list[Row]:
        """All rows of a source, file by file."""
        return [row for rows in self.files.get(source, {}).values() for row in rows]

    def day(self, rng: random.Random) -> date:
        """A day early in the term, on so coarse a grid that days coincide."""
        return self.starts_on + timedelta(days=5 * rng.randint(0, 9))


def land_districts(home: Path, districts: Iterable[District]) -> None:
    """Write the exports where a site would drop them."""
    for district in districts:
        for source, files in district.files.items():
            for name, rows in files.items():
                land(home, source, district.term, f"{district.term}-{name}.csv", rows)


def random_district(term: Term, size: Size, seed: str) -> District:
    """A district drawn from a seed, whatever the process or the platform."""
    rng = random.Random(f"{term.term} {seed}")
    district = District(term.term, term.starts_on, term.ends_on)
    prefix = "" if size.shared else f"{term.term}-"
    ids = [f"{prefix}s{i:03d}" for i in range(size.schools)]
    teachers = {
        one: [f"t-{term.school_year}-{i}-{j}" for j in range(rng.randint(1, size.teachers))]
        for i, one in enumerate(ids)
    }
    schools = [row for one in ids for row in _spells(rng, district, one, size)]
    roster = [row for one in ids for row in _sections(rng, one, teachers, size)]
    roster += [section(NOWHERE, "c0", teacher_id="t-nobody")] * (rng.random() < 0.3)
    observations = _observations(rng, district, [*ids, NOWHERE], roster, teachers, size)
    students = [
        student_response(rng, district, one, roster, f"{one}-{i}")
        for one in [*ids, NOWHERE]
        for i in range(rng.choice((0, rng.randint(1, max(size.responses, 1)))))
    ]
    answering = [
        teacher_response(rng, district, one, roster, teachers, f"{one}-t{i}")
        for one in [*ids, NOWHERE]
        for i in range(rng.randint(0, size.responses // 2))
    ]
    sessions = [_session(rng, district, i) for i in range(size.sessions)]
    for source, rows in (
        ("schools", schools),
        ("roster", roster),
        ("observations", observations),
        ("student_survey", students if size.responses else []),
        ("teacher_survey", answering),
        ("pl_sessions", sessions),
        ("pl_attendance", _attendance(rng, sessions, teachers)),
    ):
        district.files[source] = _cut(rng, rows)
    return district


def _cut(rng: random.Random, rows: list[Row]) -> dict[str, list[Row]]:
    """One file or two."""
    cut = rng.choice((0, rng.randint(0, len(rows))))
    return {name: part for name, part in (("a", rows[:cut]), ("b", rows[cut:])) if part}


def _spells(rng: random.Random, district: District, school_id: str, size: Size) -> list[Row]:
    """A school's rows: steady, moved, closed on or before the last day, or not yet open."""
    ends_on, early = district.ends_on, district.starts_on - timedelta(days=200)
    one_day = timedelta(days=1)

    def spell(**more: object) -> Row:
        named = LOCAL_DISTRICTS[: size.local_districts]
        return school(
            school_id,
            "" if rng.random() < 0.07 else rng.choice(named),
            level=level,
            region=rng.choice(("Upper", "Lower", "")),
            support_provider=rng.choice(("", "", "LE", "Another")),
            support_from=rng.choice(("", early, ends_on, ends_on + one_day)),
            support_to=rng.choice(("", "", ends_on, ends_on - one_day)),
            **more,
        )

    level = rng.choice(LEVELS)
    kind = rng.choices(("steady", "moved", "overlapping", "closed", "unopened"), (12, 2, 2, 1, 1))
    match kind[0]:
        case "steady":
            return [spell(valid_from=early, valid_to=rng.choice(("", ends_on)))]
        case "moved":
            moved_on = district.starts_on + timedelta(days=10)
            return [
                spell(valid_from=early, valid_to=moved_on - one_day),
                spell(valid_from=moved_on, valid_to=""),
            ]
        case "overlapping":
            return [spell(valid_from=ends_on), spell(valid_from=early)]
        case "closed":
            return [spell(valid_from=early, valid_to=ends_on - one_day)]
        case _:
            return [spell(valid_from=ends_on + one_day)]


def _sections(
    rng: random.Random, school_id: str, teachers: dict[str, list[str]], size: Size
) -> list[Row]:
    elsewhere = rng.choice(list(teachers))
    rows = []
    for i in range(rng.choice((0, *range(1, size.sections + 1)))):
        students = rng.choice(("", 0, *range(12, 33)))
        counted = int(students or 0)
        whose = teachers[school_id if rng.random() < 0.85 else elsewhere]
        rows.append(
            section(
                school_id,
                f"c{i}",
                grade=rng.choice(GRADES),
                course=rng.choice(COURSES),
                subject="mathematics" if rng.random() < 0.9 else "science",
                teacher_id=rng.choice(whose) if rng.random() < 0.85 else "",
                students=students,
                english_learners=rng.choice(("", rng.randint(0, counted))),
                students_with_disabilities=rng.choice(("", rng.randint(0, counted))),
            )
        )
    return rows


def _observations(
    rng: random.Random,
    district: District,
    schools: list[str],
    roster: list[Row],
    teachers: dict[str, list[str]],
    size: Size,
) -> list[Row]:
    rows = []
    for school_id in schools:
        own = {
            row["class_id"]: row["teacher_id"] for row in roster if row["school_id"] == school_id
        }
        practice = rng.choice((0, 0.3, 0.6, 0.9, 1))
        for class_id in [*own, "x0", "x1"]:
            if rng.random() > size.visited:
                continue
            # observers of a class agree on who teaches it, where they say so
            teacher = own.get(class_id) or rng.choice(["", *teachers.get(school_id, [])])
            for i in range(rng.choice((1, 1, 2, 3))):
                together = rng.choice((1, 1, 1, 2, 3))
                observed_on = district.day(rng)
                for j in range(together):
                    name = f"{school_id}-{class_id}-{i}"
                    row = visit(
                        school_id,
                        class_id,
                        _materials(rng, practice),
                        observation_id=f"{name}-{j}",
                        co_observation_id=f"{name}-together" if together > 1 else "",
                        observed_on=observed_on,
                        observer_id=f"observer-{rng.randint(0, 9)}",
                        observer_role=rng.choice(("coach", "leader", "teacher_leader", "")),
                        observer_org=rng.choice(("LE", " le", "Another", "district", "")),
                        teacher_id=teacher if rng.random() < 0.8 else "",
                        grade=rng.choice((*GRADES, "")),
                        course=rng.choice((*COURSES, "")),
                        **_ratings(rng, practice),
                    )
                    if row["teacher_id"] and rng.random() < 0.04:
                        row["observer_id"] = row["teacher_id"]
                    rows.append(row)
    return rows


def _materials(rng: random.Random, practice: float) -> str:
    if rng.random() < 0.08:
        return "not_observed"
    if rng.random() < practice:
        return rng.choice(("as_designed", "modified", "departed"))
    return rng.choice(("none", "other"))


def _ratings(rng: random.Random, practice: float) -> Row:
    def rated(codes: tuple[str, ...]) -> str:
        if rng.random() < 0.12:
            return rng.choice(("", "not_observed"))
        return codes[min(int(rng.betavariate(1 + 3 * practice, 2) * len(codes)), len(codes) - 1)]

    return (
        {item: rated(("0", "1")) for item in ("ca1_a", "ca1_b", "ca1_c")}
        | {item: rated(("1", "2", "3", "4")) for item in RATINGS}
        | {
            "unfinished_learning": rng.choice(
                ("within_grade_level", "remediate_first", "none_needed", "not_observed", "")
            ),
            "adaptation_pack": rng.choice(("yes", "yes", "no", "not_observed", "")),
        }
    )


def _session(rng: random.Random, district: District, place: int) -> Row:
    return {
        "session_id": f"p{place}",
        "held_on": district.day(rng),
        "local_district": rng.choice(LOCAL_DISTRICTS),
        "priority_area": rng.choice(("launch", "adaptation")),
        "audience": rng.choice(("teachers", "leaders", "")),
        "title": f"Session {place}",
        "hours": rng.choice(HOURS),
        "sequence": place + 1,
    }


def _attendance(
    rng: random.Random, sessions: list[Row], teachers: dict[str, list[str]]
) -> list[Row]:
    """Who came, under their school or another, to sessions of which some were never listed."""
    people = [(one, own) for one, ids in teachers.items() for own in ids]
    people += [(one, f"lead-{one}") for one in list(teachers)[:3]]
    rows = []
    for session_id in [row["session_id"] for row in sessions] + ["unlisted"] * bool(sessions):
        for school_id, educator_id in people:
            if rng.random() < 0.45:
                continue
            where = rng.choices((school_id, rng.choice(list(teachers)), NOWHERE), (16, 3, 1))[0]
            rows.append(
                {
                    "session_id": session_id,
                    "educator_id": educator_id,
                    "school_id": where,
                    "role": rng.choice(("teacher", "Teachers", "coach")),
                    "attended": rng.choice(("yes", "yes", "no")),
                }
            )
    return rows
