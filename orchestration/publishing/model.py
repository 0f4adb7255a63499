"""What publishing is given and what it makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

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


@dataclass(frozen=True)
class Slices:
    """Publishable tables by name, each a union of term slices as they were released."""

    tables: dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Release:
    """What is to be published anew.

    `tables` are publishable tables holding the rows of `terms` and, in `mart_row_accounting`, of
    schools (term `all`); `dimensions` are `dim_measure`, `dim_term` and `dim_school`, whole.
    `inputs` has an entry a landing file (source, term, sha256 and row counts, no names);
    `verdicts` an entry a verdict: table, term, fingerprint, suite, outcome, expectations (name,
    severity, passed, observed, expected, means, why, do) and what a person accepted (expectation,
    by, because, on). `versions` are texts by name.
    """

    terms: tuple[str, ...]
    tables: dict[str, pd.DataFrame]
    dimensions: dict[str, pd.DataFrame]
    inputs: list[dict[str, Any]]
    verdicts: list[dict[str, Any]]
    versions: dict[str, str]
    as_of: date
    simulated: bool


@dataclass(frozen=True)
class Publication:
    """An immutable, numbered release; `released` are the terms that it was the first to publish."""

    id: str
    path: Path
    terms: tuple[str, ...]
    sequence: int
    as_of: str
    released: tuple[str, ...]
    simulated: bool
