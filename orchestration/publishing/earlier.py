"""What a release may say of earlier terms: no more than what stands published of them.

A change from an earlier term is shown only while that term is as released: were it worked out of
rows that came in since, the term's new figures could be read off it. The manifest keeps which terms
were not, so that whoever rebuilds the slice hides the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pandas as pd

from orchestration.disclosure import PUBLISHABLE, Declared, Standing, beside_cells, cells
from orchestration.publishing.manifest import Manifest
from orchestration.publishing.model import Release, Slices
from orchestration.publishing.slices import checked

Earlier = Mapping[str, Mapping[str, Standing]]
"""Of a term, those before it that do not stand as they were released."""

TOLERANCE = 1e-9
COMPARED = ("n", "estimate")


def beside_what_stands(previous: Slices | None, release: Release) -> Release:
    """The release, in which what is worked out of cells says no more than they do.

    `previous` are the slices that are carried over beside it. Raises PublishingError where the
    release's tables are not what disclosure control makes.
    """
    made = {name: checked(table, release) for name, table in PUBLISHABLE.items()}
    carried = {
        name: frame[~frame["term"].isin(release.terms)]
        for name, frame in (previous.tables if previous else {}).items()
    }
    earlier = _standings(carried, made, release)
    rules = missing_rules(release.dimensions["dim_measure"])
    shown = pd.concat([cells(one, rules) for one in (carried, made) if one])
    return replace(
        release,
        tables=restrained(made, shown, earlier, release.declared),
        earlier=earlier,
    )


def restrained(
    tables: Mapping[str, pd.DataFrame],
    shown: pd.DataFrame,
    earlier: Earlier,
    declared: Declared,
) -> dict[str, pd.DataFrame]:
    """Publishable tables, of which those that rest on cells say no more than `shown` cells do."""
    return {
        name: beside_cells(PUBLISHABLE[name], frame, shown, earlier, declared)
        if name in PUBLISHABLE and PUBLISHABLE[name].rests_on and len(frame)
        else frame
        for name, frame in tables.items()
    }


def as_it_stood(
    manifest: Manifest,
    published: Slices,
    rebuilt: Mapping[str, pd.DataFrame],
    dim_measure: pd.DataFrame,
    declared: Declared,
) -> dict[str, pd.DataFrame]:
    """A publication's tables made anew, which hide what could not be told beside what stood.

    `published` are its slices, empty where it was withdrawn.
    """
    rules = missing_rules(dim_measure)
    earlier = {term: one.get("earlier", {}) for term, one in manifest["slices"].items()}
    shown = cells(published.tables or rebuilt, rules)
    return restrained(rebuilt, shown, earlier, declared)


def missing_rules(dim_measure: pd.DataFrame) -> dict[str, str]:
    """Each measure's declared rule for what is missing, where it has one."""
    declared = dim_measure.dropna(subset=["missing_rule"])
    return dict(zip(declared["measure_id"], declared["missing_rule"], strict=True))


def rested_on(tables: Mapping[str, pd.DataFrame]) -> dict[str, set[str]]:
    """The earlier terms that rows of each term are worked out of."""
    found: dict[str, set[str]] = {}
    for name, table in PUBLISHABLE.items():
        for one in table.rests_on:
            if one.term != "term" and name in tables:
                pairs = tables[name][["term", one.term]].dropna().drop_duplicates()
                for term, before in pairs.itertuples(index=False, name=None):
                    found.setdefault(term, set()).add(before)
    return found


def _standings(
    carried: Mapping[str, pd.DataFrame], made: Mapping[str, pd.DataFrame], release: Release
) -> dict[str, dict[str, Standing]]:
    stand = {*release.terms, *(term for one in carried.values() for term in one["term"].unique())}
    asked = rested_on(made)
    changed = _changed(carried, release.now, {term for those in asked.values() for term in those})
    found: dict[str, dict[str, Standing]] = {}
    for term, before in asked.items():
        for one in sorted(before - set(release.terms)):
            if one not in stand:
                found.setdefault(term, {})[one] = "unreleased"
            elif one in changed:
                found.setdefault(term, {})[one] = "changed"
    return found


def _changed(
    carried: Mapping[str, pd.DataFrame], now: Mapping[str, pd.DataFrame], terms: Iterable[str]
) -> set[str]:
    """Of the terms, those of which some published estimate is no longer what the marts have."""
    found: set[str] = set()
    for name, table in PUBLISHABLE.items():
        if not table.has_estimates or name not in carried:
            continue
        frame = carried[name]
        released = frame[frame["term"].isin(set(terms)) & (frame["suppression"] == "none")]
        if released.empty:
            continue
        if name not in now:
            found.update(released["term"])
            continue
        both = released[[*table.keys, *COMPARED]].merge(
            now[name], on=table.keys, how="left", suffixes=("", " now")
        )
        for column in COMPARED:
            then, here = (both[one].astype("float64") for one in (column, f"{column} now"))
            same = (then - here).abs() <= TOLERANCE
            same |= then.isna() & here.isna()
            found.update(both.loc[~same, "term"])
    return found
