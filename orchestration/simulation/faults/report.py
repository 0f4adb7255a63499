"""docs/faults.md: what was planted and what found it, and how near clean districts come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from expectations.declared import Expectation
from expectations.suites import suite_for
from orchestration.simulation.faults.clean import SCALES, Claim, Clean, widest
from orchestration.simulation.faults.trial import SCALE, TERMS, Trial

_HEAD = """# Faults

`make faults` writes this page. It plants each of the simulator's named faults into a clean district
and asks whether the expectation that is about it finds it: *stopped* where that expectation is
critical, so that the partition waits and its last admitted version stands, *warned of* where it is
a warning, which goes through and stands on the report's page on data quality. A warning may come
with a stop by another expectation, of how much is too much: that is the column *held back*. Where
it says *left to a person*, somebody who knows the district may let it pass (`uptake run --accept`).

`uptake simulate --faults NAME` plants one by hand.
"""

_ABOUT_CLEAN = """
## Clean districts

{districts} districts without a fault, seeds {first} to {last}, at {least:g} to {most:g} of the
default scale and over all default terms: {alarms}. Thresholds are set apart from what these show;
the table has the range of every figure of a raw partition that is not always 0 in them, beside its
limits.

| suite | expectation | clean districts | limits |
| --- | --- | --- | --- |
"""


def outcome_of(trial: Trial) -> str:
    """What became of a fault, in a word or two."""
    if trial.observed is None:
        return "**missed**"
    return "stopped" if trial.severity == "critical" else "warned of"


def page(trials: Sequence[Trial], clean: Sequence[Clean]) -> str:
    """The whole page."""
    return _HEAD + _planted(trials) + _clean(clean)


def _planted(trials: Sequence[Trial]) -> str:
    stopped = sum(outcome_of(one) == "stopped" for one in trials)
    warned = sum(outcome_of(one) == "warned of" for one in trials)
    head = (
        f"\n## Planted\n\n{len(trials)} faults at {SCALE:g} of the default scale, in "
        f"{TERMS[-1]} beside {TERMS[0]}: {stopped} stopped, {warned} warned of, "
        f"{len(trials) - stopped - warned} missed.\n\n"
        "| fault | source | what is wrong | found by | outcome | held back |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
    )
    return head + "".join(
        f"| `{one.fault.name}` | {one.fault.source} | {one.fault.what} "
        f"| {one.fault.judged}: {one.fault.expectation} | {outcome_of(one)}{_left(one)} "
        f"| {'yes' if one.is_held else 'no'} |\n"
        for one in trials
    )


def _left(trial: Trial) -> str:
    one = _expectation(trial.fault.judged, trial.fault.expectation)
    return ", left to a person" if one.a_person_may_judge else ""


def _clean(clean: Sequence[Clean]) -> str:
    if not clean:
        return ""
    raised = sum(len(one.alarms) for one in clean)
    head = _ABOUT_CLEAN.format(
        districts=len(clean),
        first=min(one.seed for one in clean),
        last=max(one.seed for one in clean),
        least=min(SCALES),
        most=max(SCALES),
        alarms=f"{raised} alarms" if raised else "no alarm",
    )
    return head + "".join(_ranges(widest(clean)))


def _ranges(ranges: dict[Claim, tuple[float, float]]) -> Iterator[str]:
    for (table, name), (low, high) in sorted(ranges.items()):
        one = _expectation(table, name)
        if table.startswith("raw_") and (low, high) != (0, 0):
            shown = one.shown(low) if low == high else f"{one.shown(low)} to {one.shown(high)}"
            yield f"| {table} | {name} | {shown} | {one.limits} |\n"


def _expectation(table: str, name: str) -> Expectation:
    return next(one for one in suite_for(table).expectations if one.name == name)
