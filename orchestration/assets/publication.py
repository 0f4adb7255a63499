"""Disclosure control and publication: publishable tables, and the report made only of them."""

import logging
from collections.abc import Iterator
from datetime import date

import dagster as dg
import pandas as pd
from pydantic import Field

from orchestration.gates import blocked
from orchestration.locks import stage
from orchestration.publishing.publish_due import PUBLISHED_MARTS, Asked, Outcome, publish_due
from orchestration.publishing.publishable import make_publishable
from orchestration.publishing.withdrawal import mend
from orchestration.reasons import reason
from orchestration.resources import SiteResource

log = logging.getLogger("uptake")
OWNERS = ["team:data-engineering"]


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            ["publishable", table],
            deps=[["release", "current"], [table]],
            group_name="publishable",
            kinds={"pandas", "parquet"},
            owners=OWNERS,
            description=f"{table} after disclosure control: what may be shown to anybody.",
        )
        for table in PUBLISHED_MARTS
    ],
    can_subset=False,
)
def publishable(site: SiteResource) -> Iterator[dg.MaterializeResult]:
    """Make the publishable tables from the marts that are current."""
    loaded = site.load()
    with stage(loaded.home, "make the publishable tables"):
        tables = make_publishable(loaded.home, loaded.registry)
    for name, frame in tables.items():
        yield dg.MaterializeResult(
            asset_key=["publishable", name],
            metadata={
                "dagster/row_count": len(frame),
                "suppressed": int((frame["suppression"] != "none").sum()),
                "dagster/column_schema": dg.TableSchema(
                    columns=[
                        dg.TableColumn(name=str(column), type=str(kind))
                        for column, kind in frame.dtypes.items()
                    ]
                ),
                "dagster/column_lineage": _column_by_column(name, frame),
            },
        )


def _column_by_column(mart: str, frame: pd.DataFrame) -> dg.TableColumnLineage:
    """A published column is the mart's of the same name, hidden where it must be."""
    return dg.TableColumnLineage(
        {
            str(column): [dg.TableColumnDep(dg.AssetKey(mart), str(column))]
            for column in frame.columns
            if column not in ("suppression", "shown")
        }
    )


class Publishing(dg.Config):
    """What `uptake run` may say: the day, the terms to publish, and a term to correct."""

    as_of: str | None = Field(default=None, description="ISO date; today where it is not given.")
    terms: list[str] = Field(default=[], description="Only these terms; all where none is named.")
    correct: str | None = Field(default=None, description="A published term to be made anew.")
    because: str | None = Field(default=None, description="Why; it is printed in the report.")

    @property
    def asked(self) -> Asked | None:
        """The correction that is asked for; ValueError for one without a reason."""
        if self.correct is None:
            return None
        return Asked(self.correct, reason(self.because))


@dg.asset(
    key=["publication"],
    deps=[["publishable", table] for table in PUBLISHED_MARTS],
    group_name="publication",
    kinds={"html"},
    owners=OWNERS,
    description=(
        "The adoption report: immutable, numbered, made only of publishable tables. A term is "
        "published when its day has come and every gate has passed on it as it now lies in landing."
    ),
    check_specs=[
        dg.AssetCheckSpec(
            name="every_due_term_is_published",
            asset=["publication"],
            description="A due term that waits is named here, with the gate that holds it.",
        )
    ],
)
def publication(config: Publishing, site: SiteResource) -> Iterator[dg.MaterializeResult]:
    """Publish every due term whose gates pass; fail where an asked-for correction is held."""
    loaded = site.load()
    as_of = date.fromisoformat(config.as_of) if config.as_of else date.today()
    with stage(loaded.home, "publish"):
        mend(loaded.home)
        outcome = publish_due(
            loaded, as_of=as_of, terms=frozenset(config.terms), correct=config.asked
        )
    yield dg.MaterializeResult(metadata=_metadata(outcome), check_results=[_check(outcome)])
    if outcome.held is not None:
        raise blocked(outcome.held)


def _metadata(outcome: Outcome) -> dict[str, str]:
    return {
        "published": outcome.published.id if outcome.published else "nothing new",
        "terms": ", ".join(outcome.terms) or "none",
        "corrected": ", ".join(outcome.published.corrected if outcome.published else ()) or "none",
        "waiting": "; ".join(outcome.waiting) or "none",
    }


def _check(outcome: Outcome) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name="every_due_term_is_published",
        passed=not outcome.waiting,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(outcome.waiting) or "No due term waits.",
    )
