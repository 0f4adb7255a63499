"""The first gate: a raw partition enters a build only with a passing verdict.

Until it has one its last admitted version stands, or it is absent, and the other terms go on. What
only another suite let in does not stand against this one.
Schools are judged first, then the roster, then the rest, each against what is admitted by then.
Admission finds a verdict or computes it; asset checks report that same one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from expectations.frames import Partition
from expectations.judging import raw_verdict
from expectations.suites import suite_for
from expectations.verdicts import Verdict, has_ever_passed
from orchestration.fingerprints import file_sha256
from orchestration.reading.accounts import Account
from orchestration.reading.templates import ALL_TERMS, templates
from orchestration.registry import Registry
from orchestration.settings import Home
from orchestration.warehouse import Input, last_inputs


@dataclass(frozen=True)
class Admission:
    """What may enter a build: the inputs by (source, term), every verdict, and who waits.

    `verdicts` holds the verdict on each partition as it now lies in landing. A partition of
    `waiting` is represented by its last admitted version in `inputs`, or by nothing.
    """

    inputs: Mapping[tuple[str, str], Input]
    verdicts: Mapping[tuple[str, str], Verdict]
    accounts: Mapping[tuple[str, str], Account]
    waiting: frozenset[tuple[str, str]] = field(default_factory=frozenset)

    def admits(self, account: Account) -> bool:
        """Whether what a partition's account is of enters a build, newly admitted or standing."""
        one = self.inputs.get((account.source, account.term))
        return one is not None and one.fingerprint == account.raw.sha256


def admit(home: Home, registry: Registry, read: list[Account]) -> Admission:
    """Judge every partition that has been read, in the order in which they rest on each other."""
    last = last_inputs(home.unreleased)
    accounts = {(one.source, one.term): one for one in read}
    inputs: dict[tuple[str, str], Input] = {}
    verdicts: dict[tuple[str, str], Verdict] = {}
    waiting: set[tuple[str, str]] = set()
    order = {source: place for place, source in enumerate(templates())}
    terms = {term: place for place, term in enumerate(registry.terms)}
    for key in sorted(accounts, key=lambda key: (order[key[0]], terms.get(key[1], -1))):
        account = accounts[key]
        verdict = raw_verdict(
            home,
            Partition(*key, home.root / account.raw.path, json.loads(account.model_dump_json())),
            _compared(home, registry, inputs, key),
            registry,
        )
        verdicts[key] = verdict
        if not verdict.blocks:
            inputs[key] = Input(*key, account.raw.sha256, account.raw.path)
            continue
        waiting.add(key)
        if key in last and _stands(home, last[key]):
            inputs[key] = last[key]
    return Admission(inputs, verdicts, accounts, frozenset(waiting))


def _compared(
    home: Home,
    registry: Registry,
    admitted: Mapping[tuple[str, str], Input],
    key: tuple[str, str],
) -> dict[str, tuple[str, Path]]:
    source, term = key
    others: dict[str, tuple[str, str]] = {}
    if source != "schools":
        others["schools"] = ("schools", ALL_TERMS)
        others["last_year"] = (source, _a_year_before(registry, term))
    if source not in ("schools", "roster"):
        others["roster"] = ("roster", term)
    if source == "pl_attendance":
        others["pl_sessions"] = ("pl_sessions", term)
    return {
        name: (admitted[other].fingerprint, home.root / str(admitted[other].path))
        for name, other in others.items()
        if other in admitted
    }


def _a_year_before(registry: Registry, term: str) -> str:
    now = registry.terms[term]
    earlier = [
        one.term
        for one in registry.terms.values()
        if one.season == now.season and one.starts_on.year == now.starts_on.year - 1
    ]
    return earlier[0] if earlier else ""


def _stands(home: Home, one: Input) -> bool:
    """Whether the version of the last build is still there, and today's suite ever let it pass."""
    path = home.root / str(one.path)
    return (
        path.is_file()
        and file_sha256(path) == one.fingerprint
        and has_ever_passed(home, suite_for(f"raw_{one.source}"), one.term, one.fingerprint)
    )
