"""Which contract a file fits: by its header alone, and never by a guess between two.

The order of its columns, their spacing and their case are no matter: see `headers`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from orchestration.reading.chunks import Reader
from orchestration.reading.contracts import Contract
from orchestration.reading.errors import FileRefused, WrongFormat
from orchestration.reading.headers import plain_name, renamed
from orchestration.reading.reads import Reads


@dataclass(frozen=True)
class Distance:
    """How far a file is from fitting a contract: the required columns that it lacks.

    `refused` is the sentence by which the contract's reader refuses it; then there is no `reader`.
    `is_other` says that it does since the file is of another format.
    """

    contract: Contract
    reader: Reader | None
    missing: tuple[str, ...]
    refused: str | None
    is_other: bool = False

    @property
    def fits(self) -> bool:
        """Whether it has all that the contract requires."""
        return self.reader is not None and not self.missing


def distances(contracts: Sequence[Contract], opened: Callable[[Reads], Reader]) -> list[Distance]:
    """How far a file is from each contract, the nearest first; those that cannot open it last."""
    readers: dict[Reads, Reader | FileRefused] = {}
    found = []
    for contract in contracts:
        if contract.reads not in readers:
            readers[contract.reads] = _try(opened, contract.reads)
        opened_as = readers[contract.reads]
        if isinstance(opened_as, FileRefused):
            other = isinstance(opened_as, WrongFormat)
            found.append(Distance(contract, None, (), str(opened_as), other))
            continue
        reader = renamed(opened_as, contract.known_columns)
        missing = tuple(name for name in contract.required_columns if name not in reader.header)
        if not missing and not set(contract.columns) & set(reader.header):
            missing = contract.columns  # of a contract that requires none, some have to be there
        found.append(Distance(contract, reader, missing, None))
    return sorted(found, key=lambda one: (one.reader is None, len(one.missing), one.contract.name))


def fitting_contract(
    contracts: Sequence[Contract], opened: Callable[[Reads], Reader]
) -> tuple[Contract, Reader]:
    """The contract whose required columns the file has, and the file opened by it.

    Of two that fit, one that requires all the columns of the other and more is the more specific,
    and is taken. Raises FileRefused, as a sentence, where none fits or two do; the header itself
    is not repeated, since a file without one has a row of data in its place.
    """
    found = distances(contracts, opened)
    fits = [(one.contract, one.reader) for one in found if one.reader is not None and one.fits]
    if not fits:
        raise _refusal(found)
    specific = [one for one in fits if not any(_more_specific(other[0], one[0]) for other in fits)]
    if len(specific) > 1:
        names = " and ".join(contract.name for contract, _ in specific)
        raise FileRefused(
            f"it fits the contracts {names}, and which one is meant cannot be told from its "
            "columns: remove one of them, or let one require a column that the other lacks."
        )
    return specific[0]


def _try(opened: Callable[[Reads], Reader], reads: Reads) -> Reader | FileRefused:
    try:
        return opened(reads)
    except FileRefused as refusal:
        return refusal


def _more_specific(one: Contract, other: Contract) -> bool:
    """Whether one asks of the file itself all that the other does and more."""
    own, others = (
        {plain_name(name) for name in each.required_columns if name not in each.reads.made}
        for each in (one, other)
    )
    return own > others


def _refusal(found: Sequence[Distance]) -> FileRefused:
    for one in found:
        if one.missing:
            columns = "column" if len(one.missing) == 1 else "columns"
            return FileRefused(
                f"no contract fits its header: the nearest, {one.contract.name}, needs the "
                f"{columns} {', '.join(one.missing)}. Export it with them, or write a contract for "
                "this format."
            )
    refused = [one for one in found if one.refused is not None]
    for one in sorted(refused, key=lambda one: one.is_other):
        return FileRefused(str(one.refused))
    return FileRefused("there is no contract for its source: write one in contracts/.")
