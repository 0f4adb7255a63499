"""The draft for a sheet of who came, with a column a session: each of its marks is a row."""

from __future__ import annotations

import re

from orchestration.inspecting.columns import KNOWN_SHARE, Column, share_known
from orchestration.inspecting.drafts import Draft, quoted
from orchestration.inspecting.inspection import Inspected
from orchestration.inspecting.likeness import likeness
from orchestration.inspecting.words import CALLED
from orchestration.reading.headers import plain_name
from orchestration.reading.unpivoting import Unpivoting
from orchestration.registry import Registry

MAP = "attended"
SESSION, MARK = "Session", "Attended"
"""What the two columns that are made are called."""

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
        if share_known(known, one.values) >= KNOWN_SHARE and likeness(one.headings, fields) < 1
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
    draft.unpivoted = Unpivoting(
        names=SESSION, values=MARK, besides=tuple(besides), blank=_blank(found, marked, registry)
    )
    draft.used |= taken
    draft.told |= {"session_id": marked[0], "attended": marked[0]}
    unknown = any(share_known(known, one.values) < 1 for one in marked)
    asked = f"rows with a mark that {MAP} does not know are set aside: are they few?"
    draft.fields["session_id"] = (f"{{column: {quoted(SESSION)}}}", None)
    draft.fields["attended"] = (
        f"{{column: {quoted(MARK)}, map: {MAP}}}",
        asked if unknown else None,
    )


def _blank(found: Inspected, marked: list[Column], registry: Registry) -> str | None:
    """What a blank cell may stand for: an absence, where no other cell says that somebody was."""
    known = registry.value_maps[MAP]
    absent = {text.lower() for text, code in known.items() if code == "no"}
    said = {value.lower() for one in marked for value in one.values}
    whole = all(one.filled == found.cells.num_rows for one in marked)
    return None if whole or said & absent else "no"
