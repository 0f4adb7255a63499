"""HMAC-SHA-256 over columns against RFC 4231's cases and Python's own hmac."""

import hmac
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest

from orchestration.reading.digests import hmac_sha256


@pytest.mark.parametrize(
    ("secret", "message", "expected"),
    [
        (
            b"\x0b" * 20,
            "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
        (
            b"Jefe",
            "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            b"\xaa" * 131,
            "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
        (
            b"\xaa" * 131,
            "This is a test using a larger than block-size key and a larger than block-size data. "
            "The key needs to be hashed before being used by the HMAC algorithm.",
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
        ),
    ],
)
def test_the_cases_of_rfc_4231_come_out(secret, message, expected):
    assert hmac_sha256(secret, pa.array([message])).to_pylist() == [expected]
    first, rest = message[:3].encode(), pa.array([message[3:]])
    assert hmac_sha256(secret, rest, prefix=first).to_pylist() == [expected]


def test_columns_of_many_rows_are_hashed_side_by_side_each_row_by_itself():
    people = [None if number % 7 == 0 else f"ü{number}" for number in range(100_000)]
    column = pa.array(people).slice(1)
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda secret: hmac_sha256(secret, column), (b"one", b"another")))
    for secret, hashes in zip((b"one", b"another"), made, strict=True):
        expected = [
            person and hmac.digest(secret, person.encode(), "sha256").hex() for person in people[1:]
        ]
        assert hashes.to_pylist() == expected


def test_no_rows_have_no_hashes():
    assert hmac_sha256(b"key", pa.array([], pa.string())).to_pylist() == []
