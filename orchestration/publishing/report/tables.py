"""A publication's tables as the pages read them: each row found by what names it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from orchestration.disclosure import PUBLISHABLE
from orchestration.publishing.report.calendar import Calendar
from orchestration.publishing.report.estimates import EstimateMart
from orchestration.publishing.report.measures import Measure, measures
from orchestration.publishing.report.places import DISTRICT, Place, with_pages

Row = dict[str, Any]
UNASSIGNED = "unassigned"


@dataclass(frozen=True)
class Tables:
    """Publishable tables by name and the dimensions; `terms` in calendar order, the last leads."""

    frames: Mapping[str, pd.DataFrame]
    dim_measure: pd.DataFrame
    dim_school: pd.DataFrame
    calendar: Calendar
    terms: tuple[str, ...]

    @property
    def lead(self) -> str:
        """The latest term, which the pages tell of first."""
        return self.terms[-1]

    @property
    def lead_name(self) -> str:
        """The latest term in words."""
        return self.calendar.name(self.lead)

    @cached_property
    def measures(self) -> dict[str, list[Measure]]:
        """The measures of every mart, in the registry's order."""
        return measures(self.dim_measure)

    @cached_property
    def marts(self) -> dict[str, EstimateMart]:
        """The marts of estimates, by name."""
        return {
            name: EstimateMart(name, frame, self.lead)
            for name, frame in self.frames.items()
            if PUBLISHABLE[name].has_estimates
        }

    @cached_property
    def district(self) -> Place:
        """The whole district, under the name that the marts give it."""
        found = self._units("district")
        return Place("district", *found[0], DISTRICT.page) if found else DISTRICT

    @cached_property
    def local_districts(self) -> list[Place]:
        """The local districts of the leading term, by name."""
        return with_pages(self._units("local_district"))

    @cached_property
    def regions(self) -> list[Place]:
        """The regions of the leading term, by name."""
        return [
            Place("region", *unit) for unit in sorted(self._units("region"), key=lambda u: u[1])
        ]

    def _units(self, level: str) -> list[tuple[str, str]]:
        found: dict[str, str] = {}
        for frame in self.frames.values():
            if "level" in frame:
                here = frame[(frame["level"] == level) & (frame["term"] == self.lead)]
                pairs = here[["unit_id", "unit_name"]].drop_duplicates()
                found.update(zip(pairs["unit_id"], pairs["unit_name"], strict=True))
        found.pop(UNASSIGNED, None)
        return list(found.items())

    def rows(self, name: str, **equal: str) -> list[Row]:
        """A table's rows in which the named columns hold the given values, missing ones as None."""
        frame = self.frames[name]
        for column, value in equal.items():
            frame = frame[frame[column] == value]
        return records(frame)

    @cached_property
    def coverage(self) -> dict[tuple[str, ...], Row]:
        """Rows of coverage by term, level, unit, population, subgroup type and subgroup."""
        keys = ("term", "level", "unit_id", "population", "subgroup_type", "subgroup")
        frame = self.frames["mart_coverage"]
        kept = frame[(frame["subgroup_type"] == "all") | (frame["term"] == self.lead)]
        return {tuple(row[key] for key in keys): row for row in records(kept)}

    @cached_property
    def learning(self) -> dict[tuple[str, ...], Row]:
        """Rows of professional learning by term, level, unit, priority area and role."""
        keys = ("term", "level", "unit_id", "priority_area", "role")
        rows = records(self.frames["mart_professional_learning"])
        return {tuple(row[key] for key in keys): row for row in rows}

    @cached_property
    def quality(self) -> dict[tuple[str, str, str], list[Row]]:
        """The leading term's rows of survey quality, by instrument, level and unit."""
        found: dict[tuple[str, str, str], list[Row]] = {}
        for row in self.rows("mart_survey_quality", term=self.lead):
            found.setdefault((row["instrument"], row["level"], row["unit_id"]), []).append(row)
        return found

    def schools_listed(self, place: Place, term: str) -> int | None:
        """Schools that the directory has for a place on the term's last day."""
        schools = self.dim_school
        ends_on = self.calendar.ends_on(term)
        until = pd.to_datetime(schools["valid_to"])
        here = (pd.to_datetime(schools["valid_from"]) <= ends_on) & ~(until < ends_on)
        if place.is_district:
            here &= schools["local_district"].notna()
        else:
            here &= schools[place.level] == place.unit_id
        return int(schools.loc[here, "school_id"].nunique()) or None


def records(frame: pd.DataFrame) -> list[Row]:
    """A frame's rows as Python's own values, None where one is missing."""
    names = list(frame.columns)
    columns = [_values(frame[name]) for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _values(column: pd.Series) -> list[Any]:
    if isinstance(column.dtype, pd.api.extensions.ExtensionDtype):
        return list(column.array.to_numpy(dtype="object", na_value=None))
    return list(column.astype("object").where(column.notna(), None))
