"""Verdicts found or computed: judging a raw partition or one term of a mart exactly once.

    raw partition ─┐                              ┌─ found: the verdict that is kept
                   ├─ fingerprints ── verdicts/ ──┤
    mart, term ────┘                              └─ none: frames ── suite ── verdict, kept

Which run asks does not matter, and what a caller says has changed neither: a verdict belongs to
the content of its table, of everything the table is compared with, and of the suite.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb

from expectations.declared import Suite
from expectations.frames import Partition, account_files, mart_frames, raw_frames
from expectations.running import run_suite
from expectations.suites import suite_for
from expectations.verdicts import Outcome, Verdict, find, keep, outcome_of
from orchestration.fingerprints import file_sha256, table_fingerprint, text_sha256
from orchestration.reading.store import workspace
from orchestration.reading.templates import ALL_TERMS
from orchestration.registry import load_registry
from orchestration.settings import Home

__all__ = ["Partition", "find_mart_verdict", "find_raw_verdict", "mart_verdict", "raw_verdict"]

Admitted = Mapping[str, tuple[str, Path]]
"""What a partition is compared with: fingerprint and Parquet file, by `schools`, `roster` (the same
term's) and `last_year` (the same source and season, a year before). Without one, no key."""


def raw_verdict(home: Home, partition: Partition, admitted: Admitted) -> Verdict:
    """The verdict on a raw partition beside what is admitted; found, or computed and kept.

    Raises KeyError for a source without a suite, and ValueError, as a sentence, for a term that
    the calendar does not have or a raw file that is not the one its account names.
    """
    suite = suite_for(f"raw_{partition.source}")
    ends_on = _ends_on(home, partition.term)
    fingerprint, compared = _raw_fingerprints(suite, partition, admitted, ends_on)
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
        frames = raw_frames(suite, partition, paths, ends_on, scratch)
    outcomes = run_suite(suite, frames)
    return _kept(home, suite, partition.term, fingerprint, compared, outcomes)


def find_raw_verdict(home: Home, partition: Partition, admitted: Admitted) -> Verdict | None:
    """The verdict that `raw_verdict` would find, or None where it would have to compute one."""
    suite = suite_for(f"raw_{partition.source}")
    ends_on = _ends_on(home, partition.term)
    fingerprint, compared = _raw_fingerprints(suite, partition, admitted, ends_on)
    return find(home, suite, partition.term, fingerprint, compared)


def mart_verdict(home: Home, con: duckdb.DuckDBPyConnection, table: str, term: str) -> Verdict:
    """The verdict on one term of a mart of the build that `con` reads; found, or computed and kept.

    Raises KeyError for a mart without a suite, and duckdb.Error for a build that lacks a table.
    """
    suite = suite_for(table)
    fingerprint, compared = _mart_fingerprints(suite, con, term)
    verdict = find(home, suite, term, fingerprint, compared)
    if verdict is not None:
        return verdict
    outcomes = run_suite(suite, mart_frames(suite, con, term))
    return _kept(home, suite, term, fingerprint, compared, outcomes)


def find_mart_verdict(
    home: Home, con: duckdb.DuckDBPyConnection, table: str, term: str
) -> Verdict | None:
    """The verdict on exactly this content of a mart's term, or None: release only looks up."""
    suite = suite_for(table)
    fingerprint, compared = _mart_fingerprints(suite, con, term)
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
    return verdict


def _raw_fingerprints(
    suite: Suite, partition: Partition, admitted: Admitted, ends_on: date | None
) -> tuple[str, dict[str, str]]:
    """The raw file's SHA-256, and the account's, the calendar's and the compared sources'."""
    compared = {"account": text_sha256(account_files(partition.account))}
    if ends_on is not None:
        compared["ends_on"] = ends_on.isoformat()
    compared |= {name: admitted[name][0] for name in suite.compares if name in admitted}
    return str(partition.account["raw"]["sha256"]), compared


def _mart_fingerprints(
    suite: Suite, con: duckdb.DuckDBPyConnection, term: str
) -> tuple[str, dict[str, str]]:
    compared = {name: _slice_fingerprint(con, name, term) for name in suite.compares}
    return _slice_fingerprint(con, suite.table, term), compared


def _slice_fingerprint(con: duckdb.DuckDBPyConnection, table: str, term: str) -> str:
    """A table's fingerprint for one term; the whole table's where it knows no terms."""
    columns = con.execute(f"select column_name from (describe {table})").fetchall()
    if ("term",) not in columns:
        return table_fingerprint(con, table)
    literal = term.replace("'", "''")
    return table_fingerprint(con, table, where=f"term = '{literal}'")


def _ends_on(home: Home, term: str) -> date | None:
    """The term's last day, on which geography is judged; None for what knows no terms."""
    if term == ALL_TERMS:
        return None
    declared = load_registry(home.registry).terms
    if term not in declared:
        raise ValueError(f"'{term}' is no term of the registry's calendar; see terms.csv.")
    return declared[term].ends_on
