"""`uptake explain`: a figure of `marts/current.duckdb`, and the same made again from raw rows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from orchestration.disclosure import PUBLISHABLE
from orchestration.publishing.figures import address
from orchestration.publishing.report.method import thresholds
from orchestration.recomputing.caution import cautions
from orchestration.recomputing.classrooms import classrooms
from orchestration.recomputing.estimate import Figure, Numbers, recompute
from orchestration.recomputing.naming import NoSuchFigure, named
from orchestration.recomputing.public import public_sight, same
from orchestration.recomputing.recipes import Recipe, recipe
from orchestration.recomputing.respondents import respondents
from orchestration.recomputing.rows import Landed, Row
from orchestration.recomputing.schools import School, schools_on
from orchestration.recomputing.units import Unit
from orchestration.settings import Home
from orchestration.warehouse import read_only

CELL = ("level", "unit_id", "subgroup_type", "subgroup", "weighting")
COUNTS = ("n", "n_visits", "n_clusters", "n_eligible", "df")
FIGURES = ("coverage", "estimate", "std_error", "ci_low", "ci_high", "deff", "n_effective")
MARTS = tuple(name for name, table in PUBLISHABLE.items() if table.has_estimates)


@dataclass(frozen=True)
class SchoolSums:
    """What a school adds: its units, their weights, and their weighted values."""

    school_id: str
    name: str
    n: int
    n_visits: int
    sw: float
    swy: float
    units: tuple[Unit, ...]


@dataclass(frozen=True)
class Explanation:
    """A figure as the mart has it and as its raw rows give it; `published` is what the public sees.

    `compared` are the columns that were made again, `differing` those that disagree; `cautions` say
    why the figure is to be read with caution, by the numbers made again.
    """

    figure: str
    row: Row
    measure: Row
    how: Recipe
    recomputed: Numbers
    compared: tuple[str, ...]
    differing: tuple[str, ...]
    cautions: tuple[str, ...]
    schools: tuple[SchoolSums, ...]
    published: str


def explain(home: Home, figure: str) -> Explanation:
    """Explain a figure, named as the report names it. Raises NoSuchFigure, as a sentence."""
    if not home.current.is_file():
        raise NoSuchFigure(
            "There is no marts/current.duckdb: no build has passed its gates yet. `uptake status` "
            "says what stands in the way."
        )
    mart = figure.partition("/")[0]
    with read_only(home.current) as con:
        row = _row(con, mart, figure)
        landed = Landed(con)
        (term,) = (one for one in landed.rows("terms") if one["term"] == row["term"])
        schools = schools_on(landed, term["ends_on"])
        how = recipe(landed, row["measure_id"], row.get("missing_rule"))
        units = classrooms if how.measure["unit"] == "classrooms" else respondents
        population = units(landed, term, schools, how)
        mean = how.measure["kind"] == "mean"
        limits = (how.measure["range_min"], how.measure["range_max"]) if mean else None
        cell = {key: row[key] for key in CELL}
        made = recompute(Figure(**cell, limits=limits), population, schools)
    why = cautions(made.numbers, limits, made.unrepresented, thresholds())
    numbers = made.numbers | {"presentation": "caution" if why else "show"}
    compared = tuple(name for name in (*COUNTS, *FIGURES, "presentation") if name in row)
    return Explanation(
        figure=address(mart, row),
        row=row,
        measure=how.measure,
        how=how,
        recomputed={name: numbers.get(name) for name in compared},
        compared=compared,
        differing=tuple(name for name in compared if not same(row[name], numbers.get(name))),
        cautions=why,
        schools=tuple(_sums(made.units, schools)),
        published=public_sight(home, mart, row),
    )


def _row(con: duckdb.DuckDBPyConnection, mart: str, figure: str) -> Row:
    """The row of a mart that a figure names."""
    if mart not in MARTS:
        raise NoSuchFigure(
            f"'{figure}' is no figure that can be explained: one begins with a mart of estimates "
            f"({', '.join(MARTS)}) and goes on with its term, place, measure and subgroup, as in "
            "mart_adoption/2021-22-spring/Northwest/adoption_any/all. `uptake explain --help` says "
            "how each part is written."
        )
    term = figure.removeprefix(f"{mart}/").partition("/")[0]
    asked = con.execute(f"select * from {mart} where term = ?", [term])
    names = [column[0] for column in asked.description or ()]
    rows = [dict(zip(names, one, strict=True)) for one in asked.fetchall()]
    if not rows:
        terms = con.execute(f"select distinct term from {mart} order by term").fetchall()
        told = ", ".join(one[0] for one in terms) or "no term at all"
        raise NoSuchFigure(f"{mart} has nothing of '{term}'; it has {told}.")
    return named(mart, rows, figure)


def _sums(units: tuple[tuple[Unit, float], ...], schools: Mapping[str, School]) -> list[SchoolSums]:
    by_school: dict[str, list[tuple[Unit, float]]] = {}
    for one, weight in units:
        by_school.setdefault(one.school_id, []).append((one, weight))
    return [
        SchoolSums(
            school_id,
            schools[school_id].name,
            len(them),
            sum(one.n_visits for one, _ in them),
            math.fsum(weight for _, weight in them),
            math.fsum(weight * one.value for one, weight in them),
            tuple(one for one, _ in them),
        )
        for school_id, them in sorted(by_school.items())
    ]
