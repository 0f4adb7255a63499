"""What to tell people where the disk is full, or the data home is closed to them."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
CLOSED = {errno.EROFS, errno.EACCES, errno.EPERM}
SAY_FULL = ("No space left on device", "database or disk is full", "disk I/O error")
"""How DuckDB and SQLite, which give no number, say that the disk is full."""


def trouble(problem: BaseException, home: Path) -> str | None:
    """A sentence on a problem that is the disk's, whatever it was wrapped in; None of others."""
    for one in _causes(problem):
        if full := says_full(str(one), home):
            return full
        if isinstance(one, OSError) and one.errno in FULL:
            return _full(home)
        if isinstance(one, OSError) and one.errno in CLOSED:
            return (
                f"{one.filename or home}: {one.strerror}. Uptake reads and writes in its data home "
                f"{home}: open it to this account, or name another in UPTAKE_HOME, and run again."
            )
    return None


def says_full(said: str, home: Path) -> str | None:
    """A sentence where a library's words are those of a full disk."""
    return _full(home) if any(words in said for words in SAY_FULL) else None


def _full(home: Path) -> str:
    return (
        f"The disk that holds the data home {home} is full. What stands there is as it was: "
        "make room, and run again."
    )


def _causes(problem: BaseException | None) -> Iterator[BaseException]:
    while problem is not None:
        yield problem
        shown = None if problem.__suppress_context__ else problem.__context__
        problem = problem.__cause__ or shown
