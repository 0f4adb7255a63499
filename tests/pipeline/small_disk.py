"""`python -m tests.pipeline.small_disk HOME`: commands on a home whose disk fills and is closed.

Prints, as JSON, how each ended. For a process in a mount namespace of its own, whose mounts nobody
else sees.
"""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from pathlib import Path

from orchestration.cli import main
from tests.pipeline.homes import environment, land_small_district


def command(*arguments: str) -> dict:
    """An `uptake` command, in this process."""
    said = io.StringIO()
    code: object = 0
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            main(arguments)
        except SystemExit as end:
            code = end.code
        except Exception as problem:
            code = f"a traceback: {problem!r}"
    return {"code": code, "said": said.getvalue()}


def mount(*arguments: str) -> None:
    """Mount, or mount anew."""
    subprocess.run(["mount", *arguments], check=True)


def everything(home: Path) -> dict:
    """What a home holds for its readers, by name and size."""
    kept = [home / "marts", home / "published"]
    return {
        str(path.relative_to(home)): path.stat().st_size
        for folder in kept
        for path in sorted(folder.rglob("*"))
    }


def tried(home: Path) -> dict:
    """A first run on disks that are too small, one on a disk that is not, and then a closed one."""
    ends: dict = {}
    mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", str(home))
    land_small_district(home)
    with environment(home):
        ends["too small for the history"] = command("run")
        mount("-o", "remount,size=6m", str(home))
        ends["too small for the marts"] = command("run")
        ends["nothing stands"] = everything(home)
        mount("-o", "remount,size=500m", str(home))
        ends["room"] = command("run")
        ends["verified"] = command("verify")
        before = everything(home)
        mount("--bind", str(home), str(home))
        mount("-o", "remount,ro,bind", str(home))
        for asked in ("run", "status", "verify", "publications", "query"):
            more = ["select count(*) from mart_adoption"] if asked == "query" else []
            ends[f"closed: {asked}"] = command(asked, *more)
        ends["untouched"] = everything(home) == before
    return ends


if __name__ == "__main__":
    print(json.dumps(tried(Path(sys.argv[1]))))
