"""What a fault is: a damage to a landed export, and the expectation that is about it."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd


@dataclass(frozen=True)
class Export:
    """The file that a source has landed for a term, and those that a fault lands beside it."""

    content: bytes
    more: Mapping[str, bytes]

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The file's rows, all of them text."""
        return pd.read_csv(io.BytesIO(self.content), dtype=str, keep_default_na=False)

    def of(self, rows: pd.DataFrame) -> Export:
        """The same export with other rows."""
        return replace(self, content=as_csv(rows))

    def as_bytes(self, content: bytes) -> Export:
        """The same export with other content."""
        return replace(self, content=content)

    def beside(self, name: str, rows: pd.DataFrame) -> Export:
        """The export, and another file beside it in its folder."""
        return replace(self, more={**self.more, name: as_csv(rows)})


Elsewhere = Callable[[str, str | None], pd.DataFrame]
"""The rows of another source in the same term or, where one is named, of another term:
`last_year` is the same season a year before."""

Damage = Callable[[Export, Elsewhere], Export]


@dataclass(frozen=True)
class Fault:
    """A fault of a source's export, and the expectation that is about it.

    `what` is one sentence for people, `damage` what it does. `expectation` is the one that must
    stop or warn of it, of the suite of `table` (the source's own if not said otherwise); `says`:
    words that its outcome must have in what it observed, where it covers several things.
    """

    name: str
    source: str
    what: str
    damage: Damage
    expectation: str
    table: str = ""
    says: str = ""

    @property
    def judged(self) -> str:
        """The table whose suite has the expectation."""
        return self.table or f"raw_{self.source}"


@dataclass(frozen=True)
class PlantedFault:
    """A fault in the partition that it was planted in."""

    fault: Fault
    term: str

    def __str__(self) -> str:
        """A sentence for people."""
        where = f"{self.fault.source}, {self.term}"
        return f"Planted {self.fault.name} in {where}: {self.fault.what}"


def as_csv(rows: pd.DataFrame) -> bytes:
    """Rows as the simulator writes them."""
    return rows.to_csv(index=False, lineterminator="\n").encode()
