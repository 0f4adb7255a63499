"""Educators' texts: tied within their school, by what a roster calls people."""

from __future__ import annotations

import json

import pytest

from orchestration.reading.pseudonyms import load_key
from tests.unit.matching.district import District

LEES = """Section,school_id,grade,course,subject,teacher_id,Given,Family
A-P3,01964733,7,Math 7,mathematics,T1,Jordan,Lee
B-P1,01964733,7,Math 7,mathematics,T2,Ann,Leeds
C-P1,19647339,7,Math 7,mathematics,T3,Kim,Lee
"""
NAMED = """name: sections
version: 1
source: roster
description: Sections with their teachers' names.
fields:
  class_id: {column: Section}
  school_id: {column: school_id}
  grade: {column: grade}
  course: {column: course}
  subject: {column: subject}
  teacher_id: {column: teacher_id, named_in: [Given, Family]}
identifying: [teacher_id, Given, Family]
"""


@pytest.fixture
def of_two_schools(district) -> District:
    """Two schools, each with a Ms. Lee, known by her name in the roster alone."""
    district.home.contracts.mkdir(exist_ok=True)
    (district.home.contracts / "sections.yaml").write_text(NAMED)
    district.land("roster", LEES)
    district.land(
        "observations",
        "observation_id,observed_on,school_id,class_id,teacher_id,observer_id,materials\n"
        "o1,2022-03-01,01964733,A-P3,Ms. Lee,coach,none\n"
        "o2,2022-03-02,19647339,C-P1,Ms. Lee,coach,none\n"
        "o3,2022-03-02,Nowhere,C-P1,Ms. Lee,coach,none\n",
    )
    district.read()
    return district


def queued(district: District) -> dict[str, dict]:
    found = json.loads(district.told("list", "--json", "--kind", "educator").stdout)
    return {one["school_id"]: one for one in found}


def test_a_name_is_near_whom_the_roster_calls_so_at_that_school(of_two_schools):
    waiting = queued(of_two_schools)
    assert {school: one["rows"] for school, one in waiting.items()} == {
        "01964733": 1, "19647339": 1,
    }  # fmt: skip
    (near,) = waiting["01964733"]["candidates"]
    assert (near["id"], near["name"], near["why"]) == ("T1", "Jordan Lee", "a part of its name")
    assert [one["id"] for one in waiting["19647339"]["candidates"]] == ["T3"]


def test_a_name_decided_on_at_one_school_is_somebody_else_at_another(of_two_schools):
    district = of_two_schools
    waiting = queued(district)
    assert district.told("accept", waiting["01964733"]["queue"], "--by", "Q").exit_code == 0
    assert set(queued(district)) == {"19647339"}
    district.read()
    key = load_key(district.home)
    assert [row["teacher_id"] for row in district.visits()] == [
        key.pseudonym("educator", one) for one in ("T1", "Ms. Lee", "Ms. Lee")
    ]
    assert district.told("accept", waiting["19647339"]["queue"], "--by", "Q").exit_code == 0
    assert district.told("--educator", "T1", command="erase").exit_code == 0
    district.read()
    assert [row["observation_id"] for row in district.visits()] == ["o2"]
    assert district.visits()[0]["teacher_id"] == key.pseudonym("educator", "T3")


@pytest.mark.parametrize("means", ["T1", ""], ids=["accepted", "rejected"])
def test_a_decision_for_every_school_settles_the_text_at_each(of_two_schools, means):
    assert len(queued(of_two_schools)) == 2
    path = of_two_schools.home.registry / "matches.csv"
    path.parent.mkdir(exist_ok=True)
    decided = f"educator,Ms. Lee,{means},Q,2022-03-01\n"
    path.write_text(f"kind,text,id,decided_by,decided_on\n{decided}")
    assert queued(of_two_schools) == {}


def test_whom_no_roster_can_know_does_not_wait(of_two_schools):
    header = "session_id,educator_id,school_id,role,attended\n"
    came = "p1,{},01964733,{},yes\n"
    rows = [("T1", "leader"), ("Ms. Lee", "leader"), ("Ann Leeds", "teacher"), ("C7", "coach")]
    of_two_schools.land("pl_attendance", header + "".join(came.format(*row) for row in rows))
    of_two_schools.read()
    waiting = of_two_schools.waiting("--source", "pl_attendance")
    # the roster knows a leader, and no coach
    assert set(waiting) == {"Ms. Lee", "Ann Leeds"}


def test_what_the_roster_calls_people_is_kept_nowhere(of_two_schools):
    queued(of_two_schools)
    home = of_two_schools.home
    kept = [
        path.read_bytes()
        for path in home.root.rglob("*")
        if path.is_file() and not {home.landing, home.contracts} & set(path.parents)
    ]
    assert any(b"Math 7" in one for one in kept)  # what is kept of a class can be seen so
    assert not any(b"Jordan" in one for one in kept)
