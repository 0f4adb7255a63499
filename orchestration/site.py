"""A site: one data home with its registry, contracts and pseudonym key, loaded and checked."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from orchestration.reading import accounts, partition
from orchestration.reading.accounts import Account
from orchestration.reading.contracts import Contract, load_contracts
from orchestration.reading.pseudonyms import PseudonymKey, load_key
from orchestration.registry import Registry, load_registry
from orchestration.settings import Home, Settings

UNPARTITIONED = "all"
"""The term that effective-dated sources stand under."""


@dataclass(frozen=True)
class Site:
    """What every stage needs of a data home."""

    home: Home
    registry: Registry
    contracts: tuple[Contract, ...]
    key: PseudonymKey

    @classmethod
    def load(cls, settings: Settings) -> Site:
        """Load and check a home's declarations.

        Raises RegistryError, ContractError or KeyLost, as sentences.
        """
        home = settings.home.create()
        return cls(
            home=home,
            registry=load_registry(home.registry),
            contracts=load_contracts(home),
            key=load_key(home, os.environ.get("UPTAKE_HASH_KEY")),
        )

    def needs_reading(self, source: str, term: str) -> bool:
        """Whether anything a partition's rows follow from has changed since it was read."""
        return partition.needs_reading(
            self.home,
            source,
            term,
            registry=self.registry,
            contracts=self.contracts,
            key=self.key,
        )

    def read(self, source: str, term: str, progress: Callable[[str], None]) -> Account:
        """Read a partition whole; the caller holds the home's lock."""
        return partition.read_partition(
            self.home,
            source,
            term,
            registry=self.registry,
            contracts=self.contracts,
            key=self.key,
            progress=progress,
        )

    def partitions(self) -> list[tuple[str, str]]:
        """Every (source, term) that lies in landing or has been read."""
        landed = set(partition.landed_partitions(self.home, self.registry))
        read = {(one.source, one.term) for one in self.accounts()}
        return sorted(landed | read)

    def accounts(self) -> list[Account]:
        """The account of every partition that has been read."""
        return accounts.accounts(self.home)
