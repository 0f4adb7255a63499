"""`dbt build`, in this process, on the copy that the builder has laid out.

dagster-dbt's own resource pays dbt's import twice in subprocesses, ten seconds of a short run, and
a killed run would leave its dbt behind. In process dbt is killed with the run.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.manifest import dbt_command, keep_from_parsing
from orchestration.settings import Home

log = logging.getLogger("uptake")


@dataclass(frozen=True)
class NodeResult:
    """What became of one model, seed or data test: `status` is dbt's, `said` its message."""

    unique_id: str
    status: str
    seconds: float
    said: str | None

    @property
    def failed(self) -> bool:
        """Whether a data test found rows, or a node broke."""
        return self.status in ("fail", "error", "runtime error")


def failures(results: Sequence[NodeResult]) -> str | None:
    """What failed, as a sentence; None where nothing did."""
    problems = [one for one in results if one.failed]
    if not problems:
        return None
    return (
        "The build was set aside as warehouse/failed.duckdb, and nothing else moved. "
        + "; ".join(f"{one.unique_id.split('.')[2]}: {one.said}" for one in problems)
    )


@contextlib.contextmanager
def built(home: Home) -> Iterator[tuple[list[NodeResult], Path]]:
    """Build `home.next`; yields every node's result and the folder of compiled SQL.

    Data tests run with the models; unit tests are of the code, and belong to `make test`. Raises
    RuntimeError, with dbt's words, where dbt itself cannot run.
    """
    target = home.warehouse / "target"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    keep_from_parsing(target)
    try:
        # the profile's path is relative, so that one parse serves every home
        with contextlib.chdir(home.warehouse):
            outcome = _invoke(target)
        if outcome.result is None or outcome.exception is not None:
            raise RuntimeError(f"dbt could not run: {outcome.exception}")
        yield [_result(one) for one in outcome.result.results], target / "compiled"
    finally:
        shutil.rmtree(target, ignore_errors=True)


def _invoke(target: Path) -> Any:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import FACTORY
    from dbt.cli.main import dbtRunner

    try:
        return dbtRunner().invoke(dbt_command("build", target)[1:])
    finally:
        # or the file could not be opened in another mode, nor be let go of
        DuckDBConnectionManager.close_all_connections()
        FACTORY.reset_adapters()


def _result(one: Any) -> NodeResult:
    return NodeResult(one.node.unique_id, str(one.status), one.execution_time, one.message)
