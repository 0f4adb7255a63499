"""The reasons that people give, which are printed in reports."""

from __future__ import annotations


def reason(given: str | None) -> str:
    """A reason as it is kept: one line, without what cannot be printed.

    Raises ValueError, as a sentence, where none is given.
    """
    text = " ".join("".join(c if c.isprintable() else " " for c in given or "").split())
    if not text:
        raise ValueError('Say why, with --because "…": the reason is printed for its readers.')
    return text
