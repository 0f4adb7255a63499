"""`uptake comments`: what waits to be read, and what a person who has read it decided.

A decision stands in the site's `registry/comment_decisions.csv`; the marts follow it as they follow
any of the registry. A comment's text is shown to whoever asks, and is written and logged nowhere.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, Literal, cast

import duckdb
from pydantic import ValidationError

from orchestration.counting import number_of
from orchestration.locks import stage
from orchestration.publishing.catalogue import released_terms
from orchestration.reading.accounts import write_atomically
from orchestration.registry import Registry, load_registry
from orchestration.registry.models import CommentDecision
from orchestration.settings import Home
from orchestration.warehouse import read_only

TABLE = "comment_decisions"
SHORTEST_PREFIX = 6

Verb = Literal["release", "hold"]
State = Literal["waiting", "released", "held"]

DONE: dict[Verb, State] = {"release": "released", "hold": "held"}


class CommentError(ValueError):
    """What was asked of comments cannot be, as a sentence."""


@dataclass(frozen=True)
class Comment:
    """A comment of `mart_comments`, and what was decided on it since.

    `released` is what the marts say, `decision` what the site's registry says now.
    """

    comment_id: str
    term: str
    source: str
    unit_id: str
    unit_name: str
    screen: str
    reason: str | None
    released: bool
    text: str
    decision: CommentDecision | None

    @property
    def state(self) -> State:
        """Where it stands, by the registry."""
        return "waiting" if self.decision is None else DONE[self.decision.decision]

    def as_object(self) -> dict[str, Any]:
        """The comment for a program."""
        decision = self.decision
        return {
            "comment_id": self.comment_id,
            "term": self.term,
            "source": self.source,
            "unit_id": self.unit_id,
            "unit_name": self.unit_name,
            "screen": self.screen,
            "reason": self.reason,
            "state": self.state,
            "decided_by": decision.decided_by if decision else None,
            "decided_on": decision.decided_on.isoformat() if decision else None,
            "because": decision.because if decision else None,
            "text": self.text,
        }

    def as_text(self) -> str:
        """The comment for a person who reads it on a terminal."""
        screen = f"screening {self.screen}" + (f": {self.reason}" if self.reason else "")
        state: str = self.state
        if self.decision is not None:
            state += f" by {self.decision.decided_by} on {self.decision.decided_on}"
            state += f": {self.decision.because}" if self.decision.because else ""
        place = (self.comment_id, self.term, self.source, self.unit_name, screen)
        head = "  ".join((*place, " ".join(state.split())))
        return "\n".join((visible(head), *(f"    {visible(x)}" for x in self.text.splitlines())))


@dataclass(frozen=True)
class Listed:
    """Comments in the order of terms and local districts, and what there is to know of them."""

    comments: tuple[Comment, ...]
    notes: tuple[str, ...]

    def as_text(self, of: str) -> str:
        """The comments for a person, and their number; `of` is the state asked for, or `all`."""
        n = len(self.comments)
        number = number_of(n, "comment") if n else "No comments"
        wanted = {"all": ".", "held": " held by a person."}.get(of, f" {of}.")
        return "\n".join((*(f"{one.as_text()}\n" for one in self.comments), number + wanted))


def listed(home: Home, *, state: State | None, term: str | None = None) -> Listed:
    """The comments of a state, or of any, of a term, or of all.

    Raises CommentError where there are no marts, or no such term; RegistryError.
    """
    registry = load_registry(home.registry)
    if term is not None and term not in registry.terms:
        raise CommentError(f"No term is called {term}.")
    comments = tuple(
        one
        for one in _comments(home, registry)
        if term in (None, one.term) and state in (None, one.state)
    )
    notes = []
    if not home.current.is_file():
        notes.append(f"No build has been released: these are the last build's ({home.unreleased}).")
    if any(one.released != (one.state == "released") for one in comments):
        notes.append(
            "Decisions are shown as they now are; the marts follow with the next `uptake run`."
        )
    return Listed(comments, tuple(notes))


def decide(
    home: Home, verb: Verb, ids: Sequence[str], *, by: str, because: str | None, on: date
) -> list[str]:
    """Write a decision on each comment, in place of an earlier one; return what there is to say.

    `ids` are whole, or the first six digits or more. All are decided on, or none. Waits for the
    home's lock. Raises CommentError where a comment or its decision cannot be; RegistryError.
    """
    with stage(home, f"{verb} comments"):
        registry = load_registry(home.registry)
        comments = {one.comment_id: one for one in _comments(home, registry)}
        chosen = [comments[one] for one in _named(ids, sorted(comments))]
        because = (because or "").strip() or None
        held = [one.comment_id for one in chosen if one.screen == "held"]
        if verb == "release" and held and because is None:
            raise CommentError(
                f"Screening held {', '.join(held)}: say with --because why it may be released all "
                "the same. Nothing was decided."
            )
        decisions = {one.comment_id: one for one in _decisions(registry)}
        for one in chosen:
            decisions[one.comment_id] = _decision(one.comment_id, verb, by, because, on)
        content = _as_csv([decisions[one] for one in sorted(decisions)])
        published = released_terms(home)
        write_atomically(home.registry / f"{TABLE}.csv", content, mode=0o640)
    several = "1 comment is" if len(chosen) == 1 else f"{len(chosen)} comments are"
    terms = [term for term in registry.terms if term in {one.term for one in chosen}]
    return [f"{several} {DONE[verb]}.", *(_follows(term, published) for term in terms)]


def _follows(term: str, published: set[str]) -> str:
    """When a decision on a term's comments shows."""
    report = "the report when the term is published"
    if term in published:
        report = "the report, which is published already, only with a correction"
    return f"{term}: the marts follow with the next `uptake run`, {report}."


