"""What a partition keeps nowhere, or in quarantine alone: people, secrets, and the erased."""

from __future__ import annotations

from dataclasses import replace

import pyarrow.parquet as pq


def test_extra_columns_are_named_and_secret_ones_never_kept(home, land, read, visits):
    rows = ({}, {"observation_id": "o2", "materials": "?"})
    rows = tuple(
        row | {"notes": "Canary sat at the back", "mood": "canary", "": ""} for row in rows
    )
    land("observations", "a.csv", visits(*rows, columns=("notes", "mood", "")))
    account = read("observations")
    assert account.files[0].extra_columns == ("mood",)
    written = [
        path for folder in (home.raw, home.quarantine, home.accounts) for path in folder.rglob("*")
    ]
    for path in written:
        if path.suffix == ".parquet":
            assert "anary" not in str(pq.read_table(path).to_pylist())
        elif path.is_file():
            assert "anary" not in path.read_text()


def test_people_are_nowhere_but_in_quarantine(home, land, read, visits):
    rows = [{"observer_id": "canary@example.org", "teacher_id": "Ms Canary"} for _ in range(2)]
    rows[1] |= {"observation_id": "o2", "class_id": "", "teacher_id": "other"}
    land("observations", "a.csv", visits(*rows, columns=("teacher_id",)))
    account = read("observations")
    raw = (home.root / account.raw.path).read_bytes()
    assert b"anary" not in raw
    assert "anary" not in account.model_dump_json()
    kept = pq.read_table(home.root / account.quarantine.path).to_pylist()
    assert "canary@example.org" in kept[0]["row"]


def test_rows_of_erased_people_are_counted_and_nowhere(home, land, read, visits, registry, key):
    rows = [
        {"observer_id": "Gone "},
        {"observer_id": "gone", "observation_id": "o2", "class_id": ""},
        {"observation_id": "o3"},
    ]
    land("observations", "a.csv", visits(*rows))
    read("observations")
    erased = replace(registry, erased=frozenset({key.pseudonym("educator", "gone")}))
    account = read("observations", registry=erased)
    one = account.files[0]
    assert (one.rows_read, one.rows_accepted, one.rows_quarantined, one.rows_erased) == (3, 1, 0, 2)
    assert (
        key.pseudonym("educator", "gone").encode()
        not in (home.root / account.raw.path).read_bytes()
    )
