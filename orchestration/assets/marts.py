"""dbt: staging, intermediate and marts, built whole in a copy of the warehouse."""

import json
import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliInvocation,
    DbtCliResource,
    dbt_assets,
)
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from orchestration.building import Build, failures_set_aside, next_build
from orchestration.gates import blocked
from orchestration.lineage import column_lineage
from orchestration.locks import stage
from orchestration.reading.templates import templates
from orchestration.resources import SiteResource
from orchestration.settings import Home
from orchestration.warehouse import NO_TERM, read_only

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
    def dbt_build(
        context: dg.AssetExecutionContext, dbt: DbtCliResource, site: SiteResource
    ) -> Iterator[Any]:
        if context.is_subset:
            raise dg.Failure(
                "The warehouse is built whole, so that a build is complete or is none: select all "
                "dbt models, or launch the job adoption_report."
            )
        loaded = site.load()
        with stage(loaded.home, "build the marts"):
            build = next_build(loaded)
            events = _built(context, dbt, build) if build.is_needed else _unchanged(context, build)
        # the lock is free before Dagster takes over: a generator may be left waiting
        yield from events

    return dbt_build


def _built(context: dg.AssetExecutionContext, dbt: DbtCliResource, build: Build) -> list[Any]:
    home = build.site.home
    changed = sorted({term for _, term in build.plan.changed} - {NO_TERM})
    log.info("building the marts: changed %s", ", ".join(changed) or "accounts alone")
    with failures_set_aside(home):
        os.environ["UPTAKE_WAREHOUSE"] = str(build.prepare())
        # unit tests are of the code, and belong to `make test`
        invocation = dbt.cli(["build", "--exclude-resource-type", "unit_test"], context=context)
        try:
            # dbt alone may have the copy open while it builds: what it made is looked at afterwards
            events = list(invocation.stream())
            described = _described(invocation, home)
        except DagsterDbtCliRuntimeError as problem:
            raise _why(invocation) from problem
        finally:
            shutil.rmtree(invocation.target_path, ignore_errors=True)
    return [
        event.with_metadata(
            {**event.metadata, **described[context.asset_key_for_output(event.output_name)]}
        )
        if isinstance(event, dg.Output)
        else event
        for event in events
    ]


def _described(invocation: DbtCliInvocation, home: Home) -> dict[dg.AssetKey, dict[str, Any]]:
    """Row count, columns and column lineage of every model, by asset key."""
    manifest = invocation.manifest
    keys = {
        name: invocation.dagster_dbt_translator.get_asset_key(node)
        for name, node in {**manifest["nodes"], **manifest["sources"]}.items()
        if node["resource_type"] in ("model", "seed", "source")
    }
    lineages = column_lineage(manifest, keys, invocation.target_path / "compiled")
    described: dict[dg.AssetKey, dict[str, Any]] = {}
    with read_only(home.next) as con:
        for name, node in manifest["nodes"].items():
            if node["resource_type"] not in ("model", "seed"):
                continue
            relation = f"{node['schema']}.{node['name']}"
            rows = con.execute(f"select count(*) from {relation}").fetchone()
            described[keys[name]] = {"dagster/row_count": rows[0] if rows else 0} | (
                {"dagster/column_lineage": lineages[name]} if name in lineages else {}
            )
    return described


def _why(invocation: DbtCliInvocation) -> dg.Failure:
    """A failed data test is a gate that holds; anything else is broken."""
    try:
        results = invocation.get_artifact("run_results.json")["results"]
    except (OSError, json.JSONDecodeError, KeyError):
        results = []
    problems = [one for one in results if one["status"] in ("error", "fail")]
    names = ", ".join(one["unique_id"].split(".")[2] for one in problems) or "dbt itself"
    sentence = (
        f"The build was set aside as warehouse/failed.duckdb, and nothing else moved: {names} "
        "failed. See the step's output."
    )
    if problems and all(one["status"] == "fail" for one in problems):
        return blocked(sentence)
    return dg.Failure(sentence)


def _unchanged(context: dg.AssetExecutionContext, build: Build) -> list[Any]:
    """What the last build made stands: said of every model, and of every data test it passed."""
    log.info("nothing to build: the last build is of exactly these inputs")
    said = {"built": False, "build": build.plan.build_id}
    return [
        *(
            dg.MaterializeResult(asset_key=key, metadata=said)
            for key in TopologicalSorter(context.assets_def.asset_deps).static_order()
            if key in context.selected_asset_keys
        ),
        *(
            dg.AssetCheckResult(
                asset_key=key.asset_key, check_name=key.name, passed=True, metadata=said
            )
            for key in context.selected_asset_check_keys
        ),
    ]
