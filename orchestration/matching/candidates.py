"""What a text may mean, and why: pure functions, whose answers nobody applies but a person.

A text is compared with the ids and the names that are known where it stands: a classroom's and an
educator's with those of its school and term, a school's with those of the term.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

MOST = 3
"""How many candidates are shown of a text."""
ALIKE = 75
"""From what likeness on, of 100, two names are near; rapidfuzz's, over words in any order."""
SCIENTIFIC = re.compile(r"\d(\.\d+)?e\+?\d{1,2}", re.IGNORECASE)
TITLES = {"ms", "mr", "mrs", "mx", "dr", "miss", "period", "per", "p", "class", "section", "room"}
"""Words beside a name that say nothing of who or which it is."""
PART = 85
"""How near, of 100, a text is whose words are some of a name's: `Ms. Lee` to `Lee, Jordan`."""


@dataclass(frozen=True)
class Known:
    """Somebody or something that a text may mean: its id, and what it is called besides."""

    id: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """What a text may mean, how near it is of 100, and why."""

    id: str
    name: str
    score: int
    why: str


def candidates(text: str, known: Sequence[Known]) -> list[Candidate]:
    """The nearest of what is known, nearest first, at most MOST."""
    mangled = [one for one in known if _may_be_scientific(text, one.id)]
    found = (
        Candidate(one.id, one.names[0] if one.names else "", score, why)
        for one in known
        for score, why in _reasons(text, one, len(mangled) if one in mangled else 0)
    )
    best: dict[str, Candidate] = {}
    for one in found:
        if one.id not in best or one.score > best[one.id].score:
            best[one.id] = one
    return sorted(best.values(), key=lambda one: (-one.score, one.id))[:MOST]


def _reasons(text: str, known: Known, mangled: int) -> Iterable[tuple[int, str]]:
    bare, own = text.strip().lower(), known.id.strip().lower()
    if bare.lstrip("0") == own.lstrip("0") and own.strip("0"):
        yield 99, "the same but for leading zeros"
    if bare.endswith(".0") and bare[:-2].lstrip("0") == own.lstrip("0"):
        yield 98, "the same number, written with a decimal"
    if mangled:
        others = "no other does" if mangled == 1 else f"{mangled} begin so"
        yield 90 if mangled == 1 else 60, f"a number that a spreadsheet shortened; {others}"
    if _words(bare) == _words(own) and bare != own:
        yield 97, "the same but for spacing and punctuation"
    elif min(len(bare), len(own)) > 3 and OSA.distance(bare, own) == 1:
        yield 92, "one character differs"
    for name in known.names:
        score = round(fuzz.token_sort_ratio(_plain(text), _plain(name)))
        if score >= ALIKE:
            yield min(score, 96), f"its name is alike ({score} of 100)"
        if _is_part(text, name):
            yield PART, "a part of its name"
    told = _telling(text)
    if told:
        score = round(fuzz.token_sort_ratio(told, _telling(known.id)))
        if score >= ALIKE and told != bare:
            yield min(score, 95), f"alike without titles and such words ({score} of 100)"


def _may_be_scientific(text: str, known: str) -> bool:
    """Whether an id, shortened as a spreadsheet does, is the text."""
    bare = text.strip()
    if not SCIENTIFIC.fullmatch(bare) or not known.strip().isdigit():
        return False
    try:
        shown, whole = Decimal(bare), Decimal(known)
    except InvalidOperation:
        return False
    digits = len(bare.lower().partition("e")[0].replace(".", ""))
    return whole > 0 and Decimal(f"{whole:.{digits - 1}e}") == shown


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


def _plain(text: str) -> str:
    return " ".join(_words(text.lower()))


def _is_part(text: str, name: str) -> bool:
    """Whether the words of a text, of which one is no number or letter, are some of a name's."""
    told = set(_telling(text).split())
    return told < set(_telling(name).split()) and any(
        len(one) > 1 and one.isalpha() for one in told
    )


def _telling(text: str) -> str:
    """The parts of a name that tell who or which it is: `Ms. A, period 3` and `A-P3` are alike."""
    parts = re.findall(r"[^\W\d_]+|\d+", text.lower())
    return " ".join(part for part in parts if part not in TITLES)
