"""How a command ends that cannot do what it was asked: a sentence, and an exit code."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from typing import Any

import click


class Refusal(click.ClickException):
    """A sentence alone on stderr, and exit code 1."""

    def show(self, file: Any = None) -> None:
        """Print the sentence."""
        click.echo(self.format_message(), err=True, file=file)


class Misuse(Refusal):
    """What was asked for cannot be: exit code 2."""

    exit_code = 2


class Held(Refusal):
    """A gate holds what was asked for: exit code 3."""

    exit_code = 3


def sentences(command: Callable) -> Callable:
    """Turn the errors that are sentences into exits, never tracebacks."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        from orchestration.disk import trouble
        from orchestration.reading.errors import ReadingError
        from orchestration.registry import RegistryError
        from orchestration.settings import Settings

        try:
            return command(*args, **kwargs)
        except (click.ClickException, BrokenPipeError):
            raise  # click ends quietly where nobody reads on, as with `| head`
        except Exception as problem:
            if os.environ.get("UPTAKE_DEBUG"):
                raise
            if isinstance(problem, (RegistryError, ReadingError, ValueError)):
                raise Refusal(str(problem)) from problem
            if said := trouble(problem, Settings.from_env().home.root):
                raise Refusal(said) from problem
            if isinstance(problem, OSError):
                raise Refusal(str(problem)) from problem
            raise

    return wrapped
