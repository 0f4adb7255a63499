"""What the public sees of a figure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from orchestration.disclosure import PUBLISHABLE
from orchestration.publishing.catalogue import latest
from orchestration.publishing.files import DATA, read_parquet
from orchestration.recomputing.rows import Row
from orchestration.settings import Home

TOLERANCE = 1e-9


def public_sight(home: Home, mart: str, row: Row) -> str:
    """What the latest publication shows of a row of a mart, in a sentence."""
    if row["level"] == "school":
        return "Schools' figures are not published: this one is restricted, and so is all below."
    newest = latest(home)
    if newest is None or row["term"] not in newest.terms:
        return f"{row['term']} is not published: nothing here is public."
    path = newest.path / DATA / f"{mart}.parquet"
    if path.is_file():
        frame = read_parquet(PUBLISHABLE[mart], path)
        for key in PUBLISHABLE[mart].keys:
            frame = frame[frame[key] == row[key]]
        for public in frame.to_dict("records"):
            return sight(newest.id, {str(key): value for key, value in public.items()}, row)
    return f"{newest.id} has no such figure: the public does not see it."


def sight(publication: str, public: Mapping[str, Any], row: Row) -> str:
    """The sentence of a published row, beside the mart's."""
    shows = f"{publication} shows it as “{public['shown']}”"
    if public["suppression"] != "none":
        return (
            f"{shows} ({public['suppression']}): what follows is hidden from the public, and must "
            "not be passed on."
        )
    if public["n"] == row["n"] and same(_plain(public["estimate"]), row["estimate"]):
        return f"{shows}, which is this figure."
    return (
        f"{shows}, of n {public['n']}: the marts have moved on since, and no correction has been "
        "published."
    )


def same(one: Any, other: Any) -> bool:
    """Whether two values are one: counts and words exactly, numbers to nine digits."""
    if not (isinstance(one, float) or isinstance(other, float)):
        return bool(one == other)
    if one is None or other is None:
        return False
    return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def _plain(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
