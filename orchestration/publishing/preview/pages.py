"""A preview's pages: the report's, stamped, and those that publications do not carry. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from expectations.verdicts import Verdict
from orchestration.comments import Comment, visible
from orchestration.publishing.preview.gathering import Gathered
from orchestration.publishing.preview.schools import schools_of
from orchestration.publishing.report import Stamp, filled, render, words
from orchestration.publishing.report.calendar import Calendar
from orchestration.publishing.report.places import INDEX
from orchestration.release import TermStanding

VALIDATION, SCHOOLS, COMMENTS = "validation.html", "schools.html", "comments.html"
STANDINGS = {
    "published": "published, and shown as published",
    "due": "due, with the next run",
    "early": "early",
    "waiting": "due, but waits",
}
STATES = {
    "waiting": "Waiting to be read",
    "held": "Held by a person",
    "released": "Released by a person",
}


@dataclass(frozen=True)
class TermRow:
    """A term on the validation page."""

    name: str
    standing: str
    shown: str
    because: tuple[str, ...]


@dataclass(frozen=True)
class VerdictRow:
    """A verdict on the validation page."""

    table: str
    term: str
    outcome: str
    n_expectations: int
    n_passed: int


@dataclass(frozen=True)
class CommentCard:
    """A comment as it is read: its lines, and what a person has decided on it, if one has."""

    comment_id: str
    lines: tuple[str, ...]
    said_by: str
    unit_name: str
    term: str
    screen: str
    reason: str | None
    decided: str | None


def render_preview(found: Gathered) -> dict[str, str]:
    """The preview's pages by file name; where no term can be shown, the validation page leads."""
    manifest = found.page.manifest
    calendar = Calendar(found.page.dimensions["dim_term"])
    stamp = Stamp(found.as_of.isoformat(), tuple(_standings(found.standings, calendar)))
    lead = manifest["terms"][-1] if manifest["terms"] else None
    shared = {"stamp": stamp, "simulated": manifest["simulated"]}
    validation = filled("preview_validation.html.j2", **shared, **_validation(found, calendar))
    pages = render(replace(found.page, stamp=stamp)) if lead else {INDEX: validation}
    of_schools = schools_of(found.schools, found.page.dimensions, lead) if lead else None
    return {
        **pages,
        VALIDATION: validation,
        SCHOOLS: filled(
            "preview_schools.html.j2",
            **shared,
            lead=calendar.name(lead) if lead else None,
            **(vars(of_schools) if of_schools else {}),
        ),
        COMMENTS: filled(
            "preview_comments.html.j2", **shared, states=_by_state(found.comments, calendar)
        ),
    }


def _standings(standings: Sequence[TermStanding], calendar: Calendar) -> Iterator[tuple[str, str]]:
    """The terms that stand alike, together."""
    for state, standing in STANDINGS.items():
        alike = [calendar.name(one.term) for one in standings if one.state == state]
        if alike:
            yield words.listed(alike), standing


def _validation(found: Gathered, calendar: Calendar) -> dict[str, object]:
    return {
        "build": found.build,
        "is_current": found.is_current,
        "terms": [_term(one, found, calendar) for one in found.standings],
        "also": found.also,
        "held": [one for one in found.unmet if one.state == "held"],
        "accepted": [one for one in found.unmet if one.state == "accepted"],
        "warned": [one for one in found.unmet if one.state == "warned"],
        "unjudged": found.unjudged,
        "verdicts": [
            _verdict(one, calendar)
            for one in sorted(
                found.verdicts, key=lambda one: (one.table, calendar.position(one.term))
            )
        ],
    }


def _term(one: TermStanding, found: Gathered, calendar: Calendar) -> TermRow:
    shown = "as it was published"
    if one.state != "published":
        is_built = one.term in found.page.manifest["terms"]
        shown = "as the last build has it" if is_built else "nothing: the last build has none of it"
    return TermRow(calendar.name(one.term), STANDINGS[one.state], shown, one.because)


def _verdict(one: Verdict, calendar: Calendar) -> VerdictRow:
    passed = sum(expectation.passed for expectation in one.expectations)
    return VerdictRow(
        one.table, calendar.name(one.term), one.outcome, len(one.expectations), passed
    )


def _by_state(
    comments: Sequence[Comment], calendar: Calendar
) -> list[tuple[str, str, list[CommentCard]]]:
    return [
        (state, title, [_card(one, calendar) for one in comments if one.state == state])
        for state, title in STATES.items()
    ]


def _card(one: Comment, calendar: Calendar) -> CommentCard:
    decided = None
    if one.decision is not None:
        because = f": {one.decision.because}" if one.decision.because else ""
        decided = f"By {one.decision.decided_by} on {one.decision.decided_on}{because}"
    return CommentCard(
        comment_id=one.comment_id,
        lines=tuple(visible(line) for line in one.text.splitlines()),
        said_by=words.phrase(one.source),
        unit_name=one.unit_name,
        term=calendar.name(one.term),
        screen=one.screen,
        reason=one.reason,
        decided=decided,
    )
