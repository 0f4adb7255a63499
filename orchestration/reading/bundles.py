"""OneRoster bundles: a folder or a zip file with a manifest, and what may be read of it.

Only the specification's own files are read, and only from within: a path that leaves the folder, a
link that does, and a zip file that would unzip beyond all measure are refused.
"""

from __future__ import annotations

import errno
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from orchestration.reading.delimited import DelimitedReader
from orchestration.reading.errors import FileRefused
from orchestration.reading.files import File
from orchestration.reading.reads import ANY, Encoding, Reads
from orchestration.reading.zipped import NO_DIRECTORY

MANIFEST = "manifest"
READ = ("classes", "orgs", "courses", "academicsessions", "enrollments", "users")
"""The files that a roster is made of, in lower case."""
ABSENT, BULK, DELTA = "absent", "bulk", "delta"
MOST_PARTS = 1_000
MOST_UNZIPPED = 4 << 30
ZIP = b"PK\x03\x04"
# where a name within it is no text, zipfile raises what decoding does
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError)
DAMAGE = "the zip file is damaged: send it again."


@dataclass(frozen=True)
class Bundle:
    """The files of a bundle by their name in lower case, and what its manifest says of each.

    `text` says how all of them are read.
    """

    parts: Mapping[str, File]
    modes: Mapping[str, str]
    text: Reads

    @property
    def is_delta(self) -> bool:
        """Whether any file of it holds changes alone."""
        return DELTA in self.modes.values()

    def reader(self, name: str) -> DelimitedReader | None:
        """A file's reader; None where the manifest says that it is absent. Raises FileRefused."""
        if self.modes.get(name, ABSENT) == ABSENT:
            return None
        with unzipping():
            return DelimitedReader(self.parts[name], self.text)


@contextmanager
def unzipping() -> Iterator[None]:
    """Have a zip file refused that turns out to be damaged, in its content or its directory."""
    try:
        yield
    except DAMAGED as problem:
        raise FileRefused(DAMAGE) from problem
    except OSError as problem:
        if problem.errno != errno.EINVAL:  # a place before the file's beginning
            raise
        raise FileRefused(DAMAGE) from problem


def is_bundle(path: Path) -> bool:
    """Whether a path is a folder or a zip file with a manifest. Raises nothing."""
    try:
        if path.is_dir():
            return any(one.name.lower() == f"{MANIFEST}.csv" for one in path.iterdir())
    except OSError:
        return False
    return f"{MANIFEST}.csv" in [one.name.lower() for one in zipped_names(path)[:MOST_PARTS]]


def is_zip(path: Path) -> bool:
    """Whether a file begins as a zip file does. Raises OSError."""
    with path.open("rb") as stream:
        return stream.read(len(ZIP)) == ZIP


def zipped_names(path: Path) -> list[PurePosixPath]:
    """The names within a zip file; none where it is no zip file, or cannot be read as one."""
    try:
        if not is_zip(path):
            return []
        with zipfile.ZipFile(path) as opened:
            return [PurePosixPath(one) for one in opened.namelist()]
    except (OSError, *NO_DIRECTORY):
        return []  # whoever opens it says what is wrong with it


def open_bundle(path: Path, encoding: Encoding = ANY) -> Bundle:
    """Open a bundle. Raises FileRefused, as a sentence, for one that cannot be vouched for."""
    text = Reads(format="delimited", encoding=encoding)
    try:
        with unzipping():
            parts = _folder(path) if path.is_dir() else _zipped(path)
            modes = _modes(parts, text)
    except OSError as problem:
        said = problem.strerror or type(problem).__name__
        raise FileRefused(f"the bundle cannot be opened or read: {said}.") from problem
    for name, mode in modes.items():
        if mode != ABSENT and name not in parts:
            raise FileRefused(
                f"its manifest says that it has {name}.csv ({mode}), and it has not: send the "
                "bundle again, whole."
            )
    bundle = Bundle(parts, modes, text)
    if not bundle.is_delta and modes.get("classes", ABSENT) == ABSENT:
        raise FileRefused("it has no classes.csv, of which a roster is made: export it with them.")
    return bundle


def _folder(path: Path) -> dict[str, File]:
    inside = path.resolve()
    parts: dict[str, File] = {}
    for one in sorted(path.iterdir()):
        if one.name.startswith(".") or one.suffix.lower() != ".csv":
            continue
        if not one.resolve().is_relative_to(inside) or not one.is_file():
            raise FileRefused(
                f"{one.name} leads out of the bundle's folder: put the file itself there."
            )
        _add(parts, one.stem, one)
    return parts


def _zipped(path: Path) -> dict[str, File]:
    opened = zipfile.ZipFile(path)
    members = [one for one in opened.infolist() if not one.is_dir()]
    if len(members) > MOST_PARTS or sum(one.file_size for one in members) > MOST_UNZIPPED:
        raise FileRefused(
            f"it has more than {MOST_PARTS:,} files, or unzips to more than "
            f"{MOST_UNZIPPED >> 30} GiB; expected a OneRoster bundle."
        )
    if any(one.flag_bits & 1 for one in members):
        raise FileRefused("it is protected by a password: send it without one.")
    parts: dict[str, File] = {}
    folders = set()
    for one in members:
        name = PurePosixPath(one.filename)
        if name.is_absolute() or ".." in name.parts or "\\" in one.filename:
            raise FileRefused("a path in the zip file leads out of it: zip the bundle's folder.")
        if name.suffix.lower() == ".csv" and not name.name.startswith("."):
            if "__MACOSX" in name.parts:
                continue
            folders.add(name.parent)
            _add(parts, name.stem, zipfile.Path(opened, one.filename))
    if len(folders) > 1:
        raise FileRefused("its files lie in several folders: zip one bundle, in one folder.")
    return parts


def _add(parts: dict[str, File], stem: str, part: File) -> None:
    if stem.lower() in parts:
        raise FileRefused(f"it has several files named {stem}.csv: keep one of them.")
    parts[stem.lower()] = part


def _modes(parts: Mapping[str, File], text: Reads) -> dict[str, str]:
    """What the manifest says of each file. Raises FileRefused for what no manifest says."""
    reader = DelimitedReader(parts[MANIFEST], text)
    if not {"propertyName", "value"} <= set(reader.header):
        raise FileRefused(
            "its manifest.csv has no columns propertyName and value: expected that of OneRoster "
            "1.1 or 1.2."
        )
    modes: dict[str, str] = {}
    for chunk in reader.chunks(["propertyName", "value"]):
        for name, value in zip(
            *(column.to_pylist() for column in chunk.cells.columns), strict=True
        ):
            kind, _, file = name.strip().partition(".")
            if kind != "file":
                continue
            if not re.fullmatch(r"[A-Za-z]+", file):
                raise FileRefused(
                    "its manifest names a file that is none of OneRoster's, or a path: expected "
                    "names such as file.classes."
                )
            if file.lower() not in READ:
                continue  # whatever is said of what no roster is made of
            if value.strip().lower() not in (ABSENT, BULK, DELTA):
                raise FileRefused(f"its manifest says of {file} neither absent, bulk nor delta.")
            modes[file.lower()] = value.strip().lower()
    return modes
