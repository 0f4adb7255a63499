"""The shipped instruments as MEASURES, section 2, has them: codes, items, constructs, ranges."""

from __future__ import annotations

USE = {
    "adoption_any": {"as_designed": 1, "modified": 1, "departed": 1, "other": 0, "none": 0},
    "adoption_as_designed": {"as_designed": 1, "modified": 1, "departed": 0, "other": 0, "none": 0},
}
UNFINISHED = {
    "unfinished_within_grade_level": (
        "unfinished_learning",
        {"within_grade_level": 1, "remediate_first": 0},
    ),
    "adaptation_pack_used": ("adaptation_pack", {"yes": 1, "no": 0}),
}
CORE_ACTION_1 = ("ca1_a", "ca1_b", "ca1_c")
IPG_RATINGS = ("ca2_overall", "ca3_overall", "col")
IPG = (*CORE_ACTION_1, *IPG_RATINGS)
VISIT_RATINGS = ("engagement", "sharing")
RULES = ("exclude", "lowest", "drop_visit")

ANSWERS = {
    "Strongly disagree": 1,
    "Disagree": 2,
    "Agree": 3,
    "Strongly agree": 4,
    "1": 1,
    "2": 2,
    "3": 3,
    "4": 4,
}
CONSTRUCTS = {
    "student_survey": {
        "aspiration": ("want_mathematician",),
        "identity": ("am_mathematician", "recognised", "math_not_for_me"),
        "challenge": ("want_challenge", "like_hard"),
        "belonging": ("share_ideas", "fit_in"),
    },
    "teacher_survey": {
        "confidence": ("confident_use", "confident_adapt", "understand_design"),
        "commitment": ("eager_continue",),
        "pl_quality": ("pl_useful",),
        "usability": ("materials_too_complex",),
    },
}
NEGATIVE = ("math_not_for_me", "materials_too_complex")
OPTIONS = {
    "complexity": "complexity",
    "pacing": "pacing",
    "preparation_time": "Time to prepare",
    "materials": "materials",
    "student_readiness": "student_readiness",
    "support": "support",
    "other": "Something else",
}
INSTRUMENTS = {"student_survey": "student_mathematics", "teacher_survey": "teacher_im"}

MEANS = {"ipg_score": (0, 3)} | {
    construct: (1, 4) for source in CONSTRUCTS.values() for construct in source
}
"""The measures that are means, with their range; all others are proportions."""


def items(source: str) -> list[str]:
    """The items of a survey's constructs."""
    return [item for construct in CONSTRUCTS[source].values() for item in construct]
