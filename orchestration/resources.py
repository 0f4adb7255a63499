"""What Dagster hands to each stage: the site, loaded afresh, and dbt."""

import sys
from pathlib import Path

import dagster as dg
from dagster_dbt import DbtCliResource

from orchestration.settings import DBT_PROJECT, Settings
from orchestration.site import Site


class SiteResource(dg.ConfigurableResource):
    """The data home that the environment names, with its declarations checked on each load."""

    def load(self) -> Site:
        """Load the site; raises its errors as sentences."""
        return Site.load(Settings.from_env())


def dbt_resource() -> DbtCliResource:
    """The dbt beside this interpreter, on this project and its own profile."""
    return DbtCliResource(
        project_dir=str(DBT_PROJECT),
        profiles_dir=str(DBT_PROJECT),
        dbt_executable=str(Path(sys.executable).parent / "dbt"),
    )
