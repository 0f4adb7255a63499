"""The mart suites, and the gate that makes a build current."""

import logging

import dagster as dg

from expectations.judging import mart_verdict
from orchestration import warehouse
from orchestration.assets.verdicts import as_check_result
from orchestration.erasure import tidy_raw
from orchestration.explaining import explain
from orchestration.gates import blocked
from orchestration.locks import stage
from orchestration.release import GATED_MARTS, look_up, mart_terms
from orchestration.resources import SiteResource

log = logging.getLogger("uptake")


def mart_checks() -> list[dg.AssetChecksDefinition]:
    """One blocking check a gated mart: its suite on each term of the last complete build."""
    return [_mart_check(table) for table in GATED_MARTS]


def _mart_check(table: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=[table],
        name="suite",
        blocking=True,
        description=f"The suite {table}, on each term. Release goes by its verdicts.",
    )
    def suite(site: SiteResource) -> dg.AssetCheckResult:
        home = site.load().home
        with (
            stage(home, f"judge {table}"),
            warehouse.read_only(home.unreleased) as con,
        ):
            verdicts = [mart_verdict(home, con, table, term) for term in mart_terms(con, table)]
        result = as_check_result(verdicts, [why for one in verdicts for why in explain(one)])
        for one in verdicts:
            if one.blocks:
                log.warning("not released: %s, %s failed its suite", table, one.term)
        return result

    return suite


@dg.asset(
    key=["release", "current"],
    deps=[[table] for table in GATED_MARTS],
    group_name="release",
    kinds={"duckdb"},
    owners=["team:data-engineering"],
    description=(
        "The second gate: the last complete build becomes marts/current.duckdb when every mart has "
        "a passing verdict on exactly the content it has. Verdicts are looked up, never made here."
    ),
)
def current(site: SiteResource) -> dg.MaterializeResult:
    """Look every mart's verdict up, and release the build."""
    loaded = site.load()
    home = loaded.home
    with stage(home, "release the marts"):
        why = [one.blocks for one in look_up(home, home.unreleased) if one.blocks]
        if why:
            raise blocked(f"marts/current.duckdb stays as it was. {'; '.join(why)}.")
        moved = warehouse.release(home)
        build = warehouse.build_id(home.current)
        tidy_raw(home, loaded.registry.erased)
    if moved:
        log.info("released the marts to marts/current.duckdb")
    return dg.MaterializeResult(metadata={"moved": moved}, data_version=dg.DataVersion(str(build)))
