"""Runs in processes of their own, which a test may kill.

Imports cost more than a small district's run, so one server process pays for them, and forks for
each run. The test's own process does not fork: it may have threads, which a fork leaves behind.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import json
import os
import re
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

from orchestration.settings import CHECKOUT, Settings
from tests.pipeline.homes import LATER
from tests.pipeline.watching import wait_until

BECAUSE = "A round of walkthroughs came late."
"""Of every correction and withdrawal."""

SERVED = (
    "dagster_dbt",
    "dbt.cli.main",
    "dbt.adapters.duckdb",
    "great_expectations",
    "altair",
    "vl_convert",
    "orchestration.definitions",
    "orchestration.running",
)


@dataclass(frozen=True)
class Asked:
    """A run to fork: where it speaks, and what befalls it.

    `kill` is where the process kills itself: `stage:<doing>`, when that stage has ended;
    `before:<module>:<function>` or `after:...`, at that call; `sql:<pattern>`, when dbt has
    executed a statement that matches. `stages` gets a line as each stage ends. A run that is told
    to `wait_in` a stage stays in it until the file `wait_for` says that somebody waits. `history`
    says whether Dagster writes its history to the home. A term to `correct` is corrected, and a
    publication to `withdraw` is withdrawn instead of a run.
    """

    home: str
    said: str
    stages: str
    kill: str | None = None
    wait_in: str | None = None
    wait_for: str | None = None
    history: bool = False
    correct: str | None = None
    withdraw: str | None = None


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit code, or minus the signal that killed it, and what it said."""

    code: int
    said: str
    stages: tuple[str, ...]

    @property
    def killed(self) -> bool:
        """Whether it was killed."""
        return self.code == -signal.SIGKILL


