"""`uptake run --geography-as-of`: marts of their own, on the geography of one day."""

from __future__ import annotations

import gc
from datetime import date

import click

from orchestration.commands.exits import Held, Misuse
from orchestration.settings import Settings


def restate_marts(day: date, *, alone: bool) -> None:
    """Restate the marts, and say where they are. Raises Misuse beside other options of a run."""
    if not alone:
        raise Misuse(
            "--geography-as-of stands alone: it reads nothing and publishes nothing. Run without "
            "it first, then with it."
        )
    from orchestration.restating import NotFit, restate
    from orchestration.site import Site

    # dbt keeps millions of objects; walking them ever again is a sixth of a small run
    gc.set_threshold(200_000, 50, 100)
    try:
        restated = restate(Site.load(Settings.from_env()), day)
    except NotFit as problem:
        raise Held(str(problem)) from problem
    click.echo(f"Every term on the geography of {day}: {restated}")
    click.echo(f'Ask it with `uptake query --restated {day} "…"`; nothing was published.')
