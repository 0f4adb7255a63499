"""Pseudonyms and columns, for any text, against Python's own functions."""

from __future__ import annotations

import hashlib
import hmac
import sys

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.reading.columns import WHITESPACE, Encoded, compacted, is_blank, trimmed
from orchestration.reading.pseudonyms import Key, pseudonyms

at_leisure = settings(deadline=None)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@at_leisure
@given(
    secret=st.binary(min_size=1, max_size=150),
    kind=st.sampled_from(["student", "educator"]),
    people=st.lists(texts),
)
def test_pseudonyms_equal_the_hmac_module_s(secret, kind, people):
    expected = [
        hmac.new(secret, f"{kind}:{one.strip().casefold()}".encode(), hashlib.sha256).hexdigest()
        if one.strip()
        else None
        for one in people
    ]
    made = pseudonyms(Key(secret), kind, pa.array(people, pa.string()))
    assert made.to_pylist() == expected


@at_leisure
@given(people=texts, spaces=st.text(st.sampled_from(" \t\n\u3000\x1c\xa0"), max_size=3))
def test_white_space_and_case_make_no_other_person(people, spaces):
    key = Key(b"k")
    assert key.pseudonym("student", f"{spaces}{people}{spaces}") == key.pseudonym("student", people)
    assert key.pseudonym("student", people.casefold()) == key.pseudonym("student", people)


@at_leisure
@given(st.lists(texts), st.integers(0, 5))
def test_trimming_is_python_s_strip(cells, skipped):
    column = pa.array(cells, pa.string()).slice(skipped)
    made = trimmed(column)
    assert made.to_pylist() == [one.strip() for one in cells[skipped:]]
    assert is_blank(made).tolist() == [not one.strip() for one in cells[skipped:]]


def test_white_space_is_all_that_unicode_has():
    assert set(WHITESPACE) == {one for one in map(chr, range(sys.maxunicode + 1)) if one.isspace()}


@at_leisure
@given(st.data())
def test_compacting_keeps_every_row_s_value_and_no_other(data):
    values = data.draw(st.lists(st.one_of(st.none(), st.sampled_from("abcde")), min_size=1))
    indices = data.draw(st.lists(st.integers(0, len(values) - 1)))
    column = Encoded(pa.array(values, pa.string()), pa.array(indices, pa.int32()).to_numpy())
    made = compacted(column.indices, column.values)
    expected = [values[index] for index in indices]
    assert made.to_pylist() == expected
    dictionary = made.dictionary.to_pylist()
    assert len(dictionary) == len(set(dictionary))
    assert set(dictionary) == {value for value in expected if value is not None}
