"""The text a reader sees."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.disclosure.shown import (
    count,
    counted,
    hundredths,
    percent,
    rounded,
    tenths,
)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0%"),
        (0.004, "<1%"),
        (0.005, "1%"),
        (0.125, "13%"),
        (0.285, "29%"),
        (0.84, "84%"),
        (0.994, "99%"),
        (0.9951, ">99%"),
        (1.0, "100%"),
    ],
)
def test_a_share_is_a_whole_percentage_with_halves_up(share, text):
    assert percent(share) == text


@given(st.floats(min_value=0, max_value=1, exclude_min=True, exclude_max=True))
def test_some_is_never_shown_as_none_nor_most_as_all(share):
    assert percent(share) not in ("0%", "100%")


def test_thousands_are_set_apart():
    assert count(1310) == "1,310"


@pytest.mark.parametrize(
    ("value", "text"),
    [(2.85, "2.9"), (2.849, "2.8"), (1.0, "1.0"), (-0.04, "0.0"), (1204.0, "1,204.0")],
)
def test_a_mean_has_one_decimal_with_halves_up(value, text):
    assert tenths(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.814, ".81"), (0.805, ".81"), (1.0, "1.00"), (-0.123, "-.12"), (0, ".00")]
)
def test_a_coefficient_is_written_without_its_nought(value, text):
    assert hundredths(value) == text


@given(st.integers(-(10**9), 10**9), st.integers(0, 9), st.sampled_from([10, 100]))
def test_what_is_written_is_rounded_by_its_digits(digits, places, scale):
    written = Fraction(digits, 10**places)
    away_from_nought = int(abs(written) * scale + Fraction(1, 2))
    assert abs(rounded(float(written), scale)) == away_from_nought
    assert rounded(float(written), scale) * written >= 0


def test_one_is_one_and_more_are_many():
    assert (counted(1, "educators"), counted(1204, "educators")) == (
        "1 educator",
        "1,204 educators",
    )
