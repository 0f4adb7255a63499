"""How a unit's answers make its value of a measure, as the registry declares it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from orchestration.recomputing.rows import Landed, Row

RULED = "mart_instruction"
"""The mart whose measures are told under every rule for what was not observed."""


@dataclass(frozen=True)
class Recipe:
    """A measure: what each code of each item counts, and how these are put together."""

    measure: Row
    source: str
    instrument: str
    values: Mapping[str, Mapping[str, Fraction]]
    substantive: frozenset[tuple[str, str]]
    own_items: frozenset[str]
    rule: str

    @property
    def needed(self) -> int:
        """Of how many items a unit must have a value."""
        return self.measure["minimum_items"] or len(self.values)

    def is_dropped(self, answered: Mapping[str, Sequence[str]]) -> bool:
        """Whether a visit gives its instrument nothing, under the rule that drops it whole."""
        return any(
            (item, code) not in self.substantive
            for item, codes in answered.items()
            if item in self.own_items
            for code in codes
        )

    def value(self, answered: Mapping[str, Sequence[str]]) -> Fraction | None:
        """A unit's value, or None where it answered too little."""
        found = []
        for item, counted in self.values.items():
            for code in answered.get(item, ()):
                value = counted.get(code)
                if value is None and self.rule == "lowest":
                    value = min(counted.values())
                if value is not None:
                    found.append(value)
        if len(found) < self.needed:
            return None
        if self.measure["combine"] == "mean":
            return sum(found, Fraction(0)) / len(found)
        return sum(found, Fraction(0)) if self.measure["combine"] == "sum" else min(found)


def recipe(landed: Landed, measure_id: str, rule: str | None) -> Recipe:
    """The recipe of a measure under a missing rule; its instrument's own where none is given."""
    (measure,) = (row for row in landed.rows("measures") if row["measure_id"] == measure_id)
    values: dict[str, dict[str, Fraction]] = {}
    for row in landed.rows("measure_values"):
        if row["measure_id"] == measure_id:
            values.setdefault(row["item"], {})[row["code"]] = Fraction(str(row["value"]))
    items = {row["item"]: row for row in landed.rows("items")}
    (instrument,) = {items[item]["instrument"] for item in values}
    (declared,) = (row for row in landed.rows("instruments") if row["instrument"] == instrument)
    of_instrument = {name for name, row in items.items() if row["instrument"] == instrument}
    ruled = measure["mart"] == RULED
    return Recipe(
        measure=measure,
        source=declared["source"],
        instrument=instrument,
        values=values,
        substantive=substantive(landed),
        own_items=frozenset(of_instrument),
        rule=(rule or declared["missing_rule"]) if ruled else "exclude",
    )


def substantive(landed: Landed) -> frozenset[tuple[str, str]]:
    """Answers that say something: they have a value, or count in some measure."""
    scales: dict[str, set[str]] = {}
    for row in landed.rows("answers"):
        if row["value"] is not None:
            scales.setdefault(row["scale"], set()).add(row["code"])
    said = {(row["item"], row["code"]) for row in landed.rows("measure_values")}
    for row in landed.rows("items"):
        said |= {(row["item"], code) for code in scales.get(row["scale"], ())}
    return frozenset(said)
