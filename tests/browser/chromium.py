"""A Chromium that is on this machine, watched: what a page complained of and where it reached."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    Response,
    Route,
    WebSocket,
    sync_playwright,
)

from tests.browser.finding import NAMES, found

HERE = ("127.0.0.1", "localhost", "::1")
NO_NETWORK = ("file", "data", "blob", "about")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
"""What keeps the browser itself from calling home; pages are watched apart from it."""

SHOT_HEIGHT = 2_000
"""Pixels of a long page in one picture."""


@dataclass
class Watched:
    """One page, what it complained of, and the addresses beyond this machine that it asked for."""

    page: Page
    shots: Path
    complaints: list[str] = field(default_factory=list)
    reached_out: list[str] = field(default_factory=list)
    wide: int = 0

    def screenshot(self, name: str) -> None:
        """The whole page as pictures, top to bottom, for somebody to look at."""
        stem = re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")
        width, height = self.page.evaluate(
            "[innerWidth, Math.max(innerHeight, document.documentElement.scrollHeight)]"
        )
        for number, top in enumerate(range(0, height, SHOT_HEIGHT)):
            self.page.screenshot(
                path=self.shots
                / (f"{stem}-{number}.png" if height > SHOT_HEIGHT else f"{stem}.png"),
                full_page=True,
                clip={
                    "x": 0,
                    "y": top,
                    "width": width,
                    "height": min(SHOT_HEIGHT, height - top),
                },
            )

    def measure(self) -> None:
        """Take by how many pixels the page is wider than its window."""
        self.wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )

    def said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"console: {message.text} ({message.location.get('url')})")

    def answered(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.status}: {response.url}")

    def failed(self, request: Request) -> None:
        # a page that is left, or asks anew, drops what it had asked for
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"{request.failure}: {request.url}")

    def asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in NO_NETWORK and parts.hostname not in HERE:
            self.reached_out.append(url)

    def let_through(self, route: Route) -> None:
        """Pass on what stays on this machine, and nothing else."""
        before = len(self.reached_out)
        self.asked(route.request.url)
        if len(self.reached_out) > before:
            route.abort()
        else:
            route.continue_()

    def connected(self, socket: WebSocket) -> None:
        self.asked(socket.url)


@contextmanager
def browser() -> Iterator[Browser]:
    """Headless Chromium. Raises AssertionError, as a sentence, where there is none."""
    path = found()
    assert path is not None, (
        f"UPTAKE_BROWSER=required, and there is no Chromium on PATH ({', '.join(NAMES)}): "
        "install Debian's package chromium, as .ci/run does."
    )
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=path, args=FLAGS, chromium_sandbox=os.geteuid() != 0
        )
        yield launched
        launched.close()


@contextmanager
def watched(launched: Browser, shots: Path, *, width: int, height: int = 900) -> Iterator[Watched]:
    """A page in a window of its own, with a fresh profile; nothing it asks for leaves."""
    context = launched.new_context(viewport={"width": width, "height": height})
    one = Watched(context.new_page(), shots)
    context.route("**/*", one.let_through)
    one.page.on("console", one.said)
    one.page.on("pageerror", lambda problem: one.complaints.append(f"page: {problem}"))
    one.page.on("response", one.answered)
    one.page.on("requestfailed", one.failed)
    one.page.on("websocket", one.connected)
    yield one
    context.close()
