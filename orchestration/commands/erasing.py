"""`uptake erase`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from orchestration.commands.exits import Misuse, sentences
from orchestration.settings import Settings

STDIN = "-"


@click.command()
@click.option("--student", "students", multiple=True, metavar="ID", help="A student (repeatable).")
@click.option(
    "--educator", "educators", multiple=True, metavar="ID", help="An educator (repeatable)."
)
@sentences
def erase(students: tuple[str, ...], educators: tuple[str, ...]) -> None:
    """Put people on the list of those whose rows the next run removes.

    Educators are teachers, observers, and whoever attends sessions or answers as a teacher. Only a
    hash of an ID is kept. With - in place of an ID, IDs are read from standard input, one a line,
    so that they stand in no shell's history.
    """
    from orchestration.erasure import put_on_list
    from orchestration.reading.pseudonyms import load_key

    if STDIN in students and STDIN in educators:
        raise Misuse("Standard input can be of students or of educators, not of both.")
    people = [
        *(("student", one) for one in _ids(students)),
        *(("educator", one) for one in _ids(educators)),
    ]
    if not people:
        raise Misuse("Nobody is named: give --student ID or --educator ID.")
    home = Settings.from_env().home
    listed = put_on_list(home, load_key(home), people)
    already = listed.people - listed.new
    click.echo(
        f"{_counted(listed.new, 'person')} put on registry/erased.csv"
        f"{f', {already} on it already' if already else ''}. "
        f"{_counted(listed.rows, 'row')} of {_counted(listed.partitions, 'partition')} in raw/ "
        "carry them; the next `uptake run` removes these."
    )
    if listed.decisions:
        click.echo(
            f"{_counted(listed.decisions, 'decision')} of `uptake match` named them, or whoever "
            "was decided to be one of them: gone, and these texts are on the list too."
        )
    if listed.unseen:
        click.echo(
            f"{listed.unseen} of {listed.people} stand on no row that has been read: if they "
            "should, the ID or its kind is another than the exports have.",
            err=True,
        )


def _ids(given: Sequence[str]) -> list[str]:
    """The ids that are given, those of standard input in place of -. Raises Misuse for a blank."""
    ids: list[str] = []
    for one in given:
        if one == STDIN:
            lines = sys.stdin.read().splitlines()
            ids += [line for line in lines if line.strip()]
        else:
            ids.append(one)
    if not all(one.strip() for one in ids):
        raise Misuse("An ID is blank: nobody has a blank one. Nobody was put on the list.")
    return ids


def _counted(number: int, what: str) -> str:
    several = {"person": "people"}.get(what, f"{what}s")
    return f"{number:,} {what if number == 1 else several}"
