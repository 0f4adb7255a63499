"""The one export that a zip file holds, as the platforms have it downloaded."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from orchestration.reading.bundles import MOST_UNZIPPED, is_zip, unzipping, zipped_names
from orchestration.reading.chunks import Chunk, Reader
from orchestration.reading.errors import FileRefused
from orchestration.reading.files import File
from orchestration.reading.zipped import HEAD, begins_workbook, refuse_oversized

TABLES, TEXT = (".csv", ".tsv", ".xlsx"), (".txt",)
KINDS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
INSTEAD = "unzip it, and land what it holds."


def unzipped(path: Path) -> File:
    """A file as it stands, or the one export that a zip file holds, which opens as a path does.

    A text beside a table is a note about it. Raises FileRefused, as a sentence, for a zip file of
    none or several, or of what cannot be unzipped in bounded memory and room.
    """
    names = zipped_names(path)
    if not names and is_zip(path):
        raise FileRefused(
            "it is a workbook or a zip file, and damaged or cut short: save or send it again."
        )
    if not names or PurePosixPath("[Content_Types].xml") in names:
        return path  # what a workbook or a document holds is not an export
    exports = [one for one in names if not one.name.startswith(".") and "__MACOSX" not in one.parts]
    held = [one for one in exports if one.suffix.lower() in TABLES] or [
        one for one in exports if one.suffix.lower() in TEXT
    ]
    if not held:
        raise FileRefused(
            "it is a zip file that holds no export: expected one as text, or a workbook as .xlsx."
        )
    if len(held) > 1:
        raise FileRefused(f"it is a zip file that holds {len(held)} exports: {INSTEAD}")
    with unzipping():
        opened = zipfile.ZipFile(path)
        (member,) = (one for one in opened.infolist() if PurePosixPath(one.filename) == held[0])
        _refuse(member)
        export = _Member(opened, member)
        with export.open("rb") as stream:
            head = stream.read(HEAD)
            if not begins_workbook(head):
                return export
            refuse_oversized(member.file_size)
            return _Held(head + stream.read())


def opened(path: Path, reader_of: Callable[[File], Reader]) -> Reader:
    """A reader of a file as it stands, or of the one export that a zip file holds.

    Raises FileRefused, as a sentence, where there is no such export, or the zip file is damaged.
    """
    export = unzipped(path)
    if export is path:
        return reader_of(path)
    with unzipping():
        return Unzipped(reader_of(export))


@dataclass(frozen=True)
class _Member:
    """A file within a zip file; its name leads nowhere, since nothing is written."""

    archive: zipfile.ZipFile
    member: zipfile.ZipInfo

    def open(self, _mode: Literal["rb"], /) -> IO[bytes]:
        return self.archive.open(self.member)


@dataclass(frozen=True)
class _Held:
    """A workbook out of a zip file, in memory: what is in it stands anywhere in its bytes."""

    content: bytes

    def open(self, _mode: Literal["rb"], /) -> IO[bytes]:
        return io.BytesIO(self.content)


def _refuse(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & 1:
        raise FileRefused("it is a zip file with a password: send it without one.")
    if member.compress_type not in KINDS:
        raise FileRefused(f"it is zipped in a way that is not read here: {INSTEAD}")
    if member.file_size > MOST_UNZIPPED:
        raise FileRefused(
            f"it unzips to {member.file_size >> 30} GiB; expected {MOST_UNZIPPED >> 30} GiB at the "
            f"most: {INSTEAD}"
        )


class Unzipped:
    """A Reader of a zipped export; see `chunks.Reader`. One that is damaged is refused."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    @property
    def header(self) -> tuple[str, ...]:
        """The columns' names, trimmed, in the file's order."""
        return self._reader.header

    def chunks(self, columns: Sequence[str]) -> Iterator[Chunk]:
        """The export's records. Raises FileRefused as its reader does."""
        with unzipping():
            yield from self._reader.chunks(columns)
