"""Answers: the item columns of a chunk as one list of (item, text, code) a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from orchestration.reading.columns import Encoded, Mask, compacted, pointed_at


@dataclass(frozen=True)
class Answered:
    """An item's column: its texts, and the code of each distinct one."""

    item: str
    texts: Encoded
    codes: pa.StringArray


def answer_lists(answered: Sequence[Answered], rows: Mask, kind: pa.ListType) -> pa.ListArray:
    """The answers of some rows, in the order of the items; a blank cell is no answer.

    `kind` is the type of `answers` in the schema of chunks: its texts are dictionary-encoded.
    """
    n = int(rows.sum())
    if not answered:
        offsets = np.zeros(n + 1, dtype=np.int32)
        return pa.ListArray.from_arrays(pa.array(offsets), pa.array([], kind.value_type), type=kind)
    given = np.stack([~one.texts.blank[rows] for one in answered], axis=1)
    offsets = np.concatenate([[0], np.cumsum(given.sum(axis=1))]).astype(np.int32)
    # the distinct values of all items stand one after the other; each cell points at its own
    sizes = [len(one.texts.values) for one in answered]
    bases = np.cumsum([0, *sizes[:-1]], dtype=np.int32)
    pointers = np.stack(
        [one.texts.indices[rows] + base for one, base in zip(answered, bases, strict=True)], axis=1
    )[given]
    items = pa.concat_arrays(
        [pa.repeat(one.item, size) for one, size in zip(answered, sizes, strict=True)]
    )
    texts = pa.concat_arrays([one.texts.values for one in answered])
    codes = pa.concat_arrays([one.codes for one in answered])
    used = pointed_at(pointers, sum(sizes))
    columns = [compacted(pointers, values, used) for values in (items, texts, codes)]
    elements = pa.StructArray.from_arrays(columns, fields=list(kind.value_type))
    return pa.ListArray.from_arrays(pa.array(offsets), elements, type=kind)
