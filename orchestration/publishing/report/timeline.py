"""The timeline of professional learning: who was taught what, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from orchestration.publishing.report.drawing import (
    GRID,
    INK,
    PENS,
    drawn,
    line,
    mark,
    text,
)

_LANE, _HEAD = 10.0, 18.0
_LEFT, _WIDTH, _TOP = 6.0, 408.0, 18.0


@dataclass(frozen=True)
class Track:
    """A named row of the timeline: for each audience, in their order, the days of its sessions."""

    name: str
    days: tuple[tuple[pd.Timestamp, ...], ...]


def timeline(
    tracks: Sequence[Track],
    audiences: Sequence[str],
    first: pd.Timestamp,
    last: pd.Timestamp,
    *,
    key: str,
    title: str,
) -> str:
    """Sessions from the first day to the last, a track a row and an audience a lane of it."""
    height = _HEAD + _LANE * len(audiences)
    foot = _TOP + height * len(tracks)
    days = max((last - first).days, 1)

    def x(day: pd.Timestamp) -> float:
        return _LEFT + _WIDTH * min(max((day - first).days / days, 0.0), 1.0)

    body = []
    for month in pd.date_range(first.normalize().replace(day=1), last, freq="MS"):
        if month >= first:
            body.append(line(x(month), _TOP - 4, x(month), foot, GRID, 1))
        label = f"{month:%b}" if month.month != 1 else f"{month:%Y}"
        body.append(text(x(month) + 2, _TOP - 7, label, size=9, anchor="start"))
    for at, track in enumerate(tracks):
        top = _TOP + height * at
        body.append(line(_LEFT, top, _LEFT + _WIDTH, top, GRID, 1))
        body.append(text(_LEFT, top + 12, track.name, size=11, fill=INK, anchor="start"))
        for lane, held in enumerate(track.days):
            y = top + _HEAD + _LANE * lane + 2
            body += [mark(x(day), y, PENS[lane % len(PENS)], size=3.4) for day in held]
    description = "; ".join(_described(track, audiences) for track in tracks)
    return drawn(body, 420, foot + 6, key=key, title=title, description=description)


def _described(track: Track, audiences: Sequence[str]) -> str:
    said = [
        f"{audience} {', '.join(f'{day.day} {day:%b}' for day in held)}"
        for audience, held in zip(audiences, track.days, strict=True)
        if held
    ]
    return f"{track.name}: {'; '.join(said) or 'no session'}"
