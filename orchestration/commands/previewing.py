"""`uptake preview`."""

from __future__ import annotations

from datetime import date, datetime

import click

from orchestration.commands.exits import sentences
from orchestration.settings import Settings


@click.command()
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="As on a day (today).")
@sentences
def preview(as_of: datetime | None) -> None:
    """Show the report from the last build, due or not, passed or not, in private.

    Each page is stamped, and leads to what the gates say and what each term still lacks. Pages of
    single schools and of comments lie beside them, and must not be passed on.
    """
    from orchestration.publishing.preview import make_preview
    from orchestration.site import Site

    page = make_preview(Site.load(Settings.from_env()), as_of.date() if as_of else date.today())
    if page is None:
        click.echo("Nothing has been built yet, so there is nothing to preview: run `uptake run`.")
    else:
        click.echo(f"The preview: {page}")
