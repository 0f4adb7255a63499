"""Restatement: every term on the geography of one day, in marts of its own.

A school's local district and region change in the middle of a year, and last year's figures are
wanted for the districts of today. Schools keep the level and the support that they had in the term.
Nothing is read and nothing is published: a publication has each term on its own geography. The
marts pass the gates that a build passes before it is released.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from expectations.judging import mart_verdict
from orchestration.building import discarded_unless_complete, next_build
from orchestration.dbt_build import built, failures
from orchestration.erasure import ERASED
from orchestration.explaining import explain
from orchestration.locks import stage
from orchestration.release import GATED_MARTS, mart_terms
from orchestration.settings import Home
from orchestration.site import Site
from orchestration.warehouse import read_only


class NotRestated(ValueError):
    """Marts that cannot be restated, as a sentence."""


class NotFit(NotRestated):
    """Restated marts that a suite holds, as sentences."""


def restate(site: Site, day: date) -> Path:
    """Build every mart from what is admitted, on the geography of a day; return the database.

    It is `marts/restated-<day>.duckdb`; one that is there already is replaced. Raises NotRestated
    where nothing is admitted, or a model or a data test fails, and NotFit where a suite holds a
    mart: then the copy is set aside.
    """
    home = site.home
    with stage(home, f"restate the marts on the geography of {day}"):
        build = next_build(site)
        if not build.admission.inputs:
            raise NotRestated("Nothing is admitted yet: run `uptake run` first.")
        # what lies in unreleased.duckdb is on other geographies: all of it is made anew
        everything = {(one.source, one.term) for one in build.plan.inputs} - {ERASED}
        plan = replace(build.plan, changed=frozenset(everything | build.plan.changed))
        replace(build, plan=plan, from_scratch=True, geography_as_of=day).prepare()
        restated = home.restated(day)
        with discarded_unless_complete(home, restated) as completed, built(home) as (results, _):
            if (sentence := failures(results)) is not None:
                raise NotRestated(sentence)
            if held := _held(home):
                raise NotFit("\n".join(held))
            completed()
    return restated


def _held(home: Home) -> list[str]:
    """What the suites hold of the build at `warehouse/next.duckdb`, as sentences."""
    with read_only(home.next) as con:
        verdicts = [
            mart_verdict(home, con, table, term)
            for table in GATED_MARTS
            for term in mart_terms(con, table)
        ]
    return [
        f"{one.place}: {one.found}. {one.do}"
        for verdict in verdicts
        if verdict.blocks
        for one in explain(verdict)
        if one.state == "held"
    ]
