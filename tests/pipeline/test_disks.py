"""A disk that is full, and a data home that is closed: a clear error, and nothing is damaged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from orchestration.settings import CHECKOUT

pytestmark = pytest.mark.long

ALONE = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
"""A process whose mounts nobody else sees."""


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("disk")
    if subprocess.run([*ALONE, "mount", "-t", "tmpfs", "tmpfs", home], check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    done = subprocess.run(
        [*ALONE, sys.executable, "-m", "tests.pipeline.small_disk", home],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {"home": home, **json.loads(done.stdout)}


@pytest.mark.parametrize("when", ["too small for the history", "too small for the marts"])
def test_a_full_disk_is_said_in_a_sentence_and_nothing_stands(
    when: str, ends: dict[str, Any]
) -> None:
    said = f"The disk that holds the data home {ends['home']} is full. What stands there is as it "
    assert ends[when]["code"] == 1
    assert said in ends[when]["said"]
    assert "Traceback" not in ends[when]["said"]
    assert ends["nothing stands"] == {}


def test_with_room_the_next_run_publishes(ends: dict[str, Any]) -> None:
    assert ends["room"]["code"] == 0, ends["room"]["said"]
    assert "2021-22-spring-001/index.html" in ends["room"]["said"]
    assert ends["verified"]["code"] == 0, ends["verified"]["said"]


def test_a_closed_home_can_be_read_and_is_not_run_on(ends: dict[str, Any]) -> None:
    for asked in ("run", "status"):
        said = ends[f"closed: {asked}"]["said"]
        assert ends[f"closed: {asked}"]["code"] == 1
        assert "Read-only file system. Uptake reads and writes in its data home" in said
        assert "Traceback" not in said
    for asked in ("verify", "publications", "query"):
        assert ends[f"closed: {asked}"]["code"] == 0, ends[f"closed: {asked}"]["said"]
    assert ends["untouched"]


def test_a_set_up_that_was_interrupted_is_begun_anew(tmp_path: Path) -> None:
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        (tmp_path / name).write_bytes((Path(CHECKOUT) / name).read_bytes())
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").write_text("half of one\n", encoding="utf-8")
    asked = ["make", "-n", "report", f"PYTHON={sys.executable}"]
    planned = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert planned.index("rm -rf .venv") < planned.index("-m venv .venv")
    (tmp_path / ".venv" / ".ready").touch()
    planned = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert "rm -rf .venv" not in planned
