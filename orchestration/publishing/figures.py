"""Figures: rows of publishable tables as the page shows them.

Everything here is read from publishable columns; a suppressed cell has its `shown` text alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from orchestration.publishing import words

Row = dict[Any, Any]


@dataclass(frozen=True)
class Measure:
    """A measure in the registry's words."""

    id: str
    label: str
    definition: str
    numerator: str
    denominator: str
    unit: str
    kind: str
    range_min: float
    range_max: float
    target: float | None
    source: str


@dataclass(frozen=True)
class Estimate:
    """One cell: a measure for a unit and subgroup in a term, unweighted and weighted to the roster.

    `state` is `show`, `caution`, `hidden` (under the minimum n), `nobody` (observed) or `absent`
    (the table has no such row). Numbers are None where there are none to show.
    """

    figure: str
    term: str
    unit_id: str
    unit_name: str
    subgroup: str
    subgroup_label: str
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


@dataclass(frozen=True)
class Calendar:
    """The declared terms, in order, in words."""

    dim_term: pd.DataFrame

    @cached_property
    def _terms(self) -> dict[str, Row]:
        rows = self.dim_term.sort_values("starts_on").to_dict("records")
        return {row["term"]: row for row in rows}

    def lines(self, term: str) -> tuple[str, str]:
        """A term's season and year, apart."""
        row = self._terms[term]
        return words.term_lines(row["season"], row["starts_on"], row["ends_on"])

    def name(self, term: str) -> str:
        """A term as `Spring 2022`; what is no term, as schools' `all`, is every term."""
        return " ".join(self.lines(term)) if term in self._terms else "All terms"

    def position(self, term: str) -> int:
        """A term's place in the calendar; -1 for what is no term."""
        return list(self._terms).index(term) if term in self._terms else -1

    def ends_on(self, term: str) -> pd.Timestamp:
        """A term's last day, as of which geography, support and level are reported."""
        return pd.Timestamp(self._terms[term]["ends_on"])


@dataclass(frozen=True)
class Tables:
    """A publication's tables, with the rows of one term and place looked up by their keys."""

    adoption: pd.DataFrame
    coverage: pd.DataFrame
    accounts: pd.DataFrame
    dim_measure: pd.DataFrame
    calendar: Calendar
    dim_school: pd.DataFrame
    mart: str = field(default="mart_adoption")

    @cached_property
    def _rows(self) -> dict[tuple[str, ...], Row]:
        keys = ["term", "level", "unit_id", "measure_id", "subgroup_type", "subgroup", "weighting"]
        return {tuple(row[key] for key in keys): row for row in self.adoption.to_dict("records")}

    @cached_property
    def measures(self) -> list[Measure]:
        """The measures of the mart, in the registry's order."""
        chosen = self.dim_measure[self.dim_measure["mart"] == self.mart].sort_values("position")
        return [
            Measure(
                id=row["measure_id"],
                target=known(row["target"]),
                **{
                    name: row[name]
                    for name in Measure.__dataclass_fields__
                    if name not in ("id", "target")
                },
            )
            for row in chosen.to_dict("records")
        ]

    def units(self, level: str, term: str) -> list[tuple[str, str]]:
        """The units of a level in a term, by id and name, in the order of their names."""
        found: dict[str, str] = {}
        for frame in (self.coverage, self.adoption):
            here = frame[(frame["level"] == level) & (frame["term"] == term)]
            found.update(zip(here["unit_id"], here["unit_name"], strict=True))
        found.pop("unassigned", None)
        return sorted(found.items(), key=lambda unit: unit[1])

    def subgroups(self, subgroup_type: str, term: str) -> list[str]:
        """The subgroups of a type in a term, in the reader's order."""
        rows = self.adoption[
            (self.adoption["subgroup_type"] == subgroup_type) & (self.adoption["term"] == term)
        ]
        return in_order(rows["subgroup"].unique())

    def estimate(
        self,
        measure: Measure,
        term: str,
        level: str,
        unit: tuple[str, str],
        subgroup_type: str = "all",
        subgroup: str = "all",
    ) -> Estimate:
        """The cell, or one that says there is no data."""
        unit_id, unit_name = unit
        key = (term, level, unit_id, measure.id, subgroup_type, subgroup)
        row, weighted = self._rows.get((*key, "none")), self._rows.get((*key, "roster"))
        group = subgroup if subgroup_type == "all" else f"{subgroup_type}={subgroup}"
        return Estimate(
            figure="/".join((self.mart, term, unit_id, measure.id, group)),
            term=term,
            unit_id=unit_id,
            unit_name=unit_name,
            subgroup=subgroup,
            subgroup_label=words.subgroup(subgroup),
            state=_state(row),
            shown=row["shown"] if row else "no data",
            roster_shown=weighted["shown"] if weighted else "no data",
            roster_caution=_state(weighted) == "caution",
            **{name: known(row[name]) if row else None for name in _NUMBERS},
        )

    def schools_listed(self, level: str, unit_id: str, term: str) -> int | None:
        """Schools that the directory has for a unit on the term's last day."""
        schools = self.dim_school
        ends_on = self.calendar.ends_on(term)
        until = pd.to_datetime(schools["valid_to"])
        here = (pd.to_datetime(schools["valid_from"]) <= ends_on) & ~(until < ends_on)
        if level == "district":
            here &= schools["local_district"].notna()
        else:
            here &= schools[level] == unit_id
        return int(schools.loc[here, "school_id"].nunique()) or None


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


def _state(row: Row | None) -> str:
    if row is None:
        return "absent"
    if row["suppression"] != "none":
        return "hidden"
    if row["n"] == 0:
        return "nobody"
    return "caution" if row["presentation"] == "caution" else "show"


def known(value: Any) -> Any:
    """A value, or None where it is missing."""
    return None if pd.isna(value) else value


def in_order(subgroups: Iterable[str]) -> list[str]:
    """Subgroups in the reader's order, those without one by name."""
    order = words.SUBGROUP_ORDER
    return sorted(
        subgroups, key=lambda code: (order.index(code) if code in order else len(order), code)
    )
