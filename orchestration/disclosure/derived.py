"""What is worked out of published cells may say no more than the cells do.

A change is of two cells, a comparison of two groups and of what they were before. Each is shown
only where its cells are. A change from a term that has new figures would give these away beside
what is published of it: so an earlier term must be as it was released (MEASURES, section 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pandas as pd

from orchestration.disclosure.kinds import Declared, PublishableTable, RestsOn
from orchestration.disclosure.suppression import withheld, without
from orchestration.disclosure.tables import PUBLISHABLE

CELL = (
    "term",
    "geography",
    "level",
    "unit_id",
    "measure_id",
    "subgroup_type",
    "subgroup",
    "weighting",
)
Standing = Literal["changed", "unreleased"]
"""How an earlier term may stand, other than as it was released."""


def cells(tables: Mapping[str, pd.DataFrame], rules: Mapping[str, str]) -> pd.DataFrame:
    """Every cell of the marts of estimates among `tables`: its keys, and whether it is shown.

    `rules` are the measures' declared missing rules: of cells that differ by it, theirs is meant.
    """
    found = []
    for name, table in PUBLISHABLE.items():
        if table.has_estimates and name in tables:
            frame = tables[name]
            if "missing_rule" in table.columns:
                frame = frame[frame["missing_rule"] == frame["measure_id"].map(dict(rules))]
            found.append(
                frame[list(CELL)].assign(is_shown=(frame["suppression"] == "none").to_numpy())
            )
    return pd.concat(found, ignore_index=True).astype(dict.fromkeys(CELL, "object"))


def beside_cells(
    table: PublishableTable,
    frame: pd.DataFrame,
    shown: pd.DataFrame,
    earlier: Mapping[str, Mapping[str, Standing]],
    declared: Declared,
) -> pd.DataFrame:
    """A publishable frame, in which each row says what the cells that it rests on let it say.

    `shown` are the `cells`. `earlier` has, for a term, those before it that do not stand as they
    were released: of what rests on a changed one nothing is shown, and on one that is not released
    there is no row; what was before support may then be of another term, and is not shown either.
    """
    for one in table.rests_on:
        if one.term != "term" and not one.columns:
            gone = _stands(frame, one, earlier, "unreleased")
            frame = frame[~gone].reset_index(drop=True)
        hidden = ~_is_shown(frame, one, shown)
        if one.term != "term":
            hidden |= _stands(frame, one, earlier, "changed")
        if one.columns:
            hidden &= frame[one.term].notna()
            hidden |= _any_unreleased(frame, earlier)
            frame = without(table, frame, one.columns, hidden, declared)
        else:
            frame = withheld(table, frame, hidden & (frame["suppression"] == "none"))
    return frame


def _is_shown(frame: pd.DataFrame, one: RestsOn, shown: pd.DataFrame) -> pd.Series:
    asked = pd.DataFrame({name: frame[name].astype("object") for name in CELL if name in frame})
    asked["term"] = frame[one.term].astype("object")
    if one.group is not None:
        asked["subgroup_type"], asked["subgroup"] = one.group
    joined = asked[list(CELL)].merge(shown, on=list(CELL), how="left")
    return pd.Series(joined["is_shown"].eq(True).to_numpy(), index=frame.index, dtype="bool")


def _stands(
    frame: pd.DataFrame,
    one: RestsOn,
    earlier: Mapping[str, Mapping[str, Standing]],
    standing: Standing,
) -> pd.Series:
    """Whether the earlier term of a row stands so."""
    pairs = zip(frame["term"], frame[one.term], strict=True)
    found = [
        earlier.get(term, {}).get(before) == standing if isinstance(before, str) else False
        for term, before in pairs
    ]
    return pd.Series(found, index=frame.index, dtype="bool")


def _any_unreleased(
    frame: pd.DataFrame, earlier: Mapping[str, Mapping[str, Standing]]
) -> pd.Series:
    terms = {term for term, those in earlier.items() if "unreleased" in those.values()}
    return frame["term"].isin(terms).astype("bool")
