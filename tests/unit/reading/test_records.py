"""Finding records in bytes, on blocks worked out by hand."""

import numpy as np
import pytest

from orchestration.reading.records import cells_in, find_quoted, find_records


def block(text: str) -> np.ndarray:
    return np.frombuffer(text.encode(), dtype=np.uint8)


def records(text: str, *, last: bool = True) -> list[tuple[str, int]]:
    found = find_records(block(text), ord(","), last=last)
    return [
        (text.encode()[start:end].decode(), int(line))
        for start, end, line in zip(found.starts, found.ends, found.lines, strict=True)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("a,b\n", [("a,b\n", 0)]),
        ("a,b", [("a,b", 0)]),
        ("a\n\n\nb\n", [("a\n", 0), ("b\n", 3)]),
        ("a\r\n\r\nb\r\n", [("a\r\n", 0), ("b\r\n", 2)]),
        ("a\rb\r", [("a\r", 0), ("b\r", 1)]),
        ('a,"x\ny"\nb\n', [('a,"x\ny"\n', 0), ("b\n", 2)]),
        ('"x\r\n\r\ny"\nb', [('"x\r\n\r\ny"\n', 0), ("b", 3)]),
        ('"say ""no""\n",1\nb\n', [('"say ""no""\n",1\n', 0), ("b\n", 2)]),
    ],
)
def test_a_record_ends_where_its_line_does_unless_within_quotes(text, expected):
    assert records(text) == expected


def test_a_quote_within_an_unquoted_cell_is_text():
    assert records('6" ruler,a\nb "c,d\n') == [('6" ruler,a\n', 0), ('b "c,d\n', 1)]


def test_a_quote_after_a_closed_cell_is_text():
    assert records('"a"b"c\nd\n') == [('"a"b"c\n', 0), ("d\n", 1)]


def test_a_cut_off_record_is_left_for_the_next_block():
    found = find_records(block("a,b\nc,d"), ord(","), last=False)
    assert (len(found), found.consumed, found.line_ends) == (1, 4, 1)


def test_a_carriage_return_at_a_block_s_end_may_be_half_a_line_end():
    found = find_records(block("a\r\nb\r"), ord(","), last=False)
    assert (len(found), found.consumed) == (1, 3)


def test_an_unclosed_quote_is_noticed():
    assert find_records(block('a\n"b\nc\n'), ord(","), last=True).open_quote
    assert not find_records(block('a\n"b\nc"\n'), ord(","), last=True).open_quote


def test_cells_are_counted_outside_quotes():
    text = 'a,b,c\n"x,y",z\n\n1,"2\n,3",4,\n'
    found = find_records(block(text), ord(","), last=True)
    assert cells_in(found, block(text), ord(",")).tolist() == [3, 2, 4]


@pytest.mark.parametrize(
    ("text", "opened"),
    [
        ('"a"', [True, False]),
        ('""', [True, False]),
        ('"a""b"', [True, False, True, False]),
        ('a"b', [False]),
        ('a"b,"c"', [False, True, False]),
        ('"a" ","', [True, False, False, True]),
    ],
)
def test_a_quote_opens_only_a_cell_that_it_begins(text, opened):
    # where a quote is one of two that stand for one, the text goes on within the quoted cell
    assert find_quoted(block(text), ord(",")).opened.tolist() == opened
