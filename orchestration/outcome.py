"""How a run ended: done, failed, or held by a gate; and why, in sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from orchestration.building import next_build
from orchestration.disk import says_full
from orchestration.erasure import unfinished
from orchestration.explaining import explain_admission, explain_marts, held_sentence
from orchestration.gates import GATE
from orchestration.publishing.publish_due import term_standings
from orchestration.release import look_up
from orchestration.settings import Home
from orchestration.site import Site

DONE, FAILED, USAGE, BLOCKED = 0, 1, 2, 3


@dataclass(frozen=True)
class Finished:
    """A run's exit code, and sentences for whoever asked for it."""

    exit_code: int
    said: tuple[str, ...] = ()


def finished(site: Site, result: Any, *, terms: Sequence[str], as_of: date) -> Finished:
    """Read a Dagster result, and how the data home stands after it.

    What is broken beats what is not fit: 1 before 3. While any landed partition is not admitted
    it is 3, whichever terms were asked for.
    """
    broken, held = _failures(result, site.home)
    erasure = unfinished(site.home, site.registry)
    if broken or not (result.success or held):
        failed = (*broken, *held) or ("The run failed: see `uptake ui`.",)
        return Finished(FAILED, (*failed, *erasure))
    why = [*_not_admitted(site), *(_not_released(site) if held else ())]
    said = (*held, *why, *_waiting(site, terms, as_of), *erasure)
    return Finished(BLOCKED if said else DONE, said)


def _failures(result: Any, home: Home) -> tuple[list[str], list[str]]:
    """The sentences of failed steps: those that are broken, and those in which a gate held."""
    broken, held = [], []
    for event in result.all_events:
        if event.event_type_value != "STEP_FAILURE":
            continue
        failure = event.step_failure_data
        user = failure.user_failure_data
        if user is not None and GATE in user.metadata:
            held.append(str(user.description))
        elif failure.error is not None and failure.error.cls_name == "DagsterAssetCheckFailedError":
            held.append("A mart's suite failed, so marts/current.duckdb stays as it was.")
        else:
            said = _sentence(failure)
            broken.append(says_full(said, home.root) or said)
    return broken, held


def _sentence(failure: Any) -> str:
    user = failure.user_failure_data
    if user is not None and user.description:
        return str(user.description)
    error = failure.error
    while error is not None and error.cause is not None:
        error = error.cause
    if error is None:
        return "A step failed."
    return re.sub(rf"^[\w.]*{error.cls_name}: ", "", error.message.strip())


def _not_admitted(site: Site) -> list[str]:
    explained = explain_admission(next_build(site).admission)
    return [held_sentence(one) for one in explained if one.state == "held"]


def _not_released(site: Site) -> list[str]:
    """What holds the last complete build back, mart by mart."""
    if not site.home.unreleased.is_file():
        return []
    explained = explain_marts(look_up(site.home, site.home.unreleased))
    return [held_sentence(one) for one in explained if one.state == "held"]


def _waiting(site: Site, terms: Sequence[str], as_of: date) -> list[str]:
    return [
        f"{one.term} is due but waits: {'; '.join(one.because)}."
        for one in term_standings(site, as_of)
        if one.state == "waiting" and (not terms or one.term in terms)
    ]
