"""What a run of the tests says of those that it left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import finding

BROWSER = Path(finding.__file__).parent


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say that the browser's tests were left out, where they were asked for."""
    asked = [Path(one.partition("::")[0]).resolve() for one in terminalreporter.config.args]
    of_browser = any(BROWSER.is_relative_to(one) or one.is_relative_to(BROWSER) for one in asked)
    if of_browser and finding.left_out():
        terminalreporter.write_line("tests/browser: left out, no Chromium on PATH")
