"""Processes: which are alive, and what those that are not have left behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

REPRODUCED = "reproduce-"
"""The homes in `warehouse/` in which publications are made again; each has rows of people."""


def is_alive(process: int) -> bool:
    """Whether a process of this id runs."""
    try:
        os.kill(process, 0)  # sends nothing: only asks, and not only on Linux
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's
    return True


def mark(prefix: str) -> str:
    """The beginning of a name by which `abandoned` knows whose it is: this process's."""
    return f"{prefix}{os.getpid()}-"


def abandoned(folder: Path, prefix: str) -> Iterator[Path]:
    """What lies in a folder under a name of `mark`, and whose process is no more."""
    for path in sorted(folder.glob(f"{prefix}*-*")):
        process = path.name.removeprefix(prefix).partition("-")[0]
        if process.isdigit() and not is_alive(int(process)):
            yield path
