"""Answers: the item columns of a chunk as one list of (item, text, code) a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from orchestration.reading.columns import Texts
from orchestration.reading.templates import ANSWER


@dataclass(frozen=True)
class Answered:
    """An item's column: its texts, and the code of each distinct one."""

    item: str
    texts: Texts
    codes: pa.StringArray


def answer_lists(answered: Sequence[Answered], rows: int) -> pa.ListArray:
    """Each row's answers in the order of the items; a blank cell is no answer."""
    if not answered:
        return pa.array([[]] * rows, pa.list_(ANSWER)) if rows else pa.array([], pa.list_(ANSWER))
    given = np.stack([~one.texts.blank for one in answered], axis=1)
    offsets = np.concatenate([[0], np.cumsum(given.sum(axis=1))]).astype(np.int32)
    # the distinct values of all items stand one after the other; each cell points at its own
    bases = np.cumsum([0, *(len(one.texts.values) for one in answered[:-1])])
    pointers = np.stack(
        [one.texts.indices + base for one, base in zip(answered, bases, strict=True)], axis=1
    )
    which = pa.array(pointers[given].astype(np.int32))
    items = pa.concat_arrays(
        [pa.repeat(pa.scalar(one.item, pa.string()), len(one.texts.values)) for one in answered]
    )
    texts = pa.concat_arrays([one.texts.values for one in answered])
    codes = pa.concat_arrays([one.codes for one in answered])
    elements = pa.StructArray.from_arrays(
        [items.take(which), texts.take(which), codes.take(which)], fields=list(ANSWER)
    )
    return pa.ListArray.from_arrays(pa.array(offsets), elements, type=pa.list_(ANSWER))
