"""What is near a text, and why."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.matching.candidates import Known, candidates

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
