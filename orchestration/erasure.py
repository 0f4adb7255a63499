"""Erasure: people are put on the list as hashes, and the next run leaves nothing of them.

    uptake erase ──▶ registry/erased.csv ──▶ Read drops their rows ──▶ a build from scratch
                                                        └──▶ what stood on the old rows is removed

A build that stands on the list of now is made in a new file, since a table's file keeps the bytes
of rows that were deleted from it. Until the marts that are current stand on it too, the rows are
still there, and every run says so.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from orchestration.locks import stage
from orchestration.matching.deciding import save_matches
from orchestration.matching.queue import EDUCATOR
from orchestration.processes import REPRODUCED, abandoned
from orchestration.reading.accounts import accounts, write_atomically
from orchestration.reading.erased import list_fingerprint, people_of
from orchestration.reading.pseudonyms import Key
from orchestration.reading.store import collect_garbage
from orchestration.reading.templates import ALL_TERMS, templates
from orchestration.registry import Registry, load_registry
from orchestration.registry.models import Match
from orchestration.settings import Home
from orchestration.warehouse import Input, last_inputs, referred

LIST = "erased.csv"
ERASED = ("erased", ALL_TERMS)
"""The input that the list is to a build: no figure is kept that was made under another."""


@dataclass(frozen=True)
class Listed:
    """What putting people on the list came to, in numbers alone.

    `new` were not on it before; `rows` are those of raw that carry any of the people, in so many
    `partitions`; `decisions` of `uptake match` were about them; `unseen` of the people stand on no
    row.
    """

    people: int
    new: int
    rows: int
    partitions: int
    decisions: int
    unseen: int


def put_on_list(home: Home, key: Key, people: Collection[tuple[str, str]]) -> Listed:
    """Hash people (kind and id) and add the hashes to the home's list, each once.

    A text that a person has decided to mean an educator, or the id that a text means, is the same
    person: both are put on the list, and the decision, which has them as they are written, goes.
    Waits for the home's lock. Raises ValueError where the home was read with another key, whose
    hashes these are not; RegistryError, ReadingError.
    """
    with stage(home, "put people on the list of erased ones"):
        read = accounts(home)
        if any(one.key_id != key.key_id for one in read):
            raise ValueError(
                "Some of what has been read was hashed with another key than the one given: these "
                "hashes would be nobody's. Set UPTAKE_HASH_KEY, or restore secrets/hash.key, as it "
                "was when `uptake run` last ran. Nobody was put on the list."
            )
        registry = load_registry(home.registry)
        before, matches = registry.erased, registry.matches
        hashes = {key.pseudonym(kind, person) for kind, person in people}
        named = _decided_on(matches, {_folded(one) for kind, one in people if kind == EDUCATOR})
        also = {key.pseudonym(EDUCATOR, one) for match in named for one in (match.text, match.id)}
        also -= hashes | {key.pseudonym(EDUCATOR, "")}
        listed = "".join(f"{one}\n" for one in ("hash", *sorted(before | hashes | also)))
        write_atomically(home.registry / LIST, listed.encode(), mode=0o640)
        if named:
            save_matches(home, [one for one in matches if one not in named])
        raw = [path for one in read if (path := home.root / one.raw.path).is_file()]
        found = [people_of(path, hashes | also) for path in raw]
    return Listed(
        people=len(hashes),
        new=len(hashes - before),
        rows=sum(rows for rows, _ in found),
        partitions=sum(rows > 0 for rows, _ in found),
        decisions=len(named),
        unseen=len(hashes.difference(*(who for _, who in found))),
    )


def _decided_on(matches: Sequence[Match], educators: Collection[str]) -> list[Match]:
    """The decisions about these educators, or about whoever these make the same person.

    What is called so at one school alone may be somebody else at another: such a text is of them
    where they are given by it, and else only there.
    """
    known, found = set(educators), list[Match]()
    while more := [
        one
        for one in matches
        if one.kind == EDUCATOR
        and one not in found
        and known & {_folded(one.text), _folded(one.id)}
    ]:
        found += more
        known |= {_folded(one.id) for one in more} | {
            _folded(one.text) for one in more if not one.school_id
        }
        known -= {""}
    return found


def _folded(person: str) -> str:
    """An id as pseudonyms take it: whoever differs by this alone is the same person."""
    return person.strip().casefold()


def list_as_input(registry: Registry) -> list[Input]:
    """The list as an input of a build, where anybody is on it."""
    if not registry.erased:
        return []
    return [Input(*ERASED, list_fingerprint(registry.erased))]


def takes_leave(home: Home, inputs: Iterable[Input], erased: Collection[str]) -> bool:
    """Whether the last build stands on a file of erased people that the next one does not.

    So it is where they were put on the list while a run was under way, or where the last admitted
    version of a partition stood.
    """
    if not erased:
        return False
    now = {one.path for one in inputs}
    then = [one for one in last_inputs(home.unreleased).values() if one.path not in now]
    return any(_is_of(home.root / str(one.path), erased) for one in then if one.path)


def clear_away(home: Home) -> None:
    """Remove what was made of earlier builds for a look, and can be made again."""
    for name in ("failed.duckdb", "current.duckdb"):
        for left in (home.warehouse / name, home.warehouse / f"{name}.wal"):
            left.unlink(missing_ok=True)
    for restated in home.restatements:
        restated.unlink()
    reproduced = abandoned(home.warehouse, REPRODUCED)
    for left in (home.warehouse / "publishable", *reproduced, *home.preview.glob("*")):
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink(missing_ok=True)


def tidy_raw(home: Home, erased: Collection[str]) -> None:
    """Remove the raw files that nothing has referred to for a day; at once after an erasure."""
    standing = referred(home)
    if any(path not in standing for path in left_behind(home, erased)):
        clear_away(home)
        collect_garbage(home, standing, keep_for=timedelta(0))
    else:
        collect_garbage(home, standing)


def left_behind(home: Home, erased: Collection[str]) -> list[Path]:
    """The raw files of erased people that no account names any more."""
    named = {home.root / one.raw.path for one in accounts(home)}
    return [
        path
        for path in sorted(home.raw.glob("*/*.parquet"))
        if path not in named and _is_of(path, erased)
    ]


def unfinished(home: Home, registry: Registry) -> list[str]:
    """What still holds rows of people on the list, or may: a sentence; none where nothing does."""
    if not registry.erased:
        return []
    now = list_fingerprint(registry.erased)
    where = [
        f"{one.source}, {one.term} is still to be read anew"
        for one in accounts(home)
        if one.erased != now
    ]
    for database in (home.unreleased, home.current):
        built = last_inputs(database).get(ERASED) if database.is_file() else None
        if database.is_file() and (built is None or built.fingerprint != now):
            where.append(f"marts/{database.name} was built before")
    standing = referred(home)
    for path in left_behind(home, registry.erased):
        partition = f"{path.parent.name}, {path.stem.rpartition('-')[0]}"
        stands = "the marts stand on its earlier version" if path in standing else "is not tidied"
        where.append(f"{partition}: {stands}")
    if not where:
        return []
    return [
        f"The erasure is not complete: rows of people on registry/{LIST} are, or may be, still "
        f"there. {'; '.join(where)}. A run that reads every term and whose gates pass removes them."
    ]


def _is_of(path: Path, erased: Collection[str]) -> bool:
    """Whether a file is a source's and has rows of erased people; one that is gone has none."""
    return (
        bool(erased)
        and path.parent.name in templates()
        and path.is_file()
        and people_of(path, erased)[0] > 0
    )
