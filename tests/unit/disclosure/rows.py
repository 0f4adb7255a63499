"""Rows of marts to try disclosure control on, each whole and large enough to be shown."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from orchestration.disclosure import Declared, publishable

MINIMUM_N = {"students": 11, "teachers": 5, "classrooms": 5, "educators": 5}
DECLARED = Declared(
    minimum_n=MINIMUM_N,
    kinds={
        "adoption_any": "proportion",
        "adoption_as_designed": "proportion",
        "ipg_score": "mean",
        "engagement": "proportion",
        "identity": "mean",
        "am_mathematician": "proportion",
    },
    units={"am_mathematician": "students", "challenge_pacing": "teachers"},
    populations={"student_mathematics": "students", "teacher_im": "teachers"},
)
UNIT = {
    "school_year": "2021-22",
    "term": "2021-22-spring",
    "geography": "local_district",
    "level": "local_district",
    "unit_id": "West",
    "unit_name": "West",
}
CELL = {
    **UNIT,
    "measure_id": "am_mathematician",
    "subgroup_type": "all",
    "subgroup": "all",
    "weighting": "none",
    "n": 40,
    "n_clusters": 12,
    "n_eligible": 130,
    "coverage": 0.3,
    "estimate": 0.84,
    "std_error": 0.03,
    "df": 11,
    "ci_low": 0.78,
    "ci_high": 0.89,
    "deff": 1.4,
    "n_effective": 28.6,
    "presentation": "show",
    "against_target": None,
}
ESTIMATE = {**CELL, "measure_id": "adoption_any", "n_visits": 51}
RULED = {**CELL, "measure_id": "engagement", "missing_rule": "exclude"}
COVERAGE = {
    **UNIT,
    "population": "classrooms",
    "subgroup_type": "all",
    "subgroup": "all",
    "n_eligible": 1310,
    "n_seen": 412,
    "n_matched": 410,
    "coverage": 410 / 1310,
    "flag": None,
}
QUALITY = {
    **UNIT,
    "instrument": "student_mathematics",
    "construct": "identity",
    "n_items": 3,
    "n_complete": 402,
    "alpha": 0.8149,
    "n_respondents": 410,
    "n_eligible": 910,
    "response_rate": 410 / 910,
    "flag": "below_85",
}
REACH = {
    **UNIT,
    "priority_area": "Discussion",
    "role": "teacher",
    "n_sessions": 6,
    "hours": 12.0,
    "n_attended": 81,
    "n_eligible": 221,
    "reach": 81 / 221,
    "mean_hours": 5.1,
}
SESSION = {
    "school_year": "2021-22",
    "term": "2021-22-spring",
    "local_district": "West",
    "priority_area": "Discussion",
    "audience": "Teachers",
    "sequence": 2,
    "session_id": "S-2",
    "title": "Discussion, part 2",
    "held_on": pd.Timestamp("2022-03-01"),
    "hours": 2.0,
    "n_attended": 24,
}
COMMENT = {
    "school_year": "2021-22",
    "term": "2021-22-spring",
    "source": "teacher_survey",
    "level": "local_district",
    "unit_id": "West",
    "unit_name": "West",
    "comment_id": "0123456789abcdef",
    "text": "We talk more than before.",
    "consent": "yes",
    "screen": "passed",
    "reason": None,
    "released": True,
}
ACCOUNT = {
    "source": "observations",
    "term": "2021-22-spring",
    "file": "Mrs Tell-Tale.csv",
    "sha256": "a",
    "contract": "observations",
    "rows_read": 10,
    "rows_accepted": 8,
    "rows_quarantined": 1,
    "rows_superseded": 1,
    "rows_erased": 0,
    "rows_used": 7,
    "rows_set_aside": 1,
    "reasons": json.dumps({"quarantined: no date": 1, "set aside: unknown school": 1}),
}
_DIFFERENCE = {"std_error": 0.03, "df": 11, "ci_low": -0.01, "ci_high": 0.11}
CHANGE = {
    **UNIT,
    "measure_id": "am_mathematician",
    "subgroup_type": "all",
    "subgroup": "all",
    "weighting": "none",
    "from_term": "2020-21-spring",
    "n_from": 50,
    "n_to": 60,
    "n_from_both": 30,
    "n_to_both": 40,
    "n_clusters_both": 9,
    "n_clusters_entered": 2,
    "n_clusters_left": 1,
    "estimate_from": 0.6,
    "estimate_to": 0.65,
    "change": 0.05,
    **_DIFFERENCE,
    "within_change": 0.04,
    **{f"within_{name}": value for name, value in _DIFFERENCE.items()},
    "mix_change": 0.005,
    "composition_change": 0.005,
    "presentation": "show",
}
SUPPORT = {
    **UNIT,
    "measure_id": "am_mathematician",
    "weighting": "none",
    "n_supported": 40,
    "n_unsupported": 30,
    "n_clusters_supported": 6,
    "n_clusters_unsupported": 5,
    "estimate_supported": 0.65,
    "estimate_unsupported": 0.6,
    "difference": 0.05,
    **_DIFFERENCE,
    "baseline_term": "2020-21-spring",
    "baseline_n_supported": 20,
    "baseline_n_unsupported": 20,
    "baseline_effect_size": 0.12,
    "baseline_ci_low": -0.2,
    "baseline_ci_high": 0.444,
    "baseline_label": "needs_adjustment",
    "change_n_supported": 20,
    "change_n_unsupported": 20,
    "change_difference": -0.03,
    **{f"change_{name}": value for name, value in _DIFFERENCE.items()},
    "presentation": "show",
}
AGREEMENT = {
    **UNIT,
    "item": "engagement",
    "item_label": "Students stay engaged",
    "n_pairs": 40,
    "exact": 0.725,
    "adjacent": 0.2,
    "kappa": 0.481,
    "kappa_quadratic": 0.6,
    "n_ratings": 120,
    "n_own": 30,
    "share_own_organisation": 0.25,
    "own_minus_other": 0.3,
}
OPTION = {
    **UNIT,
    "item": "challenges",
    "weighting": "none",
    "rank": 1,
    "measure_id": "challenge_pacing",
    "n": 40,
    "estimate": 0.51,
    "next_measure_id": "challenge_other",
    "difference": 0.12,
    "std_error": 0.05,
    "df": 11,
    "ci_low": 0.02,
    "ci_high": 0.22,
    "against_next": "above",
}
WHOLE: dict[str, dict[str, Any]] = {
    "mart_adoption": ESTIMATE,
    "mart_instruction": RULED,
    "mart_unfinished_learning": CELL,
    "mart_student_voice": CELL,
    "mart_teacher_voice": CELL,
    "mart_change": CHANGE,
    "mart_support_comparison": SUPPORT,
    "mart_observer_agreement": AGREEMENT,
    "mart_ranked_options": OPTION,
    "mart_survey_quality": QUALITY,
    "mart_professional_learning": REACH,
    "mart_pl_sequence": SESSION,
    "mart_coverage": COVERAGE,
    "mart_comments": COMMENT,
    "mart_row_accounting": ACCOUNT,
}
"""A row of every publishable table that may be shown as it is."""


def made(table: str, *rows: dict[str, Any]) -> pd.DataFrame:
    """The publishable table of some rows of a mart."""
    return publishable(table, pd.DataFrame(list(rows)), DECLARED)
