"""A comparison of two publications as a table in the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.publishing.changes import Change
from orchestration.publishing.comparison import Comparison, TermChanges

TOLD_AT_MOST = 40
"""Changed figures that are told of a term; JSON has them all."""


def as_text(comparison: Comparison) -> str:
    """What changed, a term at a time: its state, why, how many figures, and the figures."""
    lines = [f"{comparison.before} → {comparison.after}"]
    for one in comparison.terms:
        lines += ["", *_term(one)]
    if comparison.definitions:
        lines += ["", "Definitions", *(f"  {one}" for one in comparison.definitions)]
    return "\n".join(lines)


def _term(one: TermChanges) -> Iterator[str]:
    counts = [
        f"{one.count(kind):,} {kind}"
        for kind in ("added", "removed", "changed", "hidden", "shown")
        if one.count(kind)
    ]
    yield f"{one.term}: {one.state}; {', '.join(counts) or 'no figure changed'}"
    yield from (f"  because of {reason.said}" for reason in one.reasons)
    # of a new term every figure is new, and its pages show them
    told = [change for change in one.changes if change.kind != "added" or one.state != "new"]
    yield from _table(told[:TOLD_AT_MOST])
    if len(told) > TOLD_AT_MOST:
        yield f"  and {len(told) - TOLD_AT_MOST:,} more: --json has them all"


def _table(told: list[Change]) -> Iterator[str]:
    if not told:
        return
    rows = [("figure", "n", "", "from", "to", "difference")]
    rows += [
        (
            one.figure,
            _span(one.n_from, one.n_to),
            one.kind,
            one.shown_from or "–",
            one.shown_to or "–",
            difference(one),
        )
        for one in told
    ]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        yield (
            "  "
            + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        )


def _span(before: int | None, after: int | None) -> str:
    then, now = ("–" if one is None else f"{one:,}" for one in (before, after))
    return now if then == now else f"{then} → {now}"


def difference(change: Change) -> str:
    """By how much a value changed, in its own unit; the empty text where nobody can say."""
    if change.difference is None:
        return ""
    return "0" if change.difference == 0 else f"{change.difference:+.4f}"
