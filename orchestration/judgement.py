"""`uptake run --accept`: a person lets pass what the suites leave to one, on exactly this data.

    what now fails ── named, may be judged, read as it lies in landing ── kept beside its verdict

What is accepted is what was found: the same figures of the same data. It is recorded before the run
goes on, so that a run that is killed after it finds it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from expectations.acceptances import Acceptance
from expectations.suites import SUITES, suite_for
from expectations.verdicts import Outcome, Verdict, acceptable
from expectations.verdicts import accept as keep
from orchestration.admission import admit
from orchestration.explaining import RAW
from orchestration.locks import stage
from orchestration.release import look_up
from orchestration.site import Site

Key = tuple[str, str, str]
"""A table, a term and an expectation."""


class NotAccepted(ValueError):
    """Something that cannot be accepted, as a sentence; nothing was."""


@dataclass(frozen=True)
class Judgement:
    """What a person lets pass, by its names; why, who, and on which day."""

    expectations: tuple[str, ...]
    because: str
    by: str
    on: date


def judgement(
    expectations: Sequence[str], because: str | None, by: str | None, on: date
) -> Judgement | None:
    """What was asked for, or None where nothing was. Raises NotAccepted for half of it."""
    why, who = (" ".join((words or "").split()) for words in (because, by))
    if not expectations:
        if because is None and by is None:
            return None
        raise NotAccepted(
            "--because and --by say why and by whom something is accepted: name it with --accept. "
            "The reason for a correction goes with --correct."
        )
    if not why or not who:
        raise NotAccepted(
            "--accept needs --because and --by, in words: why the data may pass and who says so is "
            "printed in the report. Nothing was accepted."
        )
    return Judgement(tuple(dict.fromkeys(expectations)), why, who, on)


def accept(site: Site, judged: Judgement, terms: Collection[str]) -> tuple[str, ...]:
    """Keep an acceptance beside every verdict that such an expectation holds back; say which.

    `terms`: only in these; in all where none is named. All names are accepted, or nothing is:
    raises NotAccepted for an expectation that is none, that no person may judge, that nothing
    fails on, or that fails on what has not been read as it now lies in landing.
    """
    for name in judged.expectations:
        _refuse_what_nobody_may_judge(name)
    with stage(site.home, "accept what a person has judged"):
        seen = _seen(site, judged, terms)
        said: dict[Key, str] = {}
        # who is admitted changes what others are compared with: they have new verdicts then, which
        # the same word covers where what was found is the same
        while held := [
            (verdict, outcome)
            for verdict, outcome in _failing(site, judged.expectations)
            if outcome in verdict.holding and seen.get(_key(verdict, outcome)) == outcome
        ]:
            for verdict, outcome in held:
                acceptance = Acceptance(
                    expectation=outcome.name, by=judged.by, because=judged.because, on=judged.on
                )
                keep(site.home, suite_for(verdict.table), verdict, acceptance)
                said[_key(verdict, outcome)] = _accepted(verdict, outcome, acceptance)
    return tuple(said[key] for key in sorted(said))


def _refuse_what_nobody_may_judge(name: str) -> None:
    declared = [one for suite in SUITES.values() for one in suite.expectations if one.name == name]
    if not declared:
        known = sorted({one.name for suite in SUITES.values() for one in suite.expectations})
        near = get_close_matches(name, known, n=1)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise NotAccepted(
            f"No expectation is called {name}: `uptake status` names those that do not hold.{meant}"
            " Nothing was accepted."
        )
    if any(one.a_person_may_judge for one in declared):
        return
    critical = [one for one in declared if one.severity == "critical"]
    if not critical:
        raise NotAccepted(
            f"{name} is a warning: it holds nothing back and needs nobody's word. Nothing was "
            "accepted."
        )
    raise NotAccepted(
        f"{name} is not left to a person: it is no question of what is plausible, and no knowledge "
        f"of the district makes it right. {critical[0].why} {critical[0].do} Nothing was accepted."
    )


def _seen(site: Site, judged: Judgement, terms: Collection[str]) -> dict[Key, Outcome]:
    """What was found, of which a person may have been told, by table, term and expectation."""
    found: dict[Key, Outcome] = {}
    moved_on: dict[str, str] = {}
    for verdict, outcome in _failing(site, judged.expectations):
        if terms and verdict.term not in terms:
            continue
        if outcome in verdict.holding and _has_moved_on(site, verdict):
            moved_on[outcome.name] = f"{verdict.table.removeprefix(RAW)}, {verdict.term}"
        else:
            found[_key(verdict, outcome)] = outcome
    names = {name for _, _, name in found}
    for name in judged.expectations:
        if name in moved_on:
            raise NotAccepted(
                f"{moved_on[name]} has changed in landing since {name} judged it: `uptake run` "
                "first, and look at what it finds now. Nothing was accepted."
            )
        if name not in names:
            where = f" in {', '.join(sorted(terms))}" if terms else ""
            raise NotAccepted(
                f"{name} does not hold anything back{where}: there is nothing to accept. `uptake "
                "status` says what does not hold."
            )
    return found


def _failing(site: Site, names: Collection[str]) -> Iterator[tuple[Verdict, Outcome]]:
    """Verdicts as the gates now see them, with what failed of these names and may be judged."""
    home = site.home
    verdicts = list(admit(home, site.registry, site.accounts()).verdicts.values())
    if home.unreleased.is_file():
        verdicts += [one.verdict for one in look_up(home, home.unreleased) if one.verdict]
    for verdict in verdicts:
        left = acceptable(suite_for(verdict.table), verdict)
        for outcome in verdict.expectations:
            if outcome.name in names and outcome.name in left:
                yield verdict, outcome


def _has_moved_on(site: Site, verdict: Verdict) -> bool:
    is_raw = verdict.table.startswith(RAW)
    return is_raw and site.needs_reading(verdict.table.removeprefix(RAW), verdict.term)


def _key(verdict: Verdict, outcome: Outcome) -> Key:
    return verdict.table, verdict.term, outcome.name


def _accepted(verdict: Verdict, outcome: Outcome, one: Acceptance) -> str:
    place = f"{verdict.table.removeprefix(RAW)}, {verdict.term}"
    return (
        f"Accepted {outcome.name} of {place}, which found {outcome.observed} and expected "
        f"{outcome.expected}, by {one.by}: {one.because}"
    )
