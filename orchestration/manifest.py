"""dbt's manifest, from which Dagster knows the models: parsed when the project has changed."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from orchestration.settings import DBT_PROJECT
from orchestration.warehouse import project_fingerprint

TARGET = DBT_PROJECT / "target"
PARTIAL_PARSE = TARGET / "partial_parse.msgpack"


def dbt_command(verb: str, target: Path) -> list[str]:
    """A dbt command line on this project and its own profile, leaving what it makes in `target`."""
    command = [str(Path(sys.executable).parent / "dbt"), *verb.split()]
    if verb == "build":
        command += ["--exclude-resource-type", "unit_test"]
        # nobody reads them: results are asked of dbt itself, and to write them is a tenth of a run
        command += ["--log-level", "warn", "--log-level-file", "none", "--no-write-json"]
    return [
        *command,
        "--project-dir",
        str(DBT_PROJECT),
        "--profiles-dir",
        str(DBT_PROJECT),
        "--target-path",
        str(target),
        "--log-path",
        str(target),
    ]


def keep_from_parsing(target: Path) -> None:
    """Have dbt, where it leaves what it makes in `target`, begin with the project as parsed."""
    if PARTIAL_PARSE.is_file():
        shutil.copyfile(PARTIAL_PARSE, target / PARTIAL_PARSE.name)


def current_manifest() -> Path:
    """The path of a manifest of the project as it stands; parses it (five seconds) if it is not.

    A stale manifest would fail in Dagster only after dbt had built the table. Raises RuntimeError,
    with dbt's own words, where the project does not parse.
    """
    manifest, stamp = TARGET / "manifest.json", TARGET / "project.sha256"
    fingerprint = project_fingerprint()
    if _stands(manifest, stamp, fingerprint):
        return manifest
    TARGET.mkdir(exist_ok=True)
    with (TARGET / "parse.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _stands(manifest, stamp, fingerprint):
            _parse()
            stamp.write_text(fingerprint, encoding="utf-8")
    return manifest


def _stands(manifest: Path, stamp: Path, fingerprint: str) -> bool:
    return (
        manifest.is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == fingerprint
    )


def _parse() -> None:
    with tempfile.TemporaryDirectory() as elsewhere:
        done = subprocess.run(
            dbt_command("parse", TARGET), cwd=elsewhere, capture_output=True, text=True, check=False
        )
    if done.returncode != 0:
        raise RuntimeError(f"The dbt project does not parse:\n{done.stdout}{done.stderr}")
