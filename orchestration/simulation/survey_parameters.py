"""What shapes the surveys: items, constructs, who answers, and how much people differ."""

from __future__ import annotations

from dataclasses import dataclass

SCALE = ("Strongly disagree", "Disagree", "Agree", "Strongly agree")
"""The exact answers, worst first; the last two are favourable."""

DONT_KNOW = "I don't know"

SURVEY_SEASONS = ("fall", "spring")
"""Both surveys are taken in these, from the rollout on."""


@dataclass(frozen=True)
class Item:
    """An item of a survey.

    `ease`: log odds in the favourable direction. `growth`: added to it from no use of the materials
    to use everywhere. `negative`: what is answered is the reverse.
    """

    name: str
    construct: str
    ease: float
    growth: float
    negative: bool = False


@dataclass(frozen=True)
class Answering:
    """How people answer: latent effects are log odds, shares are probabilities.

    The latent answer to an item is its ease, plus effects of school, class (students), person and
    person × construct, plus logistic noise; `cuts` turn it into one of the four answers. A school's
    is correlated (`school_relation`) with its effect on the use of materials. Of
    responses, shares are `incomplete` (nothing substantive answered), preceded by an older one
    (`twice`, in which an item's answer is another with probability `changed`), `anonymous`, and
    `commented`; of answers, `dont_know` and `skipped`; of comments, `consented` to be quoted, and
    `revealing` (they hold an address, a telephone number or a school's name). Responses come in on
    the last `window_days` school days of the term.
    """

    items: tuple[Item, ...]
    cuts: tuple[float, float, float]
    school_sd: float
    school_relation: float
    class_sd: float
    person_sd: float
    construct_sd: float
    support_logit: float
    level_logit: tuple[tuple[str, float], ...]
    dont_know: float
    skipped: float
    incomplete: float
    twice: float
    changed: float
    anonymous: float
    commented: float
    consented: float
    revealing: float
    window_days: int

    @property
    def constructs(self) -> tuple[str, ...]:
        """The constructs, in order of their first item."""
        return tuple(dict.fromkeys(item.construct for item in self.items))


STUDENT_ITEMS = (
    Item("want_mathematician", "aspiration", -0.15, 0.5),
    Item("am_mathematician", "identity", -0.75, 0.4),
    Item("recognised", "identity", -0.5, 0.3),
    Item("want_challenge", "challenge", -0.4, 0.5),
    Item("like_hard", "challenge", -0.6, 0.4),
    Item("share_ideas", "belonging", -0.1, 0.6),
    Item("fit_in", "belonging", 0.5, 0.3),
    Item("math_not_for_me", "identity", 0.7, 0.3, negative=True),
)
TEACHER_ITEMS = (
    Item("confident_use", "confidence", -1.0, 2.8),
    Item("confident_adapt", "confidence", -1.1, 2.0),
    Item("understand_design", "confidence", -0.6, 2.4),
    Item("eager_continue", "commitment", 0.8, 1.2),
    Item("pl_useful", "pl_quality", 0.4, 0.8),
    Item("materials_too_complex", "usability", -0.9, 0.9, negative=True),
)
CHALLENGES = (
    ("complexity", 0.15),
    ("pacing", -0.5),
    ("preparation_time", -0.7),
    ("materials", -2.0),
    ("student_readiness", -0.65),
    ("support", -1.8),
    ("other", -3.0),
)
"""Each option and the log odds that a teacher names it."""


@dataclass(frozen=True)
class StudentSurvey(Answering):
    """The students' survey, taken in some of a school's mathematics sections.

    `schools`: share of each local district's schools that take part. `sections`: share of their
    sections, which varies by school (`sections_sd`, of its logarithm). `rate_logit`, `rate_sd`: the
    chance that a student of such a section answers, by school. `several_classes`: share of seats
    taken by students of another section of the school, who answer in both, if both are surveyed,
    with probability `both_answered`. `grade_logit`: for each grade above 6. `both`: the measure
    that is the share favourable on two items.
    """

    items: tuple[Item, ...] = STUDENT_ITEMS
    cuts: tuple[float, float, float] = (-2.6, 0.0, 2.6)
    school_sd: float = 0.5
    school_relation: float = 0.5
    class_sd: float = 0.55
    person_sd: float = 1.5
    construct_sd: float = 1.45
    support_logit: float = 0.12
    level_logit: tuple[tuple[str, float], ...] = (("middle", 0.1), ("high", -0.1), ("span", 0.0))
    dont_know: float = 0.03
    skipped: float = 0.012
    incomplete: float = 0.008
    twice: float = 0.02
    changed: float = 0.4
    anonymous: float = 0.02
    commented: float = 0.07
    consented: float = 0.6
    revealing: float = 0.03
    window_days: int = 30

    schools: float = 0.56
    sections: float = 0.36
    sections_sd: float = 0.35
    rate_logit: float = 1.35
    rate_sd: float = 0.6
    several_classes: float = 0.03
    both_answered: float = 0.3
    both: tuple[str, str, str] = ("aspires_and_explores", "want_mathematician", "want_challenge")
    grade_logit: float = -0.04
    english_learner_logit: float = -0.2
    disability_logit: float = -0.15
    race_ethnicity: tuple[tuple[str, float], ...] = (
        ("Hispanic or Latino", 0.72),
        ("Black or African American", 0.08),
        ("White", 0.1),
        ("Asian", 0.06),
        ("Two or more", 0.03),
        ("", 0.01),
    )
    gender: tuple[tuple[str, float], ...] = (
        ("Female", 0.485),
        ("Male", 0.495),
        ("Nonbinary", 0.012),
        ("", 0.008),
    )


@dataclass(frozen=True)
class TeacherSurvey(Answering):
    """The teachers' survey, sent to every rostered teacher and to leaders and coaches.

    `rate_logit`, `rate_sd`: the chance that a teacher answers, by school; `never`: how many of a
    school's rostered teachers are on leave, and never do. `person_relation`: correlation of a
    teacher's attitude with that teacher's effect on the use of materials. `challenge_logit`: a
    challenge's log odds for each unit of school's and person's effects.
    """

    items: tuple[Item, ...] = TEACHER_ITEMS
    cuts: tuple[float, float, float] = (-2.4, 0.0, 2.4)
    school_sd: float = 0.5
    school_relation: float = 0.4
    class_sd: float = 0.0
    person_sd: float = 1.3
    construct_sd: float = 1.4
    support_logit: float = 0.25
    level_logit: tuple[tuple[str, float], ...] = (("middle", 0.05), ("high", -0.05), ("span", 0.0))
    dont_know: float = 0.02
    skipped: float = 0.01
    incomplete: float = 0.008
    twice: float = 0.03
    changed: float = 0.4
    anonymous: float = 0.04
    commented: float = 0.3
    consented: float = 0.7
    revealing: float = 0.04
    window_days: int = 25

    rate_logit: float = 1.05
    rate_sd: float = 0.7
    never: int = 2
    leaders_answer: float = 0.5
    coaches_answer: float = 0.6
    person_relation: float = 0.5
    challenges: tuple[tuple[str, float], ...] = CHALLENGES
    challenge_logit: float = -0.3
    no_challenge_answered: float = 0.04
