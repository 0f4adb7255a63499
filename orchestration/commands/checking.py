"""`uptake reproduce` and `uptake diff`: what anybody may ask of a publication beside `verify`."""

from __future__ import annotations

import json
import sys

import click

from orchestration.commands.exits import Misuse, sentences
from orchestration.settings import Home, Settings


def _known(home: Home, publication: str) -> str:
    """The publication's id, refused where there is no such one, or nothing is left of it."""
    from orchestration.publishing.catalogue import publications
    from orchestration.publishing.files import DATA

    ids = [one.id for one in publications(home)]
    if publication not in ids:
        there = f"there are {', '.join(ids)}" if ids else "nothing has been published"
        raise Misuse(f"No publication is called {publication}: {there}.")
    if not (home.published / publication / DATA).is_dir():
        raise Misuse(f"{publication} has no data: what it published was withdrawn.")
    return publication


@click.command()
@click.argument("publication")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@sentences
def reproduce(publication: str, as_json: bool) -> None:
    """Rebuild a publication from the landing files that its manifest names, and compare.

    Pages and data are compared byte for byte, marts.duckdb by its content. Exits 0 where all is
    equal, 1 where anything differs or cannot be rebuilt any more.
    """
    from orchestration.reproducing import reproduce as rebuild

    settings = Settings.from_env()
    made = rebuild(settings, _known(settings.home, publication))
    if as_json:
        click.echo(json.dumps(made.as_object(), indent=2))
    else:
        for sentence in made.sentences():
            click.echo(sentence, err=not made.is_equal)
    sys.exit(0 if made.is_equal else 1)


@click.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--json", "as_json", is_flag=True, help="For programs, with every figure.")
@sentences
def diff(before: str, after: str, as_json: bool) -> None:
    """Tell which figures changed from publication A to B, by how much, and why.

    The why is of a term that was released anew: new rows, corrected rows, a changed contract, a
    changed definition, other software. A term that was carried over has no changed figure.
    """
    from orchestration.publishing.compared_text import as_text
    from orchestration.publishing.comparison import Content, compare

    home = Settings.from_env().home
    one, other = (Content.read(home.published / _known(home, id_)) for id_ in (before, after))
    found = compare(one, other)
    click.echo(json.dumps(found.as_object(), indent=2) if as_json else as_text(found))
