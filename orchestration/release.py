"""The second gate: what may become current, and which terms may be published.

Release only looks verdicts up, by the content that they judged, so that materialising the report
alone, later, by hand or in another run cannot slip past a failed, stale or missing one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from expectations.judging import find_mart_verdict
from expectations.verdicts import Verdict
from orchestration.admission import Admission
from orchestration.building import Build
from orchestration.reading.templates import ALL_TERMS, templates
from orchestration.registry import Registry
from orchestration.settings import Home
from orchestration.warehouse import Input, last_inputs, read_only

GATED_MARTS: Mapping[str, tuple[str, ...]] = {
    "mart_adoption": ("roster", "observations"),
    "mart_instruction": (),
    "mart_unfinished_learning": (),
    "mart_student_voice": ("student_survey",),
    "mart_teacher_voice": ("teacher_survey",),
    "mart_change": (),
    "mart_support_comparison": (),
    "mart_observer_agreement": (),
    "mart_school_signals": (),
    "mart_ranked_options": (),
    "mart_survey_quality": ("student_survey", "teacher_survey"),
    "mart_professional_learning": (),
    "mart_pl_sequence": ("pl_sessions",),
    "mart_comments": (),
    "mart_coverage": ("roster",),
    "mart_row_accounting": (),
}
"""Every mart that release is gated on, and the sources that leave it no term without rows.

A mart that lost a whole term must not go unjudged in it. Ratings, comments and attendance may all
be missing from exports that are whole, and the first term has changed from nothing.
"""


@dataclass(frozen=True)
class MartJudgement:
    """The verdict on one term of a mart; None where nobody has judged exactly this content."""

    table: str
    term: str
    verdict: Verdict | None

    @property
    def blocks(self) -> str | None:
        """Why the mart may not be released, or None."""
        if self.verdict is None:
            return f"{self.table}, {self.term}: no verdict on exactly this content"
        if self.verdict.blocks:
            failed = ", ".join(one.name for one in self.verdict.holding)
            return f"{self.table}, {self.term}: failed {failed}"
        return None


def mart_terms(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """The terms that a mart is judged for, each for itself: its own and those of its sources."""
    sources = ", ".join(f"'{source}'" for source in GATED_MARTS[table]) or "''"
    return [
        row[0]
        for row in con.execute(
            f"""
            select term from {table}
            union
            select term from mart_row_accounting where source in ({sources}) and rows_used > 0
            order by term
            """
        ).fetchall()
    ]


def look_up(home: Home, database: Path) -> list[MartJudgement]:
    """The verdicts on every term of every gated mart of a build."""
    with read_only(database) as con:
        return [
            MartJudgement(table, term, find_mart_verdict(home, con, table, term))
            for table in GATED_MARTS
            for term in mart_terms(con, table)
        ]


@dataclass(frozen=True)
class TermStanding:
    """How a term stands: `published`, `due`, `early` or `waiting`, and why it waits."""

    term: str
    state: str
    because: tuple[str, ...] = ()


def standings(
    home: Home,
    registry: Registry,
    build: Build,
    unread: Iterable[tuple[str, str]],
    *,
    released: set[str],
    as_of: date,
) -> list[TermStanding]:
    """Every term with something to report, and whether it may be published now.

    `build` is what would be built now; `unread` are partitions whose landing has moved on since
    they were read. A term is due when its day has come, it has a row to report, every one of its
    partitions is admitted and built as it now lies in landing, and every mart of `current` has
    its passing verdict.
    """
    unread = set(unread)
    built = last_inputs(home.current)
    marts = [why for one in (look_up(home, home.current) if built else []) if (why := one.blocks)]
    outdated = _outdated(home, build, built)
    admission = build.admission
    result = []
    for name, term in registry.terms.items():
        keys = {key for key in {*admission.accounts, *unread} if key[1] == name}
        if name in released:
            result.append(TermStanding(name, "published"))
        elif not any(_reports(admission, key, unread) for key in keys):
            continue
        elif as_of < term.releases_on:
            result.append(
                TermStanding(name, "early", (f"may be released from {term.releases_on}",))
            )
        else:
            schools = {key for key in {*admission.accounts, *unread} if key[0] == "schools"}
            because = [
                why for key in sorted(keys | schools) for why in _why_not(admission, key, unread)
            ]
            because += _not_built(outdated, {name, ALL_TERMS}) if not because else []
            because += marts
            result.append(TermStanding(name, "waiting" if because else "due", tuple(because)))
    return result


def _reports(admission: Admission, key: tuple[str, str], unread: set[tuple[str, str]]) -> bool:
    """Whether a partition has a row that a report could be about, or may have."""
    if not templates()[key[0]].reported:
        return False
    account = admission.accounts.get(key)
    return (
        key in unread or key in admission.waiting or (account is not None and account.raw.rows > 0)
    )


def _why_not(admission: Admission, key: tuple[str, str], unread: set[tuple[str, str]]) -> list[str]:
    name = f"{key[0]}, {key[1]}"
    if key in unread:
        return [f"{name}: landing has changed since it was read"]
    if key in admission.waiting:
        failed = ", ".join(one.name for one in admission.verdicts[key].holding)
        return [f"{name}: not admitted, failed {failed}"]
    return []


def _outdated(
    home: Home, build: Build, built: Mapping[tuple[str, str], Input]
) -> set[tuple[str, str]]:
    """What the current marts do not stand on as it is now, by source and term.

    A file may come, be read, and leave the rows as they were, as one does that repeats another:
    then the account alone tells, which is printed in the report too.
    """
    now = {(one.source, one.term): one for one in build.plan.inputs}
    outdated = {key for key in {*now, *built} if now.get(key) != built.get(key)}
    if built:
        with read_only(home.current) as con:
            for table, frame in (("files", build.files), ("file_reasons", build.reasons)):
                con.register("now", frame)
                outdated |= set(
                    con.execute(
                        f"""
                        select distinct source, term from (
                            (from now except from raw.{table})
                            union all
                            (from raw.{table} except from now)
                        )
                        """
                    ).fetchall()
                )
    return outdated


def _not_built(outdated: Iterable[tuple[str, str]], terms: set[str]) -> list[str]:
    return [
        f"{source}, {term}: the released marts are of an earlier version"
        for source, term in sorted(outdated)
        if term in terms
    ]
