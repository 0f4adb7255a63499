"""Term slices: a publication is their union, each as it was when it was released."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from orchestration.disclosure import PUBLISHABLE, PublishableTable
from orchestration.publishing.files import DATA, read_parquet
from orchestration.publishing.model import ALL_TERMS, PublishingError, Release, Slices


def read_slices(publication: Path) -> Slices:
    """The slices that a publication holds, from its Parquet; a table it has not is left out."""
    return Slices(
        {
            name: read_parquet(table, path)
            for name, table in PUBLISHABLE.items()
            if (path := publication / DATA / f"{name}.parquet").is_file()
        }
    )


def combine(previous: Slices | None, release: Release) -> Slices:
    """The previous slices as they were, and those of the newly released terms.

    Schools' accounts (term `all`) belong to no term and are those of the release. Every table is
    in its declared order, with its declared columns and types.

    Raises PublishingError where the release's tables are not publishable, or hold other terms.
    """
    tables = {}
    for name, table in PUBLISHABLE.items():
        new = checked(table, release)
        parts = [new]
        if previous is not None and name in previous.tables:
            old = previous.tables[name]
            parts.insert(0, old[~old["term"].isin([*release.terms, ALL_TERMS])])
        union = pd.concat([part for part in parts if len(part)] or [new], ignore_index=True)
        tables[name] = table.ordered(table.typed(union))
    return Slices(tables)


def checked(table: PublishableTable, release: Release) -> pd.DataFrame:
    """A release's table, refused unless it is what disclosure control makes."""
    frame = release.tables.get(table.name)
    if frame is None:
        raise PublishingError(
            f"The release has no {table.name}; expected {', '.join(PUBLISHABLE)}. "
            "A table without rows is given empty."
        )
    if list(frame.columns) != list(table.published):
        raise PublishingError(
            f"{table.name} has the columns {', '.join(frame.columns)}; expected "
            f"{', '.join(table.published)}. Only what disclosure control has made is published."
        )
    if "level" in frame.columns and (frame["level"] == "school").any():
        raise PublishingError(
            f"{table.name} holds school rows, which are not published. "
            "Pass the mart through disclosure control."
        )
    if other := sorted(set(frame["term"].dropna()) - {*release.terms, ALL_TERMS}):
        raise PublishingError(
            f"{table.name} holds rows of {', '.join(other)}; expected only the newly released "
            f"{', '.join(release.terms)}. Terms released before are carried over as they are."
        )
    return table.typed(frame)
