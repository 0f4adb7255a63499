"""Where the tests find what is shared with the project but not in it."""

from __future__ import annotations

from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
SHARED = CHECKOUT.parent / "shared"


def shared(relative: str) -> Path:
    """A shared file. Without the folder the test is skipped; with it, a missing file fails."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not beside this checkout")
    path = SHARED / relative
    assert path.exists(), f"{path} is missing"
    return path
