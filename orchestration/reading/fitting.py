"""Which contract a file fits: by its header alone, and never by a guess between two.

The order of its columns, their spacing and their case are no matter: see `headers`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from orchestration.reading.chunks import Reader
from orchestration.reading.contracts import Contract
from orchestration.reading.errors import FileRefused
from orchestration.reading.headers import plain_name, renamed
from orchestration.reading.reads import Reads


def fitting_contract(
    contracts: Sequence[Contract], opened: Callable[[Reads], Reader]
) -> tuple[Contract, Reader]:
    """The contract whose required columns the file has, and the file opened by it.

    Of two that fit, one that requires all the columns of the other and more is the more specific,
    and is taken. Raises FileRefused, as a sentence, where none fits or two do; the header itself
    is not repeated, since a file without one has a row of data in its place.
    """
    readers: dict[Reads, Reader | FileRefused] = {}
    fits: list[tuple[Contract, Reader]] = []
    far: list[tuple[int, str, list[str]]] = []
    for contract in contracts:
        if contract.reads not in readers:
            readers[contract.reads] = _try(opened, contract.reads)
        opened_as = readers[contract.reads]
        if isinstance(opened_as, FileRefused):
            continue
        reader = renamed(opened_as, contract.known_columns)
        missing = [name for name in contract.required_columns if name not in reader.header]
        if missing:
            far.append((len(missing), contract.name, missing))
        else:
            fits.append((contract, reader))
    if not fits:
        raise _refusal(far, readers)
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
    own, others = (set(map(plain_name, each.required_columns)) for each in (one, other))
    return own > others


def _refusal(
    far: list[tuple[int, str, list[str]]], readers: dict[Reads, Reader | FileRefused]
) -> FileRefused:
    if far:
        _, name, missing = min(far)
        columns = "column" if len(missing) == 1 else "columns"
        return FileRefused(
            f"no contract fits its header: the nearest, {name}, needs the {columns} "
            f"{', '.join(missing)}. Export it with them, or write a contract for this format."
        )
    for reader in readers.values():
        if isinstance(reader, FileRefused):
            return reader
    return FileRefused("there is no contract for its source: write one in contracts/.")
