"""Terms written to landing, several at a time where that is quicker."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from orchestration.simulation.district import SimulatedTerm
from orchestration.simulation.landing import Writing
from orchestration.simulation.parameters import Parameters
from orchestration.simulation.schools import draw_schools
from orchestration.simulation.terms import Term
from orchestration.simulation.truth import TruthRow

TERM_FILE = "{source}/{term}/{source}.csv"
_WORTH_PROCESSES = 400
"""From so many schools × terms on, starting processes is quicker than going on alone."""


@dataclass(frozen=True)
class PlainTerm:
    """A term as it is sent to another process, whatever class the caller's is of."""

    term: str
    school_year: str
    season: str
    starts_on: date
    ends_on: date
    releases_on: date


@dataclass(frozen=True)
class WrittenTerm:
    """What a term came to: rows by file, relative to landing, and the truth."""

    rows: dict[str, int]
    truth: list[TruthRow]


def write_terms(
    p: Parameters,
    landing: Path,
    terms: Sequence[Term],
    *,
    seed: int,
    scale: float,
    processes: int | None = None,
) -> Iterator[WrittenTerm]:
    """Write every term's exports, in as many processes as there are cores, or as are given.

    Yields in the order of `terms`. Every term is a function of parameters, scale, seed and itself,
    so that neither the number of processes nor the other terms change a byte of it.
    """
    plain = [_plain(term) for term in terms]
    write = partial(write_term, p, landing, seed, scale)
    most = min(_cores() if processes is None else processes, len(plain))
    is_small = len(plain) < 3 or p.schools * scale * len(plain) < _WORTH_PROCESSES
    if most < 2 or (processes is None and is_small):
        yield from map(write, plain)
        return
    # spawned, not forked: the caller may hold threads, and locks of theirs
    with ProcessPoolExecutor(most, mp_context=get_context("spawn")) as pool:
        yield from pool.map(write, plain)


def write_term(p: Parameters, landing: Path, seed: int, scale: float, term: Term) -> WrittenTerm:
    """Write one term's exports."""
    schools = draw_schools(p, seed, scale)
    drawn = SimulatedTerm(p, schools, term, seed)
    files = {source: TERM_FILE.format(source=source, term=term.term) for source in drawn.sources}
    with Writing({source: landing / file for source, file in files.items()}) as exports:
        for block in drawn.blocks():
            for source, rows in block.exports.items():
                exports.add(source, rows)
    return WrittenTerm(
        rows={files[source]: count for source, count in exports.rows.items()},
        truth=drawn.truth(),
    )


def _plain(term: Term) -> PlainTerm:
    return PlainTerm(
        term=term.term,
        school_year=term.school_year,
        season=term.season,
        starts_on=term.starts_on,
        ends_on=term.ends_on,
        releases_on=term.releases_on,
    )


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
