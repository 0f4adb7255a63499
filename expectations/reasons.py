"""The kinds of reasons for which Read refuses a row, told by Read's own words."""

from __future__ import annotations

from orchestration.reading import problems
from orchestration.reading.delimited import HAS_NUL, NOT_TEXT


def _words(reason: str) -> str:
    """What a reason says of any field and with any parameters."""
    return reason.removeprefix(": ").partition(" (")[0].strip()


KINDS = {
    "excluded": (problems.EXCLUDED,),
    "not_text": (*NOT_TEXT.values(), HAS_NUL),
    "ragged": ("cells than the header's",),
    "outside_term": ("outside the term",),
    "unknown": tuple(
        _words(said)
        for said in (
            problems.unmapped("", ""),
            problems.unknown_option("", "", ""),
            problems.no_code("", ()),
        )
    ),
    "blank": (_words(problems.blank("")),),
    "untyped": tuple(
        _words(problems.not_a("", kind, ())) for kind in ("date", "timestamp", "integer", "decimal")
    ),
}
"""What a reason says, by its kind; the first that fits counts."""


def kind_of(reason: str) -> str:
    """The kind of a reason, or `other`."""
    for kind, said in KINDS.items():
        if any(words in reason for words in said):
            return kind
    return "other"
