"""Measures in the registry's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Measure:
    """A measure in the registry's words; `missing_rule` is its instrument's ordinary one."""

    id: str
    mart: str
    label: str
    definition: str
    numerator: str
    denominator: str
    unit: str
    kind: str
    range_min: float
    range_max: float
    direction: str
    target: float | None
    source: str
    instrument: str | None
    missing_rule: str | None

    @property
    def is_mean(self) -> bool:
        """Whether an estimate is a mean on a scale, and not a share."""
        return self.kind == "mean"

    @property
    def span(self) -> tuple[float, float]:
        """What an estimate may be."""
        return self.range_min, self.range_max

    @property
    def scale(self) -> str:
        """The measure's range in words: `0 to 100%`, `1 to 4`."""
        if self.is_mean:
            return f"{self.range_min:g} to {self.range_max:g}"
        return "0 to 100%"


def known(value: Any) -> Any:
    """A value, or None where it is missing."""
    return None if pd.isna(value) else value


def measures(dim_measure: pd.DataFrame) -> dict[str, list[Measure]]:
    """The measures of every mart, in the registry's order."""
    found: dict[str, list[Measure]] = {}
    names = [name for name in Measure.__dataclass_fields__ if name != "id"]
    for row in dim_measure.sort_values(["position", "measure_id"]).to_dict("records"):
        one = Measure(id=row["measure_id"], **{name: known(row[name]) for name in names})
        found.setdefault(one.mart, []).append(one)
    return found
