"""Real exports, mutated: some of what `make fuzz` does for hours."""

from __future__ import annotations

import pytest

from tests.fuzzing import run
from tests.paths import shared


@pytest.mark.parametrize("hundred", range(4))
def test_a_mutated_export_is_read_or_refused_and_every_row_ends_somewhere(hundred: int) -> None:
    assert shared("real").is_dir()
    became = {run(number) for number in range(100 * hundred, 100 * hundred + 15)}
    assert became == {"read", "refused"}
