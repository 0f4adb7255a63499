"""The report's page on what changed since the publication before it."""

from __future__ import annotations

from urllib.parse import unquote

from orchestration.publishing.changes import Change
from orchestration.publishing.comparison import Comparison, Content, compare
from orchestration.publishing.report import filled
from orchestration.publishing.report.calendar import Calendar
from orchestration.publishing.report.words import DASH

TOLD_AT_MOST = 200
"""Figures that the page tells of in a term; the data of both publications has them all."""


def changes_page(before: Content, after: Content) -> str:
    """`changes.html` of the publication `after`: what `uptake diff` says, in the report's look."""
    labels = dict(
        zip(
            after.dimensions["dim_measure"]["measure_id"],
            after.dimensions["dim_measure"]["label"],
            strict=True,
        )
    )
    return filled(
        "changes.html.j2",
        manifest=after.manifest,
        stamp=None,
        before=before.manifest,
        comparison=_in_reading_order(compare(before, after)),
        calendar=Calendar(after.dimensions["dim_term"]),
        label=lambda change: label(change, labels),
        told=lambda one: [
            change for change in one.changes if change.kind != "added" or one.state != "new"
        ],
        at_most=TOLD_AT_MOST,
        difference=difference,
    )


def _in_reading_order(comparison: Comparison) -> Comparison:
    """The newest term first."""
    return Comparison(
        comparison.before, comparison.after, comparison.terms[::-1], comparison.definitions
    )


def label(change: Change, labels: dict[str, str]) -> str:
    """What a figure is of, in words where there are any: `Northwest, Uses the curriculum`."""
    parts = [unquote(part) for part in change.figure.split("/")][2:]
    named = [labels.get(part, part) for part in parts if part not in ("all", "none")]
    return ", ".join(named)


def difference(change: Change) -> str:
    """By how much a value changed: of a share in points, of anything else as it stands."""
    if change.difference is None:
        return DASH
    if (change.shown_to or "").partition(" (")[0].endswith("%"):
        return f"{100 * change.difference:+.1f} points"
    return f"{change.difference:+.2f}"
