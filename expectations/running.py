"""The one function that runs a suite. Great Expectations is imported here, when one runs."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import pandas as pd

from expectations.claims import Claim
from expectations.declared import Expectation, Suite
from expectations.verdicts import Outcome

_NAMED_AT_MOST = 3
"""Files or columns that one outcome names; more are counted."""

_WITH_PLACES = {"result_format": "COMPLETE"}


def run_suite(suite: Suite, claims: Sequence[Claim]) -> tuple[Outcome, ...]:
    """Judge a suite's claims; one outcome an expectation, in the suite's order.

    A figure beyond its limits does not pass. Nor does an expectation whose claims could not be
    made or judged: its outcome has the kind of error, never a message, which may hold values.
    """
    raised, broken = _judged(claims)
    judged: dict[str, tuple[list[Claim], list[Claim]]] = {
        one.name: ([], []) for one in suite.expectations
    }
    for place, claim in enumerate(claims):
        own, beyond = judged[claim.name]
        own.append(claim)
        if place in broken:
            beyond.append(claim)
    return tuple(_outcome(suite, one, *judged[one.name], raised) for one in suite.expectations)


@cache
def _batches() -> Any:
    """What turns a frame into a batch: one ephemeral context a process, nothing on disk."""
    import great_expectations as gx

    # Its own log lines quote the frames' values where an expectation raises.
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
    context: Any = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("uptake").add_dataframe_asset("claims")
    return asset.add_batch_definition_whole_dataframe("whole")


def _judged(claims: Sequence[Claim]) -> tuple[str | None, set[int]]:
    """Great Expectations' judgement: the kind of error it raised, and which claims do not hold."""
    beyond = pd.DataFrame({"beyond": [one.beyond for one in claims]}, dtype="float64")
    batch = _batches().get_batch(batch_parameters={"dataframe": beyond})
    import great_expectations.expectations as types

    result = batch.validate(
        types.ExpectColumnValuesToBeBetween(column="beyond", max_value=0),
        result_format=_WITH_PLACES,
    )
    raised = _raised(result, len(claims))
    return raised, set() if raised else {int(at) for at in result.result["unexpected_index_list"]}


def _outcome(
    suite: Suite,
    one: Expectation,
    claims: Sequence[Claim],
    broken: Sequence[Claim],
    raised: str | None,
) -> Outcome:
    is_profile = suite.frames[one.on].is_profile
    raised = next((claim.raised for claim in claims if claim.raised), raised)
    of_rows = max((claim.of_rows for claim in claims), default=0)
    if raised is not None:
        observed = f"could not be judged ({raised})"
    elif not is_profile:
        found = sum(int(claim.figure or 0) for claim in claims)
        observed = f"{found:,} of {of_rows:,} rows"
    elif broken:
        observed = _named(one, broken)
    else:
        observed = _extreme(one, claims)
    return Outcome(
        name=one.name,
        severity=one.severity,
        passed=raised is None and not broken,
        observed=observed,
        expected=one.limits if is_profile else f"0 of {of_rows:,} rows",
        rows=0 if raised is not None else sum(claim.concerned for claim in broken),
        means=one.means,
        why=one.why,
        do=one.do,
        judged=raised is None,
    )


def _raised(result: Any, claims: int) -> str | None:
    """The kind of error that was raised in place of a judgement on all claims, or None."""
    info = result.exception_info or {}
    raised = [info] if "raised_exception" in info else list(info.values())
    for one in raised:
        if one.get("raised_exception"):
            first = re.search(r"^[\w.]*?(\w+):", one.get("exception_traceback") or "", re.MULTILINE)
            return first.group(1) if first else "an error"
    return None if result.result.get("element_count") == claims else "no result"


def _is_floor(one: Expectation) -> bool:
    """Whether the claim is that a figure is not too little."""
    return one.kwargs.get("max_value") is None


def _extreme(one: Expectation, claims: Sequence[Claim]) -> str:
    """The figure nearest to the limit among those that are as expected."""
    figures = [claim.figure for claim in claims if claim.figure is not None]
    if not figures:
        return "nothing to judge"
    return one.shown(min(figures) if _is_floor(one) else max(figures))


def _named(one: Expectation, broken: Sequence[Claim]) -> str:
    """The figures that are not as expected, with the file or column of each, the worst first."""
    worst = sorted(broken, key=lambda claim: claim.figure or 0, reverse=not _is_floor(one))
    named = [
        f"{claim.label}: {one.shown(claim.figure)}" if claim.label else one.shown(claim.figure)
        for claim in worst
    ]
    more = len(named) - _NAMED_AT_MOST
    return "; ".join(named[:_NAMED_AT_MOST]) + (f"; and {more} more" if more > 0 else "")
