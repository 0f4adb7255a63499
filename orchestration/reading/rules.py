"""All that a file's rows follow from, beside its cells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import pyarrow as pa

from orchestration.reading.contract_rules import FieldRule
from orchestration.reading.contracts import ISO_DATE, ISO_TIMESTAMPS, Contract
from orchestration.reading.errors import FileRefused
from orchestration.reading.matches import Matches
from orchestration.reading.pseudonyms import Key
from orchestration.reading.templates import TemplateField


@dataclass(frozen=True)
class TermDates:
    """A term by name, and the days it spans, both included; None for the term `all`."""

    term: str
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class DateOrder:
    """By which of several formats a file's column is read, and those that it is not read by.

    `declared` is where the contract has them.
    """

    column: str
    declared: str
    meant: str
    others: tuple[str, ...]


@dataclass(frozen=True)
class Rules:
    """A contract, and what it refers to.

    What a file tells of itself, see `whole_file`: `repeated` has, by column, the values that stand
    on several of its rows, and `orders` how its times are written where that was open.
    """

    contract: Contract
    value_maps: Mapping[str, Mapping[str, str]]
    crosswalks: Mapping[str, Mapping[str, str]]
    term: TermDates
    key: Key
    erased: frozenset[str] = frozenset()
    matches: Matches = field(default_factory=Matches)
    repeated: Mapping[str, pa.StringArray] = field(default_factory=dict)
    orders: Mapping[str, DateOrder] = field(default_factory=dict)


def formats_of(stated: TemplateField, rule: FieldRule) -> tuple[str, ...]:
    """The strptime formats of a field: those declared, else ISO; none where it is no time."""
    if stated.type == "date":
        return rule.date or rule.timestamp or (ISO_DATE,)
    if stated.type == "timestamp":
        return rule.timestamp or ISO_TIMESTAMPS
    return ()


def export_time(contract: Contract, file: str) -> datetime | None:
    """When a file was exported, by its name; None where the contract declares no pattern.

    Raises FileRefused for a name that the declared pattern does not fit: without its time the
    newest-version rule would silently be another.
    """
    stamp = contract.versioned_by.file
    if stamp is None or stamp.pattern is None:
        return None
    found = re.search(stamp.pattern, file)
    for declared in stamp.timestamp if found else ():
        try:
            return datetime.strptime(str(found and found[1]), declared)
        except ValueError:
            continue
    raise FileRefused(
        f"its name carries no export time as contract {contract.name} declares it (pattern "
        f"{stamp.pattern}, written {' or '.join(stamp.timestamp)}): rename it as it was exported."
    )
