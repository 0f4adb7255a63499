"""Verdicts: what a suite said of exactly one table's content, kept where any run finds them.

Each is sealed with the home's key, so that what somebody else wrote, however well it fits, is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from expectations.acceptances import Acceptance, find_accepted, keep_accepted
from expectations.declared import Severity, Suite
from expectations.sealed import read_sealed, write_sealed
from orchestration.fingerprints import text_sha256
from orchestration.settings import Home

KEY_DIGITS = 16

ACCEPTED = "accepted"
"""The one field of a verdict that its file does not have: it stands in a file of its own."""

Result = Literal["passed", "warned", "failed"]


class Outcome(BaseModel):
    """How one expectation came out. Numbers and declared words only, never a value of a row.

    `rows`: data rows that are not as expected. `judged` is False where Great Expectations raised
    instead of judging, which never passes and is tried again whenever the verdict is asked for.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    severity: Severity
    passed: bool
    observed: str
    expected: str
    rows: int
    means: str
    why: str
    do: str
    judged: bool = True


class Verdict(BaseModel):
    """What a suite said of one table's content, and which of it a person lets pass all the same.

    `fingerprint` is the content's own: a raw partition's file SHA-256, a mart's table fingerprint.
    `compared` has the fingerprint of everything else that the suite looked at, by name. `outcome`
    is as the suite judged, whatever has been accepted.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    table: str
    term: str
    fingerprint: str
    compared: dict[str, str]
    suite: str
    outcome: Result
    expectations: tuple[Outcome, ...]
    accepted: tuple[Acceptance, ...] = ()

    @property
    def holding(self) -> tuple[Outcome, ...]:
        """What holds it back: critical expectations that do not hold and that nobody accepted."""
        passed = {one.expectation for one in self.accepted}
        return tuple(one for one in _failing(self.expectations) if one.name not in passed)

    @property
    def blocks(self) -> bool:
        """Whether anything holds it back. Every gate asks this, and nothing else."""
        return bool(self.holding)

    @property
    def of(self) -> dict[str, Any]:
        """What it is a verdict of."""
        return self.model_dump(include={"table", "term", "fingerprint", "compared", "suite"})

    @model_validator(mode="after")
    def follows_from_expectations(self) -> Self:
        """The outcome is the one that the expectations make."""
        if self.outcome != outcome_of(self.expectations):
            raise ValueError("the outcome does not follow from the expectations")
        return self


def outcome_of(expectations: tuple[Outcome, ...]) -> Result:
    """`failed` where a critical expectation does not hold, `warned` where another does not."""
    if _failing(expectations):
        return "failed"
    return "passed" if all(one.passed for one in expectations) else "warned"


def _failing(expectations: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    return tuple(one for one in expectations if one.severity == "critical" and not one.passed)


def verdict_path(
    home: Home, suite: Suite, term: str, fingerprint: str, compared: Mapping[str, str]
) -> Path:
    """`verdicts/<table>/<fingerprint>-<suite>.json`.

    `<fingerprint>` is the content's own and, after a hyphen, a hash of the term and of all that it
    is compared with: the same file beside another roster has another verdict.
    """
    key = text_sha256({"term": term, "compared": dict(compared)})[:KEY_DIGITS]
    return home.verdicts / suite.table / f"{fingerprint}-{key}-{suite.fingerprint}.json"


def find(
    home: Home, suite: Suite, term: str, fingerprint: str, compared: Mapping[str, str]
) -> Verdict | None:
    """The verdict of exactly this suite on exactly this content, or None.

    None also where the file is damaged, was edited or forged, is about something else than its
    name says, or holds a critical expectation that could not be judged; a warning so is one that
    did not pass. What a person has accepted of it comes with it.
    """
    path = verdict_path(home, suite, term, fingerprint, compared)
    verdict = _stored(home, suite, path)
    of = (term, fingerprint, dict(compared))
    if verdict is None or (verdict.term, verdict.fingerprint, verdict.compared) != of:
        return None
    return verdict


def has_ever_passed(home: Home, suite: Suite, term: str, fingerprint: str) -> bool:
    """Whether this suite ever let exactly this content pass, whatever it was then compared with."""
    kept = (home.verdicts / suite.table).glob(f"{fingerprint}-*-{suite.fingerprint}.json")
    verdicts = (_stored(home, suite, path) for path in kept)
    return any(
        one is not None and (one.term, one.fingerprint) == (term, fingerprint) and not one.blocks
        for one in verdicts
    )


def _stored(home: Home, suite: Suite, path: Path) -> Verdict | None:
    """The verdict of this suite in a file, if it is to be believed and judged all that blocks."""
    verdict = _believed(read_sealed(home, path))
    if verdict is None or (verdict.table, verdict.suite) != (suite.table, suite.fingerprint):
        return None
    declared = [(one.name, one.severity) for one in suite.expectations]
    if [(one.name, one.severity) for one in verdict.expectations] != declared:
        return None
    blocking = (one for one in verdict.expectations if one.severity == "critical")
    return with_accepted(home, suite, verdict) if all(one.judged for one in blocking) else None


def with_accepted(home: Home, suite: Suite, verdict: Verdict) -> Verdict:
    """The verdict with what a person has accepted of it, so far as that is believed."""
    path = _path(home, suite, verdict)
    accepted = find_accepted(home, path, verdict.of, acceptable(suite, verdict))
    return verdict.model_copy(update={ACCEPTED: accepted})


def acceptable(suite: Suite, verdict: Verdict) -> set[str]:
    """The expectations that failed, were judged, and that the suite leaves to a person."""
    left = {one.name for one in suite.expectations if one.a_person_may_judge}
    return {one.name for one in _failing(verdict.expectations) if one.judged and one.name in left}


def accept(home: Home, suite: Suite, verdict: Verdict, acceptance: Acceptance) -> Verdict:
    """Keep a person's word on one failing expectation beside the verdict, which stays as it is.

    Raises ValueError, as a sentence, for one that did not fail or that no person may judge.
    """
    if acceptance.expectation not in acceptable(suite, verdict):
        raise ValueError(
            f"{verdict.table}, {verdict.term}: {acceptance.expectation} did not fail, or is none "
            "that a person may judge."
        )
    standing = with_accepted(home, suite, verdict).accepted
    others = tuple(one for one in standing if one.expectation != acceptance.expectation)
    keep_accepted(home, _path(home, suite, verdict), verdict.of, (*others, acceptance))
    return with_accepted(home, suite, verdict)


def keep(home: Home, suite: Suite, verdict: Verdict) -> Path:
    """Write a verdict where `find` looks for it, whole or not at all; return the path."""
    path = _path(home, suite, verdict)
    write_sealed(home, path, verdict.model_dump(mode="json", exclude={ACCEPTED}))
    return path


def _path(home: Home, suite: Suite, verdict: Verdict) -> Path:
    return verdict_path(home, suite, verdict.term, verdict.fingerprint, verdict.compared)


def _believed(body: dict[str, Any] | None) -> Verdict | None:
    """The verdict of a sealed document, if it is one."""
    if body is None or ACCEPTED in body:
        return None
    try:
        return Verdict.model_validate(body)
    except ValueError:
        return None
