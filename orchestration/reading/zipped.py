"""The parts of a zipped file, unzipped piece by piece under a bound: zip bombs are refused."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterator

from orchestration.reading.errors import FileRefused, unreadable
from orchestration.reading.files import File

MOST_ZIPPED = 256 << 20
MOST_UNZIPPED = 512 << 20
MOST_PARTS = 4096
PIECE = 1 << 16
LOCAL_HEADER = 30
NO_DIRECTORY = (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError)
"""What zipfile raises where it cannot read what a file holds."""
NO_WORKBOOK = "it is damaged: no workbook; save it again as .xlsx."

HEAD = 4
WORKBOOK, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def is_workbook(path: File) -> bool:
    """Whether a file is an .xlsx, by its first bytes.

    Raises FileRefused, as a sentence, for an .xls, which nothing here reads, and for a file that
    cannot be opened.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD)
    except OSError as problem:
        raise unreadable(problem) from problem
    return begins_workbook(head)


def begins_workbook(head: bytes) -> bool:
    """Whether the first bytes are those of an .xlsx. Raises FileRefused for those of an .xls."""
    if head == OLD_WORKBOOK:
        raise FileRefused(
            "it is a workbook of the old kind (.xls), or one with a password: save it as .xlsx "
            "without one."
        )
    return head == WORKBOOK


def refuse_oversized(size: int) -> None:
    """Refuse a workbook, as a sentence, of more bytes than are read of one."""
    if size > MOST_ZIPPED:
        raise FileRefused(
            f"it is larger than {MOST_ZIPPED >> 20} MiB, the most that is read of a workbook: "
            "save its table as delimited text."
        )


class Zipped:
    """A zip file whose directory says that it is of a size that can be read.

    Raises FileRefused, as a sentence, where it does not, or where the file is no zip file;
    OSError where it cannot be read. What the directory says is held to as parts are read.
    """

    def __init__(self, path: File) -> None:
        self._path = path
        with path.open("rb") as stream:
            refuse_oversized(stream.seek(0, os.SEEK_END))
            try:
                parts = zipfile.ZipFile(stream).infolist()
            except NO_DIRECTORY as problem:
                raise FileRefused(NO_WORKBOOK) from problem
        self.parts = {part.filename.lower(): part for part in parts}
        if len(self.parts) != len(parts) or len(parts) > MOST_PARTS:
            raise FileRefused("its parts are not those of a workbook: save it again as .xlsx.")
        if any(part.header_offset < 0 for part in parts):
            raise FileRefused("it is damaged: save it again as .xlsx.")
        if any(part.flag_bits & 1 for part in parts):
            raise FileRefused("it is protected by a password: save it without one.")
        unzipped = sum(part.file_size for part in parts)
        if unzipped > MOST_UNZIPPED:
            raise FileRefused(
                f"it unzips to {unzipped >> 20} MiB; expected {MOST_UNZIPPED >> 20} MiB at the "
                "most: save its table as delimited text."
            )

    def pieces(self, name: str) -> Iterator[bytes]:
        """A part's bytes. Raises FileRefused for a part that is not of the size that it says."""
        part = self.parts[name]
        unzipped = 0
        for piece in self._unzipped(part):
            unzipped += len(piece)
            if unzipped > part.file_size:
                break
            yield piece
        if unzipped != part.file_size:
            raise FileRefused(
                "a part of it is not of the size that its directory says: it is damaged, or no "
                "workbook; save it again as .xlsx."
            )

    def _unzipped(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        # by hand: zipfile stops at the size that the directory says, and what reads the workbook
        # after it would not
        with self._path.open("rb") as stream:
            stream.seek(part.header_offset)
            head = stream.read(LOCAL_HEADER)
            stream.seek(sum(int.from_bytes(head[at : at + 2], "little") for at in (26, 28)), 1)
            left = part.compress_size
            if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise FileRefused("it is zipped in a way of no workbook: save it again as .xlsx.")
            deflated = zlib.decompressobj(-15) if part.compress_type else None
            while left and (data := stream.read(min(PIECE, left))):
                left -= len(data)
                if deflated is None:
                    yield data
                    continue
                try:
                    while data:
                        yield deflated.decompress(data, PIECE)
                        data = deflated.unconsumed_tail
                except zlib.error as problem:
                    raise FileRefused("it is damaged: save it again as .xlsx.") from problem
            if deflated is not None:
                while piece := deflated.decompress(deflated.unconsumed_tail, PIECE):
                    yield piece
