"""Where bytes are no UTF-8 text."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

PIECE = 1 << 20
LONGEST_CHARACTER = 4


def not_utf8(data: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The positions of bytes that are no part of UTF-8 text.

    Text that is all UTF-8, as nearly all is, costs one quick pass; the rest is looked at piece by
    piece, to bound memory.
    """
    if _is_utf8(data):
        return np.zeros(0, dtype=np.int64)
    found = []
    start = 0
    while start < len(data):
        end = min(start + PIECE, len(data))
        for _ in range(LONGEST_CHARACTER - 1):  # not in the middle of a character
            end += end < len(data) and data[end] & 0b1100_0000 == 0b1000_0000
        found.append(_escaped(data[start:end].tobytes()) + start)
        start = int(end)
    return np.concatenate(found)


def _is_utf8(data: NDArray[np.uint8]) -> bool:
    offsets = pa.py_buffer(np.array([0, len(data)], dtype=np.int32))
    whole = pa.Array.from_buffers(pa.binary(), 1, [None, offsets, pa.py_buffer(data)])
    try:
        whole.cast(pa.string())
    except pa.ArrowInvalid:
        return False
    return True


def _escaped(piece: bytes) -> NDArray[np.int64]:
    """Where Python's decoder would put a surrogate for a byte that it cannot use."""
    text = piece.decode("utf-8", "surrogateescape")
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    escaped = (points >= 0xDC80) & (points <= 0xDCFF)
    widths = 1 + (points >= 0x80).astype(np.int64) + (points >= 0x800) + (points >= 0x10000)
    widths[escaped] = 1
    return (np.cumsum(widths) - widths)[escaped]
