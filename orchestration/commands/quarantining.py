"""`uptake quarantine`: see the rows that were refused, mend them, and land them again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from orchestration.commands.exits import Misuse, sentences
from orchestration.counting import number_of
from orchestration.settings import Settings


@click.group()
def quarantine() -> None:
    """See the rows that were refused, mend them in a spreadsheet, and land them again.

    They are shown as they stood, with people's names and ids: for whoever may see landing.
    """


def asking(command: Callable) -> Callable:
    """The options that say which rows are meant."""
    for option in (
        click.option("--reason", metavar="WORDS", help="Those whose reason begins so."),
        click.option("--file", metavar="NAME", help="Those of this landing file."),
        click.option("--term", metavar="TERM", help="Those of this term."),
        click.option("--source", metavar="SOURCE", help="Those of this source."),
    ):
        command = option(command)
    return command


@quarantine.command("list")
@asking
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@sentences
def list_rows(as_json: bool, **asked: Any) -> None:
    """Count the refused rows, by file and reason."""
    from orchestration.quarantined import Asked, listed

    found = _answered(listed, Asked(**asked))
    if as_json:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    for one in found:
        click.echo(
            f"{one['rows']:>9,}  {one['source']}/{one['term']}/{one['file']}: {one['reason']}"
        )
    if not found:
        click.echo("No row is in quarantine.")


@quarantine.command()
@asking
@click.option("--limit", default=20, show_default=True, help="No more rows than these.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@sentences
def show(limit: int, as_json: bool, **asked: Any) -> None:
    """Show refused rows as they stood: their file, line, reason and cells."""
    from orchestration.quarantined import Asked, shown

    found = _answered(lambda home, one: shown(home, one, limit), Asked(**asked))
    if as_json:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    for one in found:
        click.echo(
            f"{one['source']}/{one['term']}/{one['file']}, line {one['line']}: {one['reason']}"
        )
        if one["cells"] is None:
            click.echo("    a record that could not be split into cells: see the file")
        for column, cell in (one["cells"] or {}).items():
            click.echo(f"    {column}: {cell}")
    if not found:
        click.echo("No row is in quarantine.")


@quarantine.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.xlsx")
@click.option("--source", required=True, metavar="SOURCE", help="Those of this source.")
@click.option("--term", metavar="TERM", help="Those of this term.")
@click.option("--file", "name", metavar="NAME", help="Those of this landing file.")
@click.option("--reason", metavar="WORDS", help="Those whose reason begins so.")
@sentences
def export(file: Path, source: str, term: str | None, name: str | None, reason: str | None) -> None:
    """Write refused rows to a workbook, or to FILE.csv, to be mended.

    Correct the cells, remove the rows that cannot be mended, leave the columns that begin with
    uptake_ as they are, and land the file: `uptake quarantine land FILE.xlsx`.
    """
    from orchestration.quarantined import Asked, exported

    asked = Asked(source=source, term=term, file=name, reason=reason)
    done = _answered(lambda home, one: exported(home, one, file), asked)
    rows = number_of(done.rows, "row")
    click.echo(f"{file}: {rows}. Mend them, and land them: uptake quarantine land {file}")
    if done.unsplit:
        click.echo(
            f"Not in it are records that could not be split into cells, {done.unsplit:,} of them: "
            "correct those in the export itself.",
            err=True,
        )


@quarantine.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@sentences
def land(file: Path) -> None:
    """Put a file of mended rows where they came from; the next run reads it.

    A mended row supersedes the row that it mends. The file may as well be dropped there by hand.
    """
    from orchestration.quarantined import QuarantineError, landed
    from orchestration.site import Site

    try:
        target = landed(Site.load(Settings.from_env()), file)
    except QuarantineError as problem:
        raise Misuse(str(problem)) from problem
    click.echo(f"Landed as {target}. `uptake run` reads it.")


def _answered(ask: Callable, asked: Any) -> Any:
    from orchestration.quarantined import QuarantineError

    try:
        return ask(Settings.from_env().home, asked)
    except QuarantineError as problem:
        raise Misuse(str(problem)) from problem
