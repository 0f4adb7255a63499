"""The declared terms, in order, in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from orchestration.publishing.report import words


@dataclass(frozen=True)
class Calendar:
    """The declared terms, in order, in words."""

    dim_term: pd.DataFrame

    @cached_property
    def _terms(self) -> dict[str, dict[Any, Any]]:
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

    def school_year(self, term: str) -> str:
        """The school year that a term belongs to."""
        return str(self._terms[term]["school_year"])

    def of_year(self, term: str) -> tuple[pd.Timestamp, pd.Timestamp, list[str]]:
        """The first and last day of a term's school year, and its terms."""
        year = self.school_year(term)
        own = {name: row for name, row in self._terms.items() if row["school_year"] == year}
        return (
            min(pd.Timestamp(row["starts_on"]) for row in own.values()),
            max(pd.Timestamp(row["ends_on"]) for row in own.values()),
            list(own),
        )
