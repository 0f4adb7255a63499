"""What publishing is given and what it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from orchestration.disclosure import Declared, Standing

DIMENSIONS = {
    "dim_measure": ["position", "measure_id"],
    "dim_term": ["starts_on", "term"],
    "dim_school": ["school_id", "valid_from"],
}
"""The dimensions that a publication holds, and the order in which it holds them."""

ALL_TERMS = "all"
"""The term of schools' accounts, which go anew with each publication."""


class PublishingError(ValueError):
    """A publication that cannot be made or read, as a sentence that says what to do."""


class CorrectionRefused(PublishingError):
    """A correction that would tell of a few people beside what stands: a gate, not a fault."""


class NothingCorrected(PublishingError):
    """A correction after which every figure would be as it is."""


@dataclass(frozen=True)
class Slices:
    """Publishable tables by name, each a union of term slices as they were released."""

    tables: dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Correction:
    """A term that stands and is to be made anew, and why."""

    term: str
    because: str


@dataclass(frozen=True)
class Release:
    """What is to be published anew.

    `tables` are publishable tables holding the rows of `terms` and, in `mart_row_accounting`, of
    schools (term `all`); `dimensions` are `dim_measure`, `dim_term` and `dim_school`, whole.
    `inputs` has an entry a landing file (source, term, sha256 and row counts, no names);
    `verdicts` an entry a verdict: table, term, fingerprint, suite, outcome, expectations (name,
    severity, passed, observed, expected, means, why, do) and what a person accepted (expectation,
    by, because, on). `versions` are texts by name. The term of a `correction` is
    among `terms`; every other of them is new. `declared` is what hiding rests on. `now` has, by
    mart of estimates, what the marts say of terms released before, for as far as the release rests
    on them: keys, n and estimate. `earlier` says which of these do not stand as released.
    """

    terms: tuple[str, ...]
    tables: dict[str, pd.DataFrame]
    dimensions: dict[str, pd.DataFrame]
    inputs: list[dict[str, Any]]
    verdicts: list[dict[str, Any]]
    versions: dict[str, str]
    as_of: date
    simulated: bool
    declared: Declared
    now: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    earlier: Mapping[str, Mapping[str, Standing]] = field(default_factory=dict)
    correction: Correction | None = None

    @property
    def new_terms(self) -> tuple[str, ...]:
        """The terms that are not corrected, but published for the first time."""
        corrected = self.correction.term if self.correction else None
        return tuple(term for term in self.terms if term != corrected)


@dataclass(frozen=True)
class Publication:
    """An immutable, numbered release.

    `released` are the terms that were new in it, `corrected` those made anew. One that was
    `withdrawn` says on which day and why; its record stays, and nothing else.
    """

    id: str
    path: Path
    terms: tuple[str, ...]
    sequence: int
    as_of: str
    released: tuple[str, ...]
    simulated: bool
    corrected: tuple[str, ...] = ()
    withdrawn: Mapping[str, str] | None = None
