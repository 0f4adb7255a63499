"""Building a partition's Parquet files in a private folder, file after file, chunk after chunk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.reading.accounts import FileAccount
from orchestration.reading.ahead import ahead
from orchestration.reading.chunks import Chunk
from orchestration.reading.conform import STAMPS, Conformed, Conformer
from orchestration.reading.contracts import Contract
from orchestration.reading.errors import FileRefused
from orchestration.reading.fitting import fitting_contract
from orchestration.reading.formats import open_file
from orchestration.reading.inputs import ReadingInputs
from orchestration.reading.landing import LandedFile
from orchestration.reading.store import QUARANTINE, Sink, copy_rows
from orchestration.reading.templates import chunk_schema, raw_schema, templates
from orchestration.reading.versions import DUPLICATE_FILE, superseded
from orchestration.reading.whole_file import told_by_whole_file

ORIGIN = ("term", "file_sha256", "line")
PROGRESS_ROWS = 500_000


@dataclass
class _Tally:
    """What has become of a file's rows so far; `first` to `last` are its candidates."""

    landed: LandedFile
    contract: Contract | None = None
    extra: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    refused: str | None = None
    first: int = 0
    last: int = 0
    read: int = 0
    erased: int = 0
    quarantined: Counter[str] = field(default_factory=Counter)
    superseded: Counter[str] = field(default_factory=Counter)

    def account(self) -> FileAccount:
        account = FileAccount(
            file=self.landed.name,
            sha256=self.landed.sha256,
            bytes=self.landed.bytes,
            simulated=self.landed.simulated,
            refused=f"{self.landed.name}: {self.refused}" if self.refused is not None else None,
        )
        if self.refused is not None or self.contract is None:
            return account
        reasons = {f"quarantined: {reason}": n for reason, n in self.quarantined.items()}
        reasons |= {f"superseded: {reason}": n for reason, n in self.superseded.items()}
        quarantined, given_way = self.quarantined.total(), self.superseded.total()
        accepted = self.last - self.first - given_way + self.superseded[DUPLICATE_FILE]
        return FileAccount.model_validate(
            account.model_dump()
            | {
                "contract": self.contract.name,
                "rows_read": self.read,
                "rows_accepted": accepted,
                "rows_quarantined": quarantined,
                "rows_superseded": given_way,
                "rows_erased": self.erased,
                "reasons": dict(sorted(reasons.items())),
                "extra_columns": self.extra,
                "missing_columns": self.gone,
                "changed_columns": self.changed,
                "missing_items": self.missing,
            }
        )


@dataclass(frozen=True)
class Built:
    """A partition's finished files, not yet in place, and its files' accounts by name."""

    raw: Path
    raw_rows: int
    quarantine: Path
    quarantine_rows: int
    files: tuple[FileAccount, ...]


