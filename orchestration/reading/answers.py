"""Answers: the item columns of a chunk as one list of (item, text, code) a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from orchestration.reading.columns import (
    Encoded,
    Mask,
    compacted,
    is_blank,
    pointed_at,
    trimmed,
)

Places = NDArray[np.int32]


@dataclass(frozen=True)
class Answered:
    """An item's column: the answers of each distinct cell, each a text and its code.

    Those of a cell stand together in `texts` and `codes`: `sizes` of them, from `starts` on.
    `cells` says, for each row, which distinct cell is its own. Where no cell has several answers,
    each has its own place: `starts` is None, and `sizes` only says which have one.
    """

    item: str
    cells: Places
    texts: pa.StringArray
    codes: pa.StringArray
    sizes: Mask | Places
    starts: Places | None = None

    @classmethod
    def single(cls, item: str, texts: Encoded, codes: pa.StringArray) -> Answered:
        """A column of one answer a cell, with the code of each distinct text."""
        return cls(item, texts.indices, texts.values, codes, ~is_blank(texts.values))


def several_answers(
    item: str,
    texts: Encoded,
    separators: str,
    coded: Callable[[pa.StringArray], tuple[pa.StringArray, Mask]],
) -> tuple[Answered, Mask]:
    """A multi-select's column, whose options stand in one cell, and which rows have unknown ones.

    Any of the `separators` stands between two options. `coded` gives the code of each text, and
    which of them it does not know. An option that a cell has twice counts once.
    """
    pieces = pc.split_pattern_regex(texts.values, f"[{re.escape(separators)}]")
    cell = pc.list_parent_indices(pieces).to_numpy()
    options = trimmed(pc.list_flatten(pieces))
    codes, unknown = coded(options)
    numbers = codes.dictionary_encode().indices.to_numpy()
    _, first = np.unique(cell * (len(codes) + 1) + numbers, return_index=True)
    kept = np.zeros(len(options), dtype=bool)
    kept[first] = True
    kept &= ~is_blank(options)
    sizes = np.bincount(cell[kept], minlength=len(texts.values)).astype(np.int32)
    starts = (np.cumsum(sizes) - sizes).astype(np.int32)
    only = pa.array(kept)
    answered = Answered(
        item, texts.indices, options.filter(only), codes.filter(only), sizes, starts
    )
    lost = np.bincount(cell[unknown], minlength=len(texts.values)) > 0
    return answered, texts.spread(lost)


def answer_lists(answered: Sequence[Answered], rows: Mask, kind: pa.ListType) -> pa.ListArray:
    """The answers of some rows, in the order of the items; a blank cell is no answer.

    `kind` is the type of `answers` in the schema of chunks: its texts are dictionary-encoded.
    """
    n = int(rows.sum())
    if not answered:
        offsets = np.zeros(n + 1, dtype=np.int32)
        return pa.ListArray.from_arrays(pa.array(offsets), pa.array([], kind.value_type), type=kind)
    cells = [one.cells[rows] for one in answered]
    sizes = np.stack([one.sizes[own] for one, own in zip(answered, cells, strict=True)], axis=1)
    offsets = np.concatenate([[0], np.cumsum(sizes.sum(axis=1))]).astype(np.int32)
    # the answers of all items stand one after the other; each cell points at its own
    lengths = [len(one.texts) for one in answered]
    bases = np.cumsum([0, *lengths[:-1]], dtype=np.int32)
    starts = np.stack(
        [
            (own if one.starts is None else one.starts[own]) + base
            for one, own, base in zip(answered, cells, bases, strict=True)
        ],
        axis=1,
    )
    if sizes.dtype == bool:
        pointers = starts[sizes]
    else:
        pointers = _runs(starts.ravel(), sizes.ravel().astype(np.int32))
    items = pa.concat_arrays(
        [pa.repeat(one.item, length) for one, length in zip(answered, lengths, strict=True)]
    )
    texts = pa.concat_arrays([one.texts for one in answered])
    codes = pa.concat_arrays([one.codes for one in answered])
    used = pointed_at(pointers, sum(lengths))
    columns = [compacted(pointers, values, used) for values in (items, texts, codes)]
    elements = pa.StructArray.from_arrays(columns, fields=list(kind.value_type))
    return pa.ListArray.from_arrays(pa.array(offsets), elements, type=kind)


def _runs(starts: Places, sizes: Places) -> Places:
    """From each start on, as many consecutive numbers as its size says."""
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    return (np.arange(total) + np.repeat(starts - (ends - sizes), sizes)).astype(np.int32)
