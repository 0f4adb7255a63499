"""What Dagster hands to each stage: the site, loaded afresh."""

import dagster as dg

from orchestration.settings import Settings
from orchestration.site import Site


class SiteResource(dg.ConfigurableResource):
    """The data home that the environment names, with its declarations checked on each load."""

    def load(self) -> Site:
        """Load the site; raises its errors as sentences."""
        return Site.load(Settings.from_env())
