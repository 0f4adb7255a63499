"""Files of text as UTF-8, whatever encoding they are in: told, or told apart, but never guessed."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from orchestration.reading.encoding import not_utf8
from orchestration.reading.errors import FileRefused
from orchestration.reading.files import File
from orchestration.reading.letters import oddities
from orchestration.reading.reads import ANY

PIECE = 1 << 20
LOOKED_AT = 1 << 18
"""How much of the lines beyond ASCII is looked at to tell one encoding from another."""
SURER = 20
"""By what factor one encoding has to read less oddly than another."""

CODECS = {"utf-8": "utf-8", "windows-1252": "cp1252", "mac_roman": "mac_roman"}
SHOWN = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "windows-1252": "windows-1252",
    "mac_roman": "Mac Roman",
}
ONE_BYTE = ("windows-1252", "mac_roman")
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Stream(Protocol):
    """What blocks are read from: `size` bytes at a time, and fewer only at the end."""

    def read(self, size: int, /) -> bytes:
        """The next bytes."""

    def readinto(self, room: memoryview, /) -> int:
        """The next bytes, into the room for them; returns how many."""


class Transcoded:
    """A stream in another encoding as one of UTF-8, a piece at a time.

    What is no text in its encoding becomes bytes that are no UTF-8, so that its row is refused as
    such a row of UTF-8 is.
    """

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self._stream = stream
        self._utf16 = encoding == "utf-16"
        self._errors = "surrogatepass" if self._utf16 else "surrogateescape"
        head = b""
        if self._utf16:
            head = stream.read(2)
            encoding = "utf-16-be" if head == codecs.BOM_UTF16_BE else "utf-16-le"
            if head in (codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE):
                head = b""
            elif head[:1] == b"\0":
                encoding = "utf-16-be"
        self._head = head
        self._decoder = codecs.getincrementaldecoder(CODECS.get(encoding, encoding))(self._errors)
        self._ready = b""
        self._ended = False

    def read(self, size: int, /) -> bytes:
        """The next bytes, in UTF-8."""
        parts, ready = [self._ready], len(self._ready)
        while ready < size and not self._ended:
            data = self._head + self._stream.read(min(PIECE, max(size, 2)))
            self._head = b""
            self._ended = not data
            parts.append(self._text(data))
            ready += len(parts[-1])
        whole = b"".join(parts)
        self._ready = whole[size:]
        return whole[:size]

    def readinto(self, room: memoryview, /) -> int:
        """The next bytes, in UTF-8, into the room for them; returns how many."""
        data = self.read(len(room))
        room[: len(data)] = data
        return len(data)

    def _text(self, data: bytes) -> bytes:
        try:
            text = self._decoder.decode(data, final=self._ended)
        except UnicodeDecodeError:  # a file that ends within a character
            return b"\xff"
        return text.encode("utf-8", self._errors)


def as_utf8(stream: IO[bytes], encoding: str) -> Stream:
    """A file's bytes as UTF-8; those that are in UTF-8 already are not touched."""
    if encoding != "utf-8":
        return Transcoded(stream, encoding)
    return cast("Stream", stream)  # typing's IO lacks readinto, which all that files open to have


def told_encoding(path: File, stated: str) -> str:
    """The encoding of a file: as the contract states it, or as the file alone tells it.

    Raises FileRefused, as a sentence, where `any` is stated and the file could be in several, or
    where its byte order mark says another than is stated.
    Raises OSError for a file that cannot be read.
    """
    if stated in ("utf-8", "utf-16"):
        return stated
    with path.open("rb") as stream:
        head = stream.read(4)
    marked = next((encoding for mark, encoding in BOMS if head.startswith(mark)), None)
    if stated != ANY:
        if marked is not None:
            raise FileRefused(
                f"its byte order mark says {SHOWN[marked]}, but the contract {stated}: correct "
                "'encoding' in the contract, or have it say 'any'."
            )
        return stated
    if head in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        raise FileRefused("the file is in UTF-32; expected UTF-8: save the export again in that.")
    if marked is not None:
        return marked
    if not any(b"\0" in piece or _spoilt(piece) for piece in _pieces(path)):
        return "utf-8"
    seen = _Seen.of(path)
    if seen.is_utf16:
        return "utf-16"
    # rows of UTF-8 that are cut or spoilt are still rows of UTF-8, and refused one by one
    if not seen.invalid or seen.valid > seen.invalid:
        return "utf-8"
    return _one_byte(path, seen)


