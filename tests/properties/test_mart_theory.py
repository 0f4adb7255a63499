"""What theory says of marts when a district is made otherwise: copied, swapped, renamed, merged.

Each law is tried on random districts of one school year, through landing and the real models; what
it says is worked out in its docstring (MEASURES, section 4).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from orchestration.registry import load_registry
from orchestration.settings import Home
from orchestration.warehouse import read_only
from tests.pipeline.by_pandas.standing import Standing, standings
from tests.pipeline.districts import District, Size, land_districts, random_district
from tests.pipeline.fast_build import build_marts
from tests.pipeline.homes import school
from tests.pipeline.responses import Row
from tests.properties.test_mart_laws import few, seeds

pytestmark = pytest.mark.long

SIZES = (
    Size(local_districts=4, schools=18, visited=0.9, shared=True),
    Size(local_districts=4, schools=18, visited=0.8, shared=True),
    Size(local_districts=4, schools=18, responses=8, visited=0.9, shared=True),
)
ESTIMATES = ("mart_adoption", "mart_instruction", "mart_student_voice", "mart_teacher_voice")
CELL = (
    *("term", "geography", "level", "unit_id", "measure_id"),
    *("subgroup_type", "subgroup", "weighting"),
)
PEOPLE = ("teacher_id", "observer_id", "respondent_id", "educator_id")
OWN = ("school_id", "observation_id", "response_id", "co_observation_id")


Drawn = list[tuple[District, dict[str, Standing]]]


def drawn(seed: int) -> Drawn:
    """A school year's random districts, each with its schools as they stand in its term."""
    terms = load_registry().terms.values()
    found = [
        random_district(term, size, str(seed)) for term, size in zip(terms, SIZES, strict=False)
    ]
    return [(one, standings([one], one.ends_on)) for one in found]


def plain(of: Drawn) -> list[District]:
    """The districts as they are, a row a school."""
    return [with_schools(*one) for one in of]


def with_schools(
    one: District, standing: Mapping[str, Standing], **changed: Callable[[Standing], str]
) -> District:
    """The district with a row a school, valid in its term alone, and some of it changed."""
    rows = [
        school(
            key,
            (changed.get("local_district") or (lambda own: own.local_district or ""))(own),
            school_name=own.name,
            level=own.level,
            region=own.region or "",
            support_provider=(changed.get("provider") or (lambda own: own.provider or ""))(own),
            valid_from=one.starts_on.isoformat(),
            valid_to=one.ends_on.isoformat(),
        )
        for key, own in standing.items()
    ]
    return replace(one, files={**one.files, "schools": {"schools": rows}})


@contextmanager
def marts(
    districts: list[District], terms: list[Row] | None = None
) -> Iterator[Callable[[str], pd.DataFrame]]:
    """The marts of a home with these districts, asked by SQL; `terms` are a site's own."""
    with TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        land_districts(home, districts)
        if terms is not None:
            (home / "registry").mkdir()
            with (home / "registry" / "terms.csv").open("w", newline="") as file:
                writer = csv.DictWriter(file, list(terms[0]))
                writer.writeheader()
                writer.writerows(terms)
        build_marts(home)
        with read_only(Home(home).unreleased) as con:
            yield lambda sql: con.execute(sql).df()


def beside(before: pd.DataFrame, after: pd.DataFrame, keys: tuple[str, ...]) -> pd.DataFrame:
    """The rows of both by their keys; the same rows must be in both."""
    both = before.merge(after, on=list(keys), how="outer", suffixes=("", " after"), indicator=True)
    assert len(both) > 20
    assert (both["_merge"] == "both").all(), both.loc[both["_merge"] != "both", list(keys)]
    return both


def same(one: pd.Series, other: pd.Series) -> None:
    if pd.api.types.is_numeric_dtype(one) or pd.api.types.is_numeric_dtype(other):
        close = np.isclose(
            one.astype(float), other.astype(float), rtol=1e-9, atol=1e-9, equal_nan=True
        )
    else:
        close = ((one == other) | (one.isna() & other.isna())).to_numpy()
    assert close.all(), (one.name, one[~close].head(5).tolist(), other[~close].head(5).tolist())


@few
@given(seed=seeds)
def test_supported_and_unsupported_swapped_turn_every_difference_round(seed) -> None:
    """z^A - z^B becomes z^B - z^A: differences change sign, their variance does not.

    Their intervals are mirrored, and a label by |g| stays.
    """
    of = drawn(seed)
    swapped = [
        with_schools(*one, provider=lambda own: "" if own.support == "supported" else "LE")
        for one in of
    ]
    sql = "select * from mart_support_comparison"
    with marts(plain(of)) as before, marts(swapped) as after:
        keys = ("term", "geography", "level", "unit_id", "measure_id", "weighting")
        both = beside(before(sql), after(sql), keys)
    assert both["baseline_effect_size"].notna().sum() > 10
    for name in ("n_", "n_clusters_", "estimate_", "baseline_n_", "change_n_"):
        same(both[f"{name}supported"], both[f"{name}unsupported after"])
    for name in ("difference", "baseline_effect_size", "change_difference"):
        same(both[name], -both[f"{name} after"])
    for part in ("", "baseline_", "change_"):
        same(both[f"{part}ci_low"], -both[f"{part}ci_high after"])
    for name in ("std_error", "df", "change_std_error", "baseline_term", "baseline_label"):
        same(both[name], both[f"{name} after"])


