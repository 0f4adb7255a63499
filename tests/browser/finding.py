"""Whether this machine has a Chromium, and whether it has to."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")


def found() -> Path | None:
    """The first Chromium on PATH, or None."""
    paths = (shutil.which(name) for name in NAMES)
    return next((Path(path) for path in paths if path), None)


def left_out() -> bool:
    """Whether the tests that need one are left out: never where UPTAKE_BROWSER is `required`."""
    return found() is None and os.environ.get("UPTAKE_BROWSER") != "required"
