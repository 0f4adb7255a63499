"""Doing the next piece of work while the last one is being used."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import TypeVar

T = TypeVar("T")
Made = TypeVar("Made")


def ahead(items: Iterable[T]) -> Iterator[T]:
    """The same items, each made in a thread while the one before it is in use.

    At most one waits, so memory is bounded; an error is raised where its item would have come.
    """
    iterator = iter(items)
    end = object()
    with ThreadPoolExecutor(max_workers=1) as pool:
        coming = pool.submit(next, iterator, end)
        while (item := coming.result()) is not end:
            coming = pool.submit(next, iterator, end)
            yield item  # type: ignore[misc]


def in_turn(items: Iterable[T], works: Sequence[Callable[[T], Made]]) -> Iterator[Made]:
    """What the works make of the items, in the items' order: each item by the next work in turn.

    Each work has a thread of its own, so that it need not be safe for several. At most one item
    more than there are works is underway, so memory is bounded.
    """
    with ExitStack() as stack:
        pools = [stack.enter_context(ThreadPoolExecutor(max_workers=1)) for _ in works]
        underway: deque[Future[Made]] = deque()
        for place, item in enumerate(items):
            turn = place % len(works)
            underway.append(pools[turn].submit(works[turn], item))
            if len(underway) > len(works):
                yield underway.popleft().result()
        while underway:
            yield underway.popleft().result()
