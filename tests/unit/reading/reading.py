"""What a Reader gives, as plain lists."""

from __future__ import annotations

from typing import Any

from orchestration.reading.chunks import Reader
from orchestration.reading.formats import open_file
from orchestration.reading.reads import Reads
from tests.paths import shared


def read(reader: Reader, *columns: str) -> tuple[list[tuple[int, tuple[str, ...]]], list]:
    """Each row's line and cells, and each reject's line and reason."""
    rows, rejects = [], []
    for chunk in reader.chunks(columns or [name for name in reader.header if name]):
        assert chunk.rows == len(chunk.lines) + len(chunk.rejects.lines)
        cells = [tuple(row.values()) for row in chunk.cells.to_pylist()]
        rows += list(zip(chunk.lines.tolist(), cells, strict=True))
        rejected = chunk.rejects
        rejects += list(zip(rejected.lines.tolist(), rejected.reasons.to_pylist(), strict=True))
    return rows, rejects


def real(relative: str, **reads: Any) -> Reader:
    """A real export of the shared folder, opened as a contract's `reads` says."""
    return open_file(shared(f"real/{relative}"), Reads.model_validate(reads))


def table(relative: str, **reads: Any) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """A real export's header and its rows by name, none of which may be rejected."""
    reader = real(relative, **reads)
    names = [name for name in reader.header if name]
    rows, rejects = read(reader)
    assert not rejects
    return reader.header, [dict(zip(names, cells, strict=True)) for _, cells in rows]
