"""What the dbt project keeps to beyond the rules of `.dbt-bouncer.yml`, from its manifest."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orchestration.manifest import current_manifest

# the table of inputs says which terms to make anew; it is no data
INPUTS = "source.uptake.raw.inputs"


@pytest.fixture(scope="module")
def nodes() -> list[dict[str, Any]]:
    return list(json.loads(current_manifest().read_text())["nodes"].values())


def test_what_is_made_per_changed_term_reads_the_table_of_inputs_and_no_other_source(
    nodes: list[dict[str, Any]],
) -> None:
    read = {
        node["name"]: [one for one in node["depends_on"]["nodes"] if one.startswith("source")]
        for node in nodes
        if node["resource_type"] == "model"
        and ("kept_per_term" in node["fqn"] or node["name"] == "int_respondents__answers")
    }
    assert read == {name: [INPUTS] for name in read}
    assert len(read) > 1


def test_no_data_test_only_warns(nodes: list[dict[str, Any]]) -> None:
    tests = [node for node in nodes if node["resource_type"] == "test"]
    assert tests
    assert {node["config"]["severity"].lower() for node in tests} == {"error"}
