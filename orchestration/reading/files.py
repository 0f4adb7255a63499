"""What a reader opens: a file on disk, or one within a zip file."""

from __future__ import annotations

from typing import IO, Literal, Protocol


class File(Protocol):
    """Whatever opens as a path does."""

    def open(self, mode: Literal["rb"], /) -> IO[bytes]:
        """The file's bytes, from its beginning. Raises OSError."""
