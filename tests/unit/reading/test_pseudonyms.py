"""Pseudonyms against Python's own hmac, and the key's life."""

import hashlib
import hmac

import pyarrow as pa
import pytest

from orchestration.reading.errors import ReadingError
from orchestration.reading.pseudonyms import Key, load_key, pseudonyms


def by_hand(secret: bytes, kind: str, person: str) -> str:
    message = f"{kind}:{person.strip().casefold()}".encode()
    return hmac.new(secret, message, hashlib.sha256).hexdigest()


def test_a_pseudonym_is_the_hmac_of_kind_and_folded_id():
    people = ["T1", " t1 ", "Straße", "STRASSE", "İzmir", "王", "\x1cq ", "a:b"]
    for secret in (b"short", b"k" * 64, b"a key longer than SHA-256's block " * 3):
        made = pseudonyms(Key(secret), "educator", pa.array(people))
        assert made.to_pylist() == [by_hand(secret, "educator", person) for person in people]


def test_nobody_has_no_pseudonym(key):
    assert pseudonyms(key, "student", pa.array(["", "  ", "x"])).null_count == 2


def test_kinds_and_keys_do_not_meet(key):
    assert key.pseudonym("student", "1") != key.pseudonym("educator", "1")
    assert key.pseudonym("student", "1") != Key(b"another").pseudonym("student", "1")


def test_the_key_does_not_show_itself(key):
    assert key.secret.decode() not in repr(key)
    assert key.secret.hex() not in repr(key)
    assert len(key.key_id) == 12
    assert key.key_id == Key(key.secret).key_id != Key(b"another").key_id


def test_a_new_home_gets_a_key_that_only_its_owner_can_read(home):
    made = load_key(home)
    path = home.secrets / "hash.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(bytes.fromhex(path.read_text().strip())) == 32
    assert load_key(home) == made
    assert [one.name for one in home.secrets.iterdir()] == ["hash.key"]


def test_the_environment_s_key_is_the_file_s_content(home):
    made = load_key(home)
    assert load_key(home, {"UPTAKE_HASH_KEY": (home.secrets / "hash.key").read_text()}) == made
    assert load_key(home, {"UPTAKE_HASH_KEY": "of the site"}) == Key(b"of the site")


def test_a_missing_key_beside_rows_is_refused(home, land, read, visits):
    land("observations", "a.csv", visits({}))
    read("observations", key=load_key(home))
    (home.secrets / "hash.key").unlink()
    with pytest.raises(ReadingError, match=r"hash\.key is missing, but .* nothing would join"):
        load_key(home)
    assert not (home.secrets / "hash.key").exists()


def test_typed_empty_tables_need_no_key(home):
    from orchestration.reading.store import empty_raw

    empty_raw(home, "observations")
    assert load_key(home)


def test_a_blank_key_is_refused(home):
    (home.secrets / "hash.key").write_text("\n")
    with pytest.raises(ReadingError, match=r"hash\.key is blank"):
        load_key(home)
