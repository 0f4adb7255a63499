"""Landings, re-sends, faults, releases, corrections and withdrawals in any order, beside a model.

The model knows of each term which version lies in landing and whether a file beside it is broken,
which version was last admitted, and what each publication holds. It knows no file and no gate.
After every run the marts, the publications and the exit code are compared with what it says.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from orchestration.outcome import BLOCKED, DONE
from orchestration.publishing import latest, publications, withdraw
from orchestration.publishing.publish_due import Asked
from orchestration.publishing.verify import changed
from orchestration.settings import Home
from tests.pipeline.homes import land, land_small_district, query, run_home, visit

pytestmark = pytest.mark.long

FALL, SPRING = "2021-22-fall", "2021-22-spring"
TERMS = {FALL: ("2021-09-15", date(2021, 12, 15)), SPRING: ("2022-03-15", date(2022, 7, 15))}
"""Of each term a day in it, and that from which it may be released."""
DAYS = (date(2022, 7, 20), date(2021, 12, 20), date(2021, 12, 1))
"""What the clock may say, forwards and backwards: all is due, fall alone, nothing."""
BECAUSE = "It was not as it is."


class Version(NamedTuple):
    """What a term's exports may say: more classrooms than the first round, all using IM or not.

    The first round may lie there twice, which changes no figure, but the account of its rows.
    """

    more: int
    codes: str = "as_designed"
    sent_twice: bool = False

    @property
    def figures(self) -> tuple[int, float]:
        """How many classrooms were seen, and the share that uses IM: by hand, as MEASURES 2 has it.

        Of the 36 of the first round 24 do: of each school's six, one is `none` and one `other`.
        """
        using = 24 + (self.more if self.codes == "as_designed" else 0)
        return 36 + self.more, round(using / (36 + self.more), 9)

    def too_near(self, other: Version) -> bool:
        """Whether subtracting one from the other shows a few classrooms."""
        return 0 < abs(self.more - other.more) < 5


VERSIONS = (Version(0), Version(12), Version(12, "none"), Version(1))


@dataclass
class Stands:
    """A publication of the model: which version of which term it holds."""

    id: str
    holds: dict[str, Version]
    withdrawn: bool = False


class Pipeline(RuleBasedStateMachine):
    """What may befall a data home, and what must then stand in it."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="uptake-order-"))
        self.home = Home(self.root / "home").create()
        self.landed: dict[str, Version] = {}
        self.broken: set[str] = set()
        self.admitted: dict[str, Version] = {}
        self.all: list[Stands] = []
        self.numbers: Counter[str] = Counter()
        self.moved = False

    def teardown(self) -> None:
        try:
            if self.moved:
                self.run(DAYS[0])
        finally:
            shutil.rmtree(self.root)

    def folder(self, term: str) -> Path:
        return self.home.landing / "observations" / term

    @property
    def standing(self) -> list[Stands]:
        return [one for one in self.all if not one.withdrawn]

    @property
    def newest(self) -> dict[str, Version]:
        return self.standing[-1].holds if self.standing else {}

    # Landing

    @initialize(version=st.sampled_from(VERSIONS))
    def fall_is_published(self, version: Version) -> None:
        self.land(FALL, version)
        self.run(DAYS[1])

    @rule(term=st.sampled_from(list(TERMS)), version=st.sampled_from(VERSIONS))
    def land(self, term: str, version: Version) -> None:
        """A term's exports, all of them, as they are in this version."""
        day = TERMS[term][0]
        land_small_district(self.home.root, term, day)
        (self.folder(term) / "late.csv").unlink(missing_ok=True)
        unseen = [(f"s{i}", f"c{j}") for j in (6, 7) for i in range(6)][: version.more]
        late = [
            visit(*one, version.codes, observation_id="late " + " ".join(one), observed_on=day)
            for one in unseen
        ]
        if late:
            land(self.home.root, "observations", term, "late.csv", late)
        sent_twice = term in self.landed and self.landed[term].sent_twice
        self.landed[term] = version._replace(sent_twice=sent_twice)
        self.moved = True

    @precondition(lambda self: self.landed)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        """The same export once more, under another name: its rows are superseded."""
        term = data.draw(st.sampled_from(sorted(self.landed)))
        folder = self.folder(term)
        shutil.copyfile(folder / "walkthroughs.csv", folder / "walkthroughs (1).csv")
        self.landed[term] = self.landed[term]._replace(sent_twice=True)
        self.moved = True

    @precondition(lambda self: not self.broken)
    @rule(data=st.data())
    def a_broken_file_lands(self, data: st.DataObject) -> None:
        term = data.draw(st.sampled_from(sorted(self.landed)))
        (self.folder(term) / "broken.csv").write_bytes(b"\x00PK\x03\x04 is no table\xff")
        self.broken.add(term)
        self.moved = True

    @precondition(lambda self: self.broken)
    @rule(data=st.data())
    def the_broken_file_is_taken_away(self, data: st.DataObject) -> None:
        term = data.draw(st.sampled_from(sorted(self.broken)))
        (self.folder(term) / "broken.csv").unlink()
        self.broken.remove(term)
        self.moved = True

    # Running

    @precondition(lambda self: self.moved)
    @rule(day=st.sampled_from(DAYS))
    def run(self, day: date) -> None:
        finished = run_home(self.home.root, as_of=day)
        self.admit()
        self.publish(self.due(day))
        assert finished.exit_code == (BLOCKED if self.broken else DONE), finished.said
        self.stands_as_it_must()

    @precondition(lambda self: self.newest)
    @rule(data=st.data(), day=st.sampled_from(DAYS))
    def correct(self, data: st.DataObject, day: date) -> None:
        term = data.draw(st.sampled_from(sorted(self.newest)))
        finished = run_home(self.home.root, as_of=day, correct=Asked(term, BECAUSE))
        self.admit()
        now = self.landed[term]
        held = (
            term in self.broken
            or day < TERMS[term][1]
            or any(now.too_near(one.holds[term]) for one in self.standing if term in one.holds)
        )
        corrected = [] if held or now == self.newest[term] else [term]
        self.publish([*self.due(day), *corrected])
        assert finished.exit_code == (BLOCKED if held or self.broken else DONE), finished.said
        self.stands_as_it_must()

    @precondition(lambda self: self.standing)
    @rule(which=st.integers(0, 20))
    def withdraw(self, which: int) -> None:
        one = self.standing[which % len(self.standing)]
        withdraw(self.home, one.id, because=BECAUSE, on=DAYS[0])
        one.withdrawn = True
        self.moved = True  # what it alone held is due again
        self.publications_stand()

    # What must be

    def admit(self) -> None:
        self.admitted |= {t: one for t, one in self.landed.items() if t not in self.broken}
        self.moved = False

    def due(self, day: date) -> list[str]:
        return [
            term
            for term, (_, releases_on) in TERMS.items()
            if term in self.landed
            and term not in self.newest
            and term not in self.broken
            and day >= releases_on
        ]

    def publish(self, terms: list[str]) -> None:
        if terms:
            holds = self.newest | {term: self.landed[term] for term in terms}
            last = max(holds, key=list(TERMS).index)
            self.numbers[last] += 1
            self.all.append(Stands(f"{last}-{self.numbers[last]:03}", holds))

    def stands_as_it_must(self) -> None:
        marts = query(self.home.root, "from mart_adoption")
        assert _figures(marts) == {term: one.figures for term, one in self.admitted.items()}
        self.publications_stand()

    def publications_stand(self) -> None:
        found = publications(self.home)
        assert {(one.id, one.withdrawn is not None) for one in found} == {
            (one.id, one.withdrawn) for one in self.all
        }
        newest = latest(self.home)
        assert (newest.id if newest else None) == (self.standing[-1].id if self.standing else None)
        for one in self.standing:
            assert changed(self.home, one.id) == []
            table = self.home.published / one.id / "data" / "mart_adoption.parquet"
            assert _figures(pd.read_parquet(table)) == {
                term: version.figures for term, version in one.holds.items()
            }


def _figures(mart: pd.DataFrame) -> dict[str, tuple[int, float]]:
    """Of each term with a classroom: how many were seen, and the share that uses IM."""
    whole = mart[
        (mart["level"] == "district")
        & (mart["measure_id"] == "adoption_any")
        & (mart["subgroup_type"] == "all")
        & (mart["weighting"] == "none")
        & (mart["n"] > 0)
    ]
    return {
        str(term): (int(n), round(float(estimate), 9))
        for term, n, estimate in zip(whole["term"], whole["n"], whole["estimate"], strict=True)
    }


Pipeline.TestCase.settings = settings(
    max_examples=int(os.environ.get("UPTAKE_EXAMPLES", "1")),
    stateful_step_count=int(os.environ.get("UPTAKE_STEPS", "8")),
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
)
TestPipeline = Pipeline.TestCase
