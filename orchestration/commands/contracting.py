"""`uptake contracts`: check them, and describe them to an editor."""

from __future__ import annotations

import json
from pathlib import Path

import click

from orchestration.commands.exits import Misuse, sentences
from orchestration.settings import Settings


@click.group()
def contracts() -> None:
    """Check contracts, which say how an export is read."""


@contracts.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@sentences
def check(files: tuple[Path, ...], as_json: bool) -> None:
    """Check every contract, the shipped ones and the site's, or these files.

    Says of each problem in which line it stands, and exits 1 where there is any.
    """
    from orchestration.reading.contract_files import SHIPPED, check_contract, contract_paths
    from orchestration.registry import load_registry

    home = Settings.from_env().home
    missing = [str(path) for path in files if not path.is_file()]
    if missing:
        raise Misuse(f"There is no file {', '.join(missing)}.")
    registry = load_registry(home.registry)
    paths = files or (*contract_paths(SHIPPED), *contract_paths(home.contracts))
    checked = {path: check_contract(path, registry) for path in paths}
    if as_json:
        rows = [
            {
                "file": str(path),
                "contract": one.contract.name if one.contract else None,
                "source": one.contract.source if one.contract else None,
                "problems": list(one.problems),
            }
            for path, one in checked.items()
        ]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        for path, one in checked.items():
            for problem in one.problems:
                click.echo(problem, err=True)
            if one.contract is not None and not one.problems:
                named = f"{one.contract.name}, version {one.contract.version}"
                click.echo(f"{path}: {named}, reads {one.contract.source}.")
    if any(one.problems for one in checked.values()):
        click.get_current_context().exit(1)


@contracts.command()
@sentences
def schema() -> None:
    """Print the JSON Schema of contracts, for an editor that completes and checks YAML by one."""
    from orchestration.reading.contract_schema import contract_schema

    click.echo(json.dumps(contract_schema(), indent=2, ensure_ascii=False))
