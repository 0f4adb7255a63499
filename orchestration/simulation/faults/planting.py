"""Planting: a simulated landing, damaged by faults one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from pandas.errors import EmptyDataError, ParserError

from orchestration.reading.templates import ALL_TERMS, templates
from orchestration.simulation import landing
from orchestration.simulation.faults.declared import Export, Fault, PlantedFault
from orchestration.simulation.faults.table import FAULTS
from orchestration.simulation.terms import Term


def plant(folder: Path, terms: Sequence[Term], names: Sequence[str]) -> list[PlantedFault]:
    """Damage what the simulator has written to landing, `folder`, by the faults named.

    `terms` are those simulated. A fault goes into the latest of them that its source has an export
    of, a year after another where there is one, so that there is something to compare it with.
    Raises KeyError for a name that is no fault's, and ValueError, as a sentence, where its source
    has no export in any of the terms, or none a year before that the fault needs, or where an
    earlier fault has left nothing to damage.
    """
    return [_plant(folder, terms, FAULTS[name]) for name in names]


def _plant(folder: Path, terms: Sequence[Term], fault: Fault) -> PlantedFault:
    years = _years(folder, terms, fault)
    term = next(iter(years))
    path = _path(folder, fault.source, term)

    def elsewhere(source: str, where: str | None = None) -> pd.DataFrame:
        if where == "last_year":
            where = years[term]
            if not where:
                raise ValueError(
                    f"The fault {fault.name} takes rows of a year before {term}: simulate that "
                    "term too, or leave the fault out."
                )
        return _export(_path(folder, source, where or term)).rows

    try:
        damaged = fault.damage(_export(path), elsewhere)
    except (KeyError, IndexError, UnicodeDecodeError, ParserError, EmptyDataError) as problem:
        raise ValueError(
            f"The fault {fault.name} cannot be planted after another that has left {fault.source}, "
            f"{term}, unlike any export: plant it alone."
        ) from problem
    files = {path: damaged.content} | {
        path.with_name(name): content for name, content in damaged.more.items()
    }
    listed = landing.listed(folder)
    landing.announce(folder, listed | {one.relative_to(folder).as_posix() for one in files})
    for one, content in files.items():
        _write(one, content)
    return PlantedFault(fault, term)


def _years(folder: Path, terms: Sequence[Term], fault: Fault) -> Mapping[str, str]:
    """The terms that a fault may go into, the best first, each with the one a year before or ''."""
    if not templates()[fault.source].is_partitioned:
        return {ALL_TERMS: ""}
    landed = [term for term in terms if _path(folder, fault.source, term.term).is_file()]
    if not landed:
        raise ValueError(
            f"The fault {fault.name} damages {fault.source}, of which no simulated term has an "
            "export: simulate a term that has one, or leave the fault out."
        )
    before = {
        term.term: next(
            (
                other.term
                for other in landed
                if other.season == term.season and other.starts_on.year == term.starts_on.year - 1
            ),
            "",
        )
        for term in sorted(landed, key=lambda term: term.starts_on, reverse=True)
    }
    return dict(sorted(before.items(), key=lambda pair: not pair[1]))


def _path(folder: Path, source: str, term: str) -> Path:
    """The file that the simulator writes for a source and term."""
    named = folder / source
    return (named if term == ALL_TERMS else named / term) / f"{source}.csv"


def _export(path: Path) -> Export:
    return Export(path.read_bytes(), {})


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and never into a file that another landing may share."""
    hidden = path.with_name(f".{path.name}.part")
    hidden.write_bytes(content)
    hidden.replace(path)
