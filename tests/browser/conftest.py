"""A small simulated district, run and published once, its pages, and the Dagster UI over it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import chromium
from tests.browser.finding import left_out

UPTAKE = Path(sys.executable).parent / "uptake"
TERMS = "2021-22-fall,2021-22-spring"
SCALE = "0.1"

collect_ignore_glob = ["test_*.py"] if left_out() else []


@pytest.fixture(scope="session")
def browser() -> Iterator[chromium.Browser]:
    with chromium.browser() as launched:
        yield launched


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go: UPTAKE_SCREENSHOTS, or pytest's own folder."""
    named = os.environ.get("UPTAKE_SCREENSHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data home with one publication of two terms."""
    folder = tmp_path_factory.mktemp("district") / "home"
    for command in (["simulate", "--scale", SCALE, "--terms", TERMS], ["run"]):
        done = uptake(folder, *command)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder


def uptake(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command of `uptake` on a home, in a process of its own."""
    return subprocess.run(
        [UPTAKE, *arguments], env=_environment(home), capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="session")
def publication(home: Path) -> Path:
    return (home / "published" / "latest").resolve()


@pytest.fixture(scope="session")
def ui(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `uptake ui` on a free port of loopback; it is stopped at the end."""
    port = _free_port()
    log = tmp_path_factory.mktemp("ui") / "log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [UPTAKE, "ui", "--port", str(port)],
            env=_environment(home),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            # a group of its own, so that what it starts is stopped with it
            start_new_session=True,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, process, log)
        yield address
    finally:
        _stop(process)


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"}
    return {**kept, "UPTAKE_HOME": str(home)}


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text(errors="replace")
        try:
            with urllib.request.urlopen(f"{address}/server_info", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise AssertionError(f"No answer from {address} in three minutes:\n{log.read_text()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    for how in (signal.SIGINT, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
            process.wait(timeout=30)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
