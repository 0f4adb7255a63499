"""What does not hold of a partition or a mart's term, as the validation page tells it."""

from __future__ import annotations

from dataclasses import dataclass

from expectations.verdicts import Verdict
from orchestration.reading.accounts import Account
from orchestration.reading.templates import ALL_TERMS


@dataclass(frozen=True)
class Unmet:
    """An expectation that does not hold; `state` is `held`, where it holds back, or `warned`.

    `files` are the partition's, below the data home, in the order in which `observed` numbers
    them; a mart has none. No values of rows.
    """

    place: str
    expectation: str
    state: str
    observed: str
    expected: str
    rows: int
    files: tuple[str, ...]
    means: str
    why: str
    do: str


def unmet(verdict: Verdict, account: Account | None = None) -> list[Unmet]:
    """Every expectation of a verdict that does not hold, in the suite's order."""
    return [
        Unmet(
            place=f"{verdict.table.removeprefix('raw_')}, {verdict.term}",
            expectation=one.name,
            state="held" if one.severity == "critical" else "warned",
            observed=one.observed,
            expected=one.expected,
            rows=one.rows,
            files=_files(account),
            means=one.means,
            why=one.why,
            do=one.do,
        )
        for one in verdict.expectations
        if not one.passed
    ]


def _files(account: Account | None) -> tuple[str, ...]:
    if account is None:
        return ()
    folder = "/".join(one for one in (account.source, account.term) if one != ALL_TERMS)
    return tuple(f"landing/{folder}/{one.file}" for one in account.files)
