"""dbt: staging, intermediate and marts, built whole in a copy of the warehouse."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets
from dagster_dbt.asset_utils import DAGSTER_DBT_UNIQUE_ID_METADATA_KEY

from orchestration.building import Build, discarded_unless_complete, next_build
from orchestration.dbt_build import NodeResult, built, failures
from orchestration.gates import blocked
from orchestration.lineage import kept_lineage
from orchestration.locks import stage
from orchestration.manifest import TARGET
from orchestration.reading.templates import templates
from orchestration.resources import SiteResource
from orchestration.settings import Home
from orchestration.warehouse import NO_TERM, project_fingerprint, read_only

log = logging.getLogger("uptake")
OWNERS = ["team:analytics"]


@dg.asset(
    key=["raw", "admitted"],
    deps=[["raw", "registry"], *(["raw", name] for name in templates())],
    group_name="raw",
    kinds={"greatexpectations"},
    owners=["team:data-engineering"],
    description=(
        "The first gate: which version of each partition may enter a build. One that has no "
        "passing verdict waits, and its last admitted version stands."
    ),
)
def admitted(site: SiteResource) -> dg.MaterializeResult:
    """Judge every partition and say which enter the next build."""
    loaded = site.load()
    with stage(loaded.home, "admit partitions"):
        build = next_build(loaded)
    waiting = sorted(build.admission.waiting)
    for source, term in waiting:
        log.warning("not admitted: %s, %s", source, term)
    return dg.MaterializeResult(
        metadata={
            "admitted": len(build.admission.inputs),
            "waiting": ", ".join(f"{source} {term}" for source, term in waiting) or "none",
            "changed": ", ".join(f"{source} {term}" for source, term in sorted(build.plan.changed))
            or "nothing",
        },
        data_version=dg.DataVersion(build.plan.build_id),
    )


class Translator(DagsterDbtTranslator):
    """Groups the models by layer, and gives them owners and kinds."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The layer: staging, intermediate or marts."""
        return (
            "intermediate"
            if dbt_resource_props["resource_type"] == "seed"
            else (dbt_resource_props["fqn"][1])
        )

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:  # noqa: ARG002
        """The analysts own every model."""
        return OWNERS


def mart_assets(manifest: Path) -> dg.AssetsDefinition:
    """Every dbt model, seed and data test as one step, built from what admission lets in."""

    @dbt_assets(
        manifest=manifest,
        name="dbt_build",
        dagster_dbt_translator=Translator(
            settings=DagsterDbtTranslatorSettings(
                enable_asset_checks=True, enable_duplicate_source_asset_keys=True
            )
        ),
    )
    def dbt_build(context: dg.AssetExecutionContext, site: SiteResource) -> Iterator[Any]:
        if context.is_subset:
            raise dg.Failure(
                "The warehouse is built whole, so that a build is complete or is none: select all "
                "dbt models, or launch the job adoption_report."
            )
        loaded = site.load()
        nodes = _Nodes.of(context, json.loads(manifest.read_text(encoding="utf-8")))
        with stage(loaded.home, "build the marts"):
            build = next_build(loaded)
            if build.is_needed:
                made = _made(build, nodes)
            else:
                log.info("nothing to build: the last build is of exactly these inputs")
                made = _Made(nodes.as_before(context.instance), {})
        # the lock is free before Dagster takes over: a generator may be left waiting
        yield from nodes.events(made, build.plan.build_id)
        if made.problem is not None:
            raise made.problem

    return dbt_build


@dataclass(frozen=True)
class _Made:
    """What a build made: metadata by model, what each data test found, and why it failed."""

    metadata: Mapping[str, Mapping[str, Any]]
    passed: Mapping[dg.AssetCheckKey, bool]
    problem: dg.Failure | None = None


