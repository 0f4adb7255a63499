"""HMAC-SHA-256 over columns, by a library that has the processor's own instructions for it."""

from __future__ import annotations

import hashlib

import datafusion
import pyarrow as pa
import pyarrow.compute as pc
from datafusion import functions as sql

from orchestration.reading.columns import one_array

BLOCK = 64
"""SHA-256's block, in bytes, to which HMAC pads its key."""

AT_ONCE = datafusion.SessionConfig().with_target_partitions(1).with_batch_size(1 << 20)
"""A chunk's rows in one piece and one thread: chunks are conformed side by side as it is."""


def hmac_sha256(secret: bytes, messages: pa.StringArray, *, prefix: bytes = b"") -> pa.StringArray:
    """HMAC-SHA-256 (RFC 2104) of each message after the prefix, in hexadecimal; null of a null."""
    padded = secret if len(secret) <= BLOCK else hashlib.sha256(secret).digest()
    padded = padded.ljust(BLOCK, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in padded) for pad in (0x36, 0x5C))
    hashed = _digests(_after(inner + prefix, messages.cast(pa.binary())))
    return _digests(_after(outer, hashed), shown=True)


def _after(pad: bytes, messages: pa.BinaryArray) -> pa.BinaryArray:
    # joined here and not in the library's plan, which an error could show
    return pc.binary_join_element_wise(pa.scalar(pad), messages, pa.scalar(b""))


def _digests(messages: pa.BinaryArray, *, shown: bool = False) -> pa.Array:
    """The SHA-256 of each message, as bytes, or as text where it is to be `shown`."""
    digest = sql.sha256(datafusion.col("message"))
    # a context keeps what it is given, so that each has its own
    given = datafusion.SessionContext(AT_ONCE).create_dataframe(
        [[pa.record_batch([messages], names=["message"])]]
    )
    table = given.select(sql.encode(digest, "hex") if shown else digest).to_arrow_table()
    return one_array(table.column(0))
