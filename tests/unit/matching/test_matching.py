"""Texts that nobody knows: candidates and why, decisions, and what Read makes of them."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.cli import main
from orchestration.matching.candidates import Known, candidates
from orchestration.reading.accounts import load_account
from orchestration.reading.matches import Matches
from orchestration.reading.pseudonyms import load_key
from orchestration.registry import RegistryError
from orchestration.registry.models import Match
from orchestration.settings import Home, Settings
from orchestration.site import Site

TERM = "2021-22-spring"
SCHOOLS = [Known("01964733", ("Adams Middle School",)), Known("19647331", ("Baker High School",)),
           Known("19647339", ("Baker Middle School",))]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "known", "first", "why"),
    [
        ("1964733", SCHOOLS, "01964733", "the same but for leading zeros"),
        ("1964733.0", SCHOOLS, "01964733", "the same number, written with a decimal"),
        ("Adams Middle", SCHOOLS, "01964733", "a part of its name"),
        ("Adams Midle Schol", SCHOOLS, "01964733", "its name is alike"),
        ("Ms. Lee", [Known("T2", ("Ann Leeds",)), Known("T1", ("Jo Lee",))], "T1", "a part of"),
        ("BAKER H.S.", [Known("1", ("Baker HS",))], "1", "its name is alike"),
        ("middle school, Adams", SCHOOLS, "01964733", "its name is alike (100 of 100)"),
        ("19647332", SCHOOLS[1:2], "19647331", "one character differs"),
        ("Ms. A, period 3", [Known("A-P3"), Known("B-P3")], "A-P3", "alike without titles"),
        ("c 1", [Known("c-1")], "c-1", "the same but for spacing and punctuation"),
    ],
)
def test_the_nearest_candidate_says_why_it_is_near(text, known, first, why):
    found = candidates(text, known)
    assert found[0].id == first
    assert why in found[0].why


def test_a_number_that_a_spreadsheet_shortened_names_all_that_it_could_be():
    # 19647251 is 1.96473 as well, once it is rounded; 19647349 is 1.96473, and 19647351 is 1.96474
    more = [*SCHOOLS, Known("19647251"), Known("19647351")]
    found = candidates("1.96473E+7", more)
    assert [one.id for one in found] == ["19647251", "19647331", "19647339"]
    assert all("3 begin so" in one.why for one in found)
    assert candidates("1.96473E+7", SCHOOLS[:2])[0].why.endswith("no other does")


def test_what_is_not_near_is_no_candidate():
    assert candidates("Harvard", SCHOOLS) == []
    assert candidates("Period 7", [Known("x", ("Math 7",))]) == []
    assert candidates("2.5E+7", SCHOOLS) == []


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=12), st.lists(st.text(min_size=1, max_size=8), max_size=4))
def test_any_text_has_a_few_candidates_of_those_known(text, ids):
    found = candidates(text, [Known(one, (one,)) for one in ids])
    assert len(found) <= 3
    assert {one.id for one in found} <= set(ids)


class District:
    """A home on disk, with the command."""

    def __init__(self, root: Path) -> None:
        self.home = Home(root).create()
        self.site = self.loaded()

    def loaded(self) -> Site:
        return Site.load(Settings(home=self.home))

    def land(self, source: str, content: str, name: str = "a.csv") -> None:
        folder = self.home.landing / source
        folder = folder if source == "schools" else folder / TERM
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)

    def read(self) -> None:
        site = self.loaded()
        for source, term in site.partitions():
            site.read(source, term, lambda _: None)

    def told(self, *arguments: str, command: str = "match"):
        environment = {"UPTAKE_HOME": str(self.home.root), "UPTAKE_DEBUG": "1"}
        return CliRunner().invoke(main, [command, *arguments], env=environment)

    def waiting(self, *arguments: str) -> dict[str, dict]:
        return {
            one["text"]: one for one in json.loads(self.told("list", "--json", *arguments).stdout)
        }

    def visits(self) -> list[dict]:
        account = load_account(self.home, "observations", TERM)
        assert account is not None
        return pq.read_table(self.home.root / account.raw.path).to_pylist()


@pytest.fixture
def district(tmp_path, monkeypatch) -> District:
    monkeypatch.setenv("UPTAKE_HOME", str(tmp_path / "data"))
    one = District(tmp_path / "data")
    one.land(
        "schools",
        (
            "school_id,school_name,level,local_district,valid_from\n"
            "01964733,Adams Middle School,middle,West,2015-07-01\n"
            "19647339,Baker Middle School,middle,East,2015-07-01\n"
        ),
    )
    one.land(
        "roster",
        (
            "class_id,school_id,grade,course,subject,teacher_id\n"
            "A-P3,01964733,7,Math 7,mathematics,00017\n"
            "B-P1,01964733,7,Math 7,mathematics,ann@d.org\n"
        ),
    )
    one.land(
        "observations",
        (
            "observation_id,observed_on,school_id,class_id,teacher_id,observer_id,materials\n"
            'o1,2022-03-01,1964733,"Ms. A, period 3",17,coach,as_designed\n'
            'o2,2022-03-02,01964733,"Ms. A, period 3",00017,coach,none\n'
            "o3,2022-03-03,Nowhere,X,ann@d.org,coach,none\n"
            "o4,2022-03-04,01964733,B-P1,ann@d.org,coach,modified\n"
        ),
    )
    one.read()
    return one


def test_what_nobody_knows_waits_with_its_candidates_and_nothing_is_applied(district):
    waiting = district.waiting()
    assert {text: (one["kind"], one["rows"]) for text, one in waiting.items()} == {
        "1964733": ("school", 1), "Nowhere": ("school", 1), "Ms. A, period 3": ("classroom", 1),
    }  # fmt: skip
    assert waiting["1964733"]["candidates"][0]["id"] == "01964733"
    assert waiting["Nowhere"]["candidates"] == []
    assert [row["school_id"] for row in district.visits()] == [
        "1964733", "01964733", "Nowhere", "01964733",
    ]  # fmt: skip


def test_accepted_texts_are_read_as_what_they_mean_and_no_others_change(district):
    before = {row["observation_id"]: row for row in district.visits()}
    waiting = district.waiting()
    # two schools are near the first text, and of two none is taken
    assert district.told("accept", waiting["1964733"]["queue"], "--by", "Q").exit_code == 2
    school = ("accept", waiting["1964733"]["queue"], "--as", "01964733", "--by", "Q")
    assert district.told(*school).exit_code == 0
    district.read()
    # the first visit's school is known now: its classroom waits with the second's, and its teacher
    waiting = district.waiting()
    assert waiting["Ms. A, period 3"]["rows"] == 2
    assert waiting["17"]["candidates"][0]["why"] == "the same but for leading zeros"
    room = ("accept", waiting["Ms. A, period 3"]["queue"], "--as", "A-P3", "--by", "Q")
    for decision in (room, ("accept", waiting["17"]["queue"], "--as", "00017", "--by", "Q")):
        done = district.told(*decision)
        assert done.exit_code == 0, done.output
    district.read()
    after = {row["observation_id"]: row for row in district.visits()}
    key = load_key(district.home)
    assert (after["o1"]["school_id"], after["o1"]["class_id"]) == ("01964733", "A-P3")
    assert (
        after["o1"]["teacher_id"] == key.pseudonym("educator", "00017") == after["o2"]["teacher_id"]
    )
    assert after["o2"]["class_id"] == "A-P3"
    assert (after["o3"], after["o4"]) == (before["o3"], before["o4"])
    assert set(district.waiting()) == {"Nowhere"}


def test_what_is_rejected_waits_no_more_and_stays_as_it_is(district):
    one = district.waiting()["Nowhere"]["queue"]
    assert district.told("reject", one, "--by", "Q", "--because", "A visit abroad.").exit_code == 0
    district.read()
    assert "Nowhere" not in district.waiting()
    assert "Nowhere" in [row["school_id"] for row in district.visits()]
    (row,) = csv.DictReader((district.home.registry / "matches.csv").open())
    assert (row["kind"], row["text"], row["id"], row["because"]) == (
        "school", "Nowhere", "", "A visit abroad.",
    )  # fmt: skip


def test_a_queue_filled_in_by_hand_decides_as_the_command_does(district, tmp_path):
    path = tmp_path / "queue.csv"
    assert district.told("list", "--csv", str(path)).exit_code == 0
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    for row in rows:
        row["id"] = {"1964733": "01964733"}.get(row["text"], "")
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert district.told("apply", str(path), "--by", "Q").exit_code == 0
    district.read()
    assert [row["school_id"] for row in district.visits()].count("01964733") == 3
    again = district.told("apply", str(path), "--by", "Q")
    assert again.exit_code == 2
    assert "list it anew" in again.stderr


def test_a_decision_that_is_not_one_is_a_misuse(district):
    waiting = district.waiting()
    for arguments, said in (
        (("accept", waiting["Nowhere"]["queue"], "--by", "Q"), "has 0 candidates"),
        (("accept", "zzz", "--by", "Q"), "no text of the queue begins"),
    ):
        done = district.told(*arguments)
        assert (done.exit_code, done.stdout) == (2, "")
        assert said in done.stderr
    assert not (district.home.registry / "matches.csv").exists()


@pytest.mark.parametrize("named", ["00017", " 17", "Mr. Ant"])
def test_whoever_is_erased_is_so_under_every_text_that_means_them(district, named):
    district.land(
        "observations",
        (
            "observation_id,observed_on,school_id,class_id,teacher_id,observer_id,materials\n"
            "o5,2022-03-05,01964733,B-P1,Mr. Ant,coach,none\n"
        ),
        "b.csv",
    )
    one = district.waiting()["1964733"]["queue"]
    assert district.told("accept", one, "--as", "01964733", "--by", "Q").exit_code == 0
    district.read()
    for text, means in (("17", "00017"), ("Mr. Ant", "00017")):
        one = district.waiting()[text]["queue"]
        assert district.told("accept", one, "--as", means, "--by", "Q").exit_code == 0
    one = district.waiting()["Nowhere"]["queue"]
    assert district.told("reject", one, "--by", "Q").exit_code == 0
    done = district.told("--educator", named, command="erase")
    assert done.exit_code == 0, done.output
    assert "2 decisions of `uptake match` named them" in done.stdout
    district.read()
    assert [row["observation_id"] for row in district.visits()] == ["o3", "o4"]
    kept = (district.home.registry / "matches.csv").read_text()
    assert "Nowhere" in kept
    assert "17" not in kept
    assert "Ant" not in kept


@settings(max_examples=40)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["", "s1", "s2"]), st.sampled_from(["17", "A ", "x", "Ünal"])),
        st.sampled_from(["T1", "T2", ""]),
    ),
    st.lists(
        st.tuples(
            st.sampled_from(["", "s1", "s2", "s3"]),
            st.sampled_from(["17", "a", "X", "ünal", "other", "T1"]),
        ),
        max_size=8,
    ),
    st.randoms(),
)
def test_decisions_change_the_texts_they_are_of_and_no_others_in_whatever_order(
    decided, texts, order
):
    rows = [
        Match(
            kind="educator", school_id=school, text=text, id=means, decided_by="Q",
            decided_on=date(2022, 3, 1),
        )
        for (school, text), means in decided.items()
    ]  # fmt: skip
    order.shuffle(rows)
    known = {
        (school, text.strip().lower()): means for (school, text), means in decided.items() if means
    }
    columns = [pa.array(list(column), pa.string()) for column in zip(*texts, strict=True)]
    schools, written = columns or [pa.array([], pa.string())] * 2
    found = Matches.of(rows, TERM).educator(written, schools)
    # what is decided for a school goes before what is decided for all
    assert found.to_pylist() == [
        known.get((school, text.lower()), known.get(("", text.lower()), text))
        for school, text in texts
    ]


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


def test_two_decisions_on_one_text_are_refused_and_no_text_is_shown(district):
    path = district.home.registry / "matches.csv"
    path.parent.mkdir()
    path.write_text(
        "kind,text,id,decided_by,decided_on\neducator,Mr. Ant,1,Q,2022-03-01\n"
        "educator,MR. ANT,2,Q,2022-03-01\n"
    )
    for content, said in (
        (path.read_text(), "line 3: its kind, term, school_id, text are those of line 2"),
        (path.read_text().replace("educator,MR.", "classroom,MR."), "line 3, row: "),
    ):
        path.write_text(content)
        with pytest.raises(RegistryError, match=said) as refused:
            district.loaded()
        assert "ant" not in str(refused.value).lower().replace("meant", "")


def test_a_decision_has_only_what_it_touches_read_again(district):
    site = district.loaded()
    assert not any(site.needs_reading(*key) for key in site.partitions())
    one = district.waiting()["Ms. A, period 3"]["queue"]
    district.told("accept", one, "--as", "A-P3", "--by", "Q")
    site = district.loaded()
    assert {key for key in site.partitions() if site.needs_reading(*key)} == {
        ("observations", TERM), ("roster", TERM),
    }  # fmt: skip
