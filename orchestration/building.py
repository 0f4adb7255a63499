"""One build: the inputs that admission lets in, laid out for dbt, and what becomes of the copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from orchestration import warehouse
from orchestration.admission import Admission, admit
from orchestration.erasure import ERASED, clear_away, list_as_input, takes_leave
from orchestration.fingerprints import text_sha256
from orchestration.reading.accounts import Account, FileAccount
from orchestration.reading.store import empty_raw
from orchestration.reading.templates import ALL_TERMS, templates
from orchestration.registry.landed import land
from orchestration.settings import Home
from orchestration.site import Site
from orchestration.warehouse import NO_TERM, Input, Plan


@dataclass(frozen=True)
class Build:
    """What the next build would be, and whether anything has to be built for it."""

    site: Site
    admission: Admission
    plan: Plan
    files: pd.DataFrame
    reasons: pd.DataFrame
    from_scratch: bool
    geography_as_of: date | None = None

    @property
    def is_needed(self) -> bool:
        """Whether the last complete build was made from anything else."""
        return bool(self.plan.changed)

    def prepare(self) -> Path:
        """Lay the copy out for dbt; return its path.

        What earlier builds left for a look goes first where people have been erased since.
        """
        if ERASED in self.plan.changed:
            clear_away(self.site.home)
        sources = sorted({one.source for one in self.plan.inputs if one.path is not None})
        return warehouse.prepare(
            self.site.home,
            self.plan,
            files=self.files,
            reasons=self.reasons,
            sources=sources,
            from_scratch=self.from_scratch,
            geography_as_of=self.geography_as_of,
        )


def next_build(site: Site) -> Build:
    """Admit what may enter, and compare it with what the last complete build was made from."""
    home = site.home
    admission = admit(home, site.registry, site.accounts())
    files, reasons = _account_frames(admission)
    inputs = [
        *admission.inputs.values(),
        *land(home, site.registry),
        *_absent(home, admission),
        *list_as_input(site.registry),
        Input("dbt_project", ALL_TERMS, warehouse.project_fingerprint()),
        # views name raw files by where the home is: one that has moved is built again
        Input("home", NO_TERM, text_sha256(str(home.root))),
        Input(
            "accounts",
            NO_TERM,
            text_sha256([files.to_dict("records"), reasons.to_dict("records")]),
        ),
    ]
    plan = warehouse.plan(home, inputs)
    if takes_leave(home, inputs, site.registry.erased):
        plan = replace(plan, changed=plan.changed | {ERASED})
    return Build(
        site,
        admission,
        plan,
        files,
        reasons,
        # neither another project's tables nor erased people's rows may live on in the copy
        from_scratch=not plan.changed.isdisjoint({("dbt_project", ALL_TERMS), ERASED}),
    )


@contextmanager
def discarded_unless_complete(home: Home, into: Path | None = None) -> Iterator[Callable[[], None]]:
    """Set the copy aside as `failed.duckdb`, unless the function it yields has been called.

    Calling it makes the copy `marts/unreleased.duckdb`, or `into`.
    """
    done = []

    def completed() -> None:
        warehouse.complete(home, into)
        done.append(True)

    try:
        yield completed
    finally:
        if not done:
            warehouse.set_failed_aside(home)


def _absent(home: Home, admission: Admission) -> list[Input]:
    """A typed empty table for each source of which nothing is admitted."""
    present = {source for source, _ in admission.inputs}
    absent = []
    for source in templates():
        if source not in present:
            path = empty_raw(home, source)
            relative = str(path.relative_to(home.root))
            absent.append(Input(source, NO_TERM, "empty", relative))
    return absent


def _account_frames(admission: Admission) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The accounts as frames: one row a file, and one a file and reason."""
    files, reasons = [], []
    for account in admission.accounts.values():
        for one in account.files:
            place = {"source": account.source, "term": account.term, "file": one.file}
            files.append({**place, **_counts(account, admission, one)})
            reasons += [
                {**place, "reason": reason, "reason_rows": rows}
                for reason, rows in sorted(one.reasons.items())
            ]
    columns = ["source", "term", "file", "sha256", "contract", "is_admitted", *_ROWS]
    types = dict.fromkeys(columns[:5], "str") | {"is_admitted": "bool"}
    return (
        pd.DataFrame(files, columns=columns).astype(types | dict.fromkeys(_ROWS, "int64")),
        pd.DataFrame(reasons, columns=["source", "term", "file", "reason", "reason_rows"]).astype(
            dict.fromkeys(["source", "term", "file", "reason"], "str") | {"reason_rows": "int64"}
        ),
    )


_ROWS = ("rows_read", "rows_accepted", "rows_quarantined", "rows_superseded", "rows_erased")


def _counts(account: Account, admission: Admission, one: FileAccount) -> dict[str, Any]:
    counted = one.model_dump(mode="json")
    return {
        "sha256": counted["sha256"],
        "contract": counted["contract"],
        "is_admitted": admission.admits(account),
        **{name: counted[name] for name in _ROWS},
    }
