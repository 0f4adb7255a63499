"""The one function that runs a suite. Great Expectations is imported here, when one runs."""

from __future__ import annotations

import logging
import re
from functools import cache
from typing import Any

import pandas as pd

from expectations.declared import Expectation, Suite
from expectations.verdicts import Outcome

_NAMED_AT_MOST = 3
"""Files or columns that one outcome names; more are counted."""

_WITH_PLACES = {"result_format": "COMPLETE"}


def run_suite(suite: Suite, claims: pd.DataFrame) -> tuple[Outcome, ...]:
    """Judge a suite's claims (see `claims`); one outcome an expectation, in the suite's order.

    A figure beyond its limits does not pass. Nor does an expectation whose claims could not be
    made or judged: its outcome has the kind of error, never a message, which may hold values.
    """
    claims = claims.reset_index(drop=True)
    beyond = pd.concat(
        [claims["low"] - claims["figure"], claims["figure"] - claims["high"]], axis=1
    )
    raised, places = _judged(beyond.max(axis=1))
    is_beyond = claims.index.isin(places)
    outcomes = []
    for one in suite.expectations:
        own = claims["name"] == one.name
        outcomes.append(_outcome(suite, one, claims[own], claims[own & is_beyond], raised))
    return tuple(outcomes)


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


def _judged(beyond: pd.Series) -> tuple[str | None, list[int]]:
    """Great Expectations' judgement: the kind of error it raised, and which claims do not hold.

    `beyond` is by how much each figure lies beyond the nearer of its limits, at most 0 where it
    does not.
    """
    batch = _batches().get_batch(batch_parameters={"dataframe": beyond.to_frame("beyond")})
    import great_expectations.expectations as types

    result = batch.validate(
        types.ExpectColumnValuesToBeBetween(column="beyond", max_value=0),
        result_format=_WITH_PLACES,
    )
    raised = _raised(result, len(beyond))
    return raised, [] if raised else [int(at) for at in result.result["unexpected_index_list"]]


def _outcome(
    suite: Suite, one: Expectation, claims: pd.DataFrame, broken: pd.DataFrame, raised: str | None
) -> Outcome:
    is_profile = suite.frames[one.on].is_profile
    raised = next(iter(claims["raised"].dropna()), raised)
    of_rows = int(claims["of_rows"].max()) if len(claims) else 0
    expected = one.limits if is_profile else f"0 of {of_rows:,} rows"
    if raised is not None:
        observed = f"could not be judged ({raised})"
    elif not is_profile:
        observed = f"{int(claims['figure'].sum()):,} of {of_rows:,} rows"
    elif broken.empty:
        observed = _extreme(one, claims)
    else:
        observed = _named(one, broken)
    return Outcome(
        name=one.name,
        severity=one.severity,
        passed=raised is None and broken.empty,
        observed=observed,
        expected=expected,
        rows=0 if raised is not None else int(broken["concerned"].sum()),
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


def _extreme(one: Expectation, claims: pd.DataFrame) -> str:
    """The figure nearest to the limit among those that are as expected."""
    if claims.empty:
        return "nothing to judge"
    only_low = one.kwargs.get("max_value") is None
    return one.shown(float(claims["figure"].min() if only_low else claims["figure"].max()))


def _named(one: Expectation, broken: pd.DataFrame) -> str:
    """The figures that are not as expected, with the file or column of each, the worst first."""
    only_low = one.kwargs.get("max_value") is None
    worst = broken.sort_values("figure", ascending=only_low, kind="stable")
    named = [
        f"{label}: {one.shown(float(figure))}" if label else one.shown(float(figure))
        for label, figure in zip(worst["label"], worst["figure"], strict=True)
    ]
    more = len(named) - _NAMED_AT_MOST
    return "; ".join(named[:_NAMED_AT_MOST]) + (f"; and {more} more" if more > 0 else "")
