"""The Dagster code location: assembles the stages; decides nothing."""

from __future__ import annotations

import dagster as dg

from orchestration.assets import marts, publication, raw, released
from orchestration.manifest import current_manifest
from orchestration.partitions import term_partitions
from orchestration.registry import load_registry
from orchestration.resources import SiteResource
from orchestration.schedules import nightly
from orchestration.settings import Settings

JOB = "adoption_report"


@dg.definitions
def defs() -> dg.Definitions:
    """landing ▶ raw ▶ admitted ▶ dbt ▶ current ▶ publishable ▶ publication."""
    settings = Settings.from_env()
    terms = term_partitions(load_registry(settings.home.registry))
    job = dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.all(),
        description="Read what has changed, build the marts, judge them, publish what is due.",
    )
    return dg.Definitions(
        assets=[
            *raw.landing_specs(),
            raw.registry_asset,
            *raw.raw_assets(terms),
            marts.admitted,
            marts.mart_assets(current_manifest()),
            released.current,
            publication.publishable,
            publication.publication,
        ],
        asset_checks=[*raw.raw_checks(), *released.mart_checks()],
        jobs=[job],
        schedules=[nightly(job, settings)],
        resources={"site": SiteResource()},
        executor=dg.in_process_executor,
    )