class Forks:
    """The server, seen from a test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runs = 0
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.pipeline.forks"],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, home: Path, **more: Any) -> Ended:
        """Fork a run, and wait for its end."""
        return self.wait(self.start(home, **more))

    def start(self, home: Path, *, said: Path | None = None, **more: Any) -> tuple[int, Asked]:
        """Fork a run, which speaks to the file `said`; its process id, and what it was asked."""
        self._runs += 1
        said = said or self._folder / f"{self._runs}.said"
        stages = self._folder / f"{self._runs}.stages"
        for path in (said, stages):
            path.touch()
        asked = Asked(str(home), str(said), str(stages), **more)
        return int(self._ask({"start": asdict(asked)})), asked

    def wait(self, started: tuple[int, Asked]) -> Ended:
        """Wait for the end of a run."""
        pid, asked = started
        code = int(self._ask({"wait": pid}))
        stages = Path(asked.stages).read_text(encoding="utf-8").splitlines()
        return Ended(code, Path(asked.said).read_text(encoding="utf-8"), tuple(stages))

    def close(self) -> None:
        """End the server, and what still runs of its forks."""
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait(30)

    def _ask(self, question: dict[str, Any]) -> Any:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(question) + "\n")
        self._server.stdin.flush()
        answer = self._server.stdout.readline()
        assert answer, "the server of forks has died; its words are on stderr"
        return json.loads(answer)


def serve(questions: TextIO, answers: TextIO) -> None:
    """Fork what is asked for, until nobody asks any more."""
    gc.disable()  # a fork lives for seconds, and a sixth of them would be spent on this
    _import(SERVED)
    running: set[int] = set()
    try:
        for line in questions:
            question = json.loads(line)
            if "start" in question:
                asked = Asked(**question["start"])
                _import(_used(asked))
                _resolve(asked.home)
                gc.freeze()
                answer = os.fork()
                if answer == 0:
                    _run(asked)
                running.add(answer)
            else:
                _, status = os.waitpid(question["wait"], 0)
                running.discard(question["wait"])
                answer = os.waitstatus_to_exitcode(status)
            answers.write(f"{answer}\n")
            answers.flush()
    finally:
        for pid in running:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _used(asked: Asked) -> list[str]:
    """What earlier forks imported by the way."""
    noted = _modules(asked)
    return noted.read_text(encoding="utf-8").split() if noted.is_file() else []


def _modules(asked: Asked) -> Path:
    return Path(asked.said).with_name("modules")


def _import(names: Iterable[str]) -> None:
    for name in names:
        if name not in sys.modules:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)


@functools.cache
def _resolve(home: str) -> None:
    """Resolve the definitions once for a home; its forks then find them resolved."""
    from orchestration import running
    from orchestration.definitions import JOB, defs

    os.environ["UPTAKE_HOME"] = home
    resolved = defs()
    resolved.resolve_job_def(JOB)
    running.defs = lambda: resolved


def _run(asked: Asked) -> None:
    """Run in a fork, which never returns."""
    said = os.open(asked.said, os.O_WRONLY | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for old, new in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(old, new)
    sys.stdout = os.fdopen(1, "w", closefd=False)
    code = 70
    try:
        os.environ["UPTAKE_HOME"] = asked.home
        if not asked.history:
            _forget_history()
        _watch_stages(asked)
        if asked.kill is not None:
            _arm(asked.kill)
        code = _withdraw(asked.withdraw) if asked.withdraw else _run_job(asked.correct)
        _modules(asked).write_text("\n".join(sorted(sys.modules)), encoding="utf-8")
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def _run_job(term: str | None) -> int:
    from orchestration.publishing.publish_due import Asked as Correct
    from orchestration.running import run

    correct = Correct(term, BECAUSE) if term else None
    finished = run(Settings.from_env(), terms=(), as_of=LATER, correct=correct)
    print(*finished.said, sep="\n")
    return finished.exit_code


def _withdraw(publication: str) -> int:
    from orchestration.locks import stage
    from orchestration.publishing import NotWithdrawable, withdraw

    home = Settings.from_env().home
    try:
        with stage(home, f"withdraw {publication}"):
            done = withdraw(home, publication, because=BECAUSE, on=LATER)
    except NotWithdrawable as problem:
        print(problem)
        return 2
    print(*done.said, sep="\n")
    return 0


def _forget_history() -> None:
    """Keep Dagster's history in memory: writing it is half of a small run's time."""
    import dagster as dg

    instance = dg.DagsterInstance.ephemeral
    dg.DagsterInstance.get = staticmethod(lambda: instance())  # type: ignore[method-assign]


def _watch_stages(asked: Asked) -> None:
    """Note every stage that ends, wait in one, and be killed at the end of one, as asked."""
    from orchestration import locks

    held = locks.stage

    @contextlib.contextmanager
    def watched(home: Any, doing: str) -> Iterator[None]:
        with held(home, doing):
            if doing == asked.wait_in:
                wait_until(lambda: "waiting to" in Path(str(asked.wait_for)).read_text())
            yield
        with Path(asked.stages).open("a", encoding="utf-8") as stream:
            stream.write(f"{doing}\n")
        if asked.kill == f"stage:{doing}":
            _die()

    _replace(held, watched)


def _replace(function: Callable, other: Callable) -> None:
    """Put another function in its place wherever its name has been imported."""
    name = function.__name__
    for module in list(sys.modules.values()):
        if module.__name__.startswith("orchestration.") and vars(module).get(name) is function:
            setattr(module, name, other)


def _arm(kill: str) -> None:
    how, _, where = kill.partition(":")
    if how == "sql":
        _arm_dbt(where)
    elif how in ("before", "after"):
        module_name, _, name = where.partition(":")
        module = importlib.import_module(module_name)
        real = getattr(module, name)
        setattr(module, name, _dying(real, before=how == "before"))


def _dying(real: Callable, *, before: bool) -> Callable:
    def call(*args: Any, **kwargs: Any) -> None:
        if not before:
            real(*args, **kwargs)
        _die()

    return call


def _arm_dbt(pattern: str) -> None:
    from dbt.adapters.sql import SQLConnectionManager

    real = SQLConnectionManager.add_query

    def add_query(self: Any, sql: str, *args: Any, **kwargs: Any) -> Any:
        answer = real(self, sql, *args, **kwargs)
        if re.search(pattern, sql, re.IGNORECASE | re.DOTALL):
            _die()
        return answer

    SQLConnectionManager.add_query = add_query


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    kept = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    serve(sys.stdin, kept)
