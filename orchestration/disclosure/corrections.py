"""Disclosure control between publications: what a corrected slice may show beside its predecessors.

Two publications of one cell can be subtracted from each other. So a cell's n must have changed by
nobody, or by as many as may be shown; and what was hidden once stays hidden, since its n is not
kept anywhere and cannot be compared.
"""

from __future__ import annotations

import pandas as pd

from orchestration.disclosure.kinds import Declared, PublishableTable
from orchestration.disclosure.suppression import counts_of, minimum_of, withheld, without

_EARLIER = " earlier"


def hidden_as_before(
    table: PublishableTable, before: pd.DataFrame, after: pd.DataFrame
) -> pd.DataFrame:
    """The publishable rows `after`, with those hidden too that `before` hid.

    Both hold one term. Rows that are hidden together stay so: where one was hidden, a measure that
    joined since is hidden with it.
    """
    if not table.denominators:
        return after
    names = list(table.pattern or table.keys)
    hid = before.loc[before["suppression"] != "none", names].drop_duplicates()
    joined = after[names].merge(hid, on=names, how="left", indicator=True)
    again = pd.Series((joined["_merge"] == "both").to_numpy(), index=after.index)
    return withheld(table, after, again & (after["suppression"] == "none"))


def parts_as_before(
    table: PublishableTable, before: pd.DataFrame, after: pd.DataFrame, declared: Declared
) -> pd.DataFrame:
    """The publishable rows `after`, in which a part says nothing that `before` would tell of few.

    Both hold one term. A part is hidden where it was, and where one of its counts differs by at
    least 1 and by less than the minimum of the row's unit: a correction need not wait for it.
    """
    pair = after[table.keys].merge(before, on=table.keys, how="left")
    pair.index = after.index
    shown = (pair["suppression"] == "none").fillna(False).astype("bool")
    minimum = minimum_of(table, after, declared)
    for part in table.parts:
        tells = shown & pair[list(part.columns)].notna().any(axis=1)
        hidden = shown & ~tells
        for then, now in zip(counts_of(part, pair), counts_of(part, after), strict=True):
            apart = (now - then).abs()
            hidden |= (tells & (apart > 0) & (apart < minimum)).fillna(False).astype("bool")
        after = without(table, after, part.columns, hidden, declared)
    return after


def too_few_apart(
    table: PublishableTable, before: pd.DataFrame, after: pd.DataFrame, declared: Declared
) -> pd.DataFrame:
    """The keys of cells whose n differs by at least 1 and by less than the minimum of their unit.

    Both frames are publishable and hold one term. A row that one of them has not counts nobody
    there; a cell that either hides, and a denominator that either does not know, are not compared.
    """
    names = [*table.denominators, *table.when_known]
    columns = [*table.keys, *names, "suppression"]
    if not names:
        return after.loc[[], table.keys]
    pair = before[columns].merge(
        after[columns], on=table.keys, how="outer", suffixes=(_EARLIER, ""), indicator=True
    )
    shown = pd.Series(True, index=pair.index)
    for suffix in (_EARLIER, ""):
        shown &= pair[f"suppression{suffix}"].fillna("none") == "none"
    pair = pair[shown]
    minimum = minimum_of(table, pair, declared)
    few = pd.Series(False, index=pair.index)
    for name in names:
        earlier = pair[f"{name}{_EARLIER}"].mask(pair["_merge"] == "right_only", 0)
        later = pair[name].mask(pair["_merge"] == "left_only", 0)
        apart = (later - earlier).abs()
        few |= ((apart > 0) & (apart < minimum)).fillna(False).astype("bool")
    return pair.loc[few, table.keys].reset_index(drop=True)
