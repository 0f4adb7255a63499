"""Verdicts: what a suite said of exactly one table's content, kept where any run finds them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from expectations.declared import Severity, Suite
from orchestration.fingerprints import text_sha256
from orchestration.reading.accounts import write_atomically
from orchestration.settings import Home

GROUP_READABLE_FILE = 0o640
KEY_DIGITS = 16

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
    """What a suite said of one table's content.

    `fingerprint` is the content's own: a raw partition's file SHA-256, a mart's table fingerprint.
    `compared` has the fingerprint of everything else that the suite looked at, by name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    table: str
    term: str
    fingerprint: str
    compared: dict[str, str]
    suite: str
    outcome: Result
    expectations: tuple[Outcome, ...]

    @property
    def blocks(self) -> bool:
        """Whether a critical expectation does not hold."""
        return self.outcome == "failed"

    @model_validator(mode="after")
    def follows_from_expectations(self) -> Self:
        """The outcome is the one that the expectations make."""
        if self.outcome != outcome_of(self.expectations):
            raise ValueError("the outcome does not follow from the expectations")
        return self


def outcome_of(expectations: tuple[Outcome, ...]) -> Result:
    """`failed` where a critical expectation does not hold, `warned` where another does not."""
    broken = {one.severity for one in expectations if not one.passed}
    if "critical" in broken:
        return "failed"
    return "warned" if broken else "passed"


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

    None also where the file is damaged, was edited, is about something else than its name says,
    or holds a critical expectation that could not be judged; a warning so is one that did not pass.
    """
    path = verdict_path(home, suite, term, fingerprint, compared)
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    verdict = _believed(stored)
    if verdict is None:
        return None
    found = (verdict.table, verdict.term, verdict.fingerprint, verdict.compared, verdict.suite)
    if found != (suite.table, term, fingerprint, dict(compared), suite.fingerprint):
        return None
    declared = [(one.name, one.severity) for one in suite.expectations]
    if [(one.name, one.severity) for one in verdict.expectations] != declared:
        return None
    blocking = (one for one in verdict.expectations if one.severity == "critical")
    return verdict if all(one.judged for one in blocking) else None


def keep(home: Home, suite: Suite, verdict: Verdict) -> Path:
    """Write a verdict where `find` looks for it, whole or not at all; return the path."""
    path = verdict_path(home, suite, verdict.term, verdict.fingerprint, verdict.compared)
    body = verdict.model_dump(mode="json")
    document = json.dumps({**body, "checksum": text_sha256(body)}, indent=1, ensure_ascii=False)
    write_atomically(path, document.encode(), mode=GROUP_READABLE_FILE)
    return path


def _believed(stored: Any) -> Verdict | None:
    """The verdict of a stored document, if it is whole and its checksum is its body's."""
    if not isinstance(stored, dict):
        return None
    body = {name: value for name, value in stored.items() if name != "checksum"}
    if stored.get("checksum") != text_sha256(body):
        return None
    try:
        return Verdict.model_validate(body)
    except ValueError:
        return None
