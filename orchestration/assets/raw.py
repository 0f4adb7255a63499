"""Read: landing to raw and quarantine, a source and a term at a time; and the raw suites.

How a source is read is written once, here; that a source exists is declared by its template.
"""

import logging

import dagster as dg

from orchestration.admission import admit
from orchestration.assets.verdicts import as_check_result
from orchestration.explaining import explain_admission
from orchestration.locks import stage
from orchestration.partitions import TERMS
from orchestration.reading.landing import refuse_mixture
from orchestration.reading.templates import Template, templates
from orchestration.registry.landed import land
from orchestration.registry.models import TABLES
from orchestration.resources import SiteResource
from orchestration.site import Site

log = logging.getLogger("uptake")
OWNERS = ["team:data-engineering"]


def landing_specs() -> list[dg.AssetSpec]:
    """The exports as dropped, which nothing here makes."""
    return [
        dg.AssetSpec(
            ["landing", source],
            description=f"As dropped, never changed by the pipeline. {template.description}",
            group_name="landing",
            kinds={"file"},
            owners=OWNERS,
        )
        for source, template in templates().items()
    ]


@dg.asset(
    key=["raw", "registry"],
    group_name="raw",
    kinds={"pydantic", "parquet"},
    owners=OWNERS,
    description="The registry, shipped and the site's own: terms, measures, minimum n, value maps.",
)
def registry_asset(site: SiteResource) -> dg.MaterializeResult:
    """Check the registry's tables together and land them."""
    loaded = site.load()
    with stage(loaded.home, "land the registry"):
        land(loaded.home, loaded.registry)
    return dg.MaterializeResult(
        metadata={name: len(loaded.registry.rows[name]) for name in TABLES},
        data_version=dg.DataVersion(loaded.registry.fingerprint()),
    )


def raw_assets(partitions: dg.PartitionsDefinition) -> list[dg.AssetsDefinition]:
    """One raw asset a source; those with a term are partitioned by the calendar."""
    return [_raw_asset(source, partitions) for source in templates()]


def _raw_asset(source: str, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    template = templates()[source]

    @dg.asset(
        key=["raw", source],
        deps=[["landing", source], ["raw", "registry"]],
        partitions_def=partitions if template.is_partitioned else None,
        backfill_policy=dg.BackfillPolicy.single_run() if template.is_partitioned else None,
        group_name="raw",
        kinds={"arrow", "parquet"},
        owners=OWNERS,
        description=(
            f"{template.description} Accepted, typed, pseudonymised rows, each with its file and "
            "line; rows refused are in quarantine with their reason."
        ),
        metadata={"dagster/column_schema": _column_schema(template)},
    )
    def read(context: dg.AssetExecutionContext, site: SiteResource) -> dg.MaterializeResult:
        loaded = site.load()
        refuse_mixture(loaded.home)
        terms = _asked(context, loaded, source)
        done = [term for term in terms if _read_if_changed(loaded, source, term)]
        accounts = [one for one in loaded.accounts() if one.source == source and one.term in terms]
        if template.is_partitioned and context.has_partition_key_range:
            for one in accounts:
                context.add_asset_metadata(
                    {"dagster/row_count": one.raw.rows, "quarantined": one.quarantine.rows},
                    partition_key=one.term,
                )
        return dg.MaterializeResult(
            metadata={
                "read again": ", ".join(done) or "nothing had changed",
                "dagster/partition_row_count": sum(one.raw.rows for one in accounts),
                "files": sum(len(one.files) for one in accounts),
            }
        )

    return read


def _asked(context: dg.AssetExecutionContext, site: Site, source: str) -> list[str]:
    """The terms to look at: the run's partitions, or everything where it names none."""
    known = [term for name, term in site.partitions() if name == source]
    if not templates()[source].is_partitioned:
        return known
    if context.has_partition_key_range or context.has_partition_key:
        named = context.run.tags.get(TERMS)
        asked = set(named.split(",") if named else context.partition_keys)
        return [term for term in known if term in asked]
    return known


def _read_if_changed(site: Site, source: str, term: str) -> bool:
    if not site.needs_reading(source, term):
        return False
    with stage(site.home, f"read {source}, {term}"):
        # another run may have read it while this one waited
        if not site.needs_reading(source, term):
            return False
        site.read(source, term, log.info)
    return True


def _column_schema(template: Template) -> dg.TableSchema:
    return dg.TableSchema(
        columns=[
            dg.TableColumn(name=name, type=field.type, description=field.description)
            for name, field in template.fields.items()
        ]
    )


def raw_checks() -> list[dg.AssetChecksDefinition]:
    """One check a source: its suite's verdicts, the ones that admission goes by."""
    return [_raw_check(source) for source in templates()]


def _raw_check(source: str) -> dg.AssetChecksDefinition:
    before = list(templates())[: list(templates()).index(source)]

    @dg.asset_check(
        asset=["raw", source],
        name="suite",
        additional_deps=[["raw", name] for name in before],
        blocking=False,
        description=f"The suite raw_{source}, on each partition. Admission goes by it.",
    )
    def suite(site: SiteResource) -> dg.AssetCheckResult:
        loaded = site.load()
        with stage(loaded.home, f"judge {source}"):
            admission = admit(loaded.home, loaded.registry, loaded.accounts())
        return as_check_result(
            [one for (name, _), one in admission.verdicts.items() if name == source],
            [one for one in explain_admission(admission) if one.table == f"raw_{source}"],
        )

    return suite
