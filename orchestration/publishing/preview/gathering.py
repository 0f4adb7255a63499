"""What a preview is made of, from a data home; the caller holds the home's lock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from expectations.verdicts import Verdict
from orchestration.admission import Admission
from orchestration.building import next_build
from orchestration.comments import Comment, comments_of
from orchestration.disclosure import PUBLISHABLE
from orchestration.erasure import unfinished
from orchestration.explaining import Explained, explain_admission, explain_marts
from orchestration.publishing.catalogue import latest
from orchestration.publishing.earlier import beside_what_stands, rested_on
from orchestration.publishing.manifest import (
    MANIFEST,
    Manifest,
    carried,
    read_manifest,
    slice_origins,
)
from orchestration.publishing.model import ALL_TERMS, DIMENSIONS, Publication, Release
from orchestration.publishing.publish_due import term_standings
from orchestration.publishing.publishable import (
    estimates_now,
    publishable_tables,
    what_is_declared,
)
from orchestration.publishing.report import Page
from orchestration.publishing.slices import combine, read_slices
from orchestration.reading.landing import simulated_files
from orchestration.release import MartJudgement, TermStanding, look_up
from orchestration.settings import Home
from orchestration.site import Site
from orchestration.warehouse import build_id, read_only

ACCOUNTS = "mart_row_accounting"


@dataclass(frozen=True)
class Gathered:
    """A preview's makings.

    `page` has the terms that there is anything to show of, perhaps none, and bears no stamp yet.
    `standings` are of all terms with something to report. `verdicts` are all that there are,
    `unmet` what does not hold of them, `unjudged` the marts that nobody has judged as they are.
    `also` are sentences of what else stands in the way. `schools` are the restricted marts' rows of
    schools in the page's leading term, by mart.
    """

    page: Page
    as_of: date
    build: str
    is_current: bool
    standings: tuple[TermStanding, ...]
    verdicts: tuple[Verdict, ...]
    unmet: tuple[Explained, ...]
    unjudged: tuple[str, ...]
    also: tuple[str, ...]
    schools: Mapping[str, pd.DataFrame]
    comments: tuple[Comment, ...]


def gathered(site: Site, as_of: date) -> Gathered:
    """Gather from the last complete build, released or not, and from what is published."""
    home = site.home
    admission = next_build(site).admission
    judgements = look_up(home, home.unreleased)
    standings = term_standings(site, as_of)
    page = _page(site, as_of, standings, _passing(admission, judgements))
    lead = page.manifest["terms"][-1] if page.manifest["terms"] else None
    return Gathered(
        page=page,
        as_of=as_of,
        build=str(build_id(home.unreleased)),
        is_current=build_id(home.unreleased) == build_id(home.current),
        standings=tuple(standings),
        verdicts=(
            *admission.verdicts.values(),
            *(one.verdict for one in judgements if one.verdict is not None),
        ),
        unmet=(*explain_admission(admission), *explain_marts(judgements)),
        unjudged=tuple(f"{one.table}, {one.term}" for one in judgements if one.verdict is None),
        also=_also(site),
        schools=_school_rows(home, lead) if lead else {},
        comments=tuple(comments_of(home.unreleased, site.registry)),
    )


def _page(site: Site, as_of: date, standings: list[TermStanding], passing: list[Verdict]) -> Page:
    """The published terms as they were published, and of the others what the build has."""
    home = site.home
    newest = latest(home)
    before = read_manifest(newest.path / MANIFEST) if newest else None
    with read_only(home.unreleased) as con:
        dimensions = {name: con.table(name).df() for name in DIMENSIONS}
        built = {
            row[0]
            for name in PUBLISHABLE
            if name != ACCOUNTS
            for row in con.execute(f'select distinct term from "{name}"').fetchall()
        }
    new = tuple(one.term for one in standings if one.state != "published" and one.term in built)
    build = home.unreleased
    tables = publishable_tables(home, site.registry, {*new, ALL_TERMS}, database=build)
    earlier = {one for those in rested_on(tables).values() for one in those}
    release = Release(
        terms=new,
        tables=tables,
        dimensions=dimensions,
        inputs=[],
        verdicts=[one.model_dump(mode="json") for one in passing if one.term in (*new, ALL_TERMS)],
        versions={},
        as_of=as_of,
        simulated=bool(simulated_files(home)),
        declared=what_is_declared(home, site.registry, database=build),
        now=estimates_now(home, earlier, database=build),
    )
    published = read_slices(newest.path) if newest else None
    release = beside_what_stands(published, release)
    slices = combine(published, release)
    return Page(_manifest(release, newest, before), slices.tables, dimensions)


def _manifest(
    release: Release, newest: Publication | None, before: Manifest | None
) -> dict[str, Any]:
    """What a publication's manifest would say of its terms, of which the pages tell."""
    terms = {*release.terms, *(newest.terms if newest else ())}
    calendar = release.dimensions["dim_term"].sort_values("starts_on")["term"]
    return {
        **(before or {}),
        "id": "preview",
        "as_of": release.as_of.isoformat(),
        "terms": [term for term in calendar if term in terms],
        "released": list(release.terms),
        "slices": slice_origins(before, release, "preview", (before or {}).get("sequence", 0) + 1),
        "simulated": release.simulated or (newest is not None and newest.simulated),
        "inputs": [],
        "verdicts": carried(before, release.verdicts, "verdicts", release),
        "versions": {},
    }


def _passing(admission: Admission, judgements: list[MartJudgement]) -> list[Verdict]:
    """The verdicts that a publication could have: those that hold nothing back."""
    of_marts = [one.verdict for one in judgements if one.verdict is not None]
    return [one for one in (*admission.verdicts.values(), *of_marts) if not one.blocks]


def _also(site: Site) -> tuple[str, ...]:
    unread = [key for key in site.partitions() if site.needs_reading(*key)]
    return (
        *(f"{source}, {term}: landing has changed since it was read." for source, term in unread),
        *site.strangers(),
        *unfinished(site.home, site.registry),
    )


def _school_rows(home: Home, term: str) -> dict[str, pd.DataFrame]:
    """The rows of schools of one term: of every mart of estimates, of coverage and of signals."""
    names = [name for name, one in PUBLISHABLE.items() if one.has_estimates]
    with read_only(home.unreleased) as con:
        rows = {
            name: con.execute(
                f"select * from \"{name}\" where level = 'school' and term = ?", [term]
            ).df()
            for name in (*names, "mart_coverage")
        }
        signals = con.execute("select * from mart_school_signals where term = ?", [term]).df()
    return {**rows, "mart_school_signals": signals}
