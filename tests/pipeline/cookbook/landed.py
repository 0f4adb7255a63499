"""The landed exports of a simulated district, as the marts' independent makers take them."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from orchestration.registry.models import Term
from tests.pipeline import districts
from tests.pipeline.by_pandas.estimate_marts import estimate_marts
from tests.pipeline.by_pandas.frame import TermFrame, term_frames
from tests.pipeline.by_pandas.measures import OPTIONS

DAYS = ("observed_on", "recorded_on", "held_on")
COUNTS = ("students", "english_learners", "students_with_disabilities", "sequence")
SOURCES = (
    "roster",
    "observations",
    "student_survey",
    "teacher_survey",
    "pl_sessions",
    "pl_attendance",
)


@dataclass(frozen=True)
class District:
    """Terms with their exports; `exports` are as they lie there, by source and term."""

    terms: list[districts.District]

    @cached_property
    def frames(self) -> list[TermFrame]:
        return term_frames(self.terms)

    @cached_property
    def estimates(self) -> dict[str, pd.DataFrame]:
        """Every mart of estimates, unit by unit."""
        return estimate_marts(self.frames)

    def exports(self, source: str, term: str) -> pd.DataFrame:
        """The rows of a source in a term."""
        (one,) = (one for one in self.terms if one.term == term)
        return pd.DataFrame(one.rows(source))

    def schools(self, term: str) -> pd.DataFrame:
        """The schools as of a term's last day."""
        (frame,) = (one for one in self.frames if one.district.term == term)
        rows = [
            {"school_id": key, "local_district": one.local_district, "level": one.level,
             "region": one.region, "school_name": one.name}
            for key, one in frame.schools.items()
        ]  # fmt: skip
        return pd.DataFrame(rows)

    def rooms(self, term: str) -> pd.DataFrame:
        """The rostered mathematics classes, with their school's place and whether visited."""
        roster = self.exports("roster", term)
        visited = self.exports("observations", term)[["school_id", "class_id"]].drop_duplicates()
        rooms = roster[roster["subject"] == "mathematics"].merge(self.schools(term), on="school_id")
        seen = rooms.merge(visited, on=["school_id", "class_id"], how="left", indicator=True)
        return rooms.assign(is_visited=(seen["_merge"] == "both").to_numpy())


def landed_districts(home: Path, terms: Sequence[Term]) -> District:
    """Read a home's exports back from its CSV files; schools go with the first term."""
    found = [districts.District(one.term, one.starts_on, one.ends_on) for one in terms]
    for one in found:
        for source in SOURCES:
            for path in sorted((home / "landing" / source / one.term).glob("*.csv")):
                one.files.setdefault(source, {})[path.name] = _rows(path)
    found[0].files["schools"] = {
        path.name: _rows(path) for path in sorted((home / "landing" / "schools").glob("*.csv"))
    }
    return District(found)


def _rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {name: _typed(name, value) for name, value in row.items()}
            for row in csv.DictReader(file)
        ]


def _typed(name: str, value: str) -> Any:
    if name in DAYS and value:
        return date.fromisoformat(value[:10])
    if name == "challenges":  # which the makers know by the texts of other exports
        return ";".join(OPTIONS.get(one.strip(), one) for one in re.split("[;,|]", value))
    return int(value) if name in COUNTS and value else value


def agree(found: pd.DataFrame, expected: pd.DataFrame, keys: Sequence[str]) -> None:
    """The same rows, and the same in every column that both have; figures to 1e-9."""
    assert len(found) == len(expected), (len(found), len(expected))
    columns = [name for name in found.columns if name in expected.columns and name not in keys]
    assert columns
    both = found.merge(expected, on=list(keys), how="outer", suffixes=("", " expected"))
    assert len(both) == len(found)
    for name in columns:
        one, other = both[name], both[f"{name} expected"]
        if pd.api.types.is_numeric_dtype(one):
            same = np.isclose(
                one.astype(float), other.astype(float), rtol=1e-9, atol=1e-9, equal_nan=True
            )
        else:
            same = ((one == other) | (one.isna() & other.isna())).to_numpy()
        assert same.all(), both.loc[~same, [*keys, name, f"{name} expected"]].to_string()
