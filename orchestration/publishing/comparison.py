"""Two publications compared: which figures changed between them, and why, a term at a time.

Everything is read from the two manifests, their tables and their dimensions. A term that both hold
as the same publication released it has, by that, no changed figure and no reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from orchestration.counting import number_of
from orchestration.publishing.changes import Change, changes
from orchestration.publishing.files import read_dimensions
from orchestration.publishing.manifest import MANIFEST, Manifest, read_manifest
from orchestration.publishing.model import ALL_TERMS
from orchestration.publishing.report.tables import records
from orchestration.publishing.slices import read_slices

MADE_BY = {"dbt_project": "the dbt project", "registry": "the registry"}
"""Versions that are no software's, in words."""


@dataclass(frozen=True)
class Content:
    """A publication, read whole."""

    manifest: Manifest
    tables: Mapping[str, pd.DataFrame]
    dimensions: Mapping[str, pd.DataFrame]

    @classmethod
    def read(cls, folder: Path) -> Content:
        """Read a publication. Raises PublishingError, or duckdb.Error for what is damaged."""
        return cls(
            read_manifest(folder / MANIFEST), read_slices(folder).tables, read_dimensions(folder)
        )


@dataclass(frozen=True)
class Reason:
    """Why a term's figures may have changed; `kind` for programs, `said` for people."""

    kind: str
    said: str


@dataclass(frozen=True)
class TermChanges:
    """What changed in a term: `new`, `dropped`, `released anew` or `carried over`."""

    term: str
    state: str
    reasons: tuple[Reason, ...]
    changes: tuple[Change, ...]

    def count(self, kind: str) -> int:
        """Changes of a kind."""
        return sum(one.kind == kind for one in self.changes)


@dataclass(frozen=True)
class Comparison:
    """Everything that differs from one publication to another; `definitions` are of measures."""

    before: str
    after: str
    terms: tuple[TermChanges, ...]
    definitions: tuple[str, ...]

    def as_object(self) -> dict[str, Any]:
        """The comparison for a program."""
        return {
            "from": self.before,
            "to": self.after,
            "definitions": list(self.definitions),
            "terms": [
                {
                    "term": one.term,
                    "state": one.state,
                    "reasons": [asdict(reason) for reason in one.reasons],
                    "changes": [change.as_object() for change in one.changes],
                }
                for one in self.terms
            ],
        }


def compare(before: Content, after: Content) -> Comparison:
    """What differs from one publication to another."""
    found: dict[str, list[Change]] = {}
    for one in changes(before.tables, after.tables):
        found.setdefault(one.term, []).append(one)
    definitions = tuple(_definitions(before.dimensions, after.dimensions))
    held = {*before.manifest["terms"], *after.manifest["terms"]}
    calendar = after.dimensions["dim_term"].sort_values("starts_on")["term"].tolist()
    ordered = [term for term in calendar if term in held]
    ordered += sorted(held - set(ordered))
    terms = [
        _of_term(before.manifest, after.manifest, term, found.get(term, []), definitions)
        for term in ordered
    ]
    if found.get(ALL_TERMS):
        schools = tuple(_of_inputs(before.manifest, after.manifest, ALL_TERMS))
        terms.append(TermChanges(ALL_TERMS, "released anew", schools, tuple(found[ALL_TERMS])))
    return Comparison(before.manifest["id"], after.manifest["id"], tuple(terms), definitions)


def _of_term(
    before: Manifest,
    after: Manifest,
    term: str,
    found: Sequence[Change],
    definitions: Sequence[str],
) -> TermChanges:
    then, now = (one["slices"].get(term) for one in (before, after))
    if then is None or now is None:
        state = "new" if then is None else "dropped"
        return TermChanges(term, state, (), tuple(found))
    if then["publication"] == now["publication"]:
        return TermChanges(term, "carried over", (), tuple(found))
    reasons = [
        *_of_inputs(before, after, term),
        *_of_inputs(before, after, ALL_TERMS),
        *(Reason("definition", one) for one in definitions),
        *_of_versions(then["versions"], now["versions"]),
    ]
    return TermChanges(term, "released anew", tuple(reasons), tuple(found))


def _of_inputs(before: Manifest, after: Manifest, term: str) -> Iterator[Reason]:
    """New rows, corrected ones, those taken away, and files read by another contract."""
    then, now = (
        {(one["source"], one["sha256"]): one for one in manifest["inputs"] if one["term"] == term}
        for manifest in (before, after)
    )
    for source in sorted({source for source, _ in {*then, *now}}):
        added, removed = (
            [one for key, one in these.items() if key[0] == source and key not in those]
            for these, those in ((now, then), (then, now))
        )
        if added or removed:
            kind = "corrected rows" if added and removed else "new rows"
            yield Reason(kind if added else "removed rows", _said(source, term, added, removed))
        for key in sorted(set(then) & set(now)):
            one, other = then[key], now[key]
            if key[0] == source and _contract(one) != _contract(other):
                yield Reason(
                    "contract",
                    f"a file of {source}, {term} was read by another contract: "
                    f"{_contract(one)}, then {_contract(other)}",
                )


def _said(
    source: str, term: str, added: Sequence[dict[str, Any]], removed: Sequence[dict[str, Any]]
) -> str:
    gone, come = (sum(one.get("rows_read", 0) for one in files) for files in (removed, added))
    where = f"{source}, {term}"
    if added and removed:
        return (
            f"corrected rows of {where}: {_files(removed)} with {number_of(gone, 'row')} gave way "
            f"to {_files(added)} with {come:,}"
        )
    if added:
        return f"new rows of {where}: {_files(added)} with {number_of(come, 'row')}"
    return f"rows of {where} taken away: {_files(removed)} with {number_of(gone, 'row')}"


def _files(files: Sequence[dict[str, Any]]) -> str:
    return number_of(len(files), "file")


def _contract(entry: Mapping[str, Any]) -> str:
    fingerprint = entry.get("contract_fingerprint") or "not recorded"
    return f"{entry.get('contract')} ({fingerprint[:12]})"


def _definitions(
    before: Mapping[str, pd.DataFrame], after: Mapping[str, pd.DataFrame]
) -> Iterator[str]:
    """Measures that are defined otherwise, were added, or are no longer there."""
    then, now = (
        {row["measure_id"]: row for row in records(one["dim_measure"])} for one in (before, after)
    )
    for name in sorted({*then, *now}):
        if name not in then or name not in now:
            yield f"the measure {name} {'was added' if name in now else 'was dropped'}"
            continue
        differing = sorted(
            column
            for column in {*then[name], *now[name]}
            if then[name].get(column) != now[name].get(column)
        )
        if differing:
            yield f"the measure {name} is defined otherwise: {', '.join(differing)}"


def _of_versions(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Reason]:
    for name in sorted({*then, *now}):
        if then.get(name) != now.get(name):
            was, has_become = ((one.get(name) or "not recorded")[:12] for one in (then, now))
            kind = {"dbt_project": "dbt project", "registry": "registry"}.get(name, "software")
            yield Reason(kind, f"{MADE_BY.get(name, name)} changed: {was}, then {has_become}")
