"""Verdicts found or computed: judging a raw partition or one term of a mart exactly once.

    raw partition ─┐                              ┌─ found: the verdict that is kept
                   ├─ fingerprints ── verdicts/ ──┤
    mart, term ────┘                              └─ none: frames ── suite ── verdict, kept

Which run asks does not matter, and what a caller says has changed neither: a verdict belongs to
the content of its table, of everything the table is compared with, and of the suite.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from expectations.declared import Suite
from expectations.frames import (
    Partition,
    Rows,
    account_files,
    account_reasons,
    mart_claims,
    raw_claims,
)
from expectations.item_rows import item_rows
from expectations.running import run_suite
from expectations.slices import slice_fingerprint
from expectations.suites import suite_for
from expectations.verdicts import Outcome, Verdict, find, keep, outcome_of, with_accepted
from orchestration.fingerprints import file_sha256, text_sha256
from orchestration.reading.store import workspace
from orchestration.reading.templates import ALL_TERMS, templates
from orchestration.registry import Registry, load_registry
from orchestration.settings import Home

__all__ = ["Partition", "find_mart_verdict", "find_raw_verdict", "mart_verdict", "raw_verdict"]

Admitted = Mapping[str, tuple[str, Path]]
"""What a partition is compared with: fingerprint and Parquet file, by `schools`, by `roster` and
`pl_sessions` (the same term's), and by `last_year` (the same source and season, a year before).
Without one, no key."""


@dataclass(frozen=True)
class _Declared:
    """What the registry says that a raw partition is judged by."""

    ends_on: date | None
    items: Rows


def raw_verdict(
    home: Home, partition: Partition, admitted: Admitted, registry: Registry | None = None
) -> Verdict:
    """The verdict on a raw partition beside what is admitted; found, or computed and kept.

    `registry` is the home's, where the caller has read it. Raises KeyError for a source without a
    suite, and ValueError, as a sentence, for a term that the calendar does not have or a raw file
    that is not the one its account names.
    """
    suite = suite_for(f"raw_{partition.source}")
    declared = _declared(registry or load_registry(home.registry), partition)
    fingerprint, compared = _raw_fingerprints(suite, partition, admitted, declared)
    verdict = find(home, suite, partition.term, fingerprint, compared)
    if verdict is not None:
        return verdict
    found = file_sha256(partition.raw)
    if found != fingerprint:
        raise ValueError(
            f"{partition.raw}: its SHA-256 is {found}, but the account of {partition.source}, "
            f"{partition.term} names {fingerprint}. Run again, so that the partition is read again."
        )
    paths = {name: path for name, (_, path) in admitted.items()}
    with workspace(home) as scratch:
        claims = raw_claims(suite, partition, paths, declared.ends_on, scratch, declared.items)
    outcomes = run_suite(suite, claims)
    return _kept(home, suite, partition.term, fingerprint, compared, outcomes)


def find_raw_verdict(home: Home, partition: Partition, admitted: Admitted) -> Verdict | None:
    """The verdict that `raw_verdict` would find, or None where it would have to compute one."""
    suite = suite_for(f"raw_{partition.source}")
    declared = _declared(load_registry(home.registry), partition)
    fingerprint, compared = _raw_fingerprints(suite, partition, admitted, declared)
    return find(home, suite, partition.term, fingerprint, compared)


def mart_verdict(home: Home, con: duckdb.DuckDBPyConnection, table: str, term: str) -> Verdict:
    """The verdict on one term of a mart of the build that `con` reads; found, or computed and kept.

    Raises KeyError for a mart without a suite, and duckdb.Error for a build that lacks a table.
    """
    suite = suite_for(table)
    fingerprint, compared = _mart_fingerprints(home, suite, con, term)
    verdict = find(home, suite, term, fingerprint, compared)
    if verdict is not None:
        return verdict
    outcomes = run_suite(suite, mart_claims(suite, con, term))
    return _kept(home, suite, term, fingerprint, compared, outcomes)


def find_mart_verdict(
    home: Home, con: duckdb.DuckDBPyConnection, table: str, term: str
) -> Verdict | None:
    """The verdict on exactly this content of a mart's term, or None: release only looks up."""
    suite = suite_for(table)
    fingerprint, compared = _mart_fingerprints(home, suite, con, term)
    return find(home, suite, term, fingerprint, compared)


def _kept(
    home: Home,
    suite: Suite,
    term: str,
    fingerprint: str,
    compared: dict[str, str],
    outcomes: tuple[Outcome, ...],
) -> Verdict:
    verdict = Verdict(
        table=suite.table,
        term=term,
        fingerprint=fingerprint,
        compared=compared,
        suite=suite.fingerprint,
        outcome=outcome_of(outcomes),
        expectations=outcomes,
    )
    keep(home, suite, verdict)
    return with_accepted(home, suite, verdict)


def _raw_fingerprints(
    suite: Suite, partition: Partition, admitted: Admitted, declared: _Declared
) -> tuple[str, dict[str, str]]:
    """The raw file's SHA-256, and the account's, the registry's and the compared sources'."""
    account = partition.account
    compared = {"account": text_sha256([account_files(account), account_reasons(account)])}
    if declared.ends_on is not None:
        compared["ends_on"] = declared.ends_on.isoformat()
    if declared.items:
        compared["items"] = text_sha256(declared.items)
    compared |= {name: admitted[name][0] for name in suite.compares if name in admitted}
    return str(partition.account["raw"]["sha256"]), compared


def _mart_fingerprints(
    home: Home, suite: Suite, con: duckdb.DuckDBPyConnection, term: str
) -> tuple[str, dict[str, str]]:
    compared = {name: slice_fingerprint(home, con, name, term) for name in suite.compares}
    return slice_fingerprint(home, con, suite.table, term), compared


def _declared(registry: Registry, partition: Partition) -> _Declared:
    """The term's last day, on which geography is judged, None for what knows no terms; and items.

    Raises ValueError, as a sentence, for a term that the calendar does not have.
    """
    if partition.term == ALL_TERMS:
        return _Declared(None, [])
    if partition.term not in registry.terms:
        raise ValueError(
            f"'{partition.term}' is no term of the registry's calendar; see terms.csv."
        )
    asks = templates()[partition.source].has_answers
    items = item_rows(registry, partition.source) if asks else []
    return _Declared(registry.terms[partition.term].ends_on, items)
