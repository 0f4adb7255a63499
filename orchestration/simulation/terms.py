"""Terms as the simulator sees them, and which it simulates when none are named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from orchestration.simulation.parameters import DEFAULT, Parameters

DEFAULT_SCHOOL_YEARS = 2
FIRST_MONTH_OF_A_SCHOOL_YEAR = 7


class Term(Protocol):
    """A declared term."""

    @property
    def term(self) -> str:
        """Its name, which is its landing folder's."""

    @property
    def school_year(self) -> str:
        """The school year it belongs to."""

    @property
    def season(self) -> str:
        """Its season."""

    @property
    def starts_on(self) -> date:
        """Its first day."""

    @property
    def ends_on(self) -> date:
        """Its last day, inclusive."""

    @property
    def releases_on(self) -> date:
        """The day from which it may be published."""


AnyTerm = TypeVar("AnyTerm", bound=Term)


def default_terms(calendar: Sequence[AnyTerm], p: Parameters = DEFAULT) -> list[AnyTerm]:
    """The terms of the rollout's first two school years, and the last one before them.

    They are found in the calendar by the day on which the rollout began, so that no term is named
    here. Raises ValueError, as a sentence, if the calendar has no term before or after that day.
    """
    ordered = sorted(calendar, key=lambda term: term.starts_on)
    before = [term for term in ordered if term.ends_on < p.rollout_on]
    after = [term for term in ordered if term.starts_on >= p.rollout_on]
    if not before or not after:
        raise ValueError(
            f"The calendar has {len(before)} terms before {p.rollout_on} and {len(after)} from "
            "that day on, and the simulator's default needs at least one of each: name the terms "
            "to simulate."
        )
    years = list(dict.fromkeys(term.school_year for term in after))[:DEFAULT_SCHOOL_YEARS]
    return [before[-1], *(term for term in after if term.school_year in years)]


def check_terms(terms: Sequence[Term], p: Parameters) -> None:
    """Raise ValueError, as a sentence, unless the terms can be simulated.

    That is: there is one at least, none twice, each with a weekday, and none before the schools.
    """
    if not terms:
        raise ValueError("No term was named to simulate: name at least one.")
    names = [term.term for term in terms]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"The terms to simulate name {', '.join(twice)} twice: name each once.")
    for term in terms:
        if term.starts_on < p.schools_from:
            raise ValueError(
                f"{term.term} starts on {term.starts_on}, and the simulated schools exist from "
                f"{p.schools_from} on: simulate a later term."
            )
        if not len(weekdays(term)):
            raise ValueError(
                f"{term.term} ({term.starts_on} to {term.ends_on}) has no weekday, so that nobody "
                "could visit a classroom: correct its dates in the calendar."
            )


def school_year_number(term: Term) -> int:
    """The calendar year in which the term's school year began."""
    return term.starts_on.year - (term.starts_on.month < FIRST_MONTH_OF_A_SCHOOL_YEAR)


def weekdays(term: Term) -> npt.NDArray[np.datetime64]:
    """Monday to Friday within the term's dates, in order."""
    days = np.arange(
        np.datetime64(term.starts_on, "D"), np.datetime64(term.ends_on, "D") + np.timedelta64(1)
    )
    return days[np.is_busday(days)]


def school_days(term: Term, p: Parameters) -> npt.NDArray[np.datetime64]:
    """The term's weekdays outside the breaks; all its weekdays where the breaks leave none."""
    days = weekdays(term)
    year = days.astype("datetime64[Y]")
    month = days.astype("datetime64[M]")
    month_day = (month - year).astype(int) * 100 + 100 + (days - month).astype(int) + 1
    off = np.zeros(len(days), dtype=bool)
    for first_month, first_day, last_month, last_day in p.breaks:
        first, last = first_month * 100 + first_day, last_month * 100 + last_day
        off |= (month_day >= first) & (month_day <= last)
    return days if off.all() else days[~off]
