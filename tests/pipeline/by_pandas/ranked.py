"""The options of the teachers' multi-select, ranked, each against the next on the same answers."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from tests.pipeline.by_pandas.domains import domains
from tests.pipeline.by_pandas.estimate_marts import asked_of
from tests.pipeline.by_pandas.frame import TermFrame
from tests.pipeline.by_pandas.over_time import Sample, Side, samples_of, with_interval
from tests.pipeline.by_pandas.standing import assigned, units

OPTIONS = tuple(
    f"challenge_{one}"
    for one in (
        *("complexity", "pacing", "preparation_time", "materials"),
        *("student_readiness", "support", "other"),
    )
)
"""In the registry's order, which decides between equals."""


def ranked_options(frames: list[TermFrame]) -> pd.DataFrame:
    """`mart_ranked_options` of the shipped survey: every unit's options, the most named first."""
    rows: list[dict[str, Any]] = []
    for frame in frames:
        asked = [one for _, one in asked_of(frame).get("teachers", ()) if one.measure in OPTIONS]
        if not asked:
            continue
        level = domains(frame, "teachers", of_schools=False)
        samples = [one for ask in asked for one in samples_of(frame, "teachers", ask, level)]
        for unit in units(assigned(frame.schools)):
            place = (unit.geography, unit.level, unit.unit_id)
            for weighting in ("none", "roster"):
                here = {one.measure: one for one in samples if one.weighting == weighting}
                for row in _ranked(here, (*place, "all", "all")):
                    named = dict(zip(("geography", "level", "unit_id"), place, strict=True))
                    named |= {"term": frame.district.term, "unit_name": unit.unit_name}
                    rows.append({**named, "weighting": weighting, "item": "challenges", **row})
    return pd.DataFrame(rows)


def _ranked(samples: dict[str, Sample], cell: tuple[str, ...]) -> list[dict[str, Any]]:
    sides = {
        name: Side(samples[name], [samples[name].cells.index(cell)], False)
        for name in OPTIONS
        if name in samples and cell in samples[name].cells
    }
    sides = {name: one for name, one in sides.items() if one.d.sum()}
    order = sorted(sides, key=lambda name: -round(float(sides[name].p[0]), 12))
    rows = [
        {"rank": place, "measure_id": name, "n": sides[name].d.sum(), "estimate": sides[name].p[0]}
        for place, name in enumerate(order, start=1)
    ]
    for row, (one, following) in zip(rows, pairwise(order), strict=False):
        row |= {"next_measure_id": following, **_paired(sides[one], sides[following])}
    for row in rows:
        low = row.get("ci_low", np.nan)
        row["against_next"] = None if np.isnan(low) else "above" if low > 0 else "across"
    return rows


def _paired(one: Side, other: Side) -> dict[str, float]:
    labels = sorted(set(one.cluster))
    stratum = dict(zip(one.cluster, one.stratum, strict=True))
    z = one.summed(one.scores, labels) - other.summed(other.scores, labels)
    found = pd.DataFrame({"difference": one.p - other.p})
    occurs = one.summed(one.d, labels) > 0
    strata = [stratum[label] for label in labels]
    with_interval(found, "", found["difference"], z, occurs, strata)
    return {str(name): value for name, value in found.iloc[0].items()}
