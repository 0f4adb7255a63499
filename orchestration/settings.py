"""Where things are and what the environment decides.

The environment is read here, when asked, and nowhere else; nothing is read at import.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

CHECKOUT = Path(__file__).resolve().parent.parent
DBT_PROJECT = CHECKOUT / "dbt_project"

PRIVATE = 0o700
GROUP_READABLE = 0o750


@dataclass(frozen=True)
class Home:
    """The data home: every path below `UPTAKE_HOME`, named once."""

    root: Path

    @property
    def landing(self) -> Path:
        """Exports as dropped: `landing/<source>/<term>/<any name>`."""
        return self.root / "landing"

    @property
    def truth(self) -> Path:
        """What the simulator knows; the pipeline never reads it."""
        return self.root / "truth.json"

    @property
    def contracts(self) -> Path:
        """A site's own contracts."""
        return self.root / "contracts"

    @property
    def registry(self) -> Path:
        """A site's own registry tables and crosswalks."""
        return self.root / "registry"

    @property
    def secrets(self) -> Path:
        """The pseudonym key's folder."""
        return self.root / "secrets"

    @property
    def raw(self) -> Path:
        """Accepted rows, content-named Parquet."""
        return self.root / "raw"

    @property
    def quarantine(self) -> Path:
        """Refused rows as they stood."""
        return self.root / "quarantine"

    @property
    def accounts(self) -> Path:
        """Each partition's account and commit record."""
        return self.root / "accounts"

    @property
    def warehouse(self) -> Path:
        """The copy that dbt is building."""
        return self.root / "warehouse"

    @property
    def next(self) -> Path:
        """The copy itself."""
        return self.warehouse / "next.duckdb"

    @property
    def marts(self) -> Path:
        """`unreleased.duckdb` and `current.duckdb`."""
        return self.root / "marts"

    @property
    def unreleased(self) -> Path:
        """The last complete build, whatever the suites said of it."""
        return self.marts / "unreleased.duckdb"

    @property
    def current(self) -> Path:
        """The last build whose every gate passed."""
        return self.marts / "current.duckdb"

    def restated(self, day: date) -> Path:
        """The marts in which every term is on the geography of one day."""
        return self.marts / f"restated-{day}.duckdb"

    @property
    def restatements(self) -> list[Path]:
        """All marts that have been restated."""
        return sorted(self.marts.glob("restated-*.duckdb"))

    @property
    def verdicts(self) -> Path:
        """What suites said of exactly one table's content."""
        return self.root / "verdicts"

    @property
    def preview(self) -> Path:
        """The private preview."""
        return self.root / "preview"

    @property
    def published(self) -> Path:
        """Immutable publications."""
        return self.root / "published"

    @property
    def dagster(self) -> Path:
        """`DAGSTER_HOME`."""
        return self.root / "dagster"

    def create(self) -> Home:
        """Make the home's folders with their modes; those that exist keep their content."""
        private = (
            self.landing,
            self.quarantine,
            self.secrets,
            self.warehouse,
            self.preview,
            self.dagster,
        )
        shared = (self.raw, self.accounts, self.marts, self.verdicts, self.published)
        for folder in (*private, *shared):
            if not folder.is_dir():
                folder.mkdir(parents=True)
                folder.chmod(PRIVATE if folder in private else GROUP_READABLE)
        return self


@dataclass(frozen=True)
class Settings:
    """What the environment decides, checked."""

    home: Home
    timezone: str = "America/Los_Angeles"
    nightly: bool = False

    @classmethod
    def from_env(cls) -> Settings:
        """Read `UPTAKE_HOME`, `UPTAKE_TIMEZONE` and `UPTAKE_NIGHTLY` (`on` or `off`).

        Raises ValueError, as a sentence, for a value that is not one of those allowed.
        """
        root = Path(os.environ.get("UPTAKE_HOME") or CHECKOUT / "data").expanduser().resolve()
        timezone = os.environ.get("UPTAKE_TIMEZONE") or "America/Los_Angeles"
        try:
            ZoneInfo(timezone)
        except (KeyError, ValueError) as problem:
            raise ValueError(
                f"UPTAKE_TIMEZONE is '{timezone}', which no time-zone database knows: "
                "use a name such as America/Los_Angeles."
            ) from problem
        nightly = os.environ.get("UPTAKE_NIGHTLY") or "off"
        if nightly not in ("on", "off"):
            raise ValueError(f"UPTAKE_NIGHTLY is '{nightly}': use on or off.")
        return cls(home=Home(root), timezone=timezone, nightly=nightly == "on")
