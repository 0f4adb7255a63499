"""Small partitions, landed and read."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration.reading.accounts import Account
from orchestration.reading.conform import Conformed
from orchestration.reading.contract_files import Contracts, load_contracts
from orchestration.reading.landing import partition_folder
from orchestration.reading.partition import needs_reading, read_partition
from orchestration.reading.pseudonyms import Key
from orchestration.registry import Registry, load_registry
from orchestration.settings import Home
from tests.unit.reading.conforming import conformed

TERM = "2021-22-spring"
KEY = Key(b"a key for tests alone")


@pytest.fixture(scope="session")
def registry() -> Registry:
    return load_registry()


@pytest.fixture(scope="session")
def contracts(registry: Registry) -> Contracts:
    return load_contracts(None, registry)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "data").create()


@pytest.fixture
def con():
    with duckdb.connect() as connection:
        yield connection


@pytest.fixture
def key() -> Key:
    return KEY


@pytest.fixture
def conform(con, key) -> Callable[..., Conformed]:
    return partial(conformed, con, key)


@pytest.fixture
def land(home: Home) -> Callable[..., Path]:
    def land(source: str, name: str, content: str | bytes, term: str = TERM) -> Path:
        folder = partition_folder(home, source, "all" if source == "schools" else term)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return land


@pytest.fixture
def read(home: Home, registry: Registry, contracts: Contracts, key: Key) -> Callable[..., Account]:
    def read(source: str, term: str = TERM, **changed) -> Account:
        told: dict[str, Any] = {"registry": registry, "contracts": contracts, "key": key} | changed
        return read_partition(home, source, "all" if source == "schools" else term, **told)

    return read


@pytest.fixture
def rows_of(home: Home) -> Callable[[Account], list[dict]]:
    def rows_of(account: Account) -> list[dict]:
        return pq.read_table(home.root / account.raw.path).to_pylist()

    return rows_of


@pytest.fixture
def quarantined(home: Home) -> Callable[[Account], list[dict]]:
    def quarantined(account: Account) -> list[dict]:
        return pq.read_table(home.root / account.quarantine.path).to_pylist()

    return quarantined


@pytest.fixture
def visits() -> Callable[..., str]:
    """A canonical observation export: one row for each mapping of what differs from the usual."""

    def visits(*rows: dict[str, str], columns: tuple[str, ...] = ()) -> str:
        usual = {
            "observation_id": "o1",
            "observed_on": "2022-03-01",
            "school_id": "s1",
            "class_id": "c1",
            "observer_id": "coach@example.org",
            "materials": "as_designed",
        }
        names = [*usual, *columns]
        lines = [",".join(names)]
        lines += [",".join((usual | row).get(name, "") for name in names) for row in rows]
        return "".join(f"{line}\n" for line in lines)

    return visits


USUAL = {
    "observations": {
        "observation_id": "o1",
        "observed_on": "2022-03-01",
        "school_id": "s1",
        "class_id": "c1",
        "teacher_id": "T-Smith",
        "observer_id": "coach@example.org",
        "materials": "as_designed",
        "notes": "",
    },
    "student_survey": {
        "response_id": "r1",
        "recorded_on": "2022-03-01",
        "school_id": "s1",
        "class_id": "c1",
        "respondent_id": "pupil-1",
        "want_mathematician": "Agree",
        "comment": "",
        "comment_consent": "",
    },
    "teacher_survey": {
        "response_id": "r1",
        "recorded_on": "2022-03-01",
        "school_id": "s1",
        "respondent_id": "T-Smith",
        "role": "Teacher",
        "confident_use": "Agree",
        "challenges": "",
        "comment": "",
        "comment_consent": "",
    },
    "pl_sessions": {
        "session_id": "p1",
        "held_on": "2022-03-01",
        "local_district": "West",
        "priority_area": "Unfinished learning",
        "hours": "1.5",
        "sequence": "1",
    },
    "pl_attendance": {
        "session_id": "p1",
        "educator_id": "T-Smith",
        "school_id": "s1",
        "role": "Teacher",
        "attended": "yes",
    },
}


@pytest.fixture
def export() -> Callable[..., str]:
    """A canonical export of a source: a row for each mapping of what differs from the usual."""

    def export(source: str, *rows: dict[str, str]) -> str:
        usual = USUAL[source]
        names = [*usual, *dict.fromkeys(name for row in rows for name in row if name not in usual)]
        stream = io.StringIO()
        writer = csv.DictWriter(stream, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows([usual | row for row in rows])
        return stream.getvalue()

    return export


@pytest.fixture
def stale(home, registry, contracts, key):
    def stale(source: str = "observations", term: str = TERM, **changed) -> bool:
        told = {"registry": registry, "contracts": contracts, "key": key} | changed
        return needs_reading(home, source, term, **told)

    return stale
