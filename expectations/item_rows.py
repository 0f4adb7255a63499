"""The items of a source as suites see them: from the registry, a row an item and answer."""

from __future__ import annotations

from collections.abc import Sequence

from expectations.frames import Rows
from orchestration.registry import Registry
from orchestration.registry.derived import reversed_answers
from orchestration.registry.instruments import Answer


def item_rows(registry: Registry, source: str) -> Rows:
    """A row an item of the source and answer of its scale.

    `value`: how favourable the answer is, from 0 to 1 and reversed where the item is negative;
    None for one that is not substantive, and of a nominal scale. `mirrored`: the code that stands
    in the answer's place where the scale is read from its other end.
    """
    rows: Rows = []
    for item in registry.items_of(source):
        answers = registry.scales[item.scale]
        is_ordinal = item.kind == "ordinal"
        values = reversed_answers(item, answers) if is_ordinal else {}
        worths = [value for value, _ in values.values()]
        mirrors = _mirrored(answers) if is_ordinal else {}
        for one in answers:
            worth = values[one.code][0] if one.code in values else None
            if worth is not None and max(worths) > min(worths):
                worth = (worth - min(worths)) / (max(worths) - min(worths))
            rows.append(
                {
                    "item": item.item,
                    "instrument": item.instrument,
                    "kind": item.kind,
                    "scale": item.scale,
                    "code": one.code,
                    "value": worth,
                    "mirrored": mirrors.get(one.code),
                }
            )
    return rows


def _mirrored(answers: Sequence[Answer]) -> dict[str, str]:
    """Each substantive answer's code, and that of the one as far from the scale's other end."""
    codes = [
        one.code for one in sorted(answers, key=lambda one: one.value or 0) if one.value is not None
    ]
    return dict(zip(codes, reversed(codes), strict=True))
