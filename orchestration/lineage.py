"""Column lineage of the dbt models, by sqlglot, from their compiled SQL.

dagster-dbt has its own, which parses a model's whole SQL again for each of its columns: twenty
seconds here. This resolves each model once.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope
from sqlglot.schema import MappingSchema

Parents = Mapping[str, dg.AssetKey]


def kept_lineage(
    manifest: Mapping[str, Any],
    keys: Mapping[str, dg.AssetKey],
    compiled: Path,
    *,
    project: str,
    kept: Path,
) -> dict[str, dg.TableColumnLineage]:
    """The same as `column_lineage`, kept in the file `kept` for as long as the project stands."""
    try:
        before = json.loads(kept.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        before = {}
    if before.get("project") == project:
        return {
            name: dg.deserialize_value(one, dg.TableColumnLineage)
            for name, one in before["lineage"].items()
        }
    found = column_lineage(manifest, keys, compiled)
    lineage = {name: dg.serialize_value(one) for name, one in found.items()}
    # runs of other homes may be at it too
    temporary = kept.with_name(f".{kept.name}.{os.getpid()}")
    temporary.write_text(json.dumps({"project": project, "lineage": lineage}), encoding="utf-8")
    temporary.replace(kept)
    return found


def column_lineage(
    manifest: Mapping[str, Any], keys: Mapping[str, dg.AssetKey], compiled: Path
) -> dict[str, dg.TableColumnLineage]:
    """The lineage of every model in `compiled`, by the model's unique id.

    `keys` are the asset keys of models, seeds and sources by unique id. A model whose SQL sqlglot
    cannot resolve has none, which the UI shows as no lineage.
    """
    relations = {
        node["relation_name"].replace('"', "").lower(): keys[name]
        for name, node in {**manifest["nodes"], **manifest["sources"]}.items()
        if name in keys and node.get("relation_name")
    }
    schema = _schema(manifest)
    found = {}
    for name, node in manifest["nodes"].items():
        path = compiled / node["package_name"] / node["original_file_path"]
        if node["resource_type"] == "model" and path.is_file():
            try:
                found[name] = _lineage(path.read_text(encoding="utf-8"), schema, relations)
            except SqlglotError:
                continue
    return found


def _schema(manifest: Mapping[str, Any]) -> MappingSchema:
    """The columns that models are under contract to have; staging names those it reads."""
    schema = MappingSchema(dialect="duckdb")
    for node in manifest["nodes"].values():
        if node["resource_type"] in ("model", "seed") and node["columns"]:
            columns = {name: one["data_type"] or "text" for name, one in node["columns"].items()}
            schema.add_table(exp.to_table(node["relation_name"], dialect="duckdb"), columns)
    return schema


def _lineage(sql: str, schema: MappingSchema, relations: Parents) -> dg.TableColumnLineage:
    tree = qualify(
        parse_one(sql, dialect="duckdb"),
        schema=schema,
        dialect="duckdb",
        validate_qualify_columns=False,
    )
    scope = build_scope(tree)
    depends: dict[str, list[dg.TableColumnDep]] = {}
    for column in tree.named_selects:
        root = lineage(column, tree, schema, dialect="duckdb", scope=scope, copy=False)
        leaves = {
            (_relation(table), exp.to_column(node.name).name.lower())
            for node in root.walk()
            if not node.downstream and (table := node.expression.find(exp.Table)) is not None
        }
        depends[column.lower()] = [
            dg.TableColumnDep(asset_key=relations[relation], column_name=name)
            for relation, name in sorted(leaves)
            if relation in relations
        ]
    return dg.TableColumnLineage(deps_by_column=depends)


def _relation(table: exp.Table) -> str:
    return ".".join(part.name for part in table.parts).lower()
