"""Who exists: schools with their effective-dated regions and their support."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from orchestration.simulation.parameters import REGIONS, Parameters
from orchestration.simulation.randomness import apportion, choose, generator, in_shares
from orchestration.simulation.words import school_names

COLUMNS = (
    "school_id",
    "school_name",
    "level",
    "local_district",
    "region",
    "valid_from",
    "valid_to",
    "support_provider",
    "support_from",
    "support_to",
)
FEWEST_SCHOOLS_A_LOCAL_DISTRICT = 2
_DISTRICT_PREFIX = "9990001"


def draw_schools(p: Parameters, seed: int, scale: float) -> pd.DataFrame:
    """One row a school, in order of `school_id`; the same whatever terms are simulated.

    Columns: `school_id` (14 digits under a county and district code that California does not
    use), `school_name`, `level`, `local_district`, `region` and `region_after` (the remap),
    `support_provider`, `support_from`, `support_to` (NaT where none) and `sections`, the usual
    number of mathematics sections.
    """
    rng = generator(seed, "schools")
    counts = np.maximum(
        apportion(round(p.schools * scale), tuple(ld.share for ld in p.local_districts)),
        FEWEST_SCHOOLS_A_LOCAL_DISTRICT,
    )
    size = int(counts.sum())
    within = np.repeat(np.arange(len(counts)), counts)
    level = np.concatenate(
        [in_shares(rng, int(n), tuple(each.share for each in p.levels)) for n in counts]
    )
    region, region_after = _regions(rng, p, within)
    names = school_names(rng, np.array([each.title for each in p.levels], object)[level])
    schools = pd.DataFrame(
        {
            "school_id": np.strings.mod(f"{_DISTRICT_PREFIX}%07d", np.arange(1, size + 1)),
            "school_name": names,
            "level": np.array([each.name for each in p.levels], object)[level],
            "local_district": np.array([ld.name for ld in p.local_districts], object)[within],
            "region": np.array(REGIONS, object)[region],
            "region_after": np.array(REGIONS, object)[region_after],
            "sections": rng.integers(p.sections_fewest, p.sections_most + 1, size=size),
        }
    )
    provider = np.concatenate(
        [
            in_shares(
                rng, int(n), (ld.supported, p.other_support, 1 - ld.supported - p.other_support)
            )
            for n, ld in zip(counts, p.local_districts, strict=True)
        ]
    )
    providers = np.array([p.main_provider, p.other_provider, None], object)
    begins = np.array([p.main_support_from, p.other_support_from, None], "datetime64[D]")
    ends = np.array([None, p.other_support_to, None], "datetime64[D]")
    return schools.assign(
        support_provider=providers[provider],
        support_from=begins[provider],
        support_to=ends[provider],
    )


def _regions(
    rng: np.random.Generator, p: Parameters, within: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Region indices before and after the remap, by index of local district."""
    weights = np.array([ld.regions for ld in p.local_districts])[within]
    before = choose(rng, weights)
    others = weights + 0.05
    others[np.arange(len(others)), before] = 0.0
    moved = in_shares(rng, len(within), (p.remapped, 1 - p.remapped)) == 0
    return before, np.where(moved, choose(rng, others), before)


def effective_rows(schools: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    """The `schools` template: a row a school, and a second one for schools of another region.

    The first row of those ends the day before the remap, since `valid_to` is inclusive.
    """
    moved = schools["region"] != schools["region_after"]
    last_day_before = np.datetime64(p.remap_on - timedelta(days=1), "s")
    first = schools.assign(
        valid_from=np.datetime64(p.schools_from, "s"),
        valid_to=np.where(moved, last_day_before, np.datetime64("NaT", "s")),
    )
    second = schools.loc[moved].assign(
        region=schools["region_after"],
        valid_from=np.datetime64(p.remap_on, "s"),
        valid_to=np.datetime64("NaT", "s"),
    )
    rows = pd.concat([first, second]).sort_values(["school_id", "valid_from"], kind="stable")
    return rows[list(COLUMNS)].reset_index(drop=True)


def as_of(schools: pd.DataFrame, day: date, p: Parameters) -> pd.DataFrame:
    """The schools as they are on a day: `region` of that day, and `support` as a subgroup."""
    today = pd.Timestamp(day)
    supported = (schools["support_from"] <= today) & ~(schools["support_to"] < today)
    return schools.assign(
        region=schools["region_after"] if day >= p.remap_on else schools["region"],
        support=np.where(supported, "supported", "unsupported"),
    )
