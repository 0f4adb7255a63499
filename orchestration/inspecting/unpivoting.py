"""The draft for a sheet of who came, with a column a session: each of its marks is a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa

from orchestration.inspecting.columns import Column, share_known
from orchestration.inspecting.drafts import Draft, quoted
from orchestration.inspecting.inspection import Inspected
from orchestration.inspecting.likeness import likeness
from orchestration.inspecting.words import CALLED
from orchestration.reading.columns import mapped, one_array, texts_of
from orchestration.reading.headers import plain_name
from orchestration.reading.unpivoting import Unpivoting
from orchestration.registry import Registry

MAP = "attended"
SESSION, MARK = "Session", "Attended"
"""What the two columns that are made are called."""

MOST_MARKS, LONGEST_MARK = 8, 14
"""How many marks a sheet has, and how long one is, at the most."""
MOSTLY = 0.5
ABBREVIATION = re.compile(r"[\w/+-]{1,3}")
"""A mark that can be shown: what is longer may be what somebody wrote of a person."""

OF_A_SESSION = re.compile(
    r"\b(sessions?|trainings?|workshops?|institutes?|meetings?|seminars?|webinars?|launch|kick-?off"
    r"|pd|pl|plc|day|week|module)\b|\d[-/.]\d|\b(jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov"
    r"|dec)[a-z]*\.? \d",
    re.IGNORECASE,
)
"""What headings of sessions have: a word for one, or its day."""


def unpivot(found: Inspected, draft: Draft, registry: Registry) -> None:
    """Have the draft make a row of each mark, where a file has a column for each of its sessions.

    Marks alone are no sign of it: forms have columns of choices, too. So most of their headings
    have to say that they are of sessions.
    """
    known = registry.value_maps[MAP]
    fields = [name for field, names in CALLED.items() if field != "session_id" for name in names]
    marked = [
        one
        for one in found.columns
        if _has_marks(found, one, known) and likeness(one.headings, fields) < 1
    ]
    of_sessions = [one for one in marked if OF_A_SESSION.search(one.name)]
    if len(marked) < 2 or len(of_sessions) * 2 < len(marked):
        return
    to_come = (one for one in found.columns if one.kind == "blank")
    sessions = [*marked, *(one for one in to_come if OF_A_SESSION.search(one.name))]
    taken = {one.name for one in sessions}
    besides = [one.name for one in found.columns if one.name not in taken] + [*found.repeated]
    if not besides or {plain_name(one) for one in besides} & {SESSION.lower(), MARK.lower()}:
        return
    said = {value for one in marked for value in one.values}
    strange = sorted(value for value in said if not share_known(known, [value]))
    # where no cell says that somebody was absent, a blank one may
    whole = all(one.filled == found.cells.num_rows for one in marked)
    blank = None if whole or strange or _say_absent(known, said) else "no"
    draft.unpivoted = Unpivoting(names=SESSION, values=MARK, besides=tuple(besides), blank=blank)
    draft.used |= taken
    draft.told |= {"session_id": marked[0], "attended": marked[0]}
    draft.fields["session_id"] = (f"{{column: {quoted(SESSION)}}}", None)
    draft.fields["attended"] = (f"{{column: {quoted(MARK)}, map: {MAP}}}", _asked(strange))


def _asked(strange: Sequence[str]) -> str | None:
    """The question about marks that the value map does not know, where there are any."""
    if not strange:
        return None
    named = [one for one in strange if ABBREVIATION.fullmatch(one)] or ["some marks"]
    return f"{MAP} does not know {' or '.join(named)}: say in value_maps.csv what that means"


def _has_marks(found: Inspected, column: Column, known: Mapping[str, str]) -> bool:
    """Whether a column's cells are few short texts, most of which say that somebody came or not."""
    if column.distinct > MOST_MARKS or any(len(text) > LONGEST_MARK for text in column.values):
        return False
    cells = texts_of(one_array(found.cells[column.name])).to_pylist()
    return share_known(known, [cell for cell in cells if cell]) >= MOSTLY


def _say_absent(known: Mapping[str, str], said: Iterable[str]) -> bool:
    """Whether some mark is of an absence."""
    codes = mapped(pa.array(sorted(said), pa.string()), known)
    return "no" in codes.to_pylist()