@dataclass(frozen=True)
class _Nodes:
    """dbt's nodes as Dagster knows them: assets in topological order, and checks, by unique id."""

    manifest: Mapping[str, Any]
    assets: Mapping[str, dg.AssetKey]
    checks: Mapping[str, dg.AssetCheckKey]

    @classmethod
    def of(cls, context: dg.AssetExecutionContext, manifest: Mapping[str, Any]) -> "_Nodes":
        specs = context.assets_def.specs_by_key
        order = TopologicalSorter(context.assets_def.asset_deps).static_order()
        return cls(
            manifest,
            {_unique_id(specs[key].metadata): key for key in order if key in specs},
            {_unique_id(spec.metadata): spec.key for spec in context.assets_def.check_specs},
        )

    def as_before(self, instance: dg.DagsterInstance) -> dict[str, Mapping[str, Any]]:
        """What was said of each model when it was last built: an unchanged build stands by it."""
        records = instance.get_asset_records([*self.assets.values()])
        last = {one.asset_entry.asset_key: one.asset_entry.last_materialization for one in records}
        return {
            name: event.asset_materialization.metadata
            for name, key in self.assets.items()
            if (event := last.get(key)) is not None and event.asset_materialization is not None
        }

    def events(self, made: _Made, build_id: str) -> Iterator[Any]:
        """A materialisation of every model, unless the build failed, and a result of every test."""
        if made.problem is None:
            for name, key in self.assets.items():
                said = made.metadata.get(name, {})
                yield dg.MaterializeResult(asset_key=key, metadata={**said, "build": build_id})
        for check, passed in made.passed.items():
            yield dg.AssetCheckResult(
                asset_key=check.asset_key,
                check_name=check.name,
                passed=passed,
                metadata={"build": build_id},
            )


def _unique_id(metadata: Mapping[str, Any]) -> str:
    return str(metadata[DAGSTER_DBT_UNIQUE_ID_METADATA_KEY])


def _made(build: Build, nodes: _Nodes) -> _Made:
    home = build.site.home
    changed = sorted({term for _, term in build.plan.changed} - {NO_TERM})
    log.info("building the marts: changed %s", ", ".join(changed) or "accounts alone")
    build.prepare()
    with discarded_unless_complete(home) as completed, built(home) as (results, compiled):
        found = {
            nodes.checks[one.unique_id]: not one.failed
            for one in results
            if one.unique_id in nodes.checks
        }
        sentence = failures(results)
        if sentence is not None:
            return _Made({}, found, _why(results, sentence))
        metadata = _described(home, nodes, results, compiled)
        completed()
        return _Made(metadata, found)


def _described(
    home: Home, nodes: _Nodes, results: Sequence[NodeResult], compiled: Path
) -> dict[str, dict[str, Any]]:
    """Row count, seconds, columns and column lineage of every model and seed, by unique id."""
    sources = {
        name: dg.AssetKey(node["meta"]["dagster"]["asset_key"])
        for name, node in nodes.manifest["sources"].items()
    }
    lineages = kept_lineage(
        nodes.manifest,
        {**nodes.assets, **sources},
        compiled,
        project=project_fingerprint(),
        kept=TARGET / "lineage.json",
    )
    seconds = {one.unique_id: one.seconds for one in results}
    described: dict[str, dict[str, Any]] = {}
    with read_only(home.next) as con:
        for name in nodes.assets:
            node = nodes.manifest["nodes"][name]
            rows = con.execute(f"select count(*) from {node['schema']}.{node['name']}").fetchone()
            described[name] = {
                "dagster/row_count": rows[0] if rows else 0,
                "dagster/column_schema": _columns(node),
                "seconds": round(seconds.get(name, 0.0), 2),
            }
            if name in lineages:
                described[name]["dagster/column_lineage"] = lineages[name]
    return described


def _columns(node: Mapping[str, Any]) -> dg.TableSchema:
    """The columns that a model is under contract to have."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(name, type=one["data_type"] or "", description=one["description"])
            for name, one in node["columns"].items()
        ]
    )


def _why(results: Sequence[NodeResult], sentence: str) -> dg.Failure:
    """A failed data test is a gate that holds; anything else is broken."""
    if all(one.status == "fail" for one in results if one.failed):
        return blocked(sentence)
    return dg.Failure(sentence, allow_retries=False)
