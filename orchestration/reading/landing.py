"""Landing: which partitions lie there, and which files each has, with what they hold."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.fingerprints import file_sha256, text_sha256
from orchestration.reading.accounts import account_path, write_atomically
from orchestration.reading.bundles import is_bundle
from orchestration.reading.errors import ReadingError
from orchestration.reading.templates import ALL_TERMS, templates
from orchestration.settings import Home

SETTLED_NS = 2_000_000_000
"""A file younger than this when it was hashed may yet change within one tick of its clock."""

Stat = tuple[int, int, int, int]


@dataclass(frozen=True)
class LandedFile:
    """A file of a partition: its name, and the hash of its bytes; or why it cannot be opened."""

    name: str
    path: Path
    sha256: str
    stat: Stat
    simulated: bool
    unreadable: str | None = None

    @property
    def bytes(self) -> int:
        """Its size."""
        return self.stat[0]


class Hashes:
    """SHA-256 of files, remembered by path, size, times and inode in `accounts/.landing.json`.

    What is remembered only saves time: it may be deleted whenever one likes.
    """

    def __init__(self, home: Home) -> None:
        self._root = home.root
        self._path = home.accounts / ".landing.json"
        self._known: dict[str, list[int | str]] = {}
        self._changed = False
        try:
            read = json.loads(self._path.read_bytes())
            self._known = read if isinstance(read, dict) else {}
        except (FileNotFoundError, ValueError):
            pass

    def sha256(self, path: Path) -> str:
        """A file's hash, from memory where nothing about the file has changed. Raises OSError."""
        name = os.path.relpath(path, self._root)
        stat = stat_of(path)
        if self._known.get(name, [])[:4] == list(stat):
            return str(self._known[name][4])
        settled = time.time_ns() - stat[2] > SETTLED_NS
        digest = file_sha256(path)
        if settled and stat_of(path) == stat and printable(name) == name:
            self._known[name] = [*stat, digest]
            self._changed = True
        return digest

    def save(self) -> None:
        """Remember, for the files that still exist."""
        if self._changed:
            kept = {name: one for name, one in self._known.items() if (self._root / name).exists()}
            write_atomically(self._path, json.dumps(kept, indent=0).encode(), mode=0o600)
            self._changed = False


def stat_of(path: Path) -> Stat:
    """Size, modification and change time in nanoseconds, and inode. Raises OSError.

    Of a bundle's folder the sum of its files' sizes, and the latest times of any.
    """
    found = path.stat()
    if path.is_dir():
        own = (0, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
        every = [own, *(stat_of(one) for one in _entries(path) if one.is_file())]
        sizes, changed, moved, _ = zip(*every, strict=True)
        return sum(sizes), max(changed), max(moved), found.st_ino
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def printable(name: str) -> str:
    """A name as text that can be written; bytes that are no UTF-8 stand as escapes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def partition_folder(home: Home, source: str, term: str) -> Path:
    """Where a partition's files land."""
    folder = home.landing / source
    return folder if templates()[source].terms == ALL_TERMS else folder / term


def landed_partitions(home: Home, terms: Collection[str]) -> list[tuple[str, str]]:
    """The partitions, as (source, term), that have files or had some when last read.

    In the order of the sources in `templates.yaml`, then of `terms`, which are the registry's.
    """
    found = []
    for source, template in templates().items():
        for term in (ALL_TERMS,) if template.terms == ALL_TERMS else terms:
            landed = any(_entries(partition_folder(home, source, term)))
            if landed or account_path(home, source, term).exists():
                found.append((source, term))
    return found


def unknown_in_landing(home: Home, terms: Collection[str]) -> list[str]:
    """What lies in landing and belongs to no partition, as sentences. It is left alone."""
    said = []
    for entry in _entries(home.landing):
        shown = f"landing/{printable(entry.name)}"
        template = templates().get(entry.name)
        if not entry.is_dir():
            said.append(f"{shown} lies in no source's folder, and is left alone.")
        elif template is None:
            known = ", ".join(templates())
            said.append(f"{shown} is the folder of no known source ({known}), and is left alone.")
        elif template.terms != ALL_TERMS:
            for inner in _entries(entry):
                inside = f"{shown}/{printable(inner.name)}"
                if not inner.is_dir():
                    said.append(f"{inside} lies in no term's folder, and is left alone.")
                elif inner.name not in terms:
                    said.append(f"{inside} is the folder of no declared term, and is left alone.")
    return said


def landed_files(home: Home, source: str, term: str, hashes: Hashes) -> tuple[LandedFile, ...]:
    """A partition's files, by name. Names that begin with a dot are not exports."""
    marked = simulated_files(home)
    return tuple(
        _landed(path, path.relative_to(home.landing).as_posix() in marked, hashes)
        for path in _entries(partition_folder(home, source, term))
    )


def landed_names(home: Home, source: str, term: str) -> list[str]:
    """The names of a partition's files, in order."""
    return [printable(path.name) for path in _entries(partition_folder(home, source, term))]


def simulated_files(home: Home) -> frozenset[str]:
    """The paths, relative to landing, of the files that the simulator wrote."""
    marker = home.landing / ".simulated"
    if not marker.is_file():
        return frozenset()
    return frozenset(line for line in marker.read_text(encoding="utf-8").splitlines() if line)


def refuse_mixture(home: Home) -> None:
    """Raise ReadingError, as a sentence, where simulated and real files lie in one landing."""
    marked = simulated_files(home)
    exports = {
        path.relative_to(home.landing).as_posix()
        for source in templates()
        for path in (home.landing / source).rglob("*")
        if not path.is_dir() and not _hidden(path.relative_to(home.landing))
    }
    real, simulated = sorted(exports - marked), sorted(exports & marked)
    if real and simulated:
        raise ReadingError(
            f"{home.landing} holds {len(simulated)} simulated files, such as "
            f"{printable(simulated[0])}, and {len(real)} real ones, such as {printable(real[0])}: "
            "a report of both would be true of nothing. Move one kind away, or set UPTAKE_HOME "
            "to another data home."
        )


def bundle_sha256(folder: Path, sha256_of: Callable[[Path], str]) -> str:
    """The hash of a bundle's folder: of its files' names and hashes. Raises OSError."""
    return text_sha256([[one.name, sha256_of(one)] for one in _entries(folder)])


def _landed(path: Path, simulated: bool, hashes: Hashes) -> LandedFile:
    name = printable(path.name)
    try:
        stat = stat_of(path)
        if path.is_dir() and is_bundle(path):
            return LandedFile(name, path, bundle_sha256(path, hashes.sha256), stat, simulated)
        if not path.is_file():
            said = "it is a folder; expected a file" if path.is_dir() else "it is no regular file"
            return LandedFile(name, path, "", (0, 0, 0, stat[3]), simulated, said)
        return LandedFile(name, path, hashes.sha256(path), stat, simulated)
    except OSError as problem:
        said = f"it cannot be opened or read: {problem.strerror or type(problem).__name__}"
        return LandedFile(name, path, "", (0, 0, 0, 0), simulated, said)


def _entries(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _hidden(relative: Path) -> bool:
    return any(part.startswith(".") for part in relative.parts)
