"""How far observers agree, pair by pair: kappa by scikit-learn, and own ratings beside others."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from statistics import fmean
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.metrics import cohen_kappa_score

from tests.pipeline.by_pandas.classrooms import used
from tests.pipeline.by_pandas.frame import TermFrame
from tests.pipeline.by_pandas.standing import assigned, units

NOMINAL = ("materials", "unfinished_learning", "adaptation_pack")
BINARY = ("ca1_a", "ca1_b", "ca1_c")
ORDINAL = (*BINARY, "ca2_overall", "ca3_overall", "col", "engagement", "sharing")
ROLES = {"coach": 1, "leader": 2}


class Rating(NamedTuple):
    """What an observer said of an item of a visit."""

    school_id: str
    visit: tuple[str, ...]
    observer: str
    role: int
    code: str
    is_own: bool


class Pair(NamedTuple):
    """Two ratings of a visit, in one order, and what they count."""

    first: str
    second: str
    weight: float


def observer_agreement(frames: list[TermFrame]) -> pd.DataFrame:
    """`mart_observer_agreement`: every unit's items that somebody rated."""
    rows = []
    for frame in frames:
        schools = assigned(frame.schools)
        by_item = {item: list(_ratings(frame, item)) for item in (*NOMINAL, *ORDINAL)}
        for unit in units(schools):
            for item, ratings in by_item.items():
                here = [one for one in ratings if one.school_id in unit.schools]
                if here:
                    rows.append(
                        {
                            "school_year": frame.district.term[:7],
                            "term": frame.district.term,
                            "geography": unit.geography,
                            "level": unit.level,
                            "unit_id": unit.unit_id,
                            "unit_name": unit.unit_name,
                            "item": item,
                            **_compared(here, item),
                            **_agreed(here, item),
                        }
                    )
    return pd.DataFrame(rows)


def _ratings(frame: TermFrame, item: str) -> Iterator[Rating]:
    entered: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in used(frame.district, "observations", frame.schools):
        visit = row["co_observation_id"] or row["observation_id"]
        key = (row["school_id"], row["class_id"], visit, row["observer_id"])
        if row[item] not in ("", "not_observed") and (
            key not in entered or row["observation_id"] > entered[key]["observation_id"]
        ):
            entered[key] = row
    for (school_id, class_id, visit, observer), row in entered.items():
        provider = frame.schools[school_id].provider
        own = provider is not None and row["observer_org"].strip().lower() == provider.lower()
        role = ROLES.get(row["observer_role"], 3)
        yield Rating(school_id, (school_id, class_id, visit), observer, role, row[item], own)


def _compared(ratings: list[Rating], item: str) -> dict[str, Any]:
    own = [one.code for one in ratings if one.is_own]
    others = [one.code for one in ratings if not one.is_own]
    both = item in ORDINAL and own and others
    return {
        "n_ratings": len(ratings),
        "n_own": len(own),
        "share_own_organisation": len(own) / len(ratings),
        "own_minus_other": fmean(map(int, own)) - fmean(map(int, others)) if both else None,
    }


def _pairs(ratings: list[Rating]) -> tuple[int, list[Pair]]:
    visits: dict[tuple[str, ...], list[Rating]] = {}
    for one in ratings:
        visits.setdefault(one.visit, []).append(one)
    n, pairs = 0, []
    for of_visit in visits.values():
        for one, other in combinations(of_visit, 2):
            n += 1
            weight = 1 / (len(of_visit) - 1)
            first, second = sorted((one, other), key=lambda rating: rating.role)
            if first.role < second.role:
                pairs.append(Pair(first.code, second.code, weight))
            else:
                pairs.append(Pair(one.code, other.code, weight / 2))
                pairs.append(Pair(other.code, one.code, weight / 2))
    return n, pairs


def _agreed(ratings: list[Rating], item: str) -> dict[str, Any]:
    n, pairs = _pairs(ratings)
    found: dict[str, Any] = dict.fromkeys(("exact", "adjacent", "kappa", "kappa_quadratic"))
    found["n_pairs"] = n
    if not n:
        return found
    first, second, weights = (list(column) for column in zip(*pairs, strict=True))
    found["exact"] = float(np.average(np.equal(first, second), weights=weights))
    if item in ORDINAL:
        apart = np.abs(np.array(first, int) - np.array(second, int))
        found["adjacent"] = float(np.average(apart == 1, weights=weights))
    if len({*first, *second}) > 1:  # or scikit-learn divides nothing by nothing
        codes = ["0", "1"] if item in BINARY else ["1", "2", "3", "4"]
        found["kappa"] = cohen_kappa_score(first, second, sample_weight=weights)
        if item in ORDINAL:
            found["kappa_quadratic"] = cohen_kappa_score(
                first, second, labels=codes, weights="quadratic", sample_weight=weights
            )
    return found
