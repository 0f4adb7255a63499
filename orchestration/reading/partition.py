"""A partition: read whole from its files, and committed by its account, written last."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from orchestration.reading.accounts import (
    READER_VERSION,
    Account,
    StoredFile,
    load_account,
    save_account,
)
from orchestration.reading.build import PartitionBuild
from orchestration.reading.contract_files import Contracts
from orchestration.reading.erased import list_fingerprint
from orchestration.reading.errors import ReadingError
from orchestration.reading.inputs import ReadingInputs, reading_inputs
from orchestration.reading.landing import Hashes, landed_files, landed_names, stat_of
from orchestration.reading.pseudonyms import Key
from orchestration.reading.store import store_quarantine, store_raw, workspace
from orchestration.registry import Registry
from orchestration.settings import Home

Progress = Callable[[str], None]

MEMORY_LIMIT = "256MB"
"""What DuckDB may hold while records are compared; beyond it spills into the workspace."""


def quiet(_: str) -> None:
    """Progress that nobody wants to see."""


def needs_reading(
    home: Home, source: str, term: str, *, registry: Registry, contracts: Contracts, key: Key
) -> bool:
    """Whether a partition's account is not of its files and declarations as they now are.

    So it is, too, where the raw or quarantine file is not the one that the account names. Raises
    ReadingError for an unknown source or term.
    """
    hashes = Hashes(home)
    inputs = _inputs(home, source, term, hashes, registry, contracts, key)
    current = _current(home, inputs, hashes) is not None
    hashes.save()
    return not current


def read_partition(
    home: Home,
    source: str,
    term: str,
    *,
    registry: Registry,
    contracts: Contracts,
    key: Key,
    progress: Progress = quiet,
) -> Account:
    """A partition's account, after reading its files if it is not up to date.

    Bad data is in the account and raises nothing. Raises ReadingError, as a sentence, for an
    unknown source or term, and where a file changed while it was read.
    """
    hashes = Hashes(home)
    inputs = _inputs(home, source, term, hashes, registry, contracts, key)
    account = _current(home, inputs, hashes)
    if account is None:
        account = _read(home.create(), inputs, progress)
        save_account(home, account)
    hashes.save()
    return account


def _inputs(
    home: Home,
    source: str,
    term: str,
    hashes: Hashes,
    registry: Registry,
    contracts: Contracts,
    key: Key,
) -> ReadingInputs:
    declared = reading_inputs(source, term, registry=registry, contracts=contracts, key=key)
    return declared.having(landed_files(home, source, term, hashes))


def _current(home: Home, inputs: ReadingInputs, hashes: Hashes) -> Account | None:
    account = load_account(home, inputs.source, inputs.term.term)
    if account is None or account.inputs != inputs.fingerprint:
        return None
    if account.erased != list_fingerprint(inputs.erased):
        return None  # written before accounts named the list
    for stored in (account.raw, account.quarantine):
        if not _as_recorded(home.root / stored.path, stored, hashes):
            return None
    return account


def _as_recorded(path: Path, stored: StoredFile, hashes: Hashes) -> bool:
    return path.is_file() and hashes.sha256(path) == stored.sha256


def _read(home: Home, inputs: ReadingInputs, progress: Progress) -> Account:
    source, term = inputs.source, inputs.term.term
    with workspace(home) as folder:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": str(folder),
            "autoinstall_known_extensions": "false",
            "threads": 1,  # chunks are conformed side by side, each in a thread of its own
        }
        with duckdb.connect(config=settings) as con:
            con.execute("set enable_progress_bar = false")  # it would print over other output
            build = PartitionBuild(con, inputs, folder, progress)
            # by content, so that names and their order change nothing
            for landed in sorted(inputs.files, key=lambda one: (one.sha256, one.name)):
                build.read(landed)
            con.execute("reset threads")
            built = build.finish()
        _refuse_changed(inputs, landed_names(home, source, term))
        return Account(
            source=source,
            term=term,
            inputs=inputs.fingerprint,
            reader_version=READER_VERSION,
            key_id=inputs.key.key_id,
            erased=list_fingerprint(inputs.erased),
            raw=store_raw(home, source, term, built.raw),
            quarantine=store_quarantine(home, source, term, built.quarantine),
            files=built.files,
        )


def _refuse_changed(inputs: ReadingInputs, names: list[str]) -> None:
    """Raise ReadingError if a file is not as it was when its hash was taken."""
    where = f"landing/{inputs.source}/{inputs.term.term}"
    if names != [one.name for one in inputs.files]:
        raise ReadingError(f"{where}: files came or went while it was read; run again.")
    for before in inputs.files:
        try:
            same = before.unreadable is not None or stat_of(before.path) == before.stat
        except OSError:
            same = False
        if not same:
            raise ReadingError(f"{where}/{before.name} changed while it was read; run again.")
