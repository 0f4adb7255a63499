"""What a row's records make, in the draft for an export that has several: students, ratings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.inspecting.columns import KNOWN_SHARE, SHOWN_TO_RECUR, Column, share_known
from orchestration.inspecting.drafts import Draft, quoted
from orchestration.inspecting.inspection import Inspected
from orchestration.inspecting.likeness import ALIKE, headings, likeness
from orchestration.inspecting.words import CALLED, OF_LEARNERS, PUPIL
from orchestration.reading.columns import mapped, one_array, texts_of
from orchestration.reading.contract_items import scale_map
from orchestration.reading.grouping import Counts, Grouping, Spreads, Where
from orchestration.reading.headers import plain_name
from orchestration.reading.templates import templates
from orchestration.registry import Registry
from orchestration.registry.instruments import Item

SEATS: Mapping[str, str] = {
    "english_learners": "english_learner",
    "students_with_disabilities": "disability",
}
"""Whose seats a roster counts apart, and the field that says so of a student."""


def group(found: Inspected, draft: Draft, registry: Registry) -> None:
    """Have the draft group what its key recurs for: a class's students, or ratings of a visit."""
    template = templates()[draft.source]
    by = [draft.columns[name] for name in template.key if name in draft.columns]
    if template.key[-1] not in draft.columns or not recurs(found, by):
        return
    if draft.source == "roster" and "students" not in draft.fields:
        _count_students(found, draft, registry, by)
    elif template.has_answers and not draft.answers:
        _spread_answers(found, draft, registry, by)


def recurs(found: Inspected, columns: Sequence[str]) -> bool:
    """Whether some of the rows looked at agree in all these columns."""
    rows = found.cells.select(columns)
    return rows.group_by(columns).aggregate([]).num_rows < rows.num_rows


def _count_students(found: Inspected, draft: Draft, registry: Registry, by: Sequence[str]) -> None:
    pupil = _called(found, draft, PUPIL)
    if pupil is None:
        return
    counts = [Counts(column="students", of=pupil.name)]
    for name, status in SEATS.items():
        column = _called(found, draft, CALLED[status])
        chosen = _saying_yes(registry, column) if column else ()
        if column and chosen and name not in draft.fields:
            where = Where(column=column.name, values=chosen)
            counts.append(Counts(column=name, of=pupil.name, where=where))
    made = [one.column for one in counts]
    if not {plain_name(one.name) for one in found.columns} & set(made):
        draft.grouped = Grouping(by=tuple(by), counts=tuple(counts))
        draft.identifying.append(pupil.name)
        draft.used |= set(draft.grouped.inputs)
        draft.fields |= {name: (f"{{column: {name}}}", None) for name in made}


def _called(found: Inspected, draft: Draft, names: Iterable[str]) -> Column | None:
    """The column that has one of these names, the first of them before the others."""
    free = _free(found, draft)
    alike = (one for name in names for one in free if likeness(one.headings, [name]) == 1)
    return next(alike, None)


def _free(found: Inspected, draft: Draft) -> list[Column]:
    return [one for one in found.columns if one.name not in draft.used and one.kind != "blank"]


def _saying_yes(registry: Registry, column: Column) -> tuple[str, ...]:
    codes = mapped(pa.array(list(column.values), pa.string()), registry.value_maps["yes_no"])
    told = zip(column.values, codes.to_pylist(), strict=True)
    return tuple(text for text, code in told if code == "yes" or text.lower() in OF_LEARNERS)


def _spread_answers(found: Inspected, draft: Draft, registry: Registry, by: Sequence[str]) -> None:
    """A column that names items, and that beside it whose texts the items' scales know best."""
    items = {item.item: item for item in registry.items_of(draft.source)}
    free = _free(found, draft)
    best: tuple[dict[str, str], str, str] = {}, "", ""
    # every row names some item, so that a column of names has few texts
    for names in (one for one in free if one.distinct * SHOWN_TO_RECUR <= one.filled):
        asked = _asked(names, items.values(), besides=[one.name for one in found.columns])
        for values in free if asked else ():
            known = {
                item: text
                for item, text in asked.items()
                if share_known(
                    registry.value_maps[scale_map(items[item])],
                    _beside(found, names.name, text, values.name),
                )
                >= KNOWN_SHARE
            }
            if values is not names and len(known) > len(best[0]):
                best = known, names.name, values.name
    known, names_in, values_in = best
    if known:
        spreads = Spreads(names=names_in, values=values_in, columns=tuple(known.values()))
        draft.grouped = Grouping(by=tuple(by), spreads=spreads)
        draft.used |= {names_in, values_in}
        for item, text in known.items():
            draft.answers[item] = (f"{{column: {quoted(text)}}}", None)


def _asked(names: Column, items: Iterable[Item], besides: Sequence[str]) -> dict[str, str]:
    """By item the text of a column that calls it, which is no column's name yet."""
    called = {item.item: [item.text, item.item, item.label] for item in items}
    asked: dict[str, str] = {}
    for text in names.values if called else ():
        heads = headings(text, None)
        alike, item = max((likeness(heads, own), item) for item, own in called.items())
        if alike >= ALIKE and text not in besides:
            asked.setdefault(item, text)
    return asked


def _beside(found: Inspected, names: str, name: str, values: str) -> list[str]:
    """The different texts of a column that stand beside a name in another."""
    own = pc.equal(texts_of(one_array(found.cells[names])), name)
    beside = texts_of(one_array(found.cells[values])).filter(own).unique()
    return [text for text in beside.to_pylist() if text]
