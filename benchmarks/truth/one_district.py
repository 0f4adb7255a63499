"""One simulated district through the pipeline, and its estimates beside its truth."""

from __future__ import annotations

import contextlib
import tempfile
from io import StringIO
from pathlib import Path

import pandas as pd

from orchestration.building import discarded_unless_complete, next_build
from orchestration.dbt_build import built
from orchestration.settings import Home, Settings
from orchestration.simulation import simulate
from orchestration.site import Site
from orchestration.warehouse import read_only

DOMAIN = ("term", "geography", "level", "unit_id", "measure_id", "subgroup_type", "subgroup")
ESTIMATES = """
    select {domain}, weighting, n, df, estimate, std_error, ci_low, ci_high
    from {mart}
    inner join dim_measure using (measure_id)
    where level <> 'school' {default_rule}
"""


def estimates_and_truth(folder: Path, term: str, seed: int, scale: float) -> pd.DataFrame:
    """One row a true value and weighting: DOMAIN, both truths, mart, weighting, the estimate; seed.

    The data home is made in `folder` and thrown away. The pipeline runs stage by stage without
    Dagster, which would record twenty steps a district. Raises RuntimeError, as a sentence, if a
    partition is not admitted or a model or data test fails: a simulated district is clean.
    """
    with tempfile.TemporaryDirectory(dir=folder) as home, contextlib.redirect_stdout(StringIO()):
        site = Site.load(Settings(home=Home(Path(home))))
        simulate(site.home, [site.registry.terms[term]], seed=seed, scale=scale)
        for source, landed in site.partitions():
            site.read(source, landed, lambda _: None)
        _build(site, seed)
        truth = pd.read_json(site.home.truth, dtype={"unit_id": str, "subgroup": str})
        estimates = _estimates(site.home)
    marts = {measure_id: measure.mart for measure_id, measure in site.registry.measures.items()}
    both = truth.merge(estimates, on=list(DOMAIN), how="left")
    return both.assign(mart=both["measure_id"].map(marts), seed=seed)


def _build(site: Site, seed: int) -> None:
    build = next_build(site)
    if build.admission.waiting:
        waiting = ", ".join(f"{source} {term}" for source, term in sorted(build.admission.waiting))
        raise RuntimeError(f"The district of seed {seed} is not admitted: {waiting}.")
    build.prepare()
    with discarded_unless_complete(site.home) as completed, built(site.home) as (results, _):
        failed = [one.unique_id for one in results if one.failed]
        if failed:
            raise RuntimeError(f"The district of seed {seed} is not built: {', '.join(failed)}.")
        completed()


def _estimates(home: Home) -> pd.DataFrame:
    with read_only(home.unreleased) as con:
        marts = [row[0] for row in con.execute("select distinct mart from dim_measure").fetchall()]
        frames = []
        for mart in sorted(marts):
            columns = {row[0] for row in con.execute(f"describe {mart}").fetchall()}
            has_rules = "missing_rule" in columns
            query = ESTIMATES.format(
                domain=", ".join(DOMAIN),
                mart=mart,
                default_rule=f"and {mart}.missing_rule = dim_measure.missing_rule" * has_rules,
            )
            frames.append(con.sql(query).df())
    return pd.concat(frames, ignore_index=True)
