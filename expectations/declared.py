"""What a suite is made of: frames, and expectations that judge them. Nothing here runs anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Literal

from orchestration.fingerprints import text_sha256

Severity = Literal["critical", "warning"]
ShownAs = Literal["count", "share", "ratio", "number"]

Kind = Literal["between", "in_set", "a_not_below_b", "unique_together"]

BETWEEN: Kind = "between"
IN_SET: Kind = "in_set"
A_NOT_BELOW_B: Kind = "a_not_below_b"
UNIQUE_TOGETHER: Kind = "unique_together"

JUDGING_VERSION = 2
"""Raised when the machinery judges differently though no suite has changed its words."""

SUITE_DIGITS = 16
"""Hexadecimal digits of a suite's hash, as verdict files are named."""


@dataclass(frozen=True)
class Frame:
    """A small table that expectations judge, as SQL over what the suite's table stands on.

    `is_profile`: its figures are counts and shares of a partition, no values of rows, so that a
    verdict may show them; its column `label` says which file or column a row is about. Of any
    other frame a verdict tells only how many rows are not as expected.
    """

    sql: str
    is_profile: bool = False


@dataclass(frozen=True)
class Expectation:
    """A claim on a frame: what must hold of its figures, or of each of its rows.

    `expectation` is the kind of claim, and `kwargs` its columns and limits. `means`, `why` and
    `do` are sentences for the person who reads that it does not hold. `counts` names the column of
    a profile whose sum over the rows that are not as expected is the number of data rows
    concerned; `shown_as` says how a profile's figures read. `a_person_may_judge`: it is critical,
    but asks whether the data is plausible, so that somebody who knows the district may say that it
    is as it is and let exactly this data pass (see `acceptances`).
    """

    name: str
    severity: Severity
    on: str
    expectation: Kind
    kwargs: Mapping[str, Any]
    means: str
    why: str
    do: str
    counts: str | None = None
    shown_as: ShownAs = "count"
    a_person_may_judge: bool = False

    def shown(self, figure: Any) -> str:
        """A figure of the frame as a person reads it."""
        if self.shown_as == "share":
            return f"{100 * figure:.3g}%"
        if self.shown_as == "ratio":
            return f"{figure:.3g} times"
        if self.shown_as == "number":
            return f"{figure:.3g}"
        return f"{figure:,.0f}"

    @property
    def limits(self) -> str:
        """What a profile's figures are expected to be, as text."""
        low, high = self.kwargs.get("min_value"), self.kwargs.get("max_value")
        if low is None:
            return f"at most {self.shown(high)}"
        if high is None:
            return f"at least {self.shown(low)}"
        return f"{self.shown(low)} to {self.shown(high)}"


@dataclass(frozen=True)
class Suite:
    """Everything expected of a table, and the tables or partitions that it is compared with."""

    table: str
    frames: Mapping[str, Frame]
    expectations: tuple[Expectation, ...]
    compares: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        names = [one.name for one in self.expectations]
        for one in self.expectations:
            if not re.fullmatch(r"[a-z][a-z0-9_]*", one.name) or names.count(one.name) > 1:
                raise ValueError(
                    f"{self.table}: '{one.name}' must be in snake_case and stand once."
                )
            if one.on not in self.frames:
                raise ValueError(f"{self.table}: {one.name} judges '{one.on}', which is no frame.")
            if self.frames[one.on].is_profile and one.expectation != BETWEEN:
                raise ValueError(f"{self.table}: {one.name} must set limits to a profile's figure.")
            if one.a_person_may_judge and not self._is_of_plausibility(one):
                raise ValueError(
                    f"{self.table}: {one.name} cannot be left to a person: only a critical limit "
                    "to a profile's figure is a question of what is plausible."
                )

    def _is_of_plausibility(self, one: Expectation) -> bool:
        return one.severity == "critical" and self.frames[one.on].is_profile

    @cached_property
    def fingerprint(self) -> str:
        """16 hexadecimal digits over the expectations, their thresholds, the frames and words."""
        content = {
            "judging": JUDGING_VERSION,
            "table": self.table,
            "compares": self.compares,
            "frames": {name: asdict(frame) for name, frame in self.frames.items()},
            "expectations": [asdict(one) for one in self.expectations],
        }
        return text_sha256(content)[:SUITE_DIGITS]


def not_below(larger: str, smaller: str) -> dict[str, object]:
    """Arguments of `A_NOT_BELOW_B` for two columns, on rows that state both."""
    return {"column_A": larger, "column_B": smaller}
