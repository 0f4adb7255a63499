"""Estimates: rows of publishable marts as the pages show them.

Everything here is read from publishable columns; a suppressed cell has its `shown` text alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from orchestration.publishing.figures import address
from orchestration.publishing.report import words
from orchestration.publishing.report.measures import Measure
from orchestration.publishing.report.places import Place

NO_DATA = "no data"
_KEYS = (
    "term",
    "level",
    "unit_id",
    "measure_id",
    "subgroup_type",
    "subgroup",
    "weighting",
    "missing_rule",
)
_NUMBERS = (
    "n",
    "n_visits",
    "n_clusters",
    "n_eligible",
    "coverage",
    "estimate",
    "ci_low",
    "ci_high",
)
_VALUES = ("shown", "suppression", "presentation", *_NUMBERS)

Row = dict[str, Any]


@dataclass(frozen=True)
class Estimate:
    """One cell: a measure of a place's subgroup in a term, unweighted and weighted to the roster.

    `state` is `show`, `caution`, `hidden` (under the minimum n, or with one that is), `nobody`
    (was seen) or `absent` (the table has no such row). Numbers are None where there are none to
    show.
    """

    figure: str
    measure: Measure
    term: str
    place: Place
    label: str
    state: str
    shown: str
    roster_shown: str
    roster_caution: bool = False
    n: int | None = None
    n_visits: int | None = None
    n_clusters: int | None = None
    n_eligible: int | None = None
    coverage: float | None = None
    estimate: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None

    @property
    def value(self) -> str:
        """The estimate as shown, without its interval."""
        return self.shown.split(" (")[0]

    @property
    def interval(self) -> str | None:
        """The interval as shown, or None."""
        return self.shown.split(" (")[1].rstrip(")") if self.ci_low is not None else None

    @property
    def has_value(self) -> bool:
        """Whether there is a number to draw."""
        return self.estimate is not None

    @property
    def has_data(self) -> bool:
        """Whether anybody was seen."""
        return self.state not in ("absent", "nobody")

    @property
    def numerator(self) -> int | None:
        """Of a share of respondents, how many it is."""
        if self.estimate is None or self.n is None or self.measure.is_mean:
            return None
        return round(self.estimate * self.n)


@dataclass(frozen=True)
class EstimateMart:
    """A publishable mart of estimates, its rows found by their keys.

    Subgroups are kept of the term `lead` alone: the pages show no others.
    """

    name: str
    frame: pd.DataFrame
    lead: str

    @cached_property
    def _rows(self) -> dict[tuple[str | None, ...], Row]:
        frame = self.frame
        kept = frame[(frame["subgroup_type"] == "all") | (frame["term"] == self.lead)]
        names = [name for name in _VALUES if name in kept]
        keys = zip(*(_plain(kept, name) for name in _KEYS), strict=True)
        values = zip(*(_plain(kept, name) for name in names), strict=True)
        return {
            key: dict(zip(names, row, strict=True)) for key, row in zip(keys, values, strict=True)
        }

    @cached_property
    def _subgroups(self) -> dict[str, list[str]]:
        here = self.frame[self.frame["term"] == self.lead]
        pairs = here[["subgroup_type", "subgroup"]].drop_duplicates()
        found: dict[str, list[str]] = {}
        for kind, code in zip(pairs["subgroup_type"], pairs["subgroup"], strict=True):
            found.setdefault(kind, []).append(code)
        return {kind: words.in_order(kind, codes) for kind, codes in found.items()}

    @cached_property
    def terms(self) -> frozenset[str]:
        """The terms in which anybody was seen."""
        return frozenset(key[0] for key, row in self._rows.items() if key[0] and row["n"] != 0)

    @property
    def has_rules(self) -> bool:
        """Whether it has estimates under several rules on what was not observed."""
        return "missing_rule" in self.frame

    def subgroups(self, subgroup_type: str) -> list[str]:
        """The subgroups of a type in the leading term, in the reader's order."""
        return self._subgroups.get(subgroup_type, [])

    def estimate(
        self,
        measure: Measure,
        term: str,
        place: Place,
        group: tuple[str, str] = ("all", "all"),
        rule: str | None = None,
    ) -> Estimate:
        """The cell, or one that says there is no data.

        Where the mart has missing rules and none is given, it is the measure's ordinary one.
        """
        rule = (rule or measure.missing_rule) if self.has_rules else None
        keys = (term, place.level, place.unit_id, measure.id, *group)
        named = dict(zip(_KEYS, (*keys, "none", rule), strict=True))
        row, weighted = (self._rows.get((*keys, weight, rule)) for weight in ("none", "roster"))
        kind, code = group
        return Estimate(
            figure=address(self.name, named),
            measure=measure,
            term=term,
            place=place,
            label=place.name if kind == "all" else words.subgroup(kind, code),
            state=_state(row),
            shown=row["shown"] if row else NO_DATA,
            roster_shown=weighted["shown"] if weighted else NO_DATA,
            roster_caution=_state(weighted) == "caution",
            **{name: row.get(name) if row else None for name in _NUMBERS},
        )


def _plain(frame: pd.DataFrame, name: str) -> list[Any]:
    """A column as Python's own values, None where it is missing or there is no such column."""
    if name not in frame:
        return [None] * len(frame)
    return frame[name].astype("object").where(frame[name].notna(), None).tolist()


def _state(row: Row | None) -> str:
    if row is None:
        return "absent"
    if row["suppression"] != "none":
        return "hidden"
    if row["n"] == 0:
        return "nobody"
    return "caution" if row["presentation"] == "caution" else "show"
