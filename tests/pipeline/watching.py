"""Readers of the marts and of what is published, in processes of their own, while others swap them.

Nothing heavy is imported here: every reader would pay for it.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.fingerprints import table_fingerprint
from orchestration.settings import CHECKOUT

MARTS = ("mart_adoption", "mart_coverage", "mart_row_accounting")
FACT = "fct_observation"
READERS = ("holding", "opening", "opening", "following")
"""One holds its connection, two open the marts ever again, one follows `published/latest`."""

Version = tuple[str, ...]


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Look again and again until a condition holds."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"not within {seconds:.0f} s"
        time.sleep(0.02)


def version(con: duckdb.DuckDBPyConnection) -> Version:
    """The fingerprint of every mart, and of a fact, which is a view of raw files."""
    return tuple(table_fingerprint(con, name) for name in (*MARTS, FACT))


def published(latest: Path) -> Version:
    """The publication that stands. Raises AssertionError where a file is not what it says."""
    folder = latest.parent / latest.readlink()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name, listed in manifest["files"].items():
        found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        assert found == listed["sha256"], f"{folder / name} is not what its manifest says"
    return (folder.name,)


@dataclass
class Seen:
    """What a reader has seen: how often it looked, and each version when it first saw it."""

    how: str
    looks: int
    versions: list[Version]


@contextmanager
def watched(
    home: Path, folder: Path, pause: float, readers: Sequence[str] = READERS
) -> Iterator[list[Seen]]:
    """Have readers look all the while, every `pause` seconds; `folder` is theirs to sign in.

    What they saw is in the list, in the order of `readers`, once the block is left. A reader that
    met an error fails the test.
    """
    stop = folder / "stop"
    processes = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.pipeline.watching",
                how,
                str(home),
                str(stop),
                f"{stop}.{number}",
                str(pause),
            ],
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number, how in enumerate(readers)
    ]
    seen: list[Seen] = []
    try:
        wait_until(lambda: all(Path(f"{stop}.{number}").exists() for number in range(len(readers))))
        yield seen
    finally:
        stop.touch()
        said = [process.communicate(timeout=30) for process in processes]
    for how, process, (answer, errors) in zip(readers, processes, said, strict=True):
        assert process.returncode == 0, f"the reader that is {how}: {errors}"
        looks, versions = json.loads(answer)
        seen.append(Seen(how, looks, [tuple(one) for one in versions]))


def _watch(
    how: str, home: Path, stop: Path, signed: Path, pause: float
) -> tuple[int, list[Version]]:
    current = str(home / "marts" / "current.duckdb")
    held = duckdb.connect(current, read_only=True) if how == "holding" else None
    versions: list[Version] = []
    looks = 0
    ending = False  # one more look, after the request to stop, sees what came last
    watching_for = os.getppid()
    while not ending:
        ending = stop.exists() or os.getppid() != watching_for  # nobody outlives a killed test
        if held is not None:
            now = version(held)
        elif how == "following":
            now = published(home / "published" / "latest")
        else:
            with closing(duckdb.connect(current, read_only=True)) as con:
                now = version(con)
        looks += 1
        if not versions or versions[-1] != now:
            versions.append(now)
        signed.touch()
        time.sleep(pause)
    return looks, versions


if __name__ == "__main__":
    how, home, stop, signed, pause = sys.argv[1:]
    print(json.dumps(_watch(how, Path(home), Path(stop), Path(signed), float(pause))))
