"""Drift: columns of which a file's cells are no longer what the contract takes them for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import pyarrow.compute as pc

from orchestration.reading.columns import Encoded, Mask

CHANGED = 0.5
"""The share of a column's filled cells that cannot be typed or mapped, from which it has changed.

A few such cells are mistakes of those who typed them; most of a column is another export.
"""


class Drift:
    """By column: how many cells were filled, and how many of these could not be read."""

    def __init__(self) -> None:
        self._filled: Counter[str] = Counter()
        self._unread: Counter[str] = Counter()

    @classmethod
    def of(cls, parts: Iterable[Drift]) -> Drift:
        """What several have counted of one file."""
        whole = cls()
        for part in parts:
            whole._filled.update(part._filled)
            whole._unread.update(part._unread)
        return whole

    def note(self, columns: Sequence[str], texts: Encoded, failed: Mask) -> None:
        """Count some rows of a field: `failed` is of its distinct texts."""
        filled = pc.not_equal(texts.values, "").to_numpy(zero_copy_only=False)
        for column in columns:
            self._filled[column] += int(texts.spread(filled).sum())
            self._unread[column] += int(texts.spread(failed).sum())

    @property
    def changed(self) -> tuple[str, ...]:
        """The columns that have changed in type, or in the answers that they hold."""
        return tuple(
            column
            for column, filled in self._filled.items()
            if filled and self._unread[column] >= CHANGED * filled
        )
