"""Verdicts as Dagster shows them: what was expected, what was found, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg

from expectations.verdicts import Verdict


def as_check_result(verdicts: Sequence[Verdict]) -> dg.AssetCheckResult:
    """One check result for a suite's verdicts on every term that it judged.

    Failed where any critical expectation is (severity ERROR), or where only warnings are (WARN).
    No value of a row is in it.
    """
    blocked = [one for one in verdicts if one.blocks]
    failing = [(one, item) for one in verdicts for item in one.expectations if not item.passed]
    return dg.AssetCheckResult(
        passed=not failing,
        severity=dg.AssetCheckSeverity.ERROR if blocked else dg.AssetCheckSeverity.WARN,
        description=_sentence(verdicts, blocked, failing),
        metadata={
            "terms": ", ".join(sorted(one.term for one in verdicts)) or "none",
            "not passed": dg.MetadataValue.md(_table(failing)),
        },
    )


def _sentence(verdicts: Sequence[Verdict], blocked: Sequence[Verdict], failing: Sequence) -> str:
    if not verdicts:
        return "Nothing to judge."
    if not failing:
        return f"Every expectation holds for {len(verdicts)} partition(s)."
    if not blocked:
        return f"{len(failing)} warning(s); nothing is blocked."
    return "Blocked: " + ", ".join(sorted(one.term for one in blocked))


def _table(failing: Sequence) -> str:
    if not failing:
        return "Every expectation holds."
    head = (
        "| term | expectation | severity | found | expected | what to do |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
    )
    return head + "\n".join(
        f"| {one.term} | {item.name} | {item.severity} | {item.observed} | {item.expected} "
        f"| {item.do} |"
        for one, item in failing
    )
