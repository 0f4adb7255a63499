"""What may go wrong in Read, as sentences; bad data is not among it."""

from __future__ import annotations


class ReadingError(Exception):
    """Reading cannot go on, and no row is to blame: a lost key, a mixture, a file that moved."""


class ContractError(ReadingError):
    """A contract that cannot stand, naming its file and line."""


class FileRefused(Exception):
    """A file that cannot be read at all: refused whole, a row of the account."""


class WrongFormat(FileRefused):
    """A file that is of another format than a contract reads: others may read it."""


def unreadable(problem: OSError) -> FileRefused:
    """The refusal of a file that cannot be opened or read."""
    said = problem.strerror or type(problem).__name__
    return FileRefused(f"the file cannot be opened or read: {said}.")
