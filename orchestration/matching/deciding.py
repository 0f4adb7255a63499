"""Decisions on what texts mean: rows of the site's `registry/matches.csv`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa

from orchestration.matching.queue import CLASSROOM, Unmatched, unmatched
from orchestration.reading.accounts import write_atomically
from orchestration.registry.models import Match
from orchestration.settings import Home
from orchestration.site import Site
from orchestration.spreadsheets import escaped, unescaped

TABLE = "matches.csv"
COLUMNS = tuple(Match.model_fields)
QUEUE = ("queue", "kind", "source", "term", "school_id", "text", "rows", "id", "candidates")
PRIVATE_FILE = 0o600


class MatchError(ValueError):
    """A decision that cannot be taken, as a sentence."""


def decide(
    site: Site, ids: Sequence[str], *, meaning: str | None, reject: bool, by: str,
    because: str | None, on: date,
) -> list[str]:  # fmt: skip
    """Decide on texts of the queue, in place of an earlier decision; return what there is to say.

    Each means `meaning`, or its only candidate where that is None, or none of those known where
    `reject`. All are decided on, or none. Raises MatchError, as a sentence.
    """
    waiting = unmatched(site)
    chosen = [one for wanted in ids for one in _named(waiting, wanted)]
    decided = []
    for one in chosen:
        means = "" if reject else meaning or _only(one)
        decided.append(_match(one, means, by, because, on))
    save_matches(site.home, (*site.registry.matches, *decided))
    several = "1 text is" if len(decided) == 1 else f"{len(decided)} texts are"
    done = "rejected" if reject else "accepted"
    return [f"{several} {done}. `uptake run` reads again what that changes."]


def as_queue(waiting: Iterable[Unmatched]) -> bytes:
    """The queue as a CSV file for a spreadsheet, whose column `id` a person fills."""
    rows = [
        (
            one.id, one.kind, one.source, one.term, one.school_id, one.text, str(one.rows), "",
            "; ".join(f"{near.id} {near.name} ({near.why})" for near in one.candidates),
        )
        for one in waiting
    ]  # fmt: skip
    return _csv(QUEUE, rows)


def apply(site: Site, path: Path, *, by: str, on: date) -> list[str]:
    """Decide as a queue says that a person has filled; rows without an id are left waiting.

    Raises MatchError, as a sentence with its line.
    """
    text = path.read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    if not rows or not set(QUEUE) <= set(rows[0]):
        raise MatchError(f"{path}: expected the columns {', '.join(QUEUE)}, as the queue has them.")
    waiting = {one.id: one for one in unmatched(site)}
    decided = []
    for line, row in enumerate(rows, start=2):
        plain = dict(zip(row, unescaped(pa.array(list(row.values()), pa.string())).to_pylist(),
                         strict=True))  # fmt: skip
        if not (plain["id"] or "").strip():
            continue
        one = waiting.get(plain["queue"])
        if one is None:
            raise MatchError(
                f"{path}, line {line}: the queue has no '{plain['queue']}'; list it anew. "
                "Nothing was decided."
            )
        decided.append(_match(one, plain["id"].strip(), by, None, on))
    save_matches(site.home, (*site.registry.matches, *decided))
    return [f"{len(decided)} accepted. `uptake run` reads again what that changes."]


def _named(waiting: Sequence[Unmatched], wanted: str) -> list[Unmatched]:
    found = {one.id: one for one in waiting if one.id.startswith(wanted)}
    if len(found) != 1:
        many = "several texts begin" if found else "no text of the queue begins"
        raise MatchError(f"{many} with '{wanted}': see `uptake match list`. Nothing was decided.")
    return list(found.values())


def _only(one: Unmatched) -> str:
    if len(one.candidates) != 1:
        raise MatchError(
            f"{one.id} has {len(one.candidates)} candidates: say which is meant with --as. Nothing "
            "was decided."
        )
    return one.candidates[0].id


def _match(one: Unmatched, means: str, by: str, because: str | None, on: date) -> Match:
    return Match(
        kind=one.kind,  # type: ignore[arg-type]
        # a classroom is one of its term; a school and a person are the same in every term
        term=one.term if one.kind == CLASSROOM else "",
        school_id=one.school_id,
        text=one.text,
        id=means,
        decided_by=by,
        decided_on=on,
        because=because,
    )


def save_matches(home: Home, matches: Iterable[Match]) -> None:
    """Write the site's decisions, of several on one text the last."""
    rows = {one.identity: one for one in matches}
    cells = [
        [str(value) if value is not None else "" for value in rows[key].model_dump().values()]
        for key in sorted(rows)
    ]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *cells])
    write_atomically(home.registry / TABLE, text.getvalue().encode(), mode=PRIVATE_FILE)


def _csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    cells = escaped(pa.array([cell for row in rows for cell in row], pa.string())).to_pylist()
    width = len(header)
    safe = [cells[start : start + width] for start in range(0, len(cells), width)]
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([header, *safe])
    return text.getvalue().encode("utf-8-sig")
