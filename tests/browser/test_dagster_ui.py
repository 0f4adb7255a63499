"""The Dagster UI on a home that has been run: lineage, a run, and an asset with its checks."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

import pytest

from tests.browser.chromium import Browser, Watched, watched

pytestmark = pytest.mark.long

WIDE = 1400


def _open(browser: Browser, shots: Path, address: str, name: str, shows: list[str]) -> Watched:
    """A page of the UI once it shows what it should; closed again, with what it complained of."""
    with watched(browser, shots, width=WIDE, height=1000) as one:
        one.page.goto(address)
        try:
            for text in shows:
                one.page.get_by_text(text, exact=True).first.wait_for(timeout=60_000)
            # what comes late is complained of too
            one.page.wait_for_timeout(1_000)
        finally:
            one.screenshot(f"dagster-{name}")
    return one


def _clean(one: Watched) -> None:
    assert one.complaints == []
    assert one.reached_out == []


def _last_run(ui: str) -> str:
    query = {"query": "{ runsOrError(limit: 1) { ... on Runs { results { runId status } } } }"}
    asked = urllib.request.Request(
        f"{ui}/graphql",
        data=json.dumps(query).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:
        (run,) = json.load(answer)["data"]["runsOrError"]["results"]
    assert run["status"] == "SUCCESS"
    return str(run["runId"])


def test_the_asset_graph_shows_the_stages(browser: Browser, ui: str, shots: Path) -> None:
    _clean(_open(browser, shots, f"{ui}/asset-groups", "asset-graph", ["publication", "release"]))


def test_the_run_that_published_is_in_the_history(browser: Browser, ui: str, shots: Path) -> None:
    _clean(_open(browser, shots, f"{ui}/runs", "runs", ["adoption_report"]))
    run = _last_run(ui)
    _clean(_open(browser, shots, f"{ui}/runs/{run}", "run", ["adoption_report", "publication"]))


def test_a_mart_shows_its_checks_their_verdicts_and_what_it_stands_on(
    browser: Browser, ui: str, shots: Path
) -> None:
    mart = f"{ui}/assets/mart_adoption"
    suite = f"{mart}?view=checks&checkDetail=suite"
    _clean(_open(browser, shots, suite, "mart-suite", ["mart_adoption", "Passed"]))
    _clean(_open(browser, shots, f"{mart}?view=lineage", "mart-lineage", ["intermediate"]))


def test_a_raw_source_shows_its_terms_and_the_verdict_on_them(
    browser: Browser, ui: str, shots: Path
) -> None:
    source = f"{ui}/assets/raw/observations"
    terms = f"{source}?view=partitions"
    _clean(_open(browser, shots, terms, "raw-terms", ["2021-22-fall", "2021-22-spring"]))
    _clean(_open(browser, shots, f"{source}?view=checks", "raw-suite", ["suite", "Passed"]))
