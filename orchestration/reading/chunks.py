"""What readers make: chunks of a file's records, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from orchestration.reading.errors import FileRefused


@dataclass(frozen=True)
class Rejects:
    """Records that cannot be split into cells: their lines, and a reason without their text."""

    lines: NDArray[np.int64]
    reasons: pa.StringArray

    @classmethod
    def none(cls) -> Rejects:
        """No record at all."""
        return cls(np.zeros(0, dtype=np.int64), pa.array([], pa.string()))

    @classmethod
    def of(cls, parts: Sequence[Rejects]) -> Rejects:
        """Those of all parts, one after the other."""
        lines, reasons = ([getattr(one, name) for one in parts] for name in ("lines", "reasons"))
        return cls(np.concatenate(lines), pa.concat_arrays(reasons))


@dataclass(frozen=True)
class Chunk:
    """Some consecutive records of a file.

    `cells` has one text column for each column asked for, never null and never trimmed; `lines`
    is the physical line, counted from 1, on which each of its rows starts. `notes` say of the file
    what is no row's matter, without any value.
    """

    cells: pa.Table
    lines: NDArray[np.int64]
    rejects: Rejects
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Records in the chunk, split or not."""
        return len(self.lines) + len(self.rejects.lines)


class Reader(Protocol):
    """An open file: its header, and its records in order."""

    @property
    def header(self) -> tuple[str, ...]:
        """The columns' names, trimmed, in the file's order."""

    def chunks(self, columns: Sequence[str]) -> Iterator[Chunk]:
        """The file's records, of which only `columns` are kept.

        Raises FileRefused, as a sentence, for a file that turns out to be unreadable.
        """


def places_of(header: Sequence[str], columns: Sequence[str]) -> dict[str, int]:
    """Where each column stands in a header. Raises FileRefused for one that stands there twice."""
    for column in columns:
        if header.count(column) != 1:
            raise FileRefused(
                f"the header has {header.count(column)} columns named '{column}', which the "
                "contract reads; expected one: rename or remove the others."
            )
    return {column: header.index(column) for column in columns}
