"""Expectations that several tables share: the first is tried here, the others by long tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def first_of_each(cases: Iterable[tuple[str, str]]) -> list[Any]:
    """Parameters of (table, expectation), those long whose expectation an earlier table has."""
    seen: set[str] = set()
    parameters = []
    for table, name in cases:
        marks = [pytest.mark.long] if name in seen else []
        seen.add(name)
        parameters.append(pytest.param(table, name, marks=marks))
    return parameters
