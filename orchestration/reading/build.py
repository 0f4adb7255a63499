"""Building a partition's Parquet files in a private folder, file after file, chunk after chunk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.reading.accounts import FileAccount
from orchestration.reading.ahead import ahead, in_turn
from orchestration.reading.chunks import Chunk, Reader
from orchestration.reading.conform import STAMPS, Conformed, Conformer
from orchestration.reading.contracts import Contract
from orchestration.reading.drift import Drift
from orchestration.reading.errors import FileRefused
from orchestration.reading.fitting import fitting_contract
from orchestration.reading.formats import ONEROSTER, open_file
from orchestration.reading.hashes import HashFile
from orchestration.reading.inputs import ReadingInputs
from orchestration.reading.landing import LandedFile
from orchestration.reading.mending import MENDED, TWICE, Mendings, OfOneFile, mended_file
from orchestration.reading.rules import Rules
from orchestration.reading.store import QUARANTINE, Sink, copy_rows, read_rows
from orchestration.reading.templates import chunk_schema, raw_schema, templates
from orchestration.reading.versions import DUPLICATE_FILE, superseded
from orchestration.reading.whole_file import Recurring, told_by_beginning

ORIGIN = ("term", "file_sha256", "line")
PROGRESS_ROWS = 500_000
CONFORMERS = 2
"""Chunks that are conformed at once: most of it is done in threads that leave Python alone."""


@dataclass
class _Tally:
    """What has become of a file's rows so far; `first` to `last` are its candidates.

    `mended` counts those of the superseded rows that had been quarantined.
    """

    landed: LandedFile
    contract: Contract | None = None
    extra: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    refused: str | None = None
    first: int = 0
    last: int = 0
    read: int = 0
    erased: int = 0
    mended: int = 0
    quarantined: Counter[str] = field(default_factory=Counter)
    superseded: Counter[str] = field(default_factory=Counter)

    def begin(self, first: int) -> None:
        """Count anew, from the candidate `first` on."""
        self.first = self.last = first
        self.read = self.erased = 0
        self.notes = self.changed = ()
        self.quarantined.clear()

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
        reasons = {f"quarantined: {reason}": n for reason, n in self.quarantined.items() if n}
        reasons |= {f"superseded: {reason}": n for reason, n in self.superseded.items() if n}
        quarantined, given_way = self.quarantined.total(), self.superseded.total()
        never_accepted = self.superseded[DUPLICATE_FILE] + self.mended
        accepted = self.last - self.first - (given_way - never_accepted)
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
                "notes": self.notes,
            }
        )


@dataclass(frozen=True)
class Built:
    """A partition's finished files, not yet in place, and its files' accounts by name."""

    raw: Sink
    quarantine: Sink
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
        self._mendings = Mendings()
        self._set_aside: list[slice] = []
        self._candidates = self._sink("candidates.parquet", chunk_schema(inputs.source))
        self._keys = HashFile(con, folder / "keys.hashes")
        self._stamps = Sink(folder / "stamps.parquet", STAMPS, unique=STAMPS.names)
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
        try:
            repeated = self._read_through(tally, {})
            if repeated:
                self._leave_out(tally)
                self._read_through(tally, repeated)
        except FileRefused as refusal:
            self._leave_out(tally)
            tally.refused = str(refusal)

    def finish(self) -> Built:
        """Tell versions apart, and write what stands."""
        for sink in (self._candidates, self._stamps, self._quarantine):
            sink.close()
        keep = np.ones(self._candidates.rows, dtype=bool)
        for rows in self._set_aside:
            keep[rows] = False
        mended = self._mendings.superseding(self._con, self._candidates.path, "file_sha256")
        for tally in self._tallies:
            if tally.refused is None:
                tally.superseded.update(mended.counted(tally.first, tally.last))
        keep[mended.all] = False
        schema = raw_schema(self._inputs.source)
        losers = superseded(
            self._con,
            self._candidates.path,
            self._stamps.path,
            key=templates()[self._inputs.source].key,
            content=[name for name in schema.names if name not in ORIGIN],
            dropped=~keep,
            suspected=self._keys.recurring(),
        )
        keep[losers.positions] = False
        for tally in self._tallies:
            tally.superseded.update(losers.counted(tally.first, tally.last))
        raw = self._candidates
        if not keep.all():
            with self._sink("raw.parquet", schema) as raw:
                copy_rows(self._candidates.path, raw, keep)
        quarantine = self._without_mended_rows()
        accounts = sorted((one.account() for one in self._tallies), key=lambda one: one.file)
        return Built(raw, quarantine, tuple(accounts))

    def _sink(self, name: str, schema: pa.Schema) -> Sink:
        """A file of rows of the template."""
        template = templates()[self._inputs.source]
        hashed = [one for one in template.unrepeated if template.fields[one].is_person]
        path = self._folder / name
        return Sink(path, schema, unique=template.unrepeated, incompressible=hashed)

    def _without_mended_rows(self) -> Sink:
        """The quarantine without the rows that others mend, which their files' tallies count."""
        whole = self._quarantine
        mended = self._mendings.superseding(self._con, whole.path, "sha256", "row")
        if not len(mended.all):
            return whole
        given_way = read_rows(whole.path, mended.all, ["sha256", "reason"])
        twice = np.isin(mended.all, mended.twice)
        for sha256, reason, again in zip(*given_way, twice, strict=True):
            tally = self._by_content[sha256]
            tally.quarantined[reason] -= 1
            tally.superseded[TWICE if again else MENDED] += 1
            tally.mended += 1
        keep = np.ones(whole.rows, dtype=bool)
        keep[mended.all] = False
        with Sink(self._folder / "unmended.parquet", QUARANTINE) as kept:
            copy_rows(whole.path, kept, keep)
        return kept

    def _leave_out(self, tally: _Tally) -> None:
        """Have the rows that a file has so far among the candidates left out in the end."""
        self._set_aside.append(slice(tally.first, self._candidates.rows))
        self._mendings.forget(tally.landed.sha256)
        tally.begin(self._candidates.rows)

    def _read_through(
        self, tally: _Tally, repeated: Mapping[str, Mapping[str, pa.StringArray]]
    ) -> dict[str, dict[str, pa.StringArray]]:
        """Take a file's rows, where of each part no values but those `repeated` recur.

        Returns those that do, by part and column: then the rows that were taken are wrong.
        """
        landed = tally.landed
        self._progress(f"{self._inputs.source} {self._inputs.term.term}: reading {landed.name}")
        contract, parts = self._opened(landed)
        self._note_columns(tally, contract, parts[0][1].header)
        # where no row can be another's version, nothing is kept to tell them by
        apart = contract.has_lone_keys and len(parts) == len(self._inputs.files) == 1
        refused = self._folder / "refused.parquet"
        found = {}
        with Sink(refused, QUARANTINE) as sink:
            for file, reader in parts:
                rules = self._inputs.rules(contract)
                rules = replace(rules, repeated=repeated.get(file, {}))
                recurring = Recurring(self._con, rules, reader, self._folder)
                for chunk, conformed in self._conformed(tally, file, reader, rules):
                    if not repeated:
                        recurring.note(chunk.cells)
                    self._take(tally, chunk, conformed, sink)
                    if not apart:
                        self._note_versions(conformed)
                if again := recurring.found():
                    found[file] = again
        if not found:
            copy_rows(refused, self._quarantine)
        return found

    def _opened(self, landed: LandedFile) -> tuple[Contract, list[tuple[str, Reader]]]:
        """A file's contract, and its parts: of mended rows those of each file they were of."""
        mended = mended_file(landed.path, self._inputs.contracts)
        if mended is None:
            beside = [one.path for one in self._inputs.files if one.path != landed.path]
            contract, reader = fitting_contract(
                self._inputs.contracts, lambda reads: open_file(landed.path, reads, beside)
            )
            return contract, [(landed.name, reader)]
        return mended.contract, [
            (origin or landed.name, OfOneFile(mended, origin, self._mendings, landed.sha256))
            for origin in mended.origins
        ]

    def _note_columns(self, tally: _Tally, contract: Contract, header: Sequence[str]) -> None:
        known = set(contract.known_columns)
        tally.contract = contract
        # a bundle's columns are the specification's: those that nobody asks for are no drift
        if contract.reads.format != ONEROSTER:
            tally.extra = tuple(name for name in header if name and name not in known)
        tally.gone = tuple(name for name in contract.columns if name not in header)
        tally.missing = contract.missing_items(header)

    def _conformed(
        self, tally: _Tally, file: str, reader: Reader, rules: Rules
    ) -> Iterator[tuple[Chunk, Conformed]]:
        """The chunks of a part, and what becomes of each."""
        told = told_by_beginning(self._con, rules, reader)
        sha256, header = tally.landed.sha256, reader.header
        conformers = [
            Conformer(self._con.cursor(), told, file=file, sha256=sha256, header=header)
            for _ in range(1 if rules.contract.counts_rows else CONFORMERS)
        ]
        chunks = ahead(reader.chunks(conformers[0].columns))
        shown = 0
        for chunk, conformed in in_turn(chunks, [_with_chunk(one) for one in conformers]):
            yield chunk, conformed
            if tally.read - shown >= PROGRESS_ROWS:
                shown = tally.read
                where = f"{self._inputs.source} {self._inputs.term.term}"
                self._progress(f"{where}: {shown:,} rows of {tally.landed.name}")
        changed = Drift.of(one.drift for one in conformers).changed
        tally.changed += tuple(one for one in changed if one not in tally.changed)

    def _take(self, tally: _Tally, chunk: Chunk, conformed: Conformed, sink: Sink) -> None:
        self._candidates.add(conformed.accepted)
        rows = conformed.refused.num_rows
        columns = {
            "source": pa.repeat(self._inputs.source, rows),
            "term": pa.repeat(self._inputs.term.term, rows),
            "file": pa.repeat(tally.landed.name, rows),
            "sha256": pa.repeat(tally.landed.sha256, rows),
        } | {name: conformed.refused[name] for name in ("line", "reason", "row")}
        sink.add(pa.table(columns, schema=QUARANTINE))
        tally.read += chunk.rows
        tally.notes += chunk.notes
        tally.erased += conformed.erased
        tally.quarantined.update(conformed.reasons)
        tally.last = self._candidates.rows

    def _note_versions(self, conformed: Conformed) -> None:
        self._keys.note(conformed.accepted.select(templates()[self._inputs.source].key))
        self._stamps.add(conformed.stamps)

    def _repeat(self, twin: _Tally, tally: _Tally) -> None:
        tally.contract, tally.refused = twin.contract, twin.refused
        tally.extra, tally.missing = twin.extra, twin.missing
        tally.gone, tally.changed, tally.notes = twin.gone, twin.changed, twin.notes
        tally.read = twin.read
        if twin.read and twin.refused is None:
            tally.superseded[DUPLICATE_FILE] = twin.read


def _with_chunk(conformer: Conformer) -> Callable[[Chunk], tuple[Chunk, Conformed]]:
    return lambda chunk: (chunk, conformer.conform(chunk))
