"""A home whose texts are to be matched."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
from click.testing import CliRunner

from orchestration.cli import main
from orchestration.reading.accounts import load_account
from orchestration.settings import Home, Settings
from orchestration.site import Site

TERM = "2021-22-spring"


class District:
    """A home on disk, with the command."""

    def __init__(self, root: Path) -> None:
        self.home = Home(root).create()
        self.site = self.loaded()

    def loaded(self) -> Site:
        return Site.load(Settings(home=self.home))

    def land(self, source: str, content: str, name: str = "a.csv") -> None:
        folder = self.home.landing / source
        folder = folder if source == "schools" else folder / TERM
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)

    def read(self) -> None:
        site = self.loaded()
        for source, term in site.partitions():
            site.read(source, term, lambda _: None)

    def told(self, *arguments: str, command: str = "match"):
        environment = {"UPTAKE_HOME": str(self.home.root), "UPTAKE_DEBUG": "1"}
        return CliRunner().invoke(main, [command, *arguments], env=environment)

    def waiting(self, *arguments: str) -> dict[str, dict]:
        return {
            one["text"]: one for one in json.loads(self.told("list", "--json", *arguments).stdout)
        }

    def visits(self) -> list[dict]:
        account = load_account(self.home, "observations", TERM)
        assert account is not None
        return pq.read_table(self.home.root / account.raw.path).to_pylist()
