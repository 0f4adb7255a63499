"""What people write beneath a survey, in invented words; a few reveal what must not be quoted."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from orchestration.simulation.answers import FAVOURABLE, SKIPPED, UNKNOWN, Codes
from orchestration.simulation.survey_parameters import Answering

Texts = npt.NDArray[np.object_]

_SAID = {
    "students": (
        (
            "I like {part} because {why}.",
            "{part} made me think of math in another way.",
            "This year I share more, {why}.",
            "It is hard, but {why}.",
        ),
        (
            "I get lost in {part} and wish we went slower.",
            "I would rather be shown first, then try {part}.",
            "Sometimes {part} takes the whole period.",
            "Nobody listens when I explain.",
        ),
    ),
    "teachers": (
        (
            "{part} changed who talks in my room.",
            "My students now argue about {part}, {why}.",
            "Planning together for {part} helped, {why}.",
            "I would not go back, {why}.",
        ),
        (
            "There is too much in {part} for one lesson.",
            "I still need time to prepare {part}.",
            "{part} is hard to follow without more examples.",
            "Pacing is what I struggle with, above all in {part}.",
        ),
    ),
}
_PARTS = (
    "the warm-up",
    "the synthesis at the end",
    "working in groups",
    "the card sort",
    "the story problems",
    "the last unit",
    "solving it two ways",
    "the cool-down",
)
_WHYS = (
    "we get to try before we are told",
    "everyone has a way in",
    "mistakes are something to talk about",
    "there is more than one answer",
    "I can see how others think",
    "it builds on what came before",
)
_REVEALING = (
    "Write to {name}@example.org and I will say more.",
    "Call me about it: (213) 555-01{two}.",
    "At {school} we do this every day.",
)
_NAMES = ("a.quill", "marlow", "room12.lead", "j-thistle", "sorrel_k", "vesper")


def draw_comments(
    a: Answering, rng: np.random.Generator, whose: str, codes: Codes, school_names: Texts
) -> tuple[Texts, Texts]:
    """n comments and n consents, blank where nothing was written.

    They are kinder the more of the respondent's answers are favourable. `whose`: students or
    teachers; `school_names`: n, of the respondents' schools.
    """
    size = len(codes)
    substantive = (codes != SKIPPED) & (codes != UNKNOWN)
    kind = (substantive & (codes >= FAVOURABLE)).sum(axis=1) / np.maximum(
        substantive.sum(axis=1), 1
    )
    wrote = np.flatnonzero(rng.random(size) < a.commented)
    kinds = np.where(rng.random(len(wrote)) < kind[wrote], 0, 1)
    drawn = rng.integers(1 << 30, size=(len(wrote), 4))
    reveals = rng.random(len(wrote)) < a.revealing
    comment, consent = np.full(size, "", object), np.full(size, "", object)
    for row, which, (one, two, three, four), tells in zip(
        wrote.tolist(), kinds.tolist(), drawn.tolist(), reveals.tolist(), strict=True
    ):
        sentences = _SAID[whose][which]
        said = sentences[one % len(sentences)].format(
            part=_PARTS[two % len(_PARTS)], why=_WHYS[three % len(_WHYS)]
        )
        if tells:
            said += " " + _REVEALING[four % len(_REVEALING)].format(
                name=_NAMES[one % len(_NAMES)], two=f"{two % 100:02d}", school=school_names[row]
            )
        comment[row] = said[0].upper() + said[1:]
    consent[wrote] = np.where(rng.random(len(wrote)) < a.consented, "yes", "no")
    return comment, consent
