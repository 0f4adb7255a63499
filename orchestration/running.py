"""`uptake run`: the job adoption_report, through Dagster, into the history that the UI shows."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.definitions import JOB, defs
from orchestration.judgement import Judgement, NotAccepted, accept
from orchestration.locks import stage
from orchestration.outcome import BLOCKED, DONE, USAGE, Finished, finished
from orchestration.partitions import PROCESS, TERMS, range_tags
from orchestration.processes import is_alive
from orchestration.publishing import mend, released_terms
from orchestration.publishing.publish_due import Asked
from orchestration.publishing.withdrawal import unfinished
from orchestration.settings import CHECKOUT, Home, Settings
from orchestration.site import Site
from orchestration.terminal import progress_alone

log = logging.getLogger("uptake")


def dagster_home(home: Home) -> Path:
    """Lay out `DAGSTER_HOME` from the checkout's dagster.yaml and name it in the environment."""
    home.create()
    settings = home.dagster / "dagster.yaml"
    wanted = (CHECKOUT / "dagster.yaml").read_text(encoding="utf-8")
    if not settings.is_file() or settings.read_text(encoding="utf-8") != wanted:
        settings.write_text(wanted, encoding="utf-8")
    seen = home.dagster / ".nux" / "nux.yaml"
    if not seen.is_file():
        seen.parent.mkdir(exist_ok=True)
        # otherwise the UI asks each new home to join a community
        seen.write_text("seen: 1\n", encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    return home.dagster


def run(
    settings: Settings,
    *,
    terms: Sequence[str],
    as_of: date | None,
    judged: Judgement | None = None,
    correct: Asked | None = None,
) -> Finished:
    """Read, build, judge and publish, once; see DESIGN's table for what the exit codes mean.

    `terms` limits what is read and published, never what a build contains; and where what a person
    has `judged` is accepted, before anything else. The term to `correct` is read and published as
    well.
    """
    site = Site.load(settings)
    calendar = list(site.registry.terms)
    if terms and correct:
        terms = sorted({*terms, correct.term})
    if unknown := sorted({*terms, *([correct.term] if correct else [])} - set(calendar)):
        names = ", ".join(unknown)
        return Finished(
            USAGE,
            (f"No term is called {names}: the calendar has {calendar[0]} to {calendar[-1]}.",),
        )
    if unfinished(site.home):
        with stage(site.home, "finish a withdrawal"):
            mend(site.home)
    if correct and correct.term not in (held := released_terms(site.home)):
        names = ", ".join(term for term in calendar if term in held) or "none"
        return Finished(
            USAGE,
            (
                f"No publication that stands holds {correct.term}, so there is nothing to correct; "
                f"published are {names}.",
            ),
        )
    try:
        accepted = accept(site, judged, terms) if judged else ()
    except NotAccepted as problem:
        return Finished(USAGE, (str(problem),))
    left_alone = tuple(site.strangers())
    if not site.partitions():
        if correct:
            nothing = f"The correction of {correct.term} is held: nothing lies in landing."
            return Finished(BLOCKED, (*left_alone, nothing))
        nothing = f"Nothing has landed in {site.home.landing}: nothing to do."
        return Finished(DONE, (*left_alone, nothing))
    with progress_alone(dagster_home(site.home) / "last-run.log"):
        for sentence in left_alone:
            log.warning(sentence)
        result = _execute(site, terms, as_of, correct)
    done = finished(site, result, terms=terms, as_of=as_of or date.today())
    return replace(done, said=(*accepted, *done.said))


def _execute(site: Site, terms: Sequence[str], as_of: date | None, correct: Asked | None) -> Any:
    landed = [term for _, term in site.partitions() if term in site.registry.terms]
    config: dict[str, Any] = {"terms": list(terms)}
    config |= {"as_of": as_of.isoformat()} if as_of else {}
    config |= {"correct": correct.term, "because": correct.because} if correct else {}
    with dg.DagsterInstance.get() as instance:
        _close_killed_runs(instance)
        return (
            defs()
            .resolve_job_def(JOB)
            .execute_in_process(
                instance=instance,
                run_config={
                    "ops": {"publication": {"config": config}},
                    "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                },
                tags={
                    **range_tags(site.registry, terms or landed),
                    **({TERMS: ",".join(terms)} if terms else {}),
                    PROCESS: str(os.getpid()),
                },
                raise_on_error=False,
            )
        )


def _close_killed_runs(instance: dg.DagsterInstance) -> None:
    """A run whose process was killed could not say so: say it in the history."""
    under_way = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])
    for one in instance.get_runs(filters=under_way):
        process = one.tags.get(PROCESS)
        if process is not None and not is_alive(int(process)):
            instance.report_run_failed(one, f"Process {process} was killed.")
