"""One at a time: an operating-system file lock per data home, held around each stage.

The kernel frees it when its process dies, however it dies. A Dagster pool's slot would stay taken.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

from orchestration.settings import Home

log = logging.getLogger("uptake")


@contextmanager
def stage(home: Home, doing: str) -> Iterator[None]:
    """Hold the home's lock while doing a stage; wait, and say for whom, while another has it."""
    home.create()
    path = home.warehouse / "lock"
    with path.open("a+", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.info("waiting to %s: %s", doing, _holder(stream.name))
            fcntl.flock(stream, fcntl.LOCK_EX)
        stream.seek(0)
        stream.truncate()
        json.dump({"pid": os.getpid(), "doing": doing}, stream)
        stream.flush()
        yield


def _holder(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as stream:  # noqa: PTH123 - the lock's own file
            held = json.load(stream)
        return f"process {held['pid']} holds this data home to {held['doing']}"
    except (OSError, ValueError, KeyError):
        return "another process holds this data home"
