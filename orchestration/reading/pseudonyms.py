"""Pseudonyms: people's ids as keyed hashes, equal wherever the same id and key meet.

And seals: with the same key a home knows what it wrote itself.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.fingerprints import canonical
from orchestration.reading.columns import blank_as_null, trimmed
from orchestration.reading.digests import hmac_sha256
from orchestration.reading.errors import ReadingError
from orchestration.reading.templates import templates
from orchestration.settings import Home

VARIABLE = "UPTAKE_HASH_KEY"


@dataclass(frozen=True)
class Key:
    """The pseudonym key. It never shows itself; `key_id` names it in accounts."""

    secret: bytes = field(repr=False)

    @property
    def key_id(self) -> str:
        """Twelve hexadecimal digits that tell keys apart and give nothing away."""
        return hashlib.sha256(b"uptake pseudonym key\0" + self.secret).hexdigest()[:12]

    def pseudonym(self, kind: str, person: str) -> str:
        """HMAC-SHA-256 of `<kind>:<id>`, the id trimmed and case-folded, in hexadecimal."""
        message = f"{kind}:{person.strip().casefold()}".encode()
        return hmac.digest(self.secret, message, "sha256").hex()

    def seal(self, content: Any) -> str:
        """HMAC-SHA-256 of anything JSON can say: nobody can make it without the key."""
        # no kind of person is called so: a seal is never a pseudonym
        return hmac.digest(self.secret, b"seal\0" + canonical(content), "sha256").hex()


def load_key(home: Home, environment: Mapping[str, str] = os.environ) -> Key:
    """The key of a data home: `UPTAKE_HASH_KEY` where it is set, else `secrets/hash.key`.

    A home that has read nothing yet is given a new one, readable by its owner alone. Raises
    ReadingError where the key is blank, or is gone though rows were read with it.
    """
    path = home.secrets / "hash.key"
    if given := environment.get(VARIABLE):
        return _checked(given, VARIABLE)
    if path.is_file():
        return _checked(path.read_text(encoding="utf-8"), str(path))
    if _has_read(home):
        raise ReadingError(
            f"{path} is missing, but {home.raw} holds rows whose people were hashed with it: with "
            "a new key nothing would join. Restore the file, or set UPTAKE_HASH_KEY to its "
            "content; or, to begin anew, remove raw, quarantine and accounts."
        )
    home.create()
    made = secrets.token_hex(32)
    partial = path.with_name(f".hash.key.{os.getpid()}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        stream.write(f"{made}\n")
        stream.flush()
        os.fsync(stream.fileno())
    try:
        # a link, not a rename: of two processes the first wins and both then read its key
        path.hardlink_to(partial)
    except FileExistsError:
        pass
    finally:
        partial.unlink()
    return _checked(path.read_text(encoding="utf-8"), str(path))


def pseudonyms(key: Key, kind: str, people: pa.StringArray) -> pa.StringArray:
    """The pseudonym of each id, as `Key.pseudonym` has it; null where the id is blank."""
    folded = blank_as_null(_folded(people))
    return hmac_sha256(key.secret, folded, prefix=f"{kind}:".encode())


def _folded(people: pa.StringArray) -> pa.StringArray:
    bare = trimmed(people)
    plain = pc.string_is_ascii(bare)
    lower = pc.ascii_lower(bare)
    if pc.all(plain).as_py() is not False:
        return lower
    # case folding beyond ASCII is Unicode's table, which Python has; few distinct ids need it
    others = bare.filter(pc.invert(plain)).unique()
    folded = pa.array([text.casefold() for text in others.to_pylist()], pa.string())
    return pc.if_else(plain, lower, folded.take(pc.index_in(bare, value_set=others)))


def _checked(text: str, where: str) -> Key:
    secret = text.strip().encode()
    if not secret:
        raise ReadingError(
            f"{where} is blank; expected a key, such as 64 random hexadecimal digits. Restore the "
            "one that the home was read with."
        )
    return Key(secret)


def _has_read(home: Home) -> bool:
    return any(
        any((home.accounts / source).glob("*.json"))
        or any(not path.name.startswith("empty-") for path in (home.raw / source).glob("*.parquet"))
        for source in templates()
    )
