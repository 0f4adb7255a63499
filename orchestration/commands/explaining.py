"""`uptake explain`: from a figure to the rows under it."""

from __future__ import annotations

import json

import click

from orchestration.commands.exits import Misuse, sentences
from orchestration.settings import Settings


@click.command()
@click.argument("figure")
@click.option("--all", "everything", is_flag=True, help="Every school and row, however many.")
@click.option("--json", "as_json", is_flag=True, help="For a program; every school and row.")
@sentences
def explain(figure: str, everything: bool, as_json: bool) -> None:
    """Show what FIGURE is made of, and make it again from the raw rows by a second path.

    FIGURE is a figure's name as the report's pages carry it (data-figure), and as `uptake diff`
    prints it: mart_adoption/2021-22-spring/Northwest/adoption_any/all. The place is a
    unit's id or its name: `district`, a local district, region=NAME, a school. A subgroup is
    TYPE=NAME; weighted to the roster ends with /roster; a figure of mart_instruction names its
    missing rule: …/all/exclude.

    Ends with 1 where the two paths disagree, and with 2 where no figure, or more than one, is so
    named.
    """
    from orchestration.recomputing.explain import explain as explained
    from orchestration.recomputing.naming import NoSuchFigure
    from orchestration.recomputing.telling import as_object, as_text

    try:
        found = explained(Settings.from_env().home, figure)
    except NoSuchFigure as problem:
        raise Misuse(str(problem)) from problem
    if as_json:
        click.echo(json.dumps(as_object(found), indent=2, default=str, ensure_ascii=False))
    else:
        click.echo("\n".join(as_text(found, everything=everything)))
    if found.differing:
        click.get_current_context().exit(1)
