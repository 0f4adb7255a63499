"""What holds for every run of the tests, and what it says of those that it left out."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.browser import finding

# Dagster and dbt keep millions of objects, and to walk them ever again is a sixth of a run
gc.set_threshold(200_000, 50, 100)

# no law is a timed one: on a busy machine an example takes as long as it takes; and in CI a law is
# tried on the same examples each time, so that what fails there is of the change at hand
settings.register_profile("laws", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("laws")

BROWSER = Path(finding.__file__).parent


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say that the browser's tests were left out, where they were asked for."""
    asked = [Path(one.partition("::")[0]).resolve() for one in terminalreporter.config.args]
    of_browser = any(BROWSER.is_relative_to(one) or one.is_relative_to(BROWSER) for one in asked)
    if of_browser and finding.left_out():
        terminalreporter.write_line("tests/browser: left out, no Chromium on PATH")
