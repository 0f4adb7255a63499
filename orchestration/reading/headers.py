"""Headers: a file's columns under the names that a contract has for them.

Exports are saved again by people and programs that change case and spacing. A column is known by
its own name, or by one that differs in these alone; order never mattered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from orchestration.reading.chunks import Chunk, Reader, places_of


def plain_name(name: str) -> str:
    """A name as it is compared: one space between words, and no case."""
    return " ".join(name.split()).casefold()


def known_as(header: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """The name among `names` of each column of `header` that is written otherwise.

    A column whose very name is asked for keeps it, and no other takes its place. Two columns that
    differ from one name in case and spacing alone are both known by it, so that whoever reads them
    finds it twice.
    """
    exact = set(header)
    sought = {plain_name(name): name for name in reversed(names) if name not in exact}
    own = set(names)
    return {
        column: sought[plain_name(column)]
        for column in header
        if column not in own and plain_name(column) in sought
    }


class Renamed:
    """A Reader whose columns have a contract's names; see `known_as`."""

    def __init__(self, reader: Reader, names: Mapping[str, str]) -> None:
        self._reader = reader
        self._names = names

    @property
    def header(self) -> tuple[str, ...]:
        """The columns' names, in the file's order."""
        return tuple(self._names.get(column, column) for column in self._reader.header)

    def chunks(self, columns: Sequence[str]) -> Iterator[Chunk]:
        """The file's records. Raises FileRefused as the reader does."""
        header = self._reader.header
        own = [header[place] for place in places_of(self.header, columns).values()]
        for chunk in self._reader.chunks(own):
            yield replace(chunk, cells=chunk.cells.rename_columns(list(columns)))


def renamed(reader: Reader, names: Sequence[str]) -> Reader:
    """The reader, with those of its columns under `names` that are written otherwise."""
    other = known_as(reader.header, names)
    return Renamed(reader, other) if other else reader
