"""Texts that nobody knows: the queue, decisions, and what Read makes of them."""

from __future__ import annotations

import csv
import io
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.reading.matches import Matches
from orchestration.reading.pseudonyms import load_key
from orchestration.registry import RegistryError
from orchestration.registry.models import Match
from tests.unit.matching.district import TERM


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
