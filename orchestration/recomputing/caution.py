"""Why a figure is to be read with caution (MEASURES, section 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orchestration.recomputing.estimate import Numbers


def cautions(
    numbers: Numbers,
    limits: tuple[float, float] | None,
    unrepresented: float | None,
    thresholds: Mapping[str, Any],
) -> tuple[str, ...]:
    """Every reason that holds, as part of a sentence; none where a figure can be shown plainly.

    `limits` are a mean's range, None of a share; `unrepresented` is the share of the roster in
    post-strata in which nobody was seen; `thresholds` are the dbt project's vars.
    """
    return tuple(_reasons(numbers, limits, unrepresented, thresholds))


def _reasons(
    numbers: Numbers,
    limits: tuple[float, float] | None,
    unrepresented: float | None,
    thresholds: Mapping[str, Any],
) -> Iterator[str]:
    least_n = thresholds["caution_n_effective_below"]
    least_df = thresholds["caution_df_below"]
    widest = thresholds["caution_interval_share_of_range"]
    absent = thresholds["caution_unrepresented_share_above"]
    if numbers.get("estimate") is None:
        yield "nobody has a value"
        return
    if limits is None and numbers["estimate"] in (0, 1):
        yield "none or all count"
    if (numbers["n_effective"] or 0) < least_n:
        yield f"the effective n is below {least_n}"
    if (numbers["df"] or 0) < least_df:
        yield f"the degrees of freedom are below {least_df}"
    low, high = numbers["ci_low"], numbers["ci_high"]
    bottom, top = limits or (0, 1)
    if low is None or high is None:
        yield "there is no interval"
    elif high - low >= widest * (top - bottom):
        yield f"the interval is as wide as {widest:.0%} of the range"
    if unrepresented is not None and unrepresented > absent:
        yield (
            f"{unrepresented:.1%} of the roster, over {absent:.0%}, is of a local district and "
            "school level in which nobody was seen"
        )
