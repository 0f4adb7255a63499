"""What is written for a spreadsheet runs nothing there, and comes back as it was."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.spreadsheets import escaped, one_escaped, unescaped

TEXTS = st.text(alphabet="=+-@\t\r'\n 1aé|", max_size=6)


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=", "-"]
)
def test_what_a_spreadsheet_would_run_begins_with_an_apostrophe(text):
    assert escaped(pa.array([text])).to_pylist() == ["'" + text]


@pytest.mark.parametrize("text", ["", "Yes", "1.5", "a=b", "'quoted'", "O'Neill", " =1", "#N/A"])
def test_other_text_is_left_as_it_is(text):
    assert escaped(pa.array([text])).to_pylist() == [text]
    assert unescaped(pa.array([text])).to_pylist() == [text]


@given(st.lists(TEXTS | st.none(), min_size=1))
def test_text_comes_back_as_it_was_and_never_begins_as_a_formula(texts):
    there = escaped(pa.array(texts, pa.string()))
    assert unescaped(there).to_pylist() == texts
    assert there.to_pylist() == [text if text is None else one_escaped(text) for text in texts]
    assert not any(text and text[0] in "=+-@\t\r" for text in there.to_pylist())
