"""Erased people: which list of them rows were read under, and who of them a raw file still has."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.fingerprints import text_sha256
from orchestration.reading.templates import templates

NOBODY = ""
"""The list that nobody is on."""


def list_fingerprint(erased: Collection[str]) -> str:
    """What tells one list of hashes from another."""
    return text_sha256(sorted(erased)) if erased else NOBODY


def people_of(raw: Path, hashes: Collection[str]) -> tuple[int, set[str]]:
    """The rows of a raw file that are of any of these people, by number, and who of them.

    The file lies in its source's folder. A row is everybody's who stands in one of its columns of
    people, as Read has it.
    """
    fields = templates()[raw.parent.name].fields
    people = [name for name, field in fields.items() if field.is_person]
    rows, who = 0, set[str]()
    if not people or not hashes:
        return rows, who
    wanted = pa.array(sorted(hashes), pa.string())
    with pq.ParquetFile(raw) as file:
        for batch in file.iter_batches(columns=people):
            named = pa.repeat(False, batch.num_rows)
            for column in batch.columns:
                theirs = pc.is_in(column, value_set=wanted)
                named = pc.or_(named, theirs)
                who.update(column.filter(theirs).unique().to_pylist())
            rows += named.true_count
    return rows, who
