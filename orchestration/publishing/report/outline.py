"""The report's sections of estimates: which mart each tells of, and which measures lead it.

The order of the page is that of an administrator's questions (MEASURES, section 1). What a measure
is stands in the registry; here stands only which of them a section speaks of first, because a
claim is about it. One that a site has not is passed over, and its first measures lead instead.
"""

from __future__ import annotations

from dataclasses import dataclass

CLASSROOM_GROUPS = ("support", "school_level", "grade", "course", "pl_hours", "support_provider")


@dataclass(frozen=True)
class Outline:
    """One section of estimates.

    `leads` are the measures that its sentences are about, and `drawn` those of them, or of all
    where none is named, that have a panel. `by_place` has its charts and sentences of every place
    together; the others are of the page's place. `asked_of` are the types of subgroup that are
    shown with it, under a question of their own; `subgroups` those that are folded away.
    """

    id: str
    mart: str
    title: str
    intro: str
    leads: tuple[str, ...]
    subgroups: tuple[str, ...]
    by_place: bool = False
    asked_of: tuple[str, ...] = ()


ADOPTION = Outline(
    id="measures",
    mart="mart_adoption",
    title="Is the curriculum used, and as designed?",
    intro=(
        "Two rates, always told together: a classroom may have the materials in use, and yet not "
        "use them as they were designed."
    ),
    leads=("adoption_any", "adoption_as_designed"),
    subgroups=(),
    by_place=True,
)
INSTRUCTION = Outline(
    id="instruction",
    mart="mart_instruction",
    title="What instruction looks like",
    intro=(
        "What observers rated in the lesson itself: whether students do the mathematics, not just "
        "hold the workbook. Of ratings from 1 to 4, the share rated 3 or 4 is shown."
    ),
    leads=("engagement", "sharing", "ipg_score"),
    subgroups=CLASSROOM_GROUPS,
)
UNFINISHED = Outline(
    id="unfinished",
    mart="mart_unfinished_learning",
    title="Unfinished learning",
    intro=(
        "Whether what students have yet to learn from earlier grades is taken up within lessons of "
        "their own grade, rather than all of it first."
    ),
    leads=("unfinished_within_grade_level", "adaptation_pack_used"),
    subgroups=CLASSROOM_GROUPS,
)
TEACHERS = Outline(
    id="teachers",
    mart="mart_teacher_voice",
    title="What teachers say",
    intro=(
        "Shares are of the teachers who gave an answer that counts; those who did not answer the "
        "survey are in no share."
    ),
    leads=("confident_use", "eager_continue"),
    subgroups=("role", "support", "school_level", "support_provider"),
)
STUDENTS = Outline(
    id="students",
    mart="mart_student_voice",
    title="What students say",
    intro=(
        "Shares are of the students who gave an answer that counts; those who did not answer the "
        "survey are in no share. To want to be a mathematician and to see oneself as one are "
        "different things, and are told apart."
    ),
    leads=("aspires_and_explores", "want_mathematician", "want_challenge"),
    subgroups=("grade", "course", "support", "school_level", "support_provider"),
    asked_of=("english_learner", "disability", "race_ethnicity", "gender"),
)
SECTIONS = (ADOPTION, INSTRUCTION, UNFINISHED, TEACHERS, STUDENTS)