def _comments(home: Home, registry: Registry) -> list[Comment]:
    """The comments of the current marts; before there are any, of the last build."""
    database = home.current if home.current.is_file() else home.unreleased
    if not database.is_file():
        raise CommentError(f"There are no marts yet ({home.current}): run `uptake run` first.")
    return comments_of(database, registry)


def comments_of(database: Path, registry: Registry) -> list[Comment]:
    """The comments of a build, in the order of terms and local districts.

    Raises CommentError where it is of before there were comments.
    """
    columns = [field.name for field in fields(Comment) if field.name != "decision"]
    try:
        with read_only(database) as con:
            rows = con.execute(f"select {', '.join(columns)} from mart_comments").fetchall()
    except duckdb.CatalogException as problem:
        raise CommentError(
            f"The marts were built before there were comments ({database}): run `uptake run` first."
        ) from problem
    decisions = {one.comment_id: one for one in _decisions(registry)}
    comments = [
        Comment(**dict(zip(columns, row, strict=True)), decision=decisions.get(row[0]))
        for row in rows
    ]
    place = {term: at for at, term in enumerate(registry.terms)}
    return sorted(
        comments,
        key=lambda one: (place.get(one.term, -1), one.unit_name, one.source, one.comment_id),
    )


def _decisions(registry: Registry) -> tuple[CommentDecision, ...]:
    return cast("tuple[CommentDecision, ...]", registry.rows[TABLE])


def _named(asked: Sequence[str], known: Sequence[str]) -> list[str]:
    """The ids that are meant, each once. Raises CommentError naming all those that are not."""
    found: dict[str, None] = {}
    unknown, unclear = [], []
    for text in asked:
        wanted = text.strip().lower()
        matching = [one for one in known if one.startswith(wanted)]
        if not re.fullmatch(f"[0-9a-f]{{{SHORTEST_PREFIX},16}}", wanted) or not matching:
            unknown.append(text)
        elif len(matching) > 1:
            unclear.append(f"{text} ({', '.join(matching)})")
        else:
            found[matching[0]] = None
    problems = []
    if unknown:
        problems.append(
            f"No comment is called {', '.join(unknown)}: expected an id that `uptake comments list "
            f"--all` shows, or its first {SHORTEST_PREFIX} digits or more. A comment whose text "
            "has changed has another id."
        )
    if unclear:
        problems.append(f"More than one comment begins with {'; '.join(unclear)}: add digits.")
    if problems:
        raise CommentError(" ".join((*problems, "Nothing was decided.")))
    return list(found)


def _decision(
    comment_id: str, verb: Verb, by: str, because: str | None, on: date
) -> CommentDecision:
    try:
        return CommentDecision(
            comment_id=comment_id,
            decision=verb,
            decided_by=by.strip(),
            decided_on=on,
            because=because,
        )
    except ValidationError as problem:
        option = "--by" if problem.errors()[0]["loc"] == ("decided_by",) else "--because"
        raise CommentError(
            f"{option} is blank or not text: say it in words. Nothing was decided."
        ) from problem


def _as_csv(decisions: Sequence[CommentDecision]) -> bytes:
    stream = io.StringIO()
    # a carriage return within a cell is quoted only where it may end a line
    writer = csv.DictWriter(stream, list(CommentDecision.model_fields), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(one.model_dump(mode="json") for one in decisions)
    return stream.getvalue().encode()


def visible(line: str) -> str:
    """A line that does nothing to a terminal: what cannot be printed is a mark in its place."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in line)
