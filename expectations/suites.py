"""Every suite, by the table it judges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations import (
    mart_adoption,
    mart_change,
    mart_comments,
    mart_coverage,
    mart_instruction,
    mart_observer_agreement,
    mart_pl_sequence,
    mart_professional_learning,
    mart_ranked_options,
    mart_row_accounting,
    mart_school_signals,
    mart_student_voice,
    mart_support_comparison,
    mart_survey_quality,
    mart_teacher_voice,
    mart_unfinished_learning,
    raw_observations,
    raw_pl_attendance,
    raw_pl_sessions,
    raw_roster,
    raw_schools,
    raw_student_survey,
    raw_teacher_survey,
)
from expectations.declared import Suite

SUITES: Mapping[str, Suite] = {
    module.SUITE.table: module.SUITE
    for module in (
        raw_schools,
        raw_roster,
        raw_observations,
        raw_student_survey,
        raw_teacher_survey,
        raw_pl_sessions,
        raw_pl_attendance,
        mart_adoption,
        mart_instruction,
        mart_unfinished_learning,
        mart_student_voice,
        mart_teacher_voice,
        mart_change,
        mart_support_comparison,
        mart_observer_agreement,
        mart_school_signals,
        mart_ranked_options,
        mart_survey_quality,
        mart_professional_learning,
        mart_pl_sequence,
        mart_comments,
        mart_coverage,
        mart_row_accounting,
    )
}


def suite_for(table: str) -> Suite:
    """The suite of `raw_<source>` or of a mart. Raises KeyError, as a sentence, if it has none."""
    if table not in SUITES:
        raise KeyError(f"'{table}' has no suite; those are {', '.join(SUITES)}.")
    return SUITES[table]


def describe() -> list[dict[str, Any]]:
    """Every expectation of every suite, in order, as plain values for docs and check metadata."""
    return [
        {
            "table": suite.table,
            "suite": suite.fingerprint,
            "name": one.name,
            "severity": one.severity,
            "a_person_may_judge": one.a_person_may_judge,
            "on": one.on,
            "expectation": one.expectation,
            "kwargs": dict(one.kwargs),
            "expected": one.limits if suite.frames[one.on].is_profile else "0 rows",
            "means": one.means,
            "why": one.why,
            "do": one.do,
        }
        for suite in SUITES.values()
        for one in suite.expectations
    ]
