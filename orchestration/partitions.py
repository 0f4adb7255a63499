"""Dagster's partitions are the calendar's terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import dagster as dg

from orchestration.registry import Registry

RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"
TERMS = "uptake/terms"
"""The run tag that names the terms asked for, where they are not a whole range."""
PROCESS = "uptake/process"
"""The run tag that names the process of `uptake run`."""


def term_partitions(registry: Registry) -> dg.StaticPartitionsDefinition:
    """One partition a declared term, in calendar order."""
    return dg.StaticPartitionsDefinition(list(registry.terms))


def range_tags(registry: Registry, terms: Iterable[str]) -> Mapping[str, str]:
    """The run tags that ask for the contiguous range of partitions spanning some terms."""
    wanted = set(terms)
    ordered = [term for term in registry.terms if term in wanted]
    return {RANGE_START: ordered[0], RANGE_END: ordered[-1]} if ordered else {}
