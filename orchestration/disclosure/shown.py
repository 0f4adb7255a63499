"""The text a reader sees for a cell, which stands beside its numbers in every publishable table."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

NOBODY = "no {unit} observed"
NO_FRAME = "no {unit} rostered"
HIDDEN = "n < {minimum}"

Row = Mapping[Any, Any]


def percent(share: float) -> str:
    """A share as a whole percentage, halves up.

    Some is never shown as none, nor most as all: a share strictly between 0 and 1 that rounds to
    either is `<1%` or `>99%`.
    """
    whole = int((Decimal(repr(float(share))) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    if whole == 0 and share > 0:
        return "<1%"
    if whole == 100 and share < 1:
        return ">99%"
    return f"{whole}%"


def count(number: float) -> str:
    """A count with its thousands set apart."""
    return f"{int(number):,}"


def hidden(minimum: int) -> str:
    """What stands in place of a cell under the minimum n."""
    return HIDDEN.format(minimum=minimum)


def proportion(row: Row, unit: str) -> str:
    """An estimate of a proportion with its interval, as `84% (78% to 89%)`."""
    if row["n"] == 0:
        return NOBODY.format(unit=unit)
    if pd.isna(row["estimate"]):
        return "no estimate"
    if pd.isna(row["ci_low"]) or pd.isna(row["ci_high"]):
        return f"{percent(row['estimate'])} (no interval)"
    return f"{percent(row['estimate'])} ({percent(row['ci_low'])} to {percent(row['ci_high'])})"


def coverage(row: Row, unit: str) -> str:
    """Those seen of those rostered, as `31% (410 of 1,310)`."""
    if row["n_seen"] == 0:
        return NOBODY.format(unit=unit)
    if row["n_eligible"] == 0 or pd.isna(row["coverage"]):
        return NO_FRAME.format(unit=unit)
    return f"{percent(row['coverage'])} ({count(row['n_matched'])} of {count(row['n_eligible'])})"


def account(row: Row, unit: str) -> str:
    """Units used of units read, as `1,290 of 1,310 rows used`."""
    return f"{count(row['rows_used'])} of {count(row['rows_read'])} {unit}s used"
