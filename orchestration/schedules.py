"""The nightly run."""

from __future__ import annotations

import dagster as dg

from orchestration.settings import Settings


def nightly(job: dg.UnresolvedAssetJobDefinition, settings: Settings) -> dg.ScheduleDefinition:
    """The job, every night at two in the site's time zone; off until it is switched on.

    A run without partitions takes whatever has changed, so the tick names none.
    """
    status = dg.DefaultScheduleStatus
    return dg.ScheduleDefinition(
        name="nightly",
        job=job,
        cron_schedule="0 2 * * *",
        execution_timezone=settings.timezone,
        default_status=status.RUNNING if settings.nightly else status.STOPPED,
        description="Every night: read what has changed, build, judge, and publish what is due.",
    )
