"""The marts of estimates: every unit, subgroup and weighting of every measure of a term."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tests.pipeline.by_pandas import classrooms
from tests.pipeline.by_pandas.domains import Domains, domains, seen_of
from tests.pipeline.by_pandas.estimator import estimates, presentation
from tests.pipeline.by_pandas.frame import TermFrame
from tests.pipeline.by_pandas.measures import CONSTRUCTS, MEANS, OPTIONS, UNFINISHED, USE, items

KEYS = [
    "term",
    "geography",
    "level",
    "unit_id",
    "measure_id",
    "missing_rule",
    "subgroup_type",
    "subgroup",
    "weighting",
]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """A measure of those seen in a term: `y`, not a number where one has no value."""

    measure: str
    rule: str
    y: Floats
    n_visits: Floats


def estimate_marts(frames: list[TermFrame]) -> dict[str, pd.DataFrame]:
    """Each mart of estimates, with `missing_rule` in every one."""
    found: dict[str, list[pd.DataFrame]] = {}
    for frame in frames:
        for population, measures in asked_of(frame).items():
            if not measures:
                continue
            levels = [domains(frame, population, of_schools=one) for one in (False, True)]
            for mart, one in measures:
                found.setdefault(mart, []).extend(_estimated(frame, population, one, levels))
    return {mart: pd.concat(rows, ignore_index=True) for mart, rows in found.items()}


def asked_of(frame: TermFrame) -> dict[str, list[tuple[str, Asked]]]:
    """Every measure of a term by its population, with the mart that holds it."""
    return {
        "classrooms": list(_observed(frame)),
        "students": list(_answered(frame, "students", "student_survey")),
        "teachers": list(_answered(frame, "teachers", "teacher_survey")),
    }


def _observed(frame: TermFrame) -> Iterator[tuple[str, Asked]]:
    rooms = seen_of(frame, "classrooms") if len(frame.rooms) else frame.rooms
    if rooms.empty:
        return
    for (measure, rule), values in classrooms.values(frame.district, frame.schools).items():
        mart = (
            "mart_adoption"
            if measure in USE
            else "mart_unfinished_learning"
            if measure in UNFINISHED
            else "mart_instruction"
        )
        with_values = rooms.merge(values, on=["school_id", "class_id"], how="left")
        yield (
            mart,
            Asked(
                measure,
                rule,
                with_values["y"].to_numpy(dtype=float),
                with_values["n_visits"].to_numpy(dtype=float),
            ),
        )


def _answered(frame: TermFrame, population: str, source: str) -> Iterator[tuple[str, Asked]]:
    if frame.populations[population].seen.empty:
        return
    seen = seen_of(frame, population)
    more = (
        ["aspires_and_explores"]
        if source == "student_survey"
        else [f"challenge_{option}" for option in OPTIONS]
    )
    for measure in [*items(source), *CONSTRUCTS[source], *more]:
        y = seen[measure].to_numpy(dtype=float)
        yield f"mart_{population[:-1]}_voice", Asked(measure, "exclude", y, np.zeros(len(y)))


@dataclass(frozen=True)
class Weighted:
    """The sample of a measure under a weighting: which of those seen it keeps, and their weights.

    `unsampled` are the schools of post-strata in which nobody of it was seen.
    """

    weighting: str
    weight: Floats
    kept: NDArray[np.bool_]
    unsampled: frozenset[str]


def weighted(frame: TermFrame, population: str, asked: Asked) -> Iterator[Weighted]:
    """The sample of a measure, as it is and post-stratified to the roster; none without a value."""
    has_value = ~np.isnan(asked.y)
    if not has_value.any():
        return
    stratum_of = {key: (one.local_district, one.level) for key, one in frame.schools.items()}
    rostered: Counter[tuple[str | None, str]] = Counter()
    for (school_id, kind, _), n in frame.populations[population].eligible.items():
        if kind == "all":
            rostered[stratum_of[school_id]] += n
    school = seen_of(frame, population)["school_id"]
    post_stratum = [stratum_of[school_id] for school_id in school]
    sampled = Counter(one for one, has in zip(post_stratum, has_value, strict=True) if has)
    yield Weighted("none", np.ones(len(school)), has_value, frozenset())
    weight = np.array([rostered[one] / max(sampled[one], 1) for one in post_stratum])
    unsampled = frozenset(key for key, one in stratum_of.items() if not sampled[one])
    yield Weighted("roster", weight, has_value & (weight > 0), unsampled)


def _estimated(
    frame: TermFrame, population: str, asked: Asked, levels: list[Domains]
) -> Iterator[pd.DataFrame]:
    """The rows of one measure of a term; none where nobody of a local district has a value."""
    matched = seen_of(frame, population)["is_matched"].to_numpy(dtype=float)
    for sample in weighted(frame, population, asked):
        weight, kept = sample.weight, sample.kept
        for one in levels:
            found = estimates(
                asked.y[kept],
                weight[kept],
                one.cluster[kept],
                one.stratum[kept],
                one.inside[kept],
                limits=MEANS.get(asked.measure),
            )
            unsampled = [key in sample.unsampled for key in one.schools]
            n_eligible = one.table["n_eligible"].to_numpy()
            with np.errstate(invalid="ignore", divide="ignore"):
                unrepresented = np.array(unsampled, dtype=float) @ one.eligible / n_eligible
                coverage = np.where(
                    n_eligible > 0, matched[kept] @ one.inside[kept] / n_eligible, np.nan
                )
            rows = pd.concat([one.table, found], axis=1).assign(
                term=frame.district.term,
                measure_id=asked.measure,
                missing_rule=asked.rule,
                weighting=sample.weighting,
                coverage=coverage,
                n_visits=asked.n_visits[kept] @ one.inside[kept],
                presentation=presentation(found, unrepresented, MEANS.get(asked.measure)),
            )
            yield rows[(rows["n"] > 0) | (rows["n_eligible"] > 0)]
