"""The marts of a data home in seconds: all that has landed is read, admitted and built by dbt.

No Dagster, no suites, no gates: for tests of the models, which landed on purpose what they ask
about. What goes past the gates is the business of test_gates.
"""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

from orchestration import warehouse
from orchestration.admission import Admission
from orchestration.building import next_build
from orchestration.dbt_build import built
from orchestration.manifest import current_manifest
from orchestration.reading.accounts import Account
from orchestration.registry import Registry
from orchestration.settings import Home
from orchestration.site import Site
from orchestration.warehouse import Input
from tests.pipeline.homes import environment


def build_marts(home: Path) -> list[Account]:
    """Read what has landed in a home and build it; return the accounts.

    The marts are then in `marts/unreleased.duckdb`. Fails, with dbt's words, where a model breaks
    or a data test finds rows.
    """
    current_manifest()  # or dbt would parse the whole project again
    with environment(home) as settings:
        site = Site.load(settings)
        # no power will be cut, and waiting for the disk is a third of reading small files
        with patch("os.fsync"):
            for source, term in site.partitions():
                if site.needs_reading(source, term):
                    site.read(source, term, lambda said: None)
        with patch("orchestration.building.admit", admit_all):
            build = next_build(site)
        build.prepare()
        with built(site.home) as (results, _):
            failed = [f"{one.unique_id}: {one.said}" for one in results if one.failed]
            assert results
            assert not failed, "\n".join(failed)
        warehouse.complete(site.home)
        return site.accounts()


def admit_all(home: Home, registry: Registry, read: list[Account]) -> Admission:
    """Every partition enters, whatever a suite would say of it."""
    accounts = {(one.source, one.term): one for one in read}
    inputs = {
        key: Input(*key, account.raw.sha256, account.raw.path) for key, account in accounts.items()
    }
    return Admission(inputs, {}, accounts)
