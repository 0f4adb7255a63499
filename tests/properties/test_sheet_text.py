"""A sheet's XML looked at as text tells what looking at it element by element does, or nothing."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orchestration.reading.errors import FileRefused
from orchestration.reading.sheet_text import plain_sheet
from orchestration.reading.sheets import Sheet, Styles, scanned

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHOWN = Styles({"2": 5, "12": 3}, frozenset({"1", "3"}))

ordinary = st.builds(
    '<c r="{column}{{row}}"{style}{kind}>{value}</c>'.format,
    column=st.sampled_from(["A", "B", "Z", "AB", "XFD"]),
    style=st.sampled_from(["", *(f' s="{n}"' for n in (0, 1, 2, 3, 12))]),
    kind=st.sampled_from(["", ' t="s"', ' t="n"', ' t="b"', ' t="str"']),
    value=st.sampled_from(["\n <v>7</v>\n", "<v>7</v>", "<v>0.5</v>", "<is><t>a</t></is>", ""]),
)
others = st.sampled_from([
    '<c r="C{row}" s="2"/>', '<c r="XFD1048576" s="1"/>', "<c><v>1</v></c>", "<c/>",
    '<c r="C{row}" s="2"><v/></c>', '<c r="C{row}" s="1"></c>',
    '<c r="C{row}" t="e"><v>#N/A</v></c>', '<c r="C{row}" t="d"><v>2024-01-01T10:00</v></c>',
    '<c r="C{row}"><f>A1</f></c>', '<c r="C{row}"><f>A1</f><v>2</v></c>', "<c r='C{row}' s='2'/>",
    '<c s="2" r="C{row}"><v>3</v></c>', '<c  r="D{row}" s="1"><v>3</v></c>', "<!-- <c> -->",
    '<c r="D{row}"\n s="1"><v>3</v></c>', '<c r="C{row}" t="inlineStr"><is><t>&lt;f</t></is></c>',
    f'<x:c xmlns:x="{MAIN}" r="E{{row}}" s="1"><x:v>1</x:v></x:c>',
    '<c r="C{row}" s="3"><v><![CDATA[5]]></v></c>', "</c>", "<f", '<c r="C0"><v>1</v></c>',
])  # fmt: skip
rows = st.lists(st.lists(ordinary, max_size=5), max_size=5)
heads = st.sampled_from([
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n', "", "\n",
    '<?xml version="1.0" encoding="iso-8859-1"?>', "<!-- made by hand -->",
])  # fmt: skip


def sheet_of(rows: list[list[str]], head: str = "", root: str = "worksheet") -> bytes:
    body = "".join(
        f'<row r="{n}">{"".join(cells).replace("{row}", str(n))}</row>'
        for n, cells in enumerate(rows, start=1)
    )
    cols = '<cols><col min="1" max="3"/></cols>'
    text = f'{head}<{root} xmlns="{MAIN}">{cols}<sheetData>{body}</sheetData></{root}>'
    return text.encode()


def told(by: Any, content: bytes, size: int = 1 << 16) -> Sheet | str | None:
    """What one way tells of a sheet that is unzipped in pieces of a size."""
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    try:
        return by(SimpleNamespace(pieces=lambda _: iter(pieces)), "sheet", SHOWN)
    except FileRefused as refusal:
        return str(refusal)


def agree(plain: Sheet | str | None, whole: Sheet | str) -> None:
    """Whether the one is nothing, or says what the other does; bounds may be wider."""
    if plain is None or isinstance(plain, str) or isinstance(whole, str):
        assert plain is None or plain == whole
        return
    assert (plain.timed, plain.padded, plain.errors) == (whole.timed, whole.padded, whole.errors)
    assert plain.rows >= whole.rows
    assert plain.columns >= whole.columns
    assert bool(plain.rows) == bool(whole.rows)


@given(rows, st.integers(1, 200), st.integers(1, 300))
@example([['<c r="A{row}" s="1">\n <v>7</v>\n</c>']], 1, 29)
def test_ordinary_sheets_are_told_as_text(rows, size, at_once):
    content = sheet_of(rows)
    with patch("orchestration.reading.sheet_text.AT_ONCE", at_once):
        agree(told(plain_sheet, content, size), told(scanned, content))
    plain = told(plain_sheet, content)
    assert plain is not None
    agree(plain, told(scanned, content))


@given(rows, others, st.integers(0, 4), heads, st.sampled_from(["worksheet", "x:worksheet"]))
def test_what_is_not_ordinary_is_left_to_be_looked_at(rows, other, place, head, root):
    changed = [
        *rows[:place],
        [*(rows[place] if place < len(rows) else []), other],
        *rows[place + 1 :],
    ]
    content = sheet_of(changed, head, root)
    if root != "worksheet":
        content = re.sub(rb"xmlns=", b"xmlns:x=", content)
    agree(told(plain_sheet, content), told(scanned, content))


@pytest.mark.parametrize("lost", [1, 5, 12, 40])
def test_a_sheet_that_was_cut_short_is_refused_as_before(lost):
    content = sheet_of([['<c r="A1" s="2"><v>1</v></c>']])[:-lost]
    assert told(plain_sheet, content) == told(scanned, content)
