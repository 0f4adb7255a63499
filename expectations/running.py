"""The one function that runs a suite. Great Expectations is imported here, when one runs."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import pandas as pd

from expectations.declared import Expectation, Frame, Suite
from expectations.verdicts import Outcome

_NAMED_AT_MOST = 3
"""Files or columns that one outcome names; more are counted."""

_COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0}
_WITH_PLACES = {"result_format": "COMPLETE"}


def run_suite(suite: Suite, frames: Mapping[str, pd.DataFrame]) -> tuple[Outcome, ...]:
    """Judge a suite's frames; one outcome an expectation, in the suite's order.

    A frame is validated once, with all its expectations. One that Great Expectations raises on is
    an outcome that has not passed, with the kind of error: its message may hold values of rows.
    """
    outcomes: dict[str, Outcome] = {}
    for name, frame in suite.frames.items():
        declared = [one for one in suite.expectations if one.on == name]
        results = _validated(frame, frames[name], declared)
        for one in declared:
            outcomes[one.name] = _outcome(one, frame, frames[name], results.get(one.name))
    return tuple(outcomes[one.name] for one in suite.expectations)


@cache
def _batches() -> Any:
    """What turns a frame into a batch: one ephemeral context a process, nothing on disk."""
    import great_expectations as gx

    # Its own log lines quote the frames' values where an expectation raises.
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
    context: Any = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("uptake").add_dataframe_asset("frame")
    return asset.add_batch_definition_whole_dataframe("whole")


def _validated(frame: Frame, rows: pd.DataFrame, declared: Sequence[Expectation]) -> dict[str, Any]:
    """Great Expectations' results on one frame, by the expectation's name.

    It copies the frame for every expectation, so that it is given only the columns they name.
    """
    named = {column for one in declared for column in one.columns}
    judged = rows[[column for column in rows.columns if column in named]]
    batch = _batches().get_batch(batch_parameters={"dataframe": judged})
    import great_expectations.expectations as types
    from great_expectations import ExpectationSuite

    validated = batch.validate(
        ExpectationSuite(
            name="suite",
            expectations=[
                getattr(types, one.expectation)(
                    **one.kwargs, severity=one.severity, meta={"name": one.name}
                )
                for one in declared
            ],
        ),
        result_format=_WITH_PLACES if frame.is_profile else _COUNTS_ONLY,
    )
    return {one.expectation_config.meta["name"]: one for one in validated.results}


def _outcome(one: Expectation, frame: Frame, rows: pd.DataFrame, result: Any) -> Outcome:
    raised = "no result" if result is None else _raised(result)
    passed = raised is None and bool(result.success)
    unexpected = 0 if result is None else int(result.result.get("unexpected_count") or 0)
    expected = one.limits if frame.is_profile else f"0 of {len(rows):,} rows"
    if raised is not None:
        observed, concerned = f"could not be judged ({raised})", 0
    elif not frame.is_profile:
        observed, concerned = f"{unexpected:,} of {len(rows):,} rows", unexpected
    elif passed:
        observed, concerned = _extreme(one, rows), 0
    else:
        there = rows.loc[result.result["unexpected_index_list"]]
        observed = _named(one, there)
        concerned = int(there[one.counts].sum()) if one.counts else unexpected
    return Outcome(
        name=one.name,
        severity=one.severity,
        passed=passed,
        observed=observed,
        expected=expected,
        rows=concerned,
        means=one.means,
        why=one.why,
        do=one.do,
        judged=raised is None,
    )


def _raised(result: Any) -> str | None:
    """The kind of error that was raised in place of a judgement, or None."""
    info = result.exception_info or {}
    raised = [info] if "raised_exception" in info else list(info.values())
    for one in raised:
        if one.get("raised_exception"):
            first = re.search(r"^[\w.]*?(\w+):", one.get("exception_traceback") or "", re.MULTILINE)
            return first.group(1) if first else "an error"
    if not result.result and not result.success:
        return "no result"
    return None


def _extreme(one: Expectation, rows: pd.DataFrame) -> str:
    """The figure nearest to the limit among those that are as expected."""
    figures = rows[one.kwargs["column"]].dropna().astype(float)
    if figures.empty:
        return "nothing to judge"
    only_low = one.kwargs.get("max_value") is None
    return one.shown(float(figures.min() if only_low else figures.max()))


def _named(one: Expectation, there: pd.DataFrame) -> str:
    """The figures that are not as expected, with the file or column of each, the largest first."""
    column = one.kwargs["column"]
    worst = there.sort_values(column, ascending=False, kind="stable")
    named = [
        f"{label}: {one.shown(float(figure))}" if label else one.shown(float(figure))
        for label, figure in zip(worst["label"], worst[column], strict=True)
    ]
    more = len(named) - _NAMED_AT_MOST
    return "; ".join(named[:_NAMED_AT_MOST]) + (f"; and {more} more" if more > 0 else "")
