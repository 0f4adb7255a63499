"""A site: one data home with its registry, contracts and pseudonym key, loaded and checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from orchestration.reading import accounts, landing, partition
from orchestration.reading.accounts import Account
from orchestration.reading.contract_files import Contracts, load_contracts
from orchestration.reading.pseudonyms import Key, load_key
from orchestration.registry import Registry, load_registry
from orchestration.settings import Home, Settings


@dataclass(frozen=True)
class Site:
    """What every stage needs of a data home."""

    home: Home
    registry: Registry
    contracts: Contracts
    key: Key

    @classmethod
    def load(cls, settings: Settings) -> Site:
        """Load and check a home's declarations.

        Raises RegistryError, ContractError or ReadingError, as sentences.
        """
        home = settings.home.create()
        registry = load_registry(home.registry)
        return cls(
            home=home,
            registry=registry,
            contracts=load_contracts(home.contracts, registry),
            key=load_key(home),
        )

    def partitions(self) -> list[tuple[str, str]]:
        """Every (source, term) that lies in landing or has been read."""
        return landing.landed_partitions(self.home, self.registry.terms)

    def strangers(self) -> list[str]:
        """What lies in landing and belongs to no partition, as sentences."""
        return landing.unknown_in_landing(self.home, self.registry.terms)

    def accounts(self) -> list[Account]:
        """The account of every partition that has been read."""
        return accounts.accounts(self.home)

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
