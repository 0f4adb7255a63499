"""`uptake withdraw`, and the reason that it and a correction must have."""

from __future__ import annotations

from datetime import date

import click

from orchestration.commands.exits import Misuse, sentences
from orchestration.settings import Settings


@click.command()
@click.argument("publication")
@click.option("--because", metavar="WORDS", help="Why; it is printed in the publication's place.")
@sentences
def withdraw(publication: str, because: str | None) -> None:
    """Take a publication back: its pages and data go, its record and a page that says so stay."""
    from orchestration.locks import stage
    from orchestration.publishing import NotWithdrawable
    from orchestration.publishing import withdraw as take_back

    home = Settings.from_env().home
    words = given_reason(because)
    try:
        with stage(home, f"withdraw {publication}"):
            done = take_back(home, publication, because=words, on=date.today())
    except NotWithdrawable as problem:
        raise Misuse(str(problem)) from problem
    for sentence in done.said:
        click.echo(sentence)


def given_reason(because: str | None) -> str:
    """The reason for what cannot be done without one. Raises Misuse."""
    from orchestration.reasons import reason

    try:
        return reason(because)
    except ValueError as problem:
        raise Misuse(str(problem)) from problem
