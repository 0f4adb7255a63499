"""`make docs`: dbt's documentation of models and columns, one page that asks nobody for anything.

    marts/current.duckdb ──copy──▶ dbt docs generate --static ──▶ warehouse/dbt_docs.html

The copy is for the catalogue, which dbt opens for writing. What the page says is the project's own:
names, types, descriptions, lineage and SQL, and no row.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from orchestration.manifest import dbt_command
from orchestration.settings import Home, Settings


def build_docs(home: Home) -> Path:
    """Build the page from the current marts. Raises ValueError, as a sentence, if there are none.

    RuntimeError, with dbt's own words, where dbt fails.
    """
    if not home.current.is_file():
        raise ValueError(
            "There is no marts/current.duckdb to document: no build has passed its gates yet. "
            "Run `make report` first."
        )
    with tempfile.TemporaryDirectory(dir=home.warehouse, prefix=".docs-") as scratch:
        # under the name by which the profile knows it, in the folder that dbt is run from
        shutil.copyfile(home.current, Path(scratch) / home.next.name)
        target = Path(scratch) / "target"
        done = subprocess.run(
            [*dbt_command("docs generate", target), "--static"],
            cwd=scratch,
            capture_output=True,
            text=True,
            check=False,
        )
        page = target / "static_index.html"
        if done.returncode != 0 or not page.is_file():
            raise RuntimeError(f"dbt could not document the project:\n{done.stdout}{done.stderr}")
        built = home.warehouse / "dbt_docs.html"
        page.replace(built)
    return built


def main() -> None:
    """Build the page, and say where it is."""
    try:
        print(build_docs(Settings.from_env().home.create()))
    except ValueError as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
