"""`uptake inspect`: what a file is, and a draft of a contract that reads it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from orchestration.commands.exits import Misuse, sentences
from orchestration.settings import Settings


@click.command("inspect")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--propose", is_flag=True, help="Write a draft contract that reads it, on stdout.")
@click.option("--source", metavar="SOURCE", help="Propose for this source; the likeliest if not.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@sentences
def inspect_file(file: Path, propose: bool, source: str | None, as_json: bool) -> None:
    """Say what FILE is: format, encoding, columns, and which contract fits.

    Values that may be people's are described and not shown. A draft marks with `# ?` what a person
    has to decide. Ends with 2 where the file cannot be read.
    """
    from orchestration.inspecting.inspection import as_object, as_text, inspect
    from orchestration.inspecting.proposing import proposed
    from orchestration.reading.bundles import is_bundle
    from orchestration.reading.contract_files import SHIPPED, check_contract, contract_paths
    from orchestration.reading.errors import FileRefused
    from orchestration.reading.templates import templates
    from orchestration.registry import load_registry

    if source is not None and source not in templates():
        raise Misuse(f"'{source}' is no source; there are {', '.join(templates())}.")
    if file.is_dir() and not is_bundle(file):
        raise Misuse(
            f"{file} is a folder without a manifest.csv, and so no OneRoster bundle: name a file "
            "in it, or export the bundle with its manifest."
        )
    if not file.is_dir() and not file.is_file():
        raise Misuse(f"There is no file {file}.")
    home = Settings.from_env().home
    registry = load_registry(home.registry)
    paths = [*contract_paths(SHIPPED), *contract_paths(home.contracts)]
    # an empty file is the one that the shell has made for the draft
    checked = [check_contract(path, registry) for path in paths if path.stat().st_size]
    for problem in (one.problems[0] for one in checked if one.problems):
        click.echo(f"Left out: {problem}", err=True)
    standing = {one.contract.name: one.contract for one in checked if one.contract and one.stands}
    try:
        found = inspect(file, list(standing.values()), registry)
    except FileRefused as refusal:
        raise Misuse(f"{file.name}: {refusal}") from refusal
    if propose:
        if found.recognised.reads.format == "oneroster":
            raise Misuse(
                f"{file.name}: it is a OneRoster bundle, which the contract roster_oneroster "
                "reads: copy that one, and name the ids that your other exports have."
            )
        if not found.columns:
            raise Misuse(f"{file.name}: its header names no column: export it with one.")
        if not found.recognised.is_headed:
            raise Misuse(
                f"{file.name}: its first record looks like data, so its columns have no names: "
                "export it with a header."
            )
        for one in found.fitting:
            click.echo(f"It fits the contract {one.name} as it is.", err=True)
        click.echo(proposed(found, registry, source), nl=False)
    elif as_json:
        click.echo(json.dumps(as_object(found), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(as_text(found)))
