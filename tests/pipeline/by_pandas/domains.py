"""The domains of a population in a term: every unit of geography by every subgroup."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tests.pipeline.by_pandas.frame import UNKNOWN_TO_THE_ROSTER, TermFrame
from tests.pipeline.by_pandas.standing import Unit, assigned, units


@dataclass(frozen=True)
class Domains:
    """`table` has a row a domain: its keys, and n_eligible where the roster knows it.

    Of those seen at an assigned school, in their order: `inside`, whether each is in each domain,
    and the `cluster` and `stratum` of each, as estimates of this level have it. `eligible` is
    schools (in the order of `schools`) by domains.
    """

    table: pd.DataFrame
    inside: NDArray[np.bool_]
    cluster: NDArray[np.int64]
    stratum: NDArray[np.int64]
    schools: list[str]
    eligible: NDArray[np.float64]


def seen_of(frame: TermFrame, population: str) -> pd.DataFrame:
    """Those seen at schools of a local district: of no others does any estimate speak."""
    seen = frame.populations[population].seen
    return seen[seen["school_id"].isin(assigned(frame.schools))].reset_index(drop=True)


def domains(frame: TermFrame, population: str, *, of_schools: bool) -> Domains:
    """The domains within schools, whose clusters are parts of a school, or those above them."""
    schools = assigned(frame.schools)
    people, seen = frame.populations[population], seen_of(frame, population)
    geography = [one for one in units(schools) if (one.level == "school") == of_schools]
    kinds = ("all",) if of_schools else ("all", *people.types(population))
    ids = sorted(schools)
    parts = sorted(
        {(kind, one) for kind in kinds for one in seen[kind]}
        | {(kind, one) for _, kind, one in people.eligible if kind in kinds}
    )
    member = np.array([[one in unit.schools for unit in geography] for one in ids])
    place = {school_id: i for i, school_id in enumerate(ids)}
    at = np.array([place[one] for one in seen["school_id"]], dtype=np.int64)
    of_part = np.array([seen[kind] == one for kind, one in parts]).T
    inside = member[at][:, :, None] & of_part[:, None, :]
    eligible = _eligible(people.eligible, ids, parts)[:, None, :] * member[:, :, None]
    table = _table(geography, parts).assign(n_eligible=eligible.sum(axis=0).ravel())
    local_district = pd.factorize(
        pd.Series([schools[one].local_district for one in seen["school_id"]], dtype=object)
    )[0]
    cluster = pd.factorize(pd.MultiIndex.from_frame(seen[["school_id", "part"]]))[0]
    return Domains(
        table,
        inside.reshape(len(seen), len(table)),
        cluster if of_schools else at,
        at if of_schools else local_district,
        ids,
        np.nan_to_num(eligible).reshape(len(ids), len(table)),
    )


def _eligible(
    counted: Counter[tuple[str, str, str]], ids: list[str], parts: list[tuple[str, str]]
) -> NDArray[np.float64]:
    return np.array(
        [
            [
                np.nan if kind in UNKNOWN_TO_THE_ROSTER else counted[key, kind, one]
                for kind, one in parts
            ]
            for key in ids
        ],
        dtype=float,
    )


def _table(geography: list[Unit], parts: list[tuple[str, str]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            (unit.geography, unit.level, unit.unit_id, unit.unit_name, kind, one)
            for unit in geography
            for kind, one in parts
        ],
        columns=["geography", "level", "unit_id", "unit_name", "subgroup_type", "subgroup"],
    )
