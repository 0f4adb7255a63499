"""What a run shows: its progress on the terminal, and all that libraries print in a log."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

log = logging.getLogger("uptake")


@contextmanager
def progress_alone(others: Path) -> Iterator[None]:
    """Send what this process prints to the file `others`; progress goes to stderr as it was.

    Dagster and dbt print through descriptors of their own, so it is these that are moved.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    out, err = os.dup(1), os.dup(2)
    progress = _progress_to(os.dup(err))
    with others.open("w", encoding="utf-8") as stream:
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
        try:
            yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for kept, descriptor in ((out, 1), (err, 2)):
                os.dup2(kept, descriptor)
                os.close(kept)
            log.removeHandler(progress)
            progress.stream.close()


def _progress_to(descriptor: int) -> logging.StreamHandler:
    stream = os.fdopen(descriptor, "w", buffering=1)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(asctime)s  %(message)s", "%H:%M:%S"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    return handler
