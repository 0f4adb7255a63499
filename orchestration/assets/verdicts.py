"""Verdicts as Dagster shows them: what was expected, what was found, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg

from expectations.verdicts import Verdict
from orchestration.explaining import Explained, as_markdown


def as_check_result(
    verdicts: Sequence[Verdict], explained: Sequence[Explained]
) -> dg.AssetCheckResult:
    """One check result for a suite's verdicts on every term that it judged.

    Failed where any critical expectation is (severity ERROR), or where only warnings are, or what
    a person has accepted (WARN). No value of a row is in it.
    """
    blocked = [one for one in verdicts if one.blocks]
    return dg.AssetCheckResult(
        passed=not explained,
        severity=dg.AssetCheckSeverity.ERROR if blocked else dg.AssetCheckSeverity.WARN,
        description=_sentence(verdicts, blocked, explained),
        metadata={
            "terms": ", ".join(sorted(one.term for one in verdicts)) or "none",
            "not passed": dg.MetadataValue.md(as_markdown(explained)),
            "accepted": "; ".join(
                f"{one.expectation}, {one.term}: {one.judged}"
                for one in explained
                if one.accepted is not None
            )
            or "nothing",
        },
    )


def _sentence(
    verdicts: Sequence[Verdict], blocked: Sequence[Verdict], explained: Sequence[Explained]
) -> str:
    if not verdicts:
        return "Nothing to judge."
    if not explained:
        return f"Every expectation holds for {len(verdicts)} partition(s)."
    if not blocked:
        accepted = sum(one.state == "accepted" for one in explained)
        passed = f", {accepted} failure(s) that a person has accepted" if accepted else ""
        return f"{len(explained) - accepted} warning(s){passed}; nothing is blocked."
    return "Blocked: " + "; ".join(
        f"{one.term}, {one.found}" for one in explained if one.state == "held"
    )
