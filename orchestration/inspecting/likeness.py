"""How like a column's heading is to what it may ask: by its words alone, never by its cells."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz.distance import Indel

ALIKE = 0.85
"""From what likeness on, of 1, a heading is taken for what it resembles."""

ASKING = frozenset(
    {"what", "which", "who", "where", "is", "are", "am", "was", "do", "does", "did", "you", "your",
     "the", "a", "an", "of", "in", "at", "from", "for", "on", "to", "attend", "go", "work", "teach",
     "attending", "please", "select", "choose", "enter", "pick", "indicate", "current", "currently"}
)  # fmt: skip
"""Words of a question that say nothing of what it asks for."""

NUMBERED = re.compile(r"\W*(q|question)?\W*\d+\W+(?=\w)", re.IGNORECASE)
"""What stands before a question that is numbered: `Q1.`, `48231:`, `(3)`."""

OWN_NAMES = ("Response", "Open-Ended Response")
"""What SurveyMonkey calls the one column of a question."""


@lru_cache(1 << 14)
def words(text: str) -> str:
    """A text as its words: no markup, punctuation or case, and names such as `schoolId` apart."""
    bare = re.sub(r"<[^>]*>", " ", html.unescape(text))
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", bare)
    return " ".join(re.sub(r"[\W_]+", " ", apart).lower().split())


def headings(name: str, label: str | None) -> list[str]:
    """What a column may be called by: its name, its question, and the part that is its own.

    And what any of these asks for: `school` of "Which school do you teach at?".
    """
    found = [text for text in (name, label) if text]
    for text in tuple(found):
        if row := re.search(r"\[(.+)\]$", text.strip()):
            found.append(row[1])
        if qualified := re.match(r"([^\[]+)\[[^\]]+\]", text):
            found += [qualified[1], qualified[1].partition(" - ")[0]]
        found += [text.partition(mark)[0] for mark in ("(", ":") if mark in text]
        found += [text[number.end() :] for number in (NUMBERED.match(text),) if number]
        found += [text.rpartition(mark)[2] for mark in (" | ", " - ", "/") if mark in text]
        found += [text.removesuffix(f" | {own}") for own in OWN_NAMES if text.endswith(own)]
    for mark in "-.":  # ODK Central's group-question, Infinite Campus's table.column
        if re.fullmatch(rf"[\w{mark}]+", name):
            found.append(name.rpartition(mark)[2])
    called = list(map(words, found))
    called += [" ".join(one for one in text.split() if one not in ASKING) for text in called]
    return list(dict.fromkeys(filter(None, called)))


def likeness(heads: Iterable[str], texts: Iterable[str]) -> float:
    """The likeness of the two that are most alike, 1 where they are the same words.

    What is less than ALIKE is 0.
    """
    wanted = [words(text) for text in texts]
    return max(
        (
            Indel.normalized_similarity(one, other, score_cutoff=ALIKE)
            for one in heads
            for other in wanted
        ),
        default=0.0,
    )
