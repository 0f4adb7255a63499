"""Trials: is every fault found by the expectation that is about it, and no clean district alarmed?

simulated district ── linked copy ── fault ── read ── admission ── raw verdicts
                                       └── build ── mart verdicts, where a mart's suite is to
                                                    find it
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from expectations.judging import mart_verdict
from expectations.suites import suite_for
from expectations.verdicts import Outcome, Verdict
from orchestration.admission import Admission, admit
from orchestration.building import discarded_unless_complete, next_build
from orchestration.dbt_build import built
from orchestration.reading.templates import ALL_TERMS
from orchestration.registry import Registry, load_registry
from orchestration.release import GATED_MARTS, mart_terms
from orchestration.settings import Home, Settings
from orchestration.simulation import simulate
from orchestration.simulation.faults.declared import Fault, PlantedFault
from orchestration.simulation.faults.planting import plant
from orchestration.simulation.faults.table import FAULTS
from orchestration.site import Site
from orchestration.warehouse import read_only

TERMS = ("2021-22-spring", "2022-23-spring")
"""Two terms of one season: the later has a year before it to be compared with."""

SCALE = 0.25
"""Of the default district; with fewer schools a survey of teachers is not judged by item."""


@dataclass(frozen=True)
class Trial:
    """A fault, the severity of the expectation about it, and what that expectation observed.

    `observed` is None where it did not find the fault; `is_held` says whether the partition that
    it was planted in waits for admission, by whichever expectation.
    """

    name: str
    term: str
    severity: str
    observed: str | None
    is_held: bool

    @property
    def fault(self) -> Fault:
        """The fault."""
        return FAULTS[self.name]


@dataclass(frozen=True)
class Alarm:
    """An expectation that does not hold of a clean district."""

    table: str
    term: str
    outcome: Outcome

    def __str__(self) -> str:
        """A sentence for people."""
        one = self.outcome
        return (
            f"{self.table}, {self.term}: {one.severity} {one.name} found {one.observed}, "
            f"expected {one.expected}"
        )


class District:
    """A simulated district in a data home of its own, read and judged."""

    def __init__(self, home: Home, terms: Sequence[str]) -> None:
        self.home = home
        self.terms = tuple(terms)

    @classmethod
    def simulated(
        cls, root: Path, *, seed: int = 1, scale: float = SCALE, terms: Sequence[str] = TERMS
    ) -> District:
        """A clean district, simulated, with everything of it read and judged."""
        district = cls(Home(root).create(), terms)
        calendar = district._registry().terms
        simulate(
            district.home, [calendar[term] for term in terms], seed=seed, scale=scale, processes=1
        )
        district.admission()
        return district

    def linked(self, root: Path) -> District:
        """A copy that costs next to nothing: files are never written into, only replaced."""
        shutil.copytree(self.home.root, root, copy_function=os.link)
        return District(Home(root), self.terms)

    def plant(self, names: Sequence[str]) -> list[PlantedFault]:
        """Damage what has landed."""
        calendar = self._registry().terms
        return plant(self.home.landing, [calendar[term] for term in self.terms], names)

    def admission(self) -> Admission:
        """Read what has changed, and judge every partition."""
        site = Site.load(Settings(self.home))
        for source, term in site.partitions():
            site.read(source, term, lambda _: None)
        return admit(self.home, site.registry, site.accounts())

    def mart_verdicts(self) -> list[Verdict]:
        """Build the marts from what is admitted, and judge each of them for each of its terms.

        Raises RuntimeError, naming it, where a model or a data test fails.
        """
        build = next_build(Site.load(Settings(self.home)))
        build.prepare()
        with discarded_unless_complete(self.home) as completed, built(self.home) as (results, _):
            failed = [one.unique_id for one in results if one.failed]
            if failed:
                raise RuntimeError(f"The build failed: {', '.join(failed)}.")
            completed()
        with read_only(self.home.unreleased) as con:
            return [
                mart_verdict(self.home, con, table, term)
                for table in GATED_MARTS
                for term in mart_terms(con, table)
            ]

    def _registry(self) -> Registry:
        return load_registry(self.home.registry)


def try_raw(clean: District, fault: Fault, root: Path) -> Trial:
    """Plant a fault into a copy of a clean district, at `root`, and judge what has landed."""
    district = clean.linked(root)
    (planted,) = district.plant([fault.name])
    admission = district.admission()
    return _trial(planted, admission.verdicts.values(), admission)


def try_marts(clean: District, faults: Sequence[Fault], root: Path) -> list[Trial]:
    """Plant faults into one copy of a clean district, and judge the marts that are built from it.

    They must be admitted, and be of different sources or leave each other alone.
    """
    district = clean.linked(root)
    planted = district.plant([fault.name for fault in faults])
    admission = district.admission()
    verdicts = district.mart_verdicts()
    return [_trial(one, verdicts, admission) for one in planted]


def _trial(planted: PlantedFault, verdicts: Iterable[Verdict], admission: Admission) -> Trial:
    fault = planted.fault
    expected = next(
        one for one in suite_for(fault.judged).expectations if one.name == fault.expectation
    )
    found = [
        outcome.observed
        for verdict in verdicts
        if verdict.table == fault.judged and planted.term in (verdict.term, ALL_TERMS)
        for outcome in verdict.expectations
        if outcome.name == fault.expectation and not outcome.passed and outcome.judged
        if fault.says in outcome.observed
    ]
    held = (fault.source, planted.term) in admission.waiting
    return Trial(fault.name, planted.term, expected.severity, next(iter(found), None), held)


def alarms(verdicts: Iterable[Verdict]) -> Iterator[Alarm]:
    """Every expectation that does not hold."""
    for verdict in verdicts:
        for outcome in verdict.expectations:
            if not outcome.passed:
                yield Alarm(verdict.table, verdict.term, outcome)
