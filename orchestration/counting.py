"""Counts in sentences."""

from __future__ import annotations


def number_of(number: int, thing: str) -> str:
    """A count and what it counts, which takes an s: `1 row`, `1,204 rows`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
