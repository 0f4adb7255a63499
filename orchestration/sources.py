"""The sources: kinds of export, in the order in which they are judged."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A kind of export. `partitioned` ones have a term; the others are effective-dated."""

    name: str
    description: str
    partitioned: bool = True
    releases: bool = False
    """Whether a row of it in a term is something that the term's report can be about."""


SOURCES: dict[str, Source] = {
    one.name: one
    for one in (
        Source("schools", "Schools with their geography, level and support.", partitioned=False),
        Source("roster", "Class sections of a term: who should be seen."),
        Source("observations", "Walkthrough observations of a term.", releases=True),
    )
}
