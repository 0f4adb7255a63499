"""Dagster is the engine: definitions validate, the schedule ticks, the UI runs the job."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.definitions import JOB, defs
from orchestration.running import dagster_home
from orchestration.settings import CHECKOUT, Home
from tests.pipeline.homes import TERM, environment, land_small_district, query

pytestmark = pytest.mark.long

BIN = Path(sys.executable).parent


def test_definitions_load_with_every_stage_grouped_described_and_owned(tmp_path: Path) -> None:
    with environment(tmp_path):
        loaded = defs()
    dg.Definitions.validate_loadable(loaded)
    graph = loaded.resolve_asset_graph()
    groups = {node.group_name for node in (graph.get(key) for key in graph.get_all_asset_keys())}
    assert groups >= {
        "landing", "raw", "staging", "intermediate", "marts", "release", "publishable",
        "publication",
    }  # fmt: skip
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description, key
        assert node.owners or not node.is_materializable, key


def test_the_lineage_runs_from_landing_to_the_publication(tmp_path: Path) -> None:
    with environment(tmp_path):
        graph = defs().resolve_asset_graph()
    above = graph.get_ancestor_asset_keys(dg.AssetKey("publication"))
    for source in ("schools", "roster", "observations"):
        assert dg.AssetKey(["landing", source]) in above
        assert dg.AssetKey(["raw", source]) in above
    assert dg.AssetKey("mart_adoption") in above
    assert dg.AssetKey(["publishable", "mart_adoption"]) in above


def test_raw_partitions_are_the_terms_of_the_calendar(tmp_path: Path) -> None:
    with environment(tmp_path):
        graph = defs().resolve_asset_graph()
    partitions = graph.get(dg.AssetKey(["raw", "observations"])).partitions_def
    assert partitions is not None
    keys = partitions.get_partition_keys()
    assert len(keys) == 30
    assert keys[0] == "2020-21-fall"


def test_the_nightly_schedule_is_off_until_switched_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with environment(tmp_path):
        schedule = defs().resolve_schedule_def("nightly")
        assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED
        assert schedule.execution_timezone == "America/Los_Angeles"
        monkeypatch.setenv("UPTAKE_NIGHTLY", "on")
        switched = defs().resolve_schedule_def("nightly")
        assert switched.default_status == dg.DefaultScheduleStatus.RUNNING


@pytest.fixture(scope="module")
def ui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The UI started for real on loopback, on a home in which a small district has landed."""
    home = tmp_path_factory.mktemp("ui")
    land_small_district(home)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (home / "ui.log").open("w") as log:
        process = subprocess.Popen(
            [str(BIN / "uptake"), "ui", "--port", str(port)],
            cwd=CHECKOUT,
            env={**os.environ, "UPTAKE_HOME": str(home)},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        url = f"http://127.0.0.1:{port}"
        try:
            _wait(lambda: _is_up(url), 90, lambda: (home / "ui.log").read_text()[-3000:])
            yield url, home
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)


def _wait(condition: Any, seconds: float, why: Any) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.5)
    raise AssertionError(f"not within {seconds:.0f} s: {why()}")


def _is_up(url: str) -> bool:
    try:
        return bool(_ask(url, "{ repositoriesOrError { __typename } }"))
    except OSError:
        return False


def _ask(url: str, text: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
    request = urllib.request.Request(
        f"{url}/graphql",
        data=json.dumps({"query": text, "variables": variables or {}}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        body: dict[str, Any] = json.load(answer)
    assert "errors" not in body, body
    data: dict[str, Any] = body["data"]
    return data


def test_the_ui_shows_the_asset_graph(ui: tuple[str, Path]) -> None:
    nodes = _ask(ui[0], "{ assetNodes { assetKey { path } groupName isPartitioned kinds } }")
    by_key = {tuple(node["assetKey"]["path"]): node for node in nodes["assetNodes"]}
    assert by_key["raw", "observations"]["isPartitioned"]
    assert by_key["mart_adoption",]["groupName"] == "marts"
    assert ("landing", "roster") in by_key
    assert ("publication",) in by_key


def test_the_job_launched_in_the_ui_publishes_as_uptake_run_does(ui: tuple[str, Path]) -> None:
    url, home = ui
    launched = _ask(
        url,
        """
        mutation Launch($params: ExecutionParams!) {
          launchRun(executionParams: $params) {
            __typename
            ... on LaunchRunSuccess { run { runId } }
            ... on PythonError { message }
            ... on RunConfigValidationInvalid { errors { message } }
          }
        }
        """,
        {
            "params": {
                "selector": {
                    "repositoryLocationName": "uptake",
                    "repositoryName": "__repository__",
                    "jobName": JOB,
                },
                "runConfigData": "{}",
            }
        },
    )["launchRun"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    run_id = launched["run"]["runId"]
    question = "query($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"

    def status() -> str:
        return str(_ask(url, question, {"id": run_id})["runOrError"]["status"])

    _wait(lambda: status() in ("SUCCESS", "FAILURE", "CANCELED"), 150, status)
    assert status() == "SUCCESS"
    assert (home / "published" / "latest" / "manifest.json").is_file()
    adoption = query(home, "select distinct term from mart_adoption")
    assert adoption["term"].tolist() == [TERM]
    assert Home(home).current.is_file()


def test_the_ui_shows_row_counts_and_column_lineage_of_a_mart(ui: tuple[str, Path]) -> None:
    answer = _ask(
        ui[0],
        """
        { assetNodes(assetKeys: [{path: ["mart_adoption"]}]) {
            assetMaterializations(limit: 1) { metadataEntries { label __typename } }
        } }
        """,
    )
    (node,) = answer["assetNodes"]
    labels = {entry["label"] for entry in node["assetMaterializations"][0]["metadataEntries"]}
    assert {"dagster/row_count", "dagster/column_schema", "dagster/column_lineage"} <= labels


def test_a_tick_of_the_nightly_schedule_is_a_run_that_finds_nothing_left_to_do(
    ui: tuple[str, Path],
) -> None:
    _, home = ui
    published = sorted((home / "published").iterdir())
    with environment(home) as settings:
        dagster_home(settings.home)
        loaded = defs()
        with dg.DagsterInstance.get() as instance:
            context = dg.build_schedule_context(
                instance=instance,
                scheduled_execution_time=datetime(2026, 11, 24, 10, tzinfo=UTC),
                repository_def=loaded.get_repository_def(),
            )
            tick = loaded.resolve_schedule_def("nightly").evaluate_tick(context)
            (request,) = tick.run_requests or []
            result = loaded.resolve_job_def(JOB).execute_in_process(
                instance=instance,
                run_config=request.run_config,
                tags=dict(request.tags),
                raise_on_error=False,
            )
            assert result.success
            recorded = instance.get_run_by_id(result.run_id)
    assert recorded is not None
    assert recorded.status == dg.DagsterRunStatus.SUCCESS
    assert sorted((home / "published").iterdir()) == published
