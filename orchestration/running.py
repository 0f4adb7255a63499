"""`uptake run`: the job adoption_report, through Dagster, into the history that the UI shows."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.settings import CHECKOUT, Home, Settings
from orchestration.site import Site

log = logging.getLogger("uptake")

DONE, FAILED, USAGE, BLOCKED = 0, 1, 2, 3


@dataclass(frozen=True)
class Finished:
    """How a run ended: its exit code, and sentences for whoever asked for it."""

    exit_code: int
    said: tuple[str, ...]


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


def run(settings: Settings, *, terms: Sequence[str], as_of: date | None) -> Finished:
    """Read, build, judge and publish, once; see DESIGN's table for what the exit codes mean."""
    site = Site.load(settings)
    unknown = sorted(set(terms) - set(site.registry.terms))
    if unknown:
        return Finished(
            USAGE,
            (
                f"No term is called {', '.join(unknown)}: the calendar has "
                f"{next(iter(site.registry.terms))} to {list(site.registry.terms)[-1]}.",
            ),
        )
    left_alone = tuple(site.strangers())
    if not site.partitions():
        nothing = f"Nothing has landed in {site.home.landing}: nothing to do."
        return Finished(DONE, (*left_alone, nothing))
    dagster_home(site.home)
    with _quiet(site.home):
        for sentence in left_alone:
            log.warning(sentence)
        result = _execute(site, terms, as_of)
    return _finished(site, result, terms, as_of)


def _execute(site: Site, terms: Sequence[str], as_of: date | None) -> Any:
    # Dagster is heavy: only a run pays for it
    import dagster as dg

    from orchestration.definitions import JOB, defs
    from orchestration.partitions import range_tags

    config: dict[str, Any] = {"terms": list(terms)}
    if as_of is not None:
        config["as_of"] = as_of.isoformat()
    landed = [term for _, term in site.partitions() if term in site.registry.terms]
    with dg.DagsterInstance.get() as instance:
        return (
            defs()
            .resolve_job_def(JOB)
            .execute_in_process(
                instance=instance,
                run_config={
                    "ops": {"publication": {"config": config}},
                    "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                },
                tags=dict(range_tags(site.registry, terms or landed)),
                raise_on_error=False,
            )
        )


def _finished(site: Site, result: Any, terms: Sequence[str], as_of: date | None) -> Finished:
    from orchestration.gates import GATE
    from orchestration.publishing.publish_due import term_standings

    failures = [
        event.step_failure_data
        for event in result.all_events
        if event.event_type_value == "STEP_FAILURE"
    ]
    broken, gated = [], []
    for failure in failures:
        user = failure.user_failure_data
        if user is not None and GATE in user.metadata:
            gated.append(str(user.description))
        elif failure.error is not None and failure.error.cls_name == "DagsterAssetCheckFailedError":
            gated.append("A mart's suite failed; marts/current.duckdb stays as it was.")
        else:
            broken.append(_first_line(failure))
    if broken:
        return Finished(FAILED, (*broken, *gated))
    if not result.success and not gated:
        return Finished(FAILED, ("The run failed; see its history in the UI (uptake ui).",))
    stood = [
        one for one in term_standings(site, as_of or date.today()) if not terms or one.term in terms
    ]
    waiting = [
        f"{one.term} waits: {'; '.join(one.because)}." for one in stood if one.state == "waiting"
    ]
    said = (*gated, *waiting)
    return Finished(BLOCKED if said else DONE, said)


def _first_line(failure: Any) -> str:
    user = failure.user_failure_data
    if user is not None and user.description:
        return str(user.description)
    error = failure.error
    while error is not None and error.cause is not None:
        error = error.cause
    return error.message.strip() if error is not None else "A step failed."


@contextmanager
def _quiet(home: Home) -> Iterator[None]:
    """Send what libraries print to a log of the home's; progress alone goes to the terminal."""
    sys.stdout.flush()
    sys.stderr.flush()
    terminal = os.dup(2)
    kept = os.dup(1)
    progress = _progress_to(terminal)
    with (home.dagster / "last-run.log").open("w", encoding="utf-8") as stream:
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
        try:
            yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os.dup2(kept, 1)
            os.dup2(terminal, 2)
            log.removeHandler(progress)
            progress.close()
            os.close(kept)


def _progress_to(descriptor: int) -> logging.Handler:
    handler = logging.StreamHandler(os.fdopen(descriptor, "w", closefd=True, buffering=1))
    handler.setFormatter(logging.Formatter("%(asctime)s  %(message)s", "%H:%M:%S"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
    return handler
