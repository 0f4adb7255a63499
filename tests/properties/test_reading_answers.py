"""Answers as lists, for any cells, against a loop over rows."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.reading.answers import Answered, answer_lists, several_answers
from orchestration.reading.columns import Encoded, Mask, mapped
from orchestration.reading.templates import chunk_schema

CODES = {"pacing": "pacing", "Pacing of lessons": "pacing", "time": "time", "none": "none"}
KIND = chunk_schema("teacher_survey").field("answers").type
options = st.sampled_from([*CODES, "PACING", "", " ", "unheard of", "Anderes"])
cells = st.lists(
    st.lists(st.one_of(options, st.sampled_from([";", ",", " ; ", "|"])), max_size=6).map("".join),
    max_size=12,
)


def known(text: str) -> str | None:
    folded = {name.lower(): code for name, code in CODES.items()}
    return folded.get(text.lower())


def coded(texts: pa.StringArray) -> tuple[pa.StringArray, Mask]:
    codes = mapped(texts, CODES)
    return codes.fill_null(""), np.array(
        [c is None and t.as_py() != "" for c, t in zip(codes.to_pylist(), texts, strict=True)],
        dtype=bool,
    )


def by_hand(cell: str) -> tuple[list[tuple[str, str]], bool]:
    """The options of a cell, each code once, and whether some option is unknown."""
    found: dict[str, str] = {}
    unknown = False
    for text in filter(None, (part.strip() for part in re.split("[;,|]", cell))):
        code = known(text)
        unknown = unknown or code is None
        if code is not None:
            found.setdefault(code, text)
    return [(text, code) for code, text in found.items()], unknown


def encoded(column: list[str]) -> Encoded:
    return Encoded.of(pa.array([cell.strip() for cell in column], pa.string()))


@settings(deadline=None)
@given(cells, st.randoms())
def test_every_option_of_a_cell_is_an_answer_once_and_in_the_cell_s_order(column, random):
    plain = [random.choice(["", "Agree", "Disagree"]) for _ in column]
    single = encoded(plain)
    several, unknown = several_answers("several", encoded(column), ";,|", coded)
    answered = [
        Answered.single("before", single, single.values),
        several,
        Answered.single("after", single, single.values),
    ]
    expected = [by_hand(cell) for cell in column]
    assert unknown.tolist() == [lost for _, lost in expected]
    rows = ~unknown & np.array([random.random() < 0.8 for _ in column], dtype=bool)
    made = answer_lists(answered, rows, KIND)
    assert made.type == KIND
    assert [
        [(one["item"], one["text"], one["code"]) for one in answers] for answers in made.to_pylist()
    ] == [
        [
            *([("before", text, text)] if text else []),
            *(("several", *option) for option in own),
            *([("after", text, text)] if text else []),
        ]
        for text, (own, _), row in zip(plain, expected, rows, strict=True)
        if row
    ]


@settings(deadline=None)
@given(cells)
def test_nothing_of_a_row_left_out_stays_in_the_dictionaries(column):
    several, unknown = several_answers("several", encoded(column), ";,|", coded)
    elements = answer_lists([several], ~unknown, KIND).flatten()
    kept = {text for cell in column if not by_hand(cell)[1] for text, _ in by_hand(cell)[0]}
    assert set(elements.field("text").dictionary.to_pylist()) == kept
