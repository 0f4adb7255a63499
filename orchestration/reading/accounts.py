"""Accounts: what became of every row of a partition's files, and the partition's commit record."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from orchestration.reading.errors import ReadingError
from orchestration.settings import GROUP_READABLE, Home

READER_VERSION = 8
"""Raised when the same files and declarations would give other rows than before."""


class StoredFile(BaseModel):
    """A Parquet file that the account vouches for; `path` is relative to the home."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    path: str
    sha256: str
    rows: int


class FileAccount(BaseModel):
    """What became of one landing file's rows; its reasons carry no value of any row.

    `contract` is the name of the one it was read by, and None where the file was `refused`, the
    sentence that says why. `reasons` counts rows by `quarantined: <reason>` and
    `superseded: <reason>`. What has drifted from the contract is named: `extra_columns` are those
    that no rule of it names, `missing_columns` those that it reads where they are and that are not,
    `changed_columns` those of whose cells half or more cannot be read as it says, and
    `missing_items` the items whose column the file lacks. `notes` say what is no row's matter.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    file: str
    sha256: str
    bytes: int
    contract: str | None = None
    simulated: bool = False
    refused: str | None = None
    rows_read: int = 0
    rows_accepted: int = 0
    rows_quarantined: int = 0
    rows_superseded: int = 0
    rows_erased: int = 0
    reasons: dict[str, int] = {}
    extra_columns: tuple[str, ...] = ()
    missing_columns: tuple[str, ...] = ()
    changed_columns: tuple[str, ...] = ()
    missing_items: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def nothing_vanishes(self) -> FileAccount:
        """Rows read = accepted + quarantined + superseded + erased, and each has its reason."""
        ends = self.rows_accepted, self.rows_quarantined, self.rows_superseded, self.rows_erased
        if self.rows_read != sum(ends) or min(ends) < 0:
            raise ValueError(f"{self.file}: {self.rows_read} rows were read, but {ends} remain")
        if self.rows_quarantined + self.rows_superseded != sum(self.reasons.values()):
            raise ValueError(f"{self.file}: its reasons do not add up to the rows not accepted")
        return self


class Account(BaseModel):
    """A partition's account. It is written last: what it names is complete on disk.

    `inputs` is the fingerprint of everything that its rows follow from, and `erased` that of the
    list of erased people alone, blank where nobody was on it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    source: str
    term: str
    inputs: str
    reader_version: int
    key_id: str
    erased: str = ""
    raw: StoredFile
    quarantine: StoredFile
    files: tuple[FileAccount, ...]

    @model_validator(mode="after")
    def agrees_with_its_files(self) -> Account:
        """The stored rows are those of the files, no more and no fewer."""
        accepted = sum(one.rows_accepted for one in self.files)
        quarantined = sum(one.rows_quarantined for one in self.files)
        if (self.raw.rows, self.quarantine.rows) != (accepted, quarantined):
            raise ValueError(f"{self.source} {self.term}: stored rows are not those of its files")
        return self

    @property
    def refused(self) -> tuple[FileAccount, ...]:
        """The files that were refused whole."""
        return tuple(one for one in self.files if one.refused is not None)


def account_path(home: Home, source: str, term: str) -> Path:
    """Where a partition's account stands."""
    return home.accounts / source / f"{term}.json"


def load_account(home: Home, source: str, term: str) -> Account | None:
    """A partition's account; None where there is none, or none that can be trusted.

    One that is damaged is no commit record: its partition is to be read again.
    """
    path = account_path(home, source, term)
    try:
        return Account.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def accounts(home: Home) -> list[Account]:
    """Every partition's account, by source and term. Raises ReadingError for a damaged one."""
    found = []
    for path in sorted(home.accounts.glob("*/*.json")):
        if path.name.startswith("."):
            continue
        account = load_account(home, path.parent.name, path.stem)
        if account is None:
            raise ReadingError(
                f"{path} is damaged and vouches for nothing: remove it, and the next run reads "
                "its partition again."
            )
        found.append(account)
    return found


def save_account(home: Home, account: Account) -> None:
    """Commit a partition: write its account, whole or not at all."""
    write_atomically(
        account_path(home, account.source, account.term),
        account.model_dump_json(indent=1).encode(),
        mode=0o640,
    )


def write_atomically(path: Path, content: bytes, *, mode: int) -> None:
    """Write a file so that a crash leaves the old one or the new one, never a part."""
    make_folder(path.parent, GROUP_READABLE)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    with partial.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    move_into_place(partial, path, mode=mode)


def move_into_place(built: Path, target: Path, *, mode: int) -> None:
    """Give a finished file its mode and its name, and make both last through a power cut."""
    built.chmod(mode)
    with built.open("rb") as stream:
        os.fsync(stream.fileno())
    built.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def make_folder(folder: Path, mode: int) -> None:
    """Make a folder, with its mode; one that exists keeps what it has."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(mode)
