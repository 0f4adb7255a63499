"""Releases, corrections and withdrawals in any order, beside a small model of what must stand.

The model knows publications as names, and of each which version of a term's figures it holds; it
knows no file. After every step what lies in `published/` is compared with it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from orchestration.publishing import (
    CorrectionRefused,
    NothingCorrected,
    NotWithdrawable,
    PublishingError,
    Release,
    latest,
    publications,
    publish,
    withdraw,
)
from orchestration.publishing.verify import changed
from orchestration.settings import Home
from tests.unit.publishing.conftest import make_release
from tests.unit.publishing.registry import CALENDAR
from tests.unit.publishing.test_corrections import correction, more, of_term

pytestmark = pytest.mark.long

TERMS = ["2021-22-fall", "2021-22-winter", "2021-22-spring"]
VERSIONS = [0, 3, 20, 40]
"""By how many classrooms a term's cells are more than at first; 3 is too few to tell apart."""
TOO_FEW = range(1, 5)
BECAUSE = "It was not as it is."


@dataclass
class Stands:
    """A publication of the model: which version of which term it holds."""

    id: str
    holds: dict[str, int]
    withdrawn: bool = False


@cache
def released(term: str) -> Release:
    return make_release(term)


class Published(RuleBasedStateMachine):
    """What may be done to `published/`, and what must then stand there."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="uptake-model-"))
        self.home = Home(self.root).create()
        self.all: list[Stands] = []
        self.given: Counter[str] = Counter()

    def teardown(self) -> None:
        shutil.rmtree(self.root)

    @property
    def standing(self) -> list[Stands]:
        return [one for one in self.all if not one.withdrawn]

    @property
    def newest(self) -> dict[str, int]:
        return self.standing[-1].holds if self.standing else {}

    def add(self, holds: dict[str, int]) -> str:
        last = max(holds, key=TERMS.index)
        self.given[last] += 1
        self.all.append(Stands(f"{last}-{self.given[last]:03}", holds))
        return self.all[-1].id

    @rule(term=st.sampled_from(TERMS))
    def release(self, term: str) -> None:
        if term in self.newest:
            with pytest.raises(PublishingError, match="stands already"):
                publish(self.home, released(term))
        else:
            made = publish(self.home, released(term))
            assert made.id == self.add({**self.newest, term: 0})

    @precondition(lambda self: self.standing)
    @rule(term=st.sampled_from(TERMS), version=st.sampled_from(VERSIONS))
    def correct(self, term: str, version: int) -> None:
        given = released(term)
        asked = correction(given, term, BECAUSE, mart_adoption=more(given, version))
        said = [one.holds[term] for one in self.standing if term in one.holds]
        if term not in self.newest:
            with pytest.raises(PublishingError, match="nothing to correct"):
                publish(self.home, asked)
        elif any(abs(version - other) in TOO_FEW for other in said):
            with pytest.raises(CorrectionRefused):
                publish(self.home, asked)
        elif version == self.newest[term]:
            with pytest.raises(NothingCorrected):
                publish(self.home, asked)
        else:
            made = publish(self.home, asked)
            assert made.corrected == (term,)
            assert made.id == self.add({**self.newest, term: version})

    @precondition(lambda self: self.all)
    @rule(which=st.integers(0, 20))
    def withdraw(self, which: int) -> None:
        one = self.all[which % len(self.all)]
        on = released(TERMS[0]).as_of
        if one.withdrawn:
            with pytest.raises(NotWithdrawable):
                withdraw(self.home, one.id, because=BECAUSE, on=on)
        else:
            one.withdrawn = True
            done = withdraw(self.home, one.id, because=BECAUSE, on=on)
            assert done.stands == (self.standing[-1].id if self.standing else None)

    @invariant()
    def what_stands_is_what_must(self) -> None:
        found = publications(self.home)
        assert {(one.id, one.withdrawn is not None) for one in found} == {
            (one.id, one.withdrawn) for one in self.all
        }
        newest = latest(self.home)
        assert (newest.id if newest else None) == (self.standing[-1].id if self.standing else None)

    @invariant()
    def every_publication_holds_its_terms_as_they_were_then(self) -> None:
        for one in self.standing:
            path = self.home.published / one.id
            assert changed(self.home, one.id) == []
            for term, version in one.holds.items():
                first = released(term).tables["mart_adoption"]
                shown = (first["suppression"] == "none") & (first["n"] > 0)
                now = of_term(path, "mart_adoption", term)
                assert list(now["n"][shown]) == list(first["n"][shown] + version)


def test_the_terms_are_those_of_the_calendar_in_its_order() -> None:
    assert [term for term in CALENDAR["term"] if term in TERMS] == TERMS


# the first sequence that Hypothesis tries is one step again and again
Published.TestCase.settings = settings(
    max_examples=1 + int(os.environ.get("UPTAKE_EXAMPLES", "2")),
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
)
TestPublished = Published.TestCase
