"""Real exports, mutated and read whole: `python -m tests.fuzzing --cases 10000` (`make fuzz`).

Each case is a number. It chooses a real export, the contract that `uptake inspect --propose` drafts
for it, and what is done to the file: to its bytes, to a part of its zip, or to its records. Then
the partition is read, and for some cases another contract is drafted. Nothing may be raised, no
case may take longer than LIMIT, every row has to end somewhere, and where records alone were
changed there are as many as were written.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import resource
import signal
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from orchestration.inspecting.inspection import inspect
from orchestration.inspecting.proposing import proposed
from orchestration.reading.contract_files import parse_contract
from orchestration.reading.contracts import Contract
from orchestration.reading.errors import FileRefused
from orchestration.reading.fitting import fitting_contract
from orchestration.reading.formats import open_file
from orchestration.reading.landing import partition_folder
from orchestration.reading.partition import read_partition
from orchestration.reading.pseudonyms import Key
from orchestration.registry import Registry, load_registry
from orchestration.settings import Home
from tests.paths import SHARED

LIMIT = 60
"""Seconds that a case may take; a hundredth of it is usual."""
INSPECTED = 5
"""Of how many cases one is inspected, too: its draft has to load and to fit it."""
MOST_MIB = 2048
TERM = "2021-22-spring"
PIECES = (
    *(b"", b'"', b'""', b"\0", b"\xff", b"\xe9", b"\r", b"\n", b"\r\n", b",", b";", b"\t", b"|"),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"=cmd|' /C calc'!A0", b"1e999", b"</c>", b"<row>", b"&a;"),
    *(b"2022-02-30", b"x" * 70_000, b"-99", "\u202e".encode(), b"{'ImportId': 'QID1'}"),
)


@dataclass(frozen=True)
class Case:
    """A mutated export; `records` is how many it has, where that is known."""

    number: int
    contract: Contract
    name: str
    content: bytes
    records: int | None
    done: str


class Failed(AssertionError):
    """A case that was not survived, with the number that repeats it."""


def run(number: int) -> str:
    """Read the case of a number; what became of it. Raises Failed."""
    case = _case(number)
    with tempfile.TemporaryDirectory() as folder, _limited(case):
        home = Home(Path(folder)).create()
        source = case.contract.source
        term = "all" if source == "schools" else TERM
        landing = partition_folder(home, source, term)
        landing.mkdir(parents=True)
        (landing / case.name).write_bytes(case.content)
        if number % INSPECTED == 0:
            _inspect(landing / case.name, case)
        account = read_partition(
            home, source, term, registry=_registry(),
            contracts={case.contract.name: case.contract}, key=Key(b"fuzz"),
        )  # fmt: skip
    (one,) = account.files
    ends = one.rows_accepted, one.rows_quarantined, one.rows_superseded, one.rows_erased
    if one.refused is None and (one.rows_read != sum(ends) or account.raw.rows != ends[0]):
        raise Failed(f"case {number} ({case.done}): {one.rows_read} rows read, {ends} accounted")
    if one.refused is None and case.records is not None and one.rows_read != case.records:
        raise Failed(f"case {number} ({case.done}): {case.records} written, {one.rows_read} read")
    if one.refused is not None and not one.refused.rstrip().endswith((".", "?")):
        raise Failed(f"case {number} ({case.done}): no sentence: {one.refused}")
    return "refused" if one.refused is not None else "read"


def _inspect(path: Path, case: Case) -> None:
    """Draft a contract for the case; one that loads, and that the file fits."""
    try:
        found = inspect(path, [case.contract], _registry())
    except FileRefused:
        return
    if not found.columns or not found.recognised.is_headed:
        return
    text = proposed(found, _registry())
    name = text.partition(" ")[2].split()[0]
    contract = parse_contract(text, "draft.yaml", name, _registry())
    fitting_contract([contract], lambda reads: open_file(path, reads))


@contextmanager
def _limited(case: Case) -> Iterator[None]:
    """Have whatever is raised, and a case that does not end, say which case it was."""

    def ring(*_: object) -> None:
        raise TimeoutError(f"longer than {LIMIT} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(LIMIT)
    try:
        yield
    except Exception as problem:
        raise Failed(f"case {case.number} ({case.done}): {problem!r}") from problem
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@cache
def _registry() -> Registry:
    return load_registry()


@cache
def _exports() -> tuple[tuple[Path, Contract], ...]:
    """The real exports that a reader can open, each with the contract drafted for it."""
    found = []
    for path in sorted((SHARED / "real").rglob("*")):
        if path.suffix not in (".csv", ".xlsx", ".txt") or "oneroster" in path.parts:
            continue
        try:
            text = proposed(inspect(path, [], _registry()), _registry())
        except FileRefused:
            continue
        name = text.partition(" ")[2].split()[0]
        found.append((path, parse_contract(text, path.name, name, _registry())))
    return tuple(found)


def _case(number: int) -> Case:
    rng = random.Random(number)
    path, contract = rng.choice(_exports())
    content = path.read_bytes()
    ways: list[Callable[[bytes, random.Random], bytes]] = [_bytes_changed, _cut_short]
    if path.suffix == ".xlsx":
        ways.append(_part_changed)
    elif contract.reads.format == "delimited" and not contract.reads.header_has:
        reads = contract.reads
        text = content.decode("utf-8-sig" if reads.encoding == "utf-8" else str(reads.encoding),
                              "replace")  # fmt: skip
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=reads.delimiter or ","))
        rows = [row for row in rows if row and len(row) == len(rows[0])]
        if rng.random() < 0.5 and not any("\0" in cell for row in rows for cell in row):
            changed, done = _records_changed(rows, rng)
            # Python's writer leaves a carriage return bare where lines do not end in one
            bare = not any(mark in cell for row in changed for cell in row for mark in "\r\n")
            made = io.StringIO(newline="")
            csv.writer(
                made,
                delimiter=reads.delimiter or ",",
                lineterminator=rng.choice(("\n", "\r\n")),
                quoting=rng.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)) if bare else csv.QUOTE_ALL,
            ).writerows(changed)
            encoded = made.getvalue().encode(str(reads.encoding), "replace")
            known = len(changed) - 1 if done != "columns" else None
            return Case(number, contract, path.name, encoded, known, f"{path.name}: {done}")
    way = rng.choice(ways)
    return Case(
        number, contract, path.name, way(content, rng), None, f"{path.name}: {way.__name__}"
    )


def _records_changed(rows: list[list[str]], rng: random.Random) -> tuple[list[list[str]], str]:
    header, body = rows[0], rows[1:]
    done = rng.choice(("repeated", "shuffled", "cells", "columns"))
    if done == "repeated":
        body = body + rng.choices(body, k=rng.randint(1, 50)) if body else body
    elif done == "shuffled":
        rng.shuffle(body)
    elif done == "cells":
        body = [list(row) for row in body]
        for _ in range(rng.randint(1, 30) if body else 0):
            row = rng.choice(body)
            text = rng.choice(PIECES).decode("utf-8", "replace").replace("\0", "")
            row[rng.randrange(len(row))] = text
        # a record of nothing at all is no record
        body = [row for row in body if any(row) or len(row) > 1]
    else:
        order = [place for place in range(len(header)) if rng.random() < 0.9]
        rng.shuffle(order)
        header, body = [header[at] for at in order], [[row[at] for at in order] for row in body]
    return [header, *body], done


def _bytes_changed(content: bytes, rng: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(changed) + 1)
        changed[at : at + rng.choice((0, 0, 1, 5, 40))] = rng.choice(PIECES)
    return bytes(changed)


def _cut_short(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def _part_changed(content: bytes, rng: random.Random) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(made, "w") as after:
        chosen = rng.choice(before.namelist())
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, _bytes_changed(part, rng) if name == chosen else part)
    return made.getvalue()


def main() -> None:
    """Run many cases; the first that fails ends the run with its number."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=main.__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="the first case's number")
    asked = parser.parse_args()
    counted = {"read": 0, "refused": 0}
    for number in range(asked.first, asked.first + asked.cases):
        counted[run(number)] += 1
        if (number + 1) % 500 == 0:
            print(f"{number + 1 - asked.first:,} cases", file=sys.stderr, flush=True)
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{asked.cases:,} cases from {asked.first}: {counted}; {mib:,} MiB at the most.")
    if mib > MOST_MIB:
        raise Failed(f"{mib:,} MiB were held; expected at most {MOST_MIB:,}")


if __name__ == "__main__":
    main()
