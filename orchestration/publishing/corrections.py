"""A correction: a term's slice made anew, held beside every slice of the term that still stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from orchestration.disclosure import PUBLISHABLE, Declared, PublishableTable
from orchestration.disclosure.corrections import hidden_as_before, parts_as_before, too_few_apart
from orchestration.publishing.catalogue import standing
from orchestration.publishing.erratum import HEADLINE_LEVELS, changed, headline, of_term
from orchestration.publishing.manifest import MANIFEST, Manifest, read_manifest
from orchestration.publishing.model import (
    Correction,
    CorrectionRefused,
    NothingCorrected,
    Publication,
    PublishingError,
    Release,
    Slices,
)
from orchestration.publishing.slices import checked, read_slices
from orchestration.publishing.verify import changed as not_as_published
from orchestration.settings import Home

NAMED_AT_MOST = 5
UNNAMED = {"term", "geography", "level", "measure_id", "weighting", "missing_rule", "session_id"}
"""Keys that do not help a person to find the cells that a correction is refused for."""

WHOLES = ("district", "all")


@dataclass(frozen=True)
class Predecessor:
    """A slice of the term as it was released, and the publications that stand and hold it."""

    slices: Slices
    held_by: tuple[Publication, ...]


def predecessors_of(home: Home, correction: Correction) -> tuple[Predecessor, ...]:
    """Every slice of a corrected term that stands, oldest first.

    Raises PublishingError where one is not as it was published.
    """
    return tuple(_predecessors(home, correction.term))


def hiding_as_before(
    release: Release, correction: Correction, predecessors: Sequence[Predecessor]
) -> Release:
    """The release, in which the corrected term hides what any predecessor hid of it."""
    tables = {
        name: _hidden(
            table, checked(table, release), correction.term, predecessors, release.declared
        )
        for name, table in PUBLISHABLE.items()
    }
    return replace(release, tables=tables)


def erratum_of(
    release: Release,
    correction: Correction,
    predecessors: Sequence[Predecessor],
    publication_id: str,
) -> dict[str, Any]:
    """The erratum's entry of a correction that is released as it may stand.

    Raises CorrectionRefused where a cell's n would differ from a predecessor's by too few to tell
    of, and NothingCorrected where every figure would stay as it is.
    """
    tables = release.tables
    _refuse_few(correction, release.declared, Slices(tables), predecessors)
    *_, last = predecessors
    rows = {}
    for name, table in PUBLISHABLE.items():
        before, after = (
            of_term(one, table, correction.term) for one in (last.slices, Slices(tables))
        )
        rows[name] = changed(table, before, after)
    by_table = {name: len(found) for name, found in rows.items() if len(found)}
    if not by_table:
        raise NothingCorrected(
            f"The correction of {correction.term} changes nothing: every figure is as it stands "
            f"in {last.held_by[-1].id}. Nothing was published for it."
        )
    dim_measure = release.dimensions["dim_measure"]
    return {
        "term": correction.term,
        "because": correction.because,
        "on": release.as_of.isoformat(),
        "publication": publication_id,
        "replaces": last.held_by[-1].id,
        "figures_changed": sum(by_table.values()),
        "by_table": by_table,
        "headline": sorted(
            (
                one
                for name, table in PUBLISHABLE.items()
                for one in headline(table, rows[name], dim_measure)
            ),
            key=lambda one: HEADLINE_LEVELS.index(one["level"]),
        ),
    }


def as_corrected(
    home: Home, manifest: Manifest, rebuilt: Slices, declared: Declared
) -> dict[str, pd.DataFrame]:
    """A publication's tables made anew, in which the terms it corrected hide what was hidden.

    What has been withdrawn since says no longer what it hid: beside it nothing more is hidden.
    """
    tables = dict(rebuilt.tables)
    for one in manifest["corrections"]:
        if one["publication"] == manifest["id"]:
            replaced = Predecessor(read_slices(home.published / one["replaces"]), ())
            for name in replaced.slices.tables:
                tables[name] = _hidden(
                    PUBLISHABLE[name], tables[name], one["term"], [replaced], declared
                )
    return tables


def _predecessors(home: Home, term: str) -> Iterator[Predecessor]:
    """Every slice of the term that stands, oldest first: the newest publication's is the last."""
    held: dict[str, list[Publication]] = {}
    for one in standing(home):
        if term in one.terms:
            origin = read_manifest(one.path / MANIFEST)["slices"][term]["publication"]
            held.setdefault(origin, []).append(one)
    for publications in sorted(held.values(), key=lambda them: them[-1].sequence):
        newest = publications[-1]
        if mismatches := not_as_published(home, newest.id):
            raise PublishingError(
                f"Publication {newest.id}, which the correction of {term} is compared with, is "
                f"not as it was published: {mismatches[0]} Restore it from a copy and run again."
            )
        yield Predecessor(read_slices(newest.path), tuple(publications))


def _hidden(
    table: PublishableTable,
    frame: pd.DataFrame,
    term: str,
    predecessors: Sequence[Predecessor],
    declared: Declared,
) -> pd.DataFrame:
    """A release's table, in which the corrected term hides whatever its predecessors hid.

    What rests on cells has no more to hide: it is shown where they are, and these hide what they
    hid.
    """
    its = frame["term"] == term
    after = frame[its]
    for one in predecessors:
        before = of_term(one.slices, table, term)
        if not table.rests_on:
            after = hidden_as_before(table, before, after)
        if table.parts:
            after = parts_as_before(table, before, after, declared)
    return pd.concat([part for part in (frame[~its], after) if len(part)] or [frame])


def _refuse_few(
    correction: Correction, declared: Declared, now: Slices, predecessors: Sequence[Predecessor]
) -> None:
    told, count = [], 0
    beside: dict[str, None] = {}
    for table in PUBLISHABLE.values():
        cells = []
        for one in predecessors:
            before, after = (of_term(each, table, correction.term) for each in (one.slices, now))
            few = too_few_apart(table, before, after, declared)
            if len(few):
                cells.append(few)
                beside.update(dict.fromkeys(publication.id for publication in one.held_by))
        if cells:
            found = pd.concat(cells).drop_duplicates()
            count += len(found)
            told.append(f"{table.name}: {_named(table, found)}")
    if count:
        ids = ", ".join(beside)
        raise CorrectionRefused(
            f"The correction of {correction.term} is refused. In {count:,} "
            f"{'cell' if count == 1 else 'cells'} n would differ from what {ids} "
            f"{'says' if len(beside) == 1 else 'say'} by at least 1 and by less than the minimum "
            f"n, and subtracting the two would show those few. {'; '.join(told)}. Correct the "
            f"term when more has changed; or, knowingly, withdraw {ids} first "
            '(`uptake withdraw ID --because "…"`).'
        )


def _the_whole_first(keys: pd.Series) -> pd.Series:
    """Keys to sort by: the whole district before its parts, everybody before a subgroup."""
    return keys.replace(dict.fromkeys(WHOLES, ""))


def _named(table: PublishableTable, cells: pd.DataFrame) -> str:
    """Cells by their places and subgroups, the first of them, and how many more there are."""
    names = [name for name in table.keys if name not in UNNAMED]
    places = cells[names].drop_duplicates().sort_values(names, key=_the_whole_first)
    said = [
        " / ".join(str(value) for value in row if not pd.isna(value))
        for row in places.head(NAMED_AT_MOST).itertuples(index=False)
    ]
    more = len(places) - len(said)
    return ", ".join(said) + (f" and {more:,} more" if more else "")
