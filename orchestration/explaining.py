"""Why something is held back or warned of, in the words that every place shows.

The terminal, `uptake status`, the metadata of Dagster's checks and the preview all show these:
which expectation does not hold, of which file, for how many rows, what was found against what was
expected, what to do, and where a person may judge, by which command. No values of rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from expectations.acceptances import Acceptance
from expectations.suites import suite_for
from expectations.verdicts import Outcome, Verdict, acceptable
from orchestration.admission import Admission
from orchestration.counting import number_of
from orchestration.reading.accounts import Account
from orchestration.reading.templates import ALL_TERMS
from orchestration.release import MartJudgement

RAW = "raw_"
NAMED_AT_MOST = 3
"""Files that a sentence names; more are counted."""

_NUMBERED = re.compile(r"(?:^|(?<=; ))file (\d+)(?=[:,])")
"""How an outcome names a file of its partition's account: by its number, from 1."""


@dataclass(frozen=True)
class Explained:
    """An expectation that does not hold of a partition or of a mart's term, and what follows.

    `state` is `held` (it holds the table back), `accepted` (a person let it pass) or `warned`.
    `files` are paths below the data home: those that `observed` names, or else all of the
    partition; a mart has none. `refused` says why those that it names were refused whole. `rows` is
    how many rows are not as expected, 0 where it is not about rows. `accept` is the command by
    which a person may let it pass, where one may.
    """

    table: str
    term: str
    expectation: str
    severity: str
    state: str
    observed: str
    expected: str
    rows: int
    files: tuple[str, ...]
    means: str
    why: str
    do: str
    refused: tuple[str, ...] = ()
    accept: str | None = None
    accepted: Acceptance | None = None

    @property
    def place(self) -> str:
        """The partition or the mart's term: `observations, 2021-22-spring`."""
        return f"{self.table.removeprefix(RAW)}, {self.term}"

    @property
    def found(self) -> str:
        """What was found against what was expected, and of how many rows."""
        rows = f" ({number_of(self.rows, 'row')})" if self.rows else ""
        return f"{self.expectation}: found {self.observed}, expected {self.expected}{rows}"

    @property
    def judged(self) -> str | None:
        """Who let it pass and why, or by which command somebody may; None where nobody may."""
        if self.accepted is not None:
            one = self.accepted
            return f"Accepted by {one.by} on {one.on}: {one.because}"
        if self.accept is not None:
            return f"If the data is right as it is, a person may let exactly it pass: {self.accept}"
        return None

    def details(self) -> list[str]:
        """What is to be known beside what was found, a line each."""
        lines = [f"It means: {self.means} {self.why}"]
        if self.files:
            lines.append(f"Files: {_listed(self.files)}")
        lines += [f"Refused: {why}" for why in self.refused]
        lines.append(f"What to do: {self.do}")
        return [*lines, *([self.judged] if self.judged else [])]

    def as_object(self) -> dict[str, Any]:
        """The same for programs."""
        accepted = self.accepted.model_dump(mode="json") if self.accepted else None
        return {**asdict(self), "accepted": accepted}


def explain(verdict: Verdict, account: Account | None = None) -> list[Explained]:
    """Every expectation of a verdict that does not hold, those that hold it back first.

    `account` is the partition's, by which files are named; a mart has none.
    """
    holding = {one.name for one in verdict.holding}
    accepted = {one.expectation: one for one in verdict.accepted}
    left = acceptable(suite_for(verdict.table), verdict)
    broken = [one for one in verdict.expectations if not one.passed]
    explained = []
    for one in sorted(broken, key=lambda one: (one.name not in holding, one.name not in accepted)):
        numbers = _numbers(one)
        is_held = one.name in holding
        explained.append(
            Explained(
                table=verdict.table,
                term=verdict.term,
                expectation=one.name,
                severity=one.severity,
                state="held" if is_held else "accepted" if one.name in accepted else "warned",
                observed=_NUMBERED.sub(lambda at: _name(account, int(at[1])), one.observed),
                expected=one.expected,
                rows=one.rows,
                files=_paths(account, numbers),
                means=one.means,
                why=one.why,
                do=one.do,
                refused=_refused(account, numbers),
                accept=_command(one.name, verdict.term) if is_held and one.name in left else None,
                accepted=accepted.get(one.name),
            )
        )
    return explained


def explain_admission(admission: Admission) -> list[Explained]:
    """Every expectation that does not hold of a partition as it has been read."""
    return [
        one
        for key, verdict in sorted(admission.verdicts.items())
        for one in explain(verdict, admission.accounts.get(key))
    ]


def explain_marts(judgements: Iterable[MartJudgement]) -> list[Explained]:
    """Every expectation that does not hold of a mart's term, where it has been judged."""
    return [one for at in judgements if at.verdict is not None for one in explain(at.verdict)]


def held_sentence(one: Explained) -> str:
    """What holds a partition or a mart back: a sentence, and its details on lines of their own."""
    gate = "admitted" if one.table.startswith(RAW) else "released"
    lines = [f"{one.place} is not {gate}. {one.found}.", *one.details()]
    return "\n    ".join(lines)


def as_markdown(explained: Sequence[Explained]) -> str:
    """A table, as Dagster shows metadata."""
    if not explained:
        return "Every expectation holds."
    head = (
        "term", "expectation", "severity", "state", "found", "expected", "rows", "files",
        "what it means", "what to do", "judgement",
    )  # fmt: skip
    rows = [
        (
            one.term, one.expectation, one.severity, one.state, one.observed, one.expected,
            f"{one.rows:,}", _listed(one.files), one.means, one.do, one.judged or "",
        )
        for one in explained
    ]  # fmt: skip
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in lines)


def _command(expectation: str, term: str) -> str:
    """Schools are of no term: they are accepted where no term is named."""
    of = "" if term == ALL_TERMS else f" --term {term}"
    return f'uptake run --accept {expectation}{of} --because "…" --by NAME'


def _numbers(outcome: Outcome) -> list[int]:
    """The files that an outcome names, each once."""
    return list(dict.fromkeys(int(at) for at in _NUMBERED.findall(outcome.observed)))


def _paths(account: Account | None, numbers: Sequence[int]) -> tuple[str, ...]:
    if account is None:
        return ()
    folder = "/".join(one for one in (account.source, account.term) if one != ALL_TERMS)
    named = numbers or range(1, len(account.files) + 1)
    return tuple(f"landing/{folder}/{_name(account, at)}" for at in named)


def _refused(account: Account | None, numbers: Sequence[int]) -> tuple[str, ...]:
    files = account.files if account is not None else ()
    named = (files[at - 1].refused for at in numbers if at <= len(files))
    return tuple(why for why in named if why is not None)


def _name(account: Account | None, number: int) -> str:
    """A file's name, so that it does nothing to a terminal; its number where it has none."""
    if account is None or not 1 <= number <= len(account.files):
        return f"file {number}"
    name = account.files[number - 1].file
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in name)


def _listed(files: Sequence[str]) -> str:
    more = len(files) - NAMED_AT_MOST
    return ", ".join(files[:NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
