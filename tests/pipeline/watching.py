"""Readers of a database of marts, in processes of their own, while others swap it.

Nothing heavy is imported here: every reader would pay for it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.fingerprints import table_fingerprint
from orchestration.settings import CHECKOUT

MARTS = ("mart_adoption", "mart_coverage", "mart_row_accounting")

Version = tuple[str, ...]


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Look again and again until a condition holds."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"not within {seconds:.0f} s"
        time.sleep(0.02)


def version(con: duckdb.DuckDBPyConnection) -> Version:
    """The fingerprint of every mart."""
    return tuple(table_fingerprint(con, name) for name in MARTS)


@dataclass
class Seen:
    """What a reader has seen: how often it looked, and each version when it first saw it."""

    looks: int
    versions: list[Version]


@contextmanager
def watched(database: Path, folder: Path, pause: float) -> Iterator[dict[str, Seen]]:
    """Have two readers look all the while: one holds its connection, one opens it ever again.

    They look every `pause` seconds. What they saw is in the dictionary, under `holding` and
    `opening`, once the block is left; a reader that met an error fails the test.
    """
    stop = folder / "stop"
    readers = {
        how: subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.pipeline.watching",
                how,
                str(database),
                str(stop),
                str(pause),
            ],
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for how in ("holding", "opening")
    }
    seen: dict[str, Seen] = {}
    try:
        wait_until(lambda: all(Path(f"{stop}.{how}").exists() for how in readers))
        yield seen
    finally:
        stop.touch()
        said = {how: reader.communicate(timeout=30) for how, reader in readers.items()}
    for how, (answer, errors) in said.items():
        assert readers[how].returncode == 0, f"the reader that is {how} it: {errors}"
        looks, versions = json.loads(answer)
        seen[how] = Seen(looks, [tuple(one) for one in versions])


def _watch(how: str, database: str, stop: Path, pause: float) -> tuple[int, list[Version]]:
    versions: list[Version] = []
    looks = 0
    held = duckdb.connect(database, read_only=True) if how == "holding" else None
    ending = False  # one more look, after the request to stop, sees what came last
    while not ending:
        ending = stop.exists()
        if held is not None:
            now = version(held)
        else:
            with closing(duckdb.connect(database, read_only=True)) as con:
                now = version(con)
        looks += 1
        if not versions or versions[-1] != now:
            versions.append(now)
        Path(f"{stop}.{how}").touch()
        time.sleep(pause)
    return looks, versions


if __name__ == "__main__":
    how, database, stop, pause = sys.argv[1:]
    print(json.dumps(_watch(how, database, Path(stop), float(pause))))
