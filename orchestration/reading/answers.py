"""Answers: the item columns of a chunk as one list of (item, text, code) a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

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
    known: Iterable[str] = (),
) -> tuple[Answered, Mask]:
    """A multi-select's column, whose options stand in one cell, and which rows have unknown ones.

    Any of the `separators` stands between two options, and within those of the `known` options
    that have one. `coded` gives the code of each text, and which of them it does not know. An
    option that a cell has twice counts once.
    """
    holding = [option for option in known if divided(option, separators)]
    if holding:
        split = partial(_options, re.compile(f"[{re.escape(separators)}]"), _any_of(holding))
        pieces = pa.array([split(cell) for cell in texts.values.to_pylist()], pa.list_(pa.string()))
    else:
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


def divided(option: str, separators: str) -> bool:
    """Whether an option has a separator within it, and so would be taken for several."""
    return any(mark in option for mark in separators)


def _any_of(options: Iterable[str]) -> re.Pattern[str]:
    """What matches any of the options, and of two the longer."""
    longest_first = sorted((option.strip() for option in options), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)


def _options(separator: re.Pattern[str], whole: re.Pattern[str], cell: str) -> list[str]:
    """The options of a cell, of which some have separators within them."""
    found, at = [], 0
    while at <= len(cell):
        start = at + len(cell[at:]) - len(cell[at:].lstrip())
        option = whole.match(cell, start)
        rest = cell[option.end() :].lstrip() if option else ""
        if option and (not rest or separator.match(rest)):
            at = len(cell) - len(rest) + 1
            found.append(option[0])
            continue
        end = separator.search(cell, at)
        found.append(cell[at : end.start() if end else len(cell)])
        at = end.end() if end else len(cell) + 1
    return found


CHOSEN = ("1", "true", "yes", "x", "checked", "selected")
LEFT_OUT = ("", "0", "false", "no", "-99", "unchecked", "not selected", "off")
"""What exports write into a column of one choice; -99 is Qualtrics's for seen, but not answered."""


def is_chosen(texts: pa.StringArray, own: pa.BooleanArray, *, written: bool) -> tuple[Mask, Mask]:
    """Which cells of a column of one choice say that it was chosen, and which say neither.

    `own` marks the cells that name the choice itself. In a column of what somebody has `written`,
    any text chooses but those that leave out.
    """
    folded = pc.utf8_lower(texts)
    out = pc.is_in(folded, value_set=pa.array(LEFT_OUT, pa.string()))
    chosen = pc.or_(own, pc.is_in(folded, value_set=pa.array(CHOSEN, pa.string())))
    if written:
        chosen = pc.invert(out)
    neither = pc.invert(pc.or_(out, chosen))
    return chosen.to_numpy(zero_copy_only=False), neither.to_numpy(zero_copy_only=False)


def chosen_answers(item: str, chosen: Mapping[str, Mask]) -> tuple[Answered, Places]:
    """An item of one column a choice, and how many each row has chosen.

    The answer's text is its code: what stood in the cell is a mark, or what somebody typed.
    """
    marks = np.stack(list(chosen.values()), axis=1)
    packed, cells = np.unique(np.packbits(marks, axis=1), axis=0, return_inverse=True)
    patterns = np.unpackbits(packed, axis=1, count=marks.shape[1]).astype(bool)
    codes = pa.array(list(chosen), pa.string()).take(pa.array(np.nonzero(patterns)[1]))
    sizes = patterns.sum(axis=1).astype(np.int32)
    starts = (np.cumsum(sizes) - sizes).astype(np.int32)
    rows = cells.reshape(-1).astype(np.int32)
    return Answered(item, rows, codes, codes, sizes, starts), sizes[rows]


def answer_lists(answered: Sequence[Answered], rows: Mask, kind: pa.ListType) -> pa.ListArray:
    """The answers of some rows, in the order of the items; a blank cell is no answer.

    `kind` is the type of `answers` in the schema of chunks: its texts are dictionary-encoded.
    """
    n = int(rows.sum())
    if not answered:
        offsets = np.zeros(n + 1, dtype=np.int32)
        return pa.ListArray.from_arrays(pa.array(offsets), pa.array([], kind.value_type), type=kind)
    cells = [one.cells[rows] for one in answered]
    sizes = np.stack(
        [one.sizes.take(own) for one, own in zip(answered, cells, strict=True)], axis=1
    )
    offsets = np.concatenate([[0], np.cumsum(sizes.sum(axis=1))]).astype(np.int32)
    # the answers of all items stand one after the other; each cell points at its own
    lengths = [len(one.texts) for one in answered]
    bases = np.cumsum([0, *lengths[:-1]], dtype=np.int32)
    starts = np.stack(
        [
            (own if one.starts is None else one.starts.take(own)) + base
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
