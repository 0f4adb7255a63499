"""Random responses to the shipped surveys: partly answered, repeated, anonymous, or empty."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.pipeline.districts import District

Row = dict[str, Any]

AGREEMENT = ("Strongly disagree", "Disagree", "Agree", "Strongly agree")
STUDENT_ITEMS = (
    "want_mathematician",
    "am_mathematician",
    "recognised",
    "want_challenge",
    "like_hard",
    "share_ideas",
    "fit_in",
    "math_not_for_me",
)
TEACHER_ITEMS = (
    "confident_use",
    "confident_adapt",
    "understand_design",
    "eager_continue",
    "pl_useful",
    "materials_too_complex",
)
NEGATIVE = ("math_not_for_me", "materials_too_complex")
CHALLENGES = ("complexity", "pacing", "Time to prepare", "materials", "support", "Something else")


def student_response(
    rng: random.Random, district: District, school_id: str, roster: list[Row], response_id: str
) -> Row:
    """A row of the student survey; its class may be rostered, a stranger or not given."""
    return {
        "response_id": response_id,
        "recorded_on": district.day(rng),
        "school_id": school_id,
        "class_id": _class(rng, school_id, roster),
        "grade": rng.choice(("6", "7", "8", "")),
        "respondent_id": _again(rng, f"{school_id}-{rng.randint(0, 12)}", f"{district.term}-mover"),
        "english_learner": rng.choice(("yes", "Yes", "no", "No", "", "Reclassified")),
        "disability": rng.choice(("yes", "no", "")),
        "race_ethnicity": rng.choice(("Latino", "Black", "White", "")),
        "gender": rng.choice(("F", "M", "X", "")),
        **_answers(rng, STUDENT_ITEMS),
        "comment_consent": "",
        "comment": "",
    }


def teacher_response(
    rng: random.Random,
    district: District,
    school_id: str,
    roster: list[Row],
    teachers: dict[str, list[str]],
    response_id: str,
) -> Row:
    """A row of the teacher survey, of somebody rostered here, rostered elsewhere or nowhere."""
    elsewhere = rng.choice(list(teachers.values()))
    own = teachers.get(school_id, elsewhere)
    named = rng.choice((*own, *own, *own, rng.choice(elsewhere), "t-nobody"))
    answers = _answers(rng, TEACHER_ITEMS)
    options = rng.sample(CHALLENGES, rng.choice((0, 0, 1, 2, 3)))
    return {
        "response_id": response_id,
        "recorded_on": district.day(rng),
        "school_id": school_id,
        "class_id": _class(rng, school_id, roster) if rng.random() < 0.3 else "",
        "grade": "",
        "respondent_id": _again(rng, named, named),
        "role": rng.choice(("teacher", "Teachers", "leader", "")),
        **answers,
        # one named twice is named once
        "challenges": rng.choice((";", ", ", "|")).join(options + options[:1]),
        "comment_consent": "",
        "comment": "",
    }


def _class(rng: random.Random, school_id: str, roster: list[Row]) -> str:
    own = [row["class_id"] for row in roster if row["school_id"] == school_id]
    return str(rng.choice((*own, *own, *own, "x0", "")))


def _again(rng: random.Random, here: str, anywhere: str) -> str:
    """Anonymous, one who may answer again here, or one who may answer at any school."""
    return rng.choices(("", here, anywhere), (4, 15, 1))[0]


def _answers(rng: random.Random, items: tuple[str, ...]) -> Row:
    """Answers that go together, as text or as code; some left blank, some "don't know"."""
    leaning = rng.gauss(2.7, 0.8)
    answered = rng.choices((1.0, 0.5, 0.0), (16, 3, 2))[0]

    def answer(item: str) -> str:
        if rng.random() > answered:
            return rng.choice(("", "I don't know"))
        if rng.random() < 0.06:
            return rng.choice(("", "I don't know"))
        value = min(4, max(1, round(rng.gauss(leaning, 0.7))))
        value = 5 - value if item in NEGATIVE else value
        return rng.choice((AGREEMENT[value - 1], str(value)))

    return {item: answer(item) for item in items}