class PartitionBuild:
    """Reads files, in order of their hash, and at the end keeps the newest of each record."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        inputs: ReadingInputs,
        folder: Path,
        progress: Callable[[str], None],
    ) -> None:
        self._con = con
        self._inputs = inputs
        self._folder = folder
        self._progress = progress
        self._tallies: list[_Tally] = []
        self._by_content: dict[str, _Tally] = {}
        self._unique = templates()[inputs.source].unrepeated
        self._candidates = Sink(
            folder / "candidates.parquet", chunk_schema(inputs.source), unique=self._unique
        )
        self._stamps = Sink(folder / "stamps.parquet", STAMPS)
        self._quarantine = Sink(folder / "quarantine.parquet", QUARANTINE)

    def read(self, landed: LandedFile) -> None:
        """Read one file; whatever is wrong with it is for its account."""
        tally = _Tally(landed, first=self._candidates.rows, last=self._candidates.rows)
        self._tallies.append(tally)
        if landed.unreadable is not None:
            tally.refused = f"{landed.unreadable}."
            return
        twin = self._by_content.setdefault(landed.sha256, tally)
        if twin is not tally:
            self._repeat(twin, tally)
            return
        refused = self._folder / "refused.parquet"
        try:
            with Sink(refused, QUARANTINE) as sink:
                for chunk, conformed in self._conformed(tally):
                    self._take(tally, chunk, conformed, sink)
        except FileRefused as refusal:
            # its rows stay in the file of candidates, of which `finish` leaves them out
            tally.refused = str(refusal)
            tally.last = self._candidates.rows
        else:
            copy_rows(refused, self._quarantine)

    def finish(self) -> Built:
        """Tell versions apart, and write what stands."""
        for sink in (self._candidates, self._stamps, self._quarantine):
            sink.close()
        keep = np.ones(self._candidates.rows, dtype=bool)
        dropped = [(one.first, one.last) for one in self._tallies if one.refused is not None]
        dropped = [(first, last) for first, last in dropped if last > first]
        for first, last in dropped:
            keep[first:last] = False
        schema = raw_schema(self._inputs.source)
        losers = superseded(
            self._con,
            self._candidates.path,
            self._stamps.path,
            key=templates()[self._inputs.source].key,
            content=[name for name in schema.names if name not in ORIGIN],
            dropped=dropped,
        )
        keep[losers.positions] = False
        for tally in self._tallies:
            tally.superseded.update(losers.counted(tally.first, tally.last))
        raw = self._candidates
        if not keep.all():
            with Sink(self._folder / "raw.parquet", schema, unique=self._unique) as raw:
                copy_rows(self._candidates.path, raw, keep)
        accounts = sorted((one.account() for one in self._tallies), key=lambda one: one.file)
        return Built(
            raw.path, raw.rows, self._quarantine.path, self._quarantine.rows, tuple(accounts)
        )

    def _conformed(self, tally: _Tally) -> Iterator[tuple[Chunk, Conformed]]:
        landed = tally.landed
        where = f"{self._inputs.source} {self._inputs.term.term}"
        self._progress(f"{where}: reading {landed.name}")
        contract, reader = fitting_contract(
            self._inputs.contracts, lambda reads: open_file(landed.path, reads)
        )
        conformer = Conformer(
            self._con,
            told_by_whole_file(self._con, self._inputs.rules(contract), reader),
            file=landed.name,
            sha256=landed.sha256,
            header=reader.header,
        )
        known = set(contract.known_columns)
        tally.contract = contract
        tally.extra = tuple(name for name in reader.header if name and name not in known)
        tally.gone = tuple(name for name in contract.columns if name not in reader.header)
        tally.missing = contract.missing_items(reader.header)
        chunks = ahead(reader.chunks(conformer.columns))
        shown = 0
        for chunk, conformed in ahead((chunk, conformer.conform(chunk)) for chunk in chunks):
            yield chunk, conformed
            if tally.read - shown >= PROGRESS_ROWS:
                shown = tally.read
                self._progress(f"{where}: {shown:,} rows of {landed.name}")
        tally.changed = conformer.changed

    def _take(self, tally: _Tally, chunk: Chunk, conformed: Conformed, sink: Sink) -> None:
        self._candidates.add(conformed.accepted)
        self._stamps.add(conformed.stamps)
        rows = conformed.refused.num_rows
        columns = {
            "source": pa.repeat(self._inputs.source, rows),
            "term": pa.repeat(self._inputs.term.term, rows),
            "file": pa.repeat(tally.landed.name, rows),
            "sha256": pa.repeat(tally.landed.sha256, rows),
        } | {name: conformed.refused[name] for name in ("line", "reason", "row")}
        sink.add(pa.table(columns, schema=QUARANTINE))
        tally.read += chunk.rows
        tally.erased += conformed.erased
        tally.quarantined.update(conformed.reasons)
        tally.last = self._candidates.rows

    def _repeat(self, twin: _Tally, tally: _Tally) -> None:
        tally.contract, tally.refused = twin.contract, twin.refused
        tally.extra, tally.missing = twin.extra, twin.missing
        tally.gone, tally.changed = twin.gone, twin.changed
        tally.read = twin.read
        if twin.read and twin.refused is None:
            tally.superseded[DUPLICATE_FILE] = twin.read