@dataclass(frozen=True)
class _Seen:
    """Bytes beyond ASCII that are UTF-8 and that are not, each one's count; NULs by parity; all."""

    valid: int
    invalid: int
    counts: NDArray[np.int64]
    nuls: NDArray[np.int64]
    size: int

    @classmethod
    def of(cls, path: File) -> _Seen:
        valid = invalid = place = 0
        counts, nuls = np.zeros(256, dtype=np.int64), np.zeros(2, dtype=np.int64)
        for piece in _pieces(path):
            data = np.frombuffer(piece, dtype=np.uint8)
            beyond = data[data >= 0x80]
            bad = _spoilt(piece) if len(beyond) else 0
            invalid += bad
            valid += len(beyond) - bad
            counts += np.bincount(beyond, minlength=256)
            for parity in (0, 1):
                nuls[parity] += np.count_nonzero(data[(place + parity) % 2 :: 2] == 0)
            place += len(data)
        return cls(valid, invalid, counts, nuls, place)

    @property
    def is_utf16(self) -> bool:
        """Whether every other byte is mostly NUL, as in UTF-16 of letters that are mostly ASCII."""
        least, most = sorted(int(one) for one in self.nuls)
        return most > 8 * least and 4 * most > self.size


def _spoilt(piece: bytes) -> int:
    """How many bytes are no part of UTF-8 text."""
    return len(not_utf8(np.frombuffer(piece, dtype=np.uint8)))


def _pieces(path: File) -> Iterator[bytes]:
    """The file in pieces of bounded size, none of which ends within a character of UTF-8."""
    with path.open("rb") as stream:
        carried = b""
        while data := stream.read(PIECE):
            whole = carried + data
            cut = len(whole)
            for back in range(1, min(4, len(whole)) + 1):
                if whole[-back] >= 0xC0:
                    cut -= back
                if not 0x80 <= whole[-back] < 0xC0:
                    break
            yield whole[:cut]
            carried = whole[cut:]
        yield carried


def _one_byte(path: File, seen: _Seen) -> str:
    beyond = bytes(byte for byte in range(0x80, 0x100) if seen.counts[byte])
    texts = {name: beyond.decode(CODECS[name], "replace") for name in ONE_BYTE}
    whole = [name for name, text in texts.items() if "\ufffd" not in text]
    if len({texts[name] for name in whole}) == 1:
        return whole[0]
    lines = _lines_beyond(path)
    odd = {name: oddities(lines.decode(CODECS[name], "replace")) for name in whole}
    left = [
        name
        for name in whole
        if all(odd[name] * SURER <= odd[other] > 0 for other in whole if other != name)
    ]
    if len(left) != 1:
        raise FileRefused(
            f"its text is not UTF-8, could be {' or '.join(ONE_BYTE)}, which differ, and nothing "
            "in the file tells them apart: say which under 'encoding' in the contract, or save the "
            "export again in UTF-8."
        )
    return left[0]


def _lines_beyond(path: File) -> bytes:
    """Lines that hold bytes beyond ASCII, up to a bound."""
    found, size = [], 0
    with path.open("rb") as stream:
        while size < LOOKED_AT and (line := stream.readline(LOOKED_AT)):
            if not line.isascii():
                found.append(line)
                size += len(line)
    return b"".join(found)
