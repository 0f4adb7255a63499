"""Acceptances: a person's word that a verdict's failing expectation may pass, kept beside it.

    verdicts/<table>/<fingerprint>-<key>-<suite>.json            what the suite said; never edited
    verdicts/<table>/<fingerprint>-<key>-<suite>.accepted.json   who judged otherwise, and why

An acceptance bears its verdict's whole name, so it is about exactly that content, beside exactly
what it was compared with, by exactly that suite. When any of these moves on there is another
verdict, which has no acceptance: nothing has to expire. It is sealed with the home's key, as the
verdict is.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

from orchestration.reading.accounts import write_atomically
from orchestration.reading.pseudonyms import Key

GROUP_READABLE_FILE = 0o640
SEAL = "seal"
"""What a file has beside what it says."""

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
    verdict: Path, of: Mapping[str, Any], acceptable: Collection[str], key: Key
) -> tuple[Acceptance, ...]:
    """The acceptances beside a verdict's file, in the order in which they were made, or none.

    `of` says what the verdict is of, `acceptable` which of its expectations may be accepted. A
    file that is damaged, was edited or forged, is of something else than its name says, or accepts
    what nobody may is believed in nothing.
    """
    try:
        stored = json.loads(acceptances_path(verdict).read_text(encoding="utf-8"))
        body = {name: value for name, value in stored.items() if name != SEAL}
        accepted = tuple(Acceptance.model_validate(one) for one in body["accepted"])
    except (FileNotFoundError, ValueError, AttributeError, KeyError, TypeError):
        return ()
    names = [one.expectation for one in accepted]
    is_of_it = body == _body(of, accepted) and stored.get(SEAL) == key.seal(body)
    is_sound = set(names) <= set(acceptable) and len(set(names)) == len(names)
    return accepted if is_of_it and is_sound else ()


def keep_accepted(
    verdict: Path, of: Mapping[str, Any], accepted: Sequence[Acceptance], key: Key
) -> Path:
    """Write acceptances where `find_accepted` looks for them, whole or not at all."""
    path = acceptances_path(verdict)
    body = _body(of, accepted)
    document = {**body, SEAL: key.seal(body)}
    text = json.dumps(document, indent=1, ensure_ascii=False)
    write_atomically(path, text.encode(), mode=GROUP_READABLE_FILE)
    return path


def _body(of: Mapping[str, Any], accepted: Sequence[Acceptance]) -> dict[str, Any]:
    return {**of, "accepted": [one.model_dump(mode="json") for one in accepted]}