@few
@given(seed=seeds)
def test_terms_by_another_name_change_no_number(seed) -> None:
    """Nothing rests on what a term is called: only on its days, its year and its season."""
    declared = list(load_registry().terms.values())[: len(SIZES)]
    terms = [
        {
            "term": f"2033-34-{term.season}",
            "school_year": "2033-34",
            **{name: getattr(term, name) for name in ("season", "starts_on", "ends_on")},
            "releases_on": term.releases_on,
        }
        for term in declared
    ]
    own = plain(drawn(seed))
    renamed = [replace(one, term=str(row["term"])) for one, row in zip(own, terms, strict=True)]
    back = "replace(term, '2033-34', '2020-21') as term"
    with marts(own) as before, marts(renamed, terms) as after:
        for table, keys in (
            ("mart_adoption", CELL),
            ("mart_student_voice", CELL),
            ("mart_change", (*CELL, "from_term")),
            ("mart_observer_agreement", ("term", "geography", "level", "unit_id", "item")),
            ("mart_school_signals", ("term", "unit_id", "measure_id", "reference_kind")),
        ):
            words = f"{back}, replace(from_term, '2033-34', '2020-21') as from_term"
            chosen = words if table == "mart_change" else back
            found = after(f"select * replace ({chosen}) from {table}")
            both = beside(before(f"select * from {table}"), found, keys)
            for name in both.columns:
                if f"{name} after" in both and name != "school_year":
                    same(both[name], both[f"{name} after"])


@few
@given(seed=seeds)
def test_two_local_districts_merged_are_one_stratum(seed) -> None:
    """Their units are counted together, and others are in another stratum, where nothing changed.

    The merged estimate is the mean of the two by n; what the district and regions estimate is the
    same, since it is of the same units, unweighted.
    """
    of = drawn(seed)
    one, two, *_ = sorted(
        {own.local_district or "" for _, them in of for own in them.values()} - {""}
    )
    merged = [
        with_schools(
            *drawn_one, local_district=lambda own: one if own.local_district == two
            else own.local_district or ""
        )
        for drawn_one in of
    ]  # fmt: skip
    with marts(plain(of)) as before, marts(merged) as after:
        for mart in ESTIMATES:
            keys = (*CELL, "missing_rule") if mart == "mart_instruction" else CELL
            everywhere = f"select * from {mart} where n > 0 and level = "
            others = f"{everywhere}'local_district' and unit_id not in ('{one}', '{two}')"
            both = beside(before(others), after(others), keys)
            for name in ("n", "estimate", "std_error", "df", "ci_low", "ci_high", "coverage"):
                same(both[name], both[f"{name} after"])
            whole = everywhere + "'district' and weighting = 'none'"
            both = beside(before(whole), after(whole), keys)
            for name in ("n", "n_clusters", "n_eligible", "estimate"):
                same(both[name], both[f"{name} after"])
            assert (both["df"] <= both["df after"]).all()
            added = tuple(key for key in keys if key != "unit_id")
            parts = before(
                f"select {', '.join(added)}, sum(n) as n, sum(n * estimate) / sum(n) as estimate "
                f"from {mart} where unit_id in ('{one}', '{two}') and n > 0 "
                "and weighting = 'none' group by all"
            )
            now = after(
                f"select {', '.join(added)}, n, estimate from {mart} where unit_id = '{one}' "
                "and level = 'local_district' and n > 0 and weighting = 'none'"
            )
            both = beside(parts, now, added)
            for name in ("n", "estimate"):
                same(both[name], both[f"{name} after"])


@few
@given(seed=seeds)
def test_every_school_twice_halves_the_variance_but_for_what_centring_takes(seed) -> None:
    """Estimates stay; of k schools with scores z each of 2k has z / 2.

    So Σ(z - z̄)² halves and k / (k - 1) becomes 2k / (2k - 1): the variance is (k - 1) / (2k - 1) of
    what it was. One school beside itself has no variance left, where it added z² alone. A copy's
    own row is its original's.
    """
    own = plain(drawn(seed))
    with marts(own) as before, marts([_twice(one) for one in own]) as after:
        for mart in ESTIMATES:
            keys = (*CELL, "missing_rule") if mart == "mart_instruction" else CELL
            whole = (
                f"select * from {mart} where n > 0 and level = 'local_district' "
                "and subgroup_type = 'all'"
            )
            both = beside(before(whole), after(whole), keys)
            same(both["estimate"], both["estimate after"])
            same(both["coverage"], both["coverage after"])
            for name in ("n", "n_clusters", "n_eligible"):
                same(2 * both[name], both[f"{name} after"])
            k = both["n_clusters"].astype(float)
            assert (k == 1).any() or mart != "mart_adoption" or (k > 1).all()
            share = np.where(k > 1, (k - 1) / (2 * k - 1), 0)
            same(both["std_error"] ** 2 * share, both["std_error after"] ** 2)
            schools = f"from {mart} where n > 0 and level = 'school' and weighting = 'none'"
            copies = after(
                f"select * replace (replace(unit_id, ' again', '') as unit_id) {schools} "
                "and unit_id like '% again'"
            )
            both = beside(before(f"select * {schools}"), copies, keys)
            for name in ("n", "n_clusters", "n_eligible", "estimate", "std_error", "ci_low", "df"):
                same(both[name], both[f"{name} after"])


def _twice(one: District) -> District:
    """The district with a copy of every school, with rows and people of its own."""
    files = {
        source: {
            name: [*rows, *(_copied(row) for row in rows)] if source != "pl_sessions" else rows
            for name, rows in of_source.items()
        }
        for source, of_source in one.files.items()
    }
    return replace(one, files=files)


def _copied(row: Row) -> Row:
    return {
        name: f"{value} again" if name in (*OWN, *PEOPLE) and value else value
        for name, value in row.items()
    }
