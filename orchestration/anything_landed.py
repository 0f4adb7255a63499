"""Exits 0 where any export has landed, so that `make report` simulates only into an empty home."""

from __future__ import annotations

import sys

from orchestration.settings import Settings


def anything_landed() -> bool:
    """Whether landing holds any file that is not hidden."""
    landing = Settings.from_env().home.landing
    return any(path.is_file() and not path.name.startswith(".") for path in landing.rglob("*"))


if __name__ == "__main__":
    sys.exit(0 if anything_landed() else 1)
