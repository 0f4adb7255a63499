"""Working ahead changes when items are made, and nothing else."""

import time

import pytest

from orchestration.reading.ahead import ahead, in_turn


def test_items_come_in_order_and_one_ahead():
    made = []

    def items():
        for n in range(4):
            made.append(n)
            yield n

    coming = ahead(items())
    assert next(coming) == 0
    assert list(coming) == [1, 2, 3]
    assert made == [0, 1, 2, 3]
    assert list(ahead(())) == []


def test_an_error_is_raised_where_its_item_would_have_come():
    def items():
        yield 1
        raise ValueError("broken")

    coming = ahead(ahead(items()))
    assert next(coming) == 1
    with pytest.raises(ValueError, match="broken"):
        next(coming)


def test_whoever_stops_early_leaves_nothing_running():
    closed = []

    def items():
        try:
            yield from range(100)
        finally:
            closed.append(True)

    source = items()
    for item in ahead(source):
        if item == 2:
            break
    source.close()
    assert closed


def test_items_that_are_worked_on_at_once_come_in_their_order():
    def slow(item: int) -> int:
        time.sleep(0.02 if item % 3 == 0 else 0)
        return item * item

    def other(item: int) -> int:
        return item * item

    assert list(in_turn(range(9), [slow, other])) == [n * n for n in range(9)]
    assert list(in_turn([], [slow, other])) == []


def test_an_error_comes_where_its_item_would_have():
    def careful(item: int) -> int:
        if item == 3:
            raise ValueError("no such item")
        return item

    made = in_turn(range(9), [careful, careful])
    assert [next(made) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="no such item"):
        next(made)


def test_no_more_items_are_taken_than_there_are_works_and_one():
    taken = []

    def items():
        for item in range(9):
            taken.append(item)
            yield item

    made = in_turn(items(), [lambda item: item] * 2)
    next(made)
    assert len(taken) == 3
