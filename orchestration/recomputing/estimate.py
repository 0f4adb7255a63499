"""An estimate from its units, one by one (MEASURES, section 4)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.recomputing.schools import School
from orchestration.recomputing.units import Population, Unit

Numbers = dict[str, Any]
"""Columns of a mart of estimates; None where a mart has null."""


@dataclass(frozen=True)
class Figure:
    """What names a cell of a mart of estimates; `limits` are a mean's range, None of a share."""

    level: str
    unit_id: str
    subgroup_type: str
    subgroup: str
    weighting: str
    limits: tuple[float, float] | None


@dataclass(frozen=True)
class Recomputed:
    """The numbers, and the units that they are of with their weights.

    `unrepresented` is the share of the roster in post-strata in which nobody was seen; None where
    nothing is weighted to the roster, or the roster has nobody of the cell.
    """

    numbers: Numbers
    units: tuple[tuple[Unit, float], ...]
    unrepresented: float | None


def recompute(figure: Figure, population: Population, schools: Mapping[str, School]) -> Recomputed:
    """Estimate a cell from the units of a measure."""
    sample = [
        (one, weight)
        for one, weight in _weighted(figure.weighting, population, schools)
        if schools[one.school_id].local_district is not None and weight > 0
    ]
    inside = [(one, weight) for one, weight in sample if _holds(figure, one, schools)]
    numbers: Numbers = {
        "n": len(inside),
        "n_visits": sum(one.n_visits for one, _ in inside),
        "n_clusters": 0,
        **_roster(figure, population, schools, inside),
    }
    if inside:
        numbers |= _estimated(figure, sample, inside, schools)
    return Recomputed(numbers, tuple(inside), _unrepresented(figure, population, schools))


def _weighted(
    weighting: str, population: Population, schools: Mapping[str, School]
) -> list[tuple[Unit, float]]:
    """Units as they are, or each as many as the roster has for one sampled of its post-stratum."""
    if weighting == "none":
        return [(one, 1.0) for one in population.units]
    rostered: Counter[tuple] = Counter()
    for (school_id, kind, _), n in population.eligible.items():
        if kind == "all":
            rostered[schools[school_id].post_stratum] += n
    sampled = Counter(schools[one.school_id].post_stratum for one in population.units)
    return [
        (one, rostered[stratum] / sampled[stratum])
        for one in population.units
        for stratum in [schools[one.school_id].post_stratum]
    ]


def _holds(figure: Figure, one: Unit, schools: Mapping[str, School]) -> bool:
    school = schools[one.school_id]
    return school.is_in(figure.level, figure.unit_id) and one.is_in(
        school, figure.subgroup_type, figure.subgroup
    )


def _roster(
    figure: Figure,
    population: Population,
    schools: Mapping[str, School],
    inside: Sequence[tuple[Unit, float]],
) -> Numbers:
    if figure.subgroup_type in population.unframed:
        return {"n_eligible": None, "coverage": None}
    n_eligible = sum(_eligible(figure, population, schools).values())
    matched = sum(one.is_matched for one, _ in inside)
    return {"n_eligible": n_eligible, "coverage": matched / n_eligible if n_eligible else None}


def _eligible(
    figure: Figure, population: Population, schools: Mapping[str, School]
) -> dict[str, int]:
    """How many of the cell the roster has, by school."""
    return {
        school_id: n
        for (school_id, kind, code), n in population.eligible.items()
        if (kind, code) == (figure.subgroup_type, figure.subgroup)
        and schools[school_id].is_in(figure.level, figure.unit_id)
    }


def _unrepresented(
    figure: Figure, population: Population, schools: Mapping[str, School]
) -> float | None:
    eligible = _eligible(figure, population, schools)
    if figure.weighting == "none" or not sum(eligible.values()):
        return None
    seen = {schools[one.school_id].post_stratum for one in population.units}
    absent = sum(n for school, n in eligible.items() if schools[school].post_stratum not in seen)
    return absent / sum(eligible.values())


def _estimated(
    figure: Figure,
    sample: Sequence[tuple[Unit, float]],
    inside: Sequence[tuple[Unit, float]],
    schools: Mapping[str, School],
) -> Numbers:
    def where(one: Unit) -> tuple[str | None, str]:
        """A unit's stratum and cluster."""
        if figure.level == "school":
            return one.school_id, one.part
        return schools[one.school_id].local_district, one.school_id

    total = math.fsum(weight for _, weight in inside)
    p = math.fsum(weight * one.value for one, weight in inside) / total
    scores: dict[tuple, list[float]] = {where(one): [] for one, _ in sample}
    for one, weight in inside:
        scores[where(one)].append(weight * (one.value - p) / total)
    variance = 0.0
    for stratum in {key[0] for key in scores}:
        z = [math.fsum(them) for key, them in scores.items() if key[0] == stratum]
        if len(z) == 1:
            variance += z[0] ** 2
        else:
            mean = math.fsum(z) / len(z)
            variance += len(z) / (len(z) - 1) * math.fsum((one - mean) ** 2 for one in z)
    occurs = {where(one) for one, _ in inside}
    df = len(occurs) - len({key[0] for key in occurs})
    spread = math.fsum(weight * (one.value - p) ** 2 for one, weight in inside) / total
    return {
        "n_clusters": len(occurs),
        "estimate": p,
        "std_error": math.sqrt(variance),
        "df": df,
        **_sure(figure, inside, p, variance, len(occurs), df, spread),
    }


def _sure(
    figure: Figure,
    inside: Sequence[tuple[Unit, float]],
    p: float,
    variance: float,
    n_clusters: int,
    df: int,
    spread: float,
) -> Numbers:
    """The interval, the design effect and the effective n."""
    n = len(inside)
    values = {one.value for one, _ in inside}
    if figure.limits is None and values in ({0.0}, {1.0}):
        bound = 0.025 ** (1 / n_clusters)
        ends = (0.0, 1 - bound) if values == {0.0} else (bound, 1.0)
        low, high = ends if n_clusters > 1 else (None, None)
        return {"ci_low": low, "ci_high": high, "deff": None, "n_effective": n_clusters}
    low = high = None
    if df > 0:
        half = t_975(df) * math.sqrt(variance)
        if figure.limits is None:
            logit, half = math.log(p / (1 - p)), half / (p * (1 - p))
            low, high = (1 / (1 + math.exp(-(logit + sign * half))) for sign in (-1, 1))
        else:
            low, high = p - half, p + half
    deff = None
    if n_clusters > 1 and max(values) - min(values) > 1e-9:
        deff = variance / (spread / (n - 1))
    effective = None if deff is None else n if deff == 0 else min(n, n / deff)
    return {"ci_low": low, "ci_high": high, "deff": deff, "n_effective": effective}


def t_975(df: int) -> float:
    """The 97.5% quantile of Student's t, by halving: the CDF of whole df is a finite sum.

    Abramowitz and Stegun 26.7.3 and 26.7.4.
    """
    low, high = 0.0, 13.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if _between(middle, df) < 0.95 else (low, middle)
    return (low + high) / 2


def _between(t: float, df: int) -> float:
    """The probability that Student's t lies within -t and t."""
    theta = math.atan(t / math.sqrt(df))
    cosine, sine = math.cos(theta), math.sin(theta)
    if df == 1:
        return 2 * theta / math.pi
    term = cosine if df % 2 else 1.0
    added = [term]
    for k in range(3 if df % 2 else 2, df - 1, 2):
        term *= cosine**2 * (k - 1) / k
        added.append(term)
    if df % 2:
        return 2 / math.pi * (theta + sine * math.fsum(added))
    return sine * math.fsum(added)
