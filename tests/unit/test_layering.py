"""The dbt project's layers and names, read from its manifest."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orchestration.manifest import current_manifest

PREFIXES = {"staging": ("stg_",), "intermediate": ("int_",), "marts": ("mart_", "dim_", "fct_")}
MAY_REST_ON = {
    "staging": {"source"},
    "intermediate": {"staging", "intermediate", "seed", "source"},
    "marts": {"staging", "intermediate", "seed"},
}
# the table of inputs says which terms to make anew; it is no data
INPUTS = "source.uptake.raw.inputs"


@pytest.fixture(scope="module")
def models() -> dict[str, dict[str, Any]]:
    nodes = json.loads(current_manifest().read_text())["nodes"]
    return {name: node for name, node in nodes.items() if node["resource_type"] == "model"}


def _layer(name: str, models: dict[str, dict[str, Any]]) -> str:
    return models[name]["fqn"][1] if name in models else name.split(".")[0]


def test_every_model_is_named_after_its_layer(models: dict[str, dict[str, Any]]) -> None:
    wrong = [
        node["name"]
        for name, node in models.items()
        if not node["name"].startswith(PREFIXES[_layer(name, models)])
    ]
    assert not wrong


def test_no_layer_rests_on_one_above_it(models: dict[str, dict[str, Any]]) -> None:
    wrong = [
        (node["name"], rests_on)
        for name, node in models.items()
        for rests_on in node["depends_on"]["nodes"]
        if rests_on != INPUTS and _layer(rests_on, models) not in MAY_REST_ON[_layer(name, models)]
    ]
    assert not wrong


def test_only_staging_reads_sources(models: dict[str, dict[str, Any]]) -> None:
    wrong = [
        node["name"]
        for name, node in models.items()
        if _layer(name, models) != "staging"
        and any(one.startswith("source.") and one != INPUTS for one in node["depends_on"]["nodes"])
    ]
    assert not wrong


def test_every_model_and_column_is_described_and_under_contract(
    models: dict[str, dict[str, Any]],
) -> None:
    for node in models.values():
        assert node["config"]["contract"]["enforced"], node["name"]
        assert node["description"], node["name"]
        assert node["columns"], node["name"]
        for column in node["columns"].values():
            assert column["description"], (node["name"], column["name"])
            assert column["data_type"], (node["name"], column["name"])


def test_no_data_test_only_warns(models: dict[str, dict[str, Any]]) -> None:
    nodes = json.loads(current_manifest().read_text())["nodes"]
    tests = [node for node in nodes.values() if node["resource_type"] == "test"]
    assert tests
    assert {node["config"]["severity"].lower() for node in tests} == {"error"}


def test_every_unit_tested_and_gated_mart_feeds_the_exposure() -> None:
    manifest = json.loads(current_manifest().read_text())
    (exposure,) = manifest["exposures"].values()
    marts = {one.split(".")[-1] for one in exposure["depends_on"]["nodes"]}
    assert {"mart_adoption", "mart_coverage", "mart_row_accounting"} <= marts
