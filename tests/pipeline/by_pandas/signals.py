"""Schools beside what they are held to, teacher by teacher: tests and adjustment by scipy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binom, false_discovery_control, norm

from tests.pipeline.by_pandas.domains import seen_of
from tests.pipeline.by_pandas.estimate_marts import Asked, asked_of
from tests.pipeline.by_pandas.frame import TermFrame
from tests.pipeline.by_pandas.measures import MEANS

MINIMUM = 5
DECLARED_RULE = "exclude"
Point = dict[str, Any]


def school_signals(frames: list[TermFrame], targets: Mapping[str, float]) -> pd.DataFrame:
    """`mart_school_signals`, where some measures have a target."""
    rows: list[Point] = []
    for frame in frames:
        for _, asked in asked_of(frame)["classrooms"]:
            if asked.measure not in MEANS and asked.rule == DECLARED_RULE:
                rows += _signalled(frame, asked, None)
                if asked.measure in targets:
                    rows += _signalled(frame, asked, targets[asked.measure])
    return pd.DataFrame(rows)


def _signalled(frame: TermFrame, asked: Asked, target: float | None) -> Iterator[Point]:
    seen = (
        seen_of(frame, "classrooms").assign(y=asked.y, n_visits=asked.n_visits).dropna(subset="y")
    )
    of = seen["school_id"].map(lambda school: frame.schools[school].local_district)
    listed = {school for school, kind, _ in frame.populations["classrooms"].eligible} | set(
        seen_of(frame, "classrooms")["school_id"]
    )
    for local_district, rooms in seen.groupby(of):
        p0 = rooms["y"].mean() if target is None else target
        points = [
            _point(frame, rooms[rooms["school_id"] == school], p0)
            | {"unit_id": school, "unit_name": frame.schools[school].name}
            for school in sorted(listed)
            if frame.schools[school].local_district == local_district
        ]
        compared = [one for one in points if one["n"] >= MINIMUM and 0 < p0 < 1]
        for one, q in zip(compared, _adjusted(compared), strict=True):
            one["q_value"] = q
        between = _between_schools(compared)
        for one in points:
            yield _judged(one, between) | {
                "term": frame.district.term,
                "school_year": frame.district.term[:7],
                "reference_kind": "local_district" if target is None else "target",
                "measure_id": asked.measure,
            }


def _point(frame: TermFrame, rooms: pd.DataFrame, p0: float) -> Point:
    teachers = rooms.groupby("part")["y"].mean().to_numpy()
    n = len(teachers)
    point: Point = {"n": n, "reference": p0, "q_value": np.nan, "s2": np.nan, "p_value": np.nan}
    point["estimate"] = teachers.mean() if n else np.nan
    if n and 0 < p0 < 1:
        point["s2"] = max(
            ((teachers - p0) ** 2).sum() / n**2, p0 * (1 - p0) / rooms["n_visits"].sum()
        )
        point["p_value"] = _p_value(teachers, p0, point["s2"])
    return point


def _p_value(teachers: np.ndarray, p0: float, s2: float) -> float:
    n = len(teachers)
    if n >= 20:
        return float(2 * norm.sf(abs(teachers.mean() - p0) / np.sqrt(s2)))
    k = np.floor(teachers.sum() + 0.5 + 1e-9)
    below = binom.cdf(k - 1, n, p0) + binom.pmf(k, n, p0) / 2
    above = binom.sf(k, n, p0) + binom.pmf(k, n, p0) / 2
    return float(2 * min(below, above))


def _adjusted(compared: list[Point]) -> list[float]:
    p_values = [one["p_value"] for one in compared]
    return list(false_discovery_control(p_values)) if p_values else []


def _between_schools(compared: list[Point]) -> float:
    """The variance between schools, by the method of moments."""
    if len(compared) < 2:
        return 0.0
    weight = np.array([1 / one["s2"] for one in compared])
    apart = np.array([one["estimate"] - one["reference"] for one in compared])
    surplus = weight @ apart**2 - (len(compared) - 1)
    return float(max(0, surplus / (weight.sum() - (weight**2).sum() / weight.sum())))


def _judged(point: Point, between: float) -> Point:
    p0, chance = point["reference"], np.sqrt(point["s2"])
    wider = np.sqrt(point["s2"] + between)
    apart = point["estimate"] - p0
    signal = "none"
    if point["q_value"] <= 0.05:
        signal = "action" if abs(apart) / wider > 3.09 else "warning"
    return point | {
        "limit_95_low": max(p0 + norm.ppf(0.025) * chance, 0) if chance >= 0 else np.nan,
        "limit_95_high": min(p0 + norm.ppf(0.975) * chance, 1) if chance >= 0 else np.nan,
        "limit_998_low": max(p0 - 3.09 * wider, 0) if chance >= 0 else np.nan,
        "limit_998_high": min(p0 + 3.09 * wider, 1) if chance >= 0 else np.nan,
        "signal": signal,
        "direction": "above" if apart > 1e-9 else "below" if apart < -1e-9 else None,
    }
