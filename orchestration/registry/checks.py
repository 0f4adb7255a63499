"""What no table can see alone: that what one names, another declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from orchestration.registry.measures import MeasureValue

if TYPE_CHECKING:
    from orchestration.registry import Registry


def dangling(registry: Registry) -> Iterator[str]:
    """Everything that hangs loose between the tables, as sentences."""
    yield from _items(registry)
    yield from _constructs(registry)
    yield from _measures(registry)


def _items(registry: Registry) -> Iterator[str]:
    rows = registry.rows["items"]
    for row in rows:
        name, instrument, scale, construct = (
            row.model_dump(by_alias=True)[column]
            for column in ("item", "instrument", "scale", "construct")
        )
        if instrument not in registry.instruments:
            yield (
                f"items.csv: item '{name}' is of instrument '{instrument}', which "
                "instruments.csv does not declare."
            )
            return
        if scale not in registry.scales:
            yield f"items.csv: item '{name}' is on scale '{scale}', which answers.csv lacks."
            return
        if construct is not None and construct not in registry.constructs:
            yield (
                f"items.csv: item '{name}' is of construct '{construct}', which constructs.csv "
                "does not declare."
            )
    for item in registry.items.values():
        values = [one.value for one in registry.scales[item.scale] if one.value is not None]
        if item.kind == "ordinal" and len(set(values)) < max(2, len(values)):
            yield (
                f"answers.csv: scale '{item.scale}' of the ordinal item '{item.item}' needs two "
                "or more answers with a value, each its own."
            )
        elif item.direction == "negative":
            total = min(values) + max(values)
            if any(total - value not in values for value in values):
                yield (
                    f"answers.csv: scale '{item.scale}' cannot be reversed for the negative item "
                    f"'{item.item}': for an answer x it has none at {total:g} - x."
                )


def _constructs(registry: Registry) -> Iterator[str]:
    for construct in registry.constructs.values():
        name = construct.construct_
        if construct.instrument not in registry.instruments:
            yield (
                f"constructs.csv: construct '{name}' is of instrument '{construct.instrument}', "
                "which instruments.csv does not declare."
            )
            return
        own = [item for item in registry.items.values() if item.construct_ == name]
        if not own:
            yield f"constructs.csv: no item of items.csv belongs to construct '{name}'."
        for item in own:
            if item.instrument != construct.instrument:
                yield (
                    f"items.csv: item '{item.item}' of {item.instrument} names construct "
                    f"'{name}', which is {construct.instrument}'s."
                )


def _measures(registry: Registry) -> Iterator[str]:
    for row in cast("tuple[MeasureValue, ...]", registry.rows["measure_values"]):
        measure = registry.measures.get(row.measure_id)
        if measure is None:
            # a derived measure may be given values of its own before it is derived
            if row.item not in registry.items:
                yield (
                    f"measure_values.csv names measure '{row.measure_id}', which measures.csv "
                    "does not declare."
                )
            continue
        if row.item not in registry.items:
            yield (
                f"measure_values.csv gives measure '{row.measure_id}' values of item "
                f"'{row.item}', which items.csv does not have."
            )
        if not measure.range_min <= row.value <= measure.range_max:
            yield (
                f"measure_values.csv gives {row.measure_id} / {row.item} / {row.code} the value "
                f"{row.value:g}, outside the measure's range "
                f"{measure.range_min:g} to {measure.range_max:g}."
            )
    yield from _mixed(registry)
    for measure in registry.measures.values():
        if measure.unit not in registry.minimum_n:
            yield (
                f"measures.csv: measure '{measure.measure_id}' counts {measure.unit}, for which "
                "minimum_n.csv has no row."
            )
        if measure.instrument is not None and measure.instrument not in registry.instruments:
            yield (
                f"measures.csv: measure '{measure.measure_id}' is of instrument "
                f"'{measure.instrument}', which instruments.csv does not declare."
            )


def _mixed(registry: Registry) -> Iterator[str]:
    """Measures of several items of which one may have several answers: nobody could count them."""
    items: dict[str, set[str]] = {}
    for row in cast("tuple[MeasureValue, ...]", registry.rows["measure_values"]):
        items.setdefault(row.measure_id, set()).add(row.item)
    for measure, own in items.items():
        for item in sorted(own if len(own) > 1 else ()):
            if item in registry.items and registry.items[item].kind == "multi_select":
                yield (
                    f"measure_values.csv: measure '{measure}' combines several items, and "
                    f"'{item}', a multi_select, may only stand alone."
                )
