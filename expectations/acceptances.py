"""Acceptances: a person's word that a verdict's failing expectation may pass, kept beside it.

    verdicts/<table>/<fingerprint>-<key>-<suite>.json            what the suite said; never edited
    verdicts/<table>/<fingerprint>-<key>-<suite>.accepted.json   who judged otherwise, and why

An acceptance bears its verdict's whole name, so it is about exactly that content, beside exactly
what it was compared with, by exactly that suite. When any of these moves on there is another
verdict, which has no acceptance: nothing has to expire. It is sealed with the home's key, as the
verdict is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

from expectations.sealed import read_sealed, write_sealed
from orchestration.settings import Home

Said = Annotated[str, StringConstraints(min_length=1, pattern=r"\S")]


class Acceptance(BaseModel):
    """One expectation that a person lets pass: who, why, and on which day."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    expectation: Said
    by: Said
    because: Said
    on: date


def acceptances_path(verdict: Path) -> Path:
    """Where the acceptances of the verdict in a file stand."""
    return verdict.with_name(f"{verdict.stem}.accepted.json")


def find_accepted(
    home: Home, verdict: Path, of: Mapping[str, Any], acceptable: Collection[str]
) -> tuple[Acceptance, ...]:
    """The acceptances beside a verdict's file, in the order in which they were made, or none.

    `of` says what the verdict is of, `acceptable` which of its expectations may be accepted. A
    file that is damaged, was edited or forged, is of something else than its name says, or accepts
    what nobody may is believed in nothing.
    """
    body = read_sealed(home, acceptances_path(verdict)) or {}
    try:
        accepted = tuple(Acceptance.model_validate(one) for one in body["accepted"])
    except (ValueError, KeyError, TypeError):
        return ()
    names = [one.expectation for one in accepted]
    is_sound = set(names) <= set(acceptable) and len(set(names)) == len(names)
    return accepted if body == _body(of, accepted) and is_sound else ()


def keep_accepted(
    home: Home, verdict: Path, of: Mapping[str, Any], accepted: Sequence[Acceptance]
) -> Path:
    """Write acceptances where `find_accepted` looks for them, whole or not at all."""
    path = acceptances_path(verdict)
    write_sealed(home, path, _body(of, accepted))
    return path


def _body(of: Mapping[str, Any], accepted: Sequence[Acceptance]) -> dict[str, Any]:
    return {**of, "accepted": [one.model_dump(mode="json") for one in accepted]}
