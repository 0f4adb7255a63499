"""Working ahead changes when items are made, and nothing else."""

import pytest

from orchestration.reading.ahead import ahead


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
