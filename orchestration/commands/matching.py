"""`uptake match`: texts that nothing is known by, and what a person says that they mean."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click

from orchestration.commands.exits import Misuse, sentences
from orchestration.counting import number_of
from orchestration.settings import Settings


@click.group()
def match() -> None:
    """Tie texts that nobody knows to schools, classrooms and educators.

    What is near is listed, with the reason; nothing is applied that a person has not accepted.
    Texts are shown as they stand, and may name people: for whoever may see landing.
    """


@match.command("list")
@click.option("--kind", type=click.Choice(["school", "classroom", "educator"]), help="Only these.")
@click.option("--source", metavar="SOURCE", help="Those of this source.")
@click.option("--term", metavar="TERM", help="Those of this term.")
@click.option("--csv", "path", type=click.Path(path_type=Path), help="Write them to be filled in.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@sentences
def list_texts(
    kind: str | None, source: str | None, term: str | None, path: Path | None, as_json: bool
) -> None:
    """Show the texts that wait for a decision, with the nearest candidates and why."""
    from orchestration.matching.deciding import PRIVATE_FILE, as_queue
    from orchestration.matching.queue import unmatched
    from orchestration.reading.accounts import write_atomically
    from orchestration.site import Site

    waiting = unmatched(Site.load(Settings.from_env()), kind=kind, source=source, term=term)
    if path is not None:
        if path.exists():
            raise Misuse(f"{path} is there already: name another file, or move it away.")
        write_atomically(path, as_queue(waiting), mode=PRIVATE_FILE)
        texts = number_of(len(waiting), "text")
        click.echo(f"{path}: {texts}. Fill in `id`, and: uptake match apply {path}")
    elif as_json:
        rows = [{"queue": one.id, **asdict(one)} for one in waiting]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        for one in waiting:
            where = f" in school {one.school_id}" if one.school_id else ""
            click.echo(
                f"{one.id}  {one.kind} '{one.text}'{where}: {number_of(one.rows, 'row')} of "
                f"{one.source}, {one.term}"
            )
            for near in one.candidates:
                click.echo(f"          {near.id}  {near.name}: {near.why}")
            if not one.candidates:
                click.echo("          nothing is near")
        if not waiting:
            click.echo("Nothing waits for a decision.")


def deciding(command: Callable) -> Callable:
    """The arguments of a decision."""
    for option in (
        click.option("--because", metavar="WORDS", help="Why."),
        click.option("--by", required=True, metavar="NAME", help="Who decides."),
        click.argument("ids", nargs=-1, required=True, metavar="ID..."),
    ):
        command = option(command)
    return command


@match.command()
@deciding
@click.option("--as", "meaning", metavar="ID", help="What it means; its only candidate if not.")
@sentences
def accept(ids: tuple[str, ...], by: str, because: str | None, meaning: str | None) -> None:
    """Say what texts mean. An ID is as `list` shows it, or its first digits."""
    _decide(ids, meaning=meaning, reject=False, by=by, because=because)


@match.command()
@deciding
@sentences
def reject(ids: tuple[str, ...], by: str, because: str | None) -> None:
    """Say that texts mean none of those known; they wait no more, and stay unmatched."""
    _decide(ids, meaning=None, reject=True, by=by, because=because)


@match.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@click.option("--by", required=True, metavar="NAME", help="Who decides.")
@sentences
def apply(file: Path, by: str) -> None:
    """Decide as FILE says: a queue that `list --csv` wrote, with `id` filled in."""
    from orchestration.matching.deciding import MatchError
    from orchestration.matching.deciding import apply as applied
    from orchestration.site import Site

    try:
        said = applied(Site.load(Settings.from_env()), file, by=by, on=date.today())
    except MatchError as problem:
        raise Misuse(str(problem)) from problem
    click.echo("\n".join(said))


def _decide(ids: tuple[str, ...], **how: Any) -> None:
    from orchestration.matching.deciding import MatchError, decide
    from orchestration.site import Site

    try:
        said = decide(Site.load(Settings.from_env()), ids, on=date.today(), **how)
    except MatchError as problem:
        raise Misuse(str(problem)) from problem
    click.echo("\n".join(said))
