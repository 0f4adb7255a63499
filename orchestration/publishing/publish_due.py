"""Which terms are due, what holds the others, and the publication of those that may go."""

from __future__ import annotations

import importlib.metadata
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from orchestration.building import next_build
from orchestration.disclosure import PUBLISHABLE
from orchestration.publishing.earlier import rested_on
from orchestration.publishing.manifest import MANIFEST, read_manifest
from orchestration.publishing.model import (
    DIMENSIONS,
    Correction,
    CorrectionRefused,
    NothingCorrected,
    PublishingError,
)
from orchestration.publishing.publication import (
    Publication,
    Release,
    latest,
    publish,
    released_terms,
)
from orchestration.publishing.publishable import (
    estimates_now,
    publishable_tables,
    what_is_declared,
)
from orchestration.reading.landing import simulated_files
from orchestration.reading.templates import ALL_TERMS
from orchestration.release import TermStanding, look_up, standings
from orchestration.site import Site
from orchestration.warehouse import project_fingerprint, read_only

log = logging.getLogger("uptake")

PUBLISHED_MARTS = tuple(PUBLISHABLE)
VERSIONED = (
    "uptake",
    "dagster",
    "dbt-core",
    "dbt-duckdb",
    "duckdb",
    "great-expectations",
    "pandas",
)


@dataclass(frozen=True)
class Asked:
    """A correction that a person asks for."""

    term: str
    because: str


@dataclass(frozen=True)
class Outcome:
    """What a publication step did: the publication made, if any, its new terms, and who waits.

    `held` is why a correction that was asked for was not made.
    """

    published: Publication | None
    terms: tuple[str, ...]
    waiting: tuple[str, ...]
    held: str | None = None


def term_standings(site: Site, as_of: date, correct: str | None = None) -> list[TermStanding]:
    """How every term with something to report stands on a day.

    The one to `correct` stands as if it had not been published.
    """
    build = next_build(site)
    unread = [key for key in site.partitions() if site.needs_reading(*key)]
    return standings(
        site.home,
        site.registry,
        build,
        unread,
        released=released_terms(site.home) - {correct},
        as_of=as_of,
    )


def publish_due(
    site: Site,
    *,
    as_of: date,
    terms: frozenset[str] = frozenset(),
    correct: Asked | None = None,
) -> Outcome:
    """Publish the due terms, or those of them that are named; the caller holds the home's lock.

    A correction passes the gates that a due term passes. One that is held, refused or changes
    nothing is left out, and the due terms go on.
    """
    corrected = correct.term if correct else None
    if corrected is not None and corrected not in released_terms(site.home):
        raise PublishingError(
            f"No publication that stands holds {corrected}: there is nothing to correct."
        )
    everything = term_standings(site, as_of, corrected)
    stood = [
        one for one in everything if one.term != corrected and (not terms or one.term in terms)
    ]
    waiting = tuple(
        f"{one.term} waits: {'; '.join(one.because)}" for one in stood if one.state == "waiting"
    )
    for sentence in waiting:
        log.warning(sentence)
    for term in (term for term in moved_on(site) if term != corrected):
        log.info(
            "%s is published already: the marts were refreshed, its publication stands as it was",
            term,
        )
    due = tuple(one.term for one in stood if one.state == "due")
    held = _held(everything, corrected) if corrected else None
    published = None
    if correct is not None and held is None:
        try:
            published = publish(site.home, _release(site, due, as_of, correct))
        except CorrectionRefused as refusal:
            held = str(refusal)
        except NothingCorrected as nothing:
            log.info(str(nothing))
    if published is None and due:
        published = publish(site.home, _release(site, due, as_of))
    if published is not None:
        told = [*due, *(f"{term}, corrected" for term in published.corrected)]
        log.info("published %s: %s", published.id, ", ".join(told))
    return Outcome(published, due, waiting, held)


def _held(stood: Sequence[TermStanding], term: str) -> str | None:
    """Why a term cannot be corrected now, by the gates of a due term; None where it can be."""
    one = next((one for one in stood if one.term == term), None)
    if one is None:
        return f"The correction of {term} is held: nothing lies in landing to report of it."
    if one.state == "due":
        return None
    return f"The correction of {term} is held: {'; '.join(one.because)}."


def moved_on(site: Site) -> list[str]:
    """Published terms whose landing is no longer what was published."""
    newest = latest(site.home)
    if newest is None:
        return []
    published = read_manifest(newest.path / MANIFEST)["inputs"]
    files: dict[str, list[set[tuple[str, str]]]] = {term: [set(), set()] for term in newest.terms}
    for side, inputs in enumerate((published, _inputs(site, set(newest.terms)))):
        for one in inputs:
            if one["term"] in files:
                files[one["term"]][side].add((one["source"], one["sha256"]))
    return [term for term, (then, now) in files.items() if then != now]


def _release(site: Site, due: Sequence[str], as_of: date, correct: Asked | None = None) -> Release:
    home = site.home
    terms = (*due, *([correct.term] if correct else []))
    wanted = {*terms, ALL_TERMS}
    with read_only(home.current) as con:
        dimensions = {name: con.table(name).df() for name in DIMENSIONS}
    tables = publishable_tables(home, site.registry, wanted)
    before = {one for those in rested_on(tables).values() for one in those}
    return Release(
        terms=terms,
        tables=tables,
        dimensions=dimensions,
        inputs=_inputs(site, wanted),
        verdicts=_verdicts(site, wanted),
        versions=_versions(site),
        as_of=as_of,
        simulated=bool(simulated_files(home)),
        declared=what_is_declared(home, site.registry),
        now=estimates_now(home, before & released_terms(home)),
        correction=Correction(correct.term, correct.because) if correct else None,
    )


def _inputs(site: Site, terms: set[str]) -> list[dict[str, Any]]:
    """The landing files behind the terms, by checksum: a file's name may name a person."""
    kept = (
        "sha256",
        "bytes",
        "contract",
        "rows_read",
        "rows_accepted",
        "rows_quarantined",
        "rows_superseded",
        "rows_erased",
    )
    fingerprints = {name: one.fingerprint for name, one in site.contracts.items()}
    inputs = [
        {"source": account.source, "term": account.term}
        | {name: one.model_dump(mode="json")[name] for name in kept}
        | {"contract_fingerprint": fingerprints.get(one.contract or "")}
        for account in site.accounts()
        if account.term in terms
        for one in account.files
    ]
    return sorted(inputs, key=lambda one: (one["source"], one["term"], one["sha256"]))


def _verdicts(site: Site, terms: set[str]) -> list[dict[str, Any]]:
    admitted = next_build(site).admission.verdicts
    verdicts = [verdict for (_, term), verdict in admitted.items() if term in terms]
    verdicts += [
        one.verdict
        for one in look_up(site.home, site.home.current)
        if one.term in terms and one.verdict is not None
    ]
    dumped = [one.model_dump(mode="json") for one in verdicts]
    return sorted(dumped, key=lambda one: (one["table"], one["term"]))


def _versions(site: Site) -> dict[str, str]:
    versions = {name: importlib.metadata.version(name) for name in VERSIONED}
    declared = {"dbt_project": project_fingerprint(), "registry": site.registry.fingerprint()}
    return {**versions, **declared}


__all__ = ["PUBLISHED_MARTS", "Asked", "Outcome", "publish_due", "term_standings"]
