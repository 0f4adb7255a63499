"""The command `uptake`: thin; what it does is in the modules that it calls."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import click

from orchestration.commands.checking import diff, reproduce
from orchestration.commands.contracting import contracts
from orchestration.commands.erasing import erase
from orchestration.commands.exits import Misuse, sentences
from orchestration.commands.explaining import explain
from orchestration.commands.inspecting import inspect_file
from orchestration.commands.matching import match
from orchestration.commands.previewing import preview
from orchestration.commands.quarantining import quarantine
from orchestration.commands.restating import restate_marts
from orchestration.commands.withdrawing import given_reason, withdraw
from orchestration.settings import CHECKOUT, Settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="uptake")
def main() -> None:
    """Classroom observations and surveys into a curriculum adoption report that can be trusted.

    Works on the data home that UPTAKE_HOME names (data/ in the checkout by default).
    """


@main.command()
@click.option("--seed", default=1, show_default=True, help="The same seed writes the same bytes.")
@click.option("--scale", default=1.0, show_default=True, help="Multiplies the number of schools.")
@click.option("--terms", multiple=True, metavar="TERM", help="Only these terms (repeatable).")
@click.option("--faults", multiple=True, metavar="NAME", help="Plant these faults (repeatable).")
@sentences
def simulate(seed: int, scale: float, terms: tuple[str, ...], faults: tuple[str, ...]) -> None:
    """Write sample exports to landing/, with their truth in truth.json.

    A fault damages the exports as a district might; docs/faults.md lists them, and what finds each.
    """
    from orchestration.registry import load_registry
    from orchestration.simulation import default_terms
    from orchestration.simulation import simulate as write
    from orchestration.simulation.faults import FAULTS, plant

    settings = Settings.from_env()
    calendar = load_registry(settings.home.registry).terms
    named = [term for value in terms for term in value.replace(",", " ").split()]
    unknown = sorted(set(named) - set(calendar))
    if unknown:
        raise Misuse(f"No term is called {', '.join(unknown)}.")
    planned = [fault for value in faults for fault in value.replace(",", " ").split()]
    if unknown := sorted(set(planned) - set(FAULTS)):
        raise Misuse(f"No fault is called {', '.join(unknown)}: there are {', '.join(FAULTS)}.")
    chosen = [calendar[term] for term in named] or default_terms(list(calendar.values()))
    summary = write(
        settings.home.create(),
        chosen,
        seed=seed,
        scale=scale,
        progress=lambda said: click.echo(said, err=True),
    )
    click.echo(str(summary))
    for planted in plant(settings.home.landing, chosen, planned):
        click.echo(str(planted))


@main.command()
@click.option("--term", "terms", multiple=True, metavar="TERM", help="Read and publish only this.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Publish as of a day (today).")
@click.option(
    "--accept", multiple=True, metavar="EXPECTATION", help="Let pass what it holds (repeatable)."
)
@click.option("--correct", metavar="TERM", help="Publish this term anew, which stands already.")
@click.option("--because", metavar="WORDS", help="Why, of either; printed in the report.")
@click.option("--by", metavar="NAME", help="Who accepts it; printed in the report.")
@click.option(
    "--geography-as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Build marts with every term on this day's geography; publish nothing.",
)
@sentences
def run(
    terms: tuple[str, ...],
    as_of: datetime | None,
    accept: tuple[str, ...],
    correct: str | None,
    because: str | None,
    by: str | None,
    geography_as_of: datetime | None,
) -> None:
    """Read, build, judge, and publish what is due.

    With --correct, a published term is published anew, with an erratum; the others stay as they
    are. Exits 0 when done, 1 when something is broken, 3 when a gate held something back. A run
    that was held says where a person may judge; --accept then lets exactly that data pass.
    --geography-as-of stands alone: what is admitted is built on the geography of a day, in
    marts/restated-<day>.duckdb.
    """
    if geography_as_of is not None:
        others = (terms, as_of, accept, correct, because, by)
        restate_marts(geography_as_of.date(), alone=not any(others))
        return
    from orchestration.judgement import NotAccepted, judgement
    from orchestration.publishing.publication import latest
    from orchestration.publishing.publish_due import Asked
    from orchestration.running import run as run_job

    # Dagster and dbt keep millions of objects; walking them ever again is a sixth of a small run
    gc.set_threshold(200_000, 50, 100)
    settings = Settings.from_env()
    corrected = Asked(correct, given_reason(because)) if correct is not None else None
    reason = because if accept or correct is None else None
    try:
        judged = judgement(accept, reason, by, date.today())
    except NotAccepted as problem:
        raise Misuse(str(problem)) from problem
    finished = run_job(
        settings,
        terms=terms,
        as_of=as_of.date() if as_of else None,
        judged=judged,
        correct=corrected,
    )
    for sentence in finished.said:
        click.echo(sentence, err=finished.exit_code != 0)
    newest = latest(settings.home)
    if newest is not None and finished.exit_code != Misuse.exit_code:
        click.echo(f"The report: {newest.path / 'index.html'}")
    sys.exit(finished.exit_code)


@main.command()
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="What is due on a day (today).")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@sentences
def status(as_of: datetime | None, as_json: bool) -> None:
    """Row accounting a file, last verdicts, what is stale, what is due."""
    from orchestration.status import as_text, gather

    gathered = gather(Settings.from_env(), as_of.date() if as_of else date.today())
    if as_json:
        import json

        click.echo(json.dumps(gathered, indent=2, default=str))
    else:
        click.echo(as_text(gathered))


@main.command()
@click.argument("sql")
@click.option("--published", "where", flag_value="published", help="The latest publication.")
@click.option("--unreleased", "where", flag_value="unreleased", help="The last complete build.")
@click.option(
    "--restated",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The marts on this day's geography (run --geography-as-of).",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
)
@sentences
def query(sql: str, where: str | None, restated: datetime | None, form: str) -> None:
    """Ask marts/current.duckdb, or another database of marts; read-only."""
    from orchestration.querying import BadQuery, answer

    try:
        chosen = restated.date() if restated else where or "current"
        click.echo(answer(Settings.from_env().home, sql, chosen, form), nl=False)
    except BadQuery as problem:
        raise Misuse(str(problem)) from problem


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@sentences
def publications(as_json: bool) -> None:
    """List the publications, oldest first, withdrawn ones too."""
    from orchestration.publishing.publication import publications as listed

    found = listed(Settings.from_env().home)
    if as_json:
        import json

        rows = [
            {
                "id": one.id,
                "terms": list(one.terms),
                "path": str(one.path),
                "corrected": list(one.corrected),
                "withdrawn": one.withdrawn,
            }
            for one in found
        ]
        click.echo(json.dumps(rows, indent=2))
        return
    for one in found:
        corrected = f"  corrects {', '.join(one.corrected)}" if one.corrected else ""
        gone = one.withdrawn
        withdrawn = f"  withdrawn on {gone['on']}: {gone['because']}" if gone else ""
        click.echo(f"{one.id}  {', '.join(one.terms)}  {one.path}{corrected}{withdrawn}")
    if not found:
        click.echo("Nothing has been published.")


@main.command()
@click.argument("publication", required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@sentences
def verify(publication: str | None, as_json: bool) -> None:
    """Check a publication, or all: that it is what was published, and agrees with itself.

    Recomputes every checksum, compares the tables with each other, and looks up every figure on
    every page in them. Exits 1 on a mismatch.
    """
    from orchestration.publishing import publications as listed
    from orchestration.publishing.verify import verify as check

    home = Settings.from_env().home
    mismatches = check(home, publication)
    if as_json:
        import json

        click.echo(json.dumps({"publication": publication, "mismatches": mismatches}, indent=2))
    else:
        for sentence in mismatches:
            click.echo(sentence, err=True)
        if not mismatches:
            agreed = "Every checksum holds, and tables and pages agree."
            click.echo(agreed if listed(home) else "Nothing has been published.")
    sys.exit(1 if mismatches else 0)


@main.group()
def comments() -> None:
    """Read what people wrote, and decide what is published.

    A comment waits until a person has read and released it; screening says only what that person
    should look for.
    """


@comments.command("list")
@click.option("--term", metavar="TERM", help="Only this term's.")
@click.option("--waiting", "state", flag_value="waiting", help="Those nobody has decided on.")
@click.option("--released", "state", flag_value="released", help="Those that a person released.")
@click.option("--held", "state", flag_value="held", help="Those that a person held.")
@click.option("--all", "state", flag_value="all", help="All of them.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@sentences
def list_comments(term: str | None, state: Any, as_json: bool) -> None:
    """Show what waits to be read, or what else is asked for."""
    from orchestration.comments import CommentError, listed

    state = state or "waiting"
    try:
        found = listed(Settings.from_env().home, state=None if state == "all" else state, term=term)
    except CommentError as problem:
        raise Misuse(str(problem)) from problem
    if as_json:
        import json

        click.echo(json.dumps([one.as_object() for one in found.comments], indent=2))
    else:
        click.echo(found.as_text(state))
    for note in found.notes:
        click.echo(note, err=True)


def _decide(verb: Any, ids: tuple[str, ...], by: str, because: str | None) -> None:
    from orchestration.comments import CommentError, decide

    home = Settings.from_env().home
    try:
        said = decide(home, verb, ids, by=by, because=because, on=date.today())
    except CommentError as problem:
        raise Misuse(str(problem)) from problem
    click.echo("\n".join(said))


def deciding(command: Callable) -> Callable:
    """The arguments of a decision on comments."""
    for option in (
        click.option("--because", metavar="WORDS", help="Why."),
        click.option("--by", required=True, metavar="NAME", help="Who has read them and decides."),
        click.argument("ids", nargs=-1, required=True, metavar="ID..."),
    ):
        command = option(command)
    return command


@comments.command()
@deciding
@sentences
def release(ids: tuple[str, ...], by: str, because: str | None) -> None:
    """Let comments be published.

    One that screening held needs --because. An ID is as `list` shows it, or its first six digits
    or more.
    """
    _decide("release", ids, by, because)


@comments.command()
@deciding
@sentences
def hold(ids: tuple[str, ...], by: str, because: str | None) -> None:
    """Keep comments from being published.

    Also those that were released before. An ID is as `list` shows it, or its first six digits or
    more.
    """
    _decide("hold", ids, by, because)


@main.command()
@click.option("--port", default=3000, show_default=True, help="On loopback.")
@sentences
def ui(port: int) -> None:
    """Open the Dagster UI, and its daemon, on this workspace."""
    from pathlib import Path

    from orchestration.manifest import current_manifest
    from orchestration.running import dagster_home

    settings = Settings.from_env()
    dagster_home(settings.home)
    os.environ["UPTAKE_HOME"] = str(settings.home.root)
    current_manifest()
    dg = str(Path(sys.executable).parent / "dg")
    os.chdir(CHECKOUT)
    os.execv(dg, [dg, "dev", "-w", "workspace.yaml", "--host", "127.0.0.1", "--port", str(port)])


main.add_command(contracts)
main.add_command(diff)
main.add_command(erase)
main.add_command(explain)
main.add_command(inspect_file)
main.add_command(match)
main.add_command(preview)
main.add_command(quarantine)
main.add_command(reproduce)
main.add_command(withdraw)
