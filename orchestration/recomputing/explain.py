"""`uptake explain`: a figure of `marts/current.duckdb`, and the same made again from raw rows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.disclosure import PUBLISHABLE
from orchestration.publishing.catalogue import latest
from orchestration.publishing.figures import address
from orchestration.publishing.report.method import thresholds
from orchestration.publishing.slices import read_slices
from orchestration.recomputing.caution import cautions
from orchestration.recomputing.classrooms import classrooms
from orchestration.recomputing.estimate import Figure, Numbers, recompute
from orchestration.recomputing.naming import NoSuchFigure, named
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
TOLERANCE = 1e-9
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
    with read_only(home.current) as con:
        row = _row(con, figure)
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
        figure=address(figure.partition("/")[0], row),
        row=row,
        measure=how.measure,
        how=how,
        recomputed={name: numbers.get(name) for name in compared},
        compared=compared,
        differing=tuple(name for name in compared if not _same(row[name], numbers.get(name))),
        cautions=why,
        schools=tuple(_sums(made.units, schools)),
        published=_published(home, figure, row),
    )


def _row(con: duckdb.DuckDBPyConnection, figure: str) -> Row:
    """The row of a mart that a figure names."""
    mart, _, rest = figure.partition("/")
    if mart not in MARTS:
        raise NoSuchFigure(
            f"'{figure}' is no figure that can be explained: one begins with a mart of estimates "
            f"({', '.join(MARTS)}) and goes on with its term, place, measure and subgroup, as in "
            "mart_adoption/2021-22-spring/Northwest/adoption_any/all. A region is region=NAME, a "
            "subgroup type=NAME; weighted to the roster ends with /roster."
        )
    term = rest.partition("/")[0]
    asked = con.execute(f"select * from {mart} where term = ?", [term])
    names = [column[0] for column in asked.description or ()]
    rows = [dict(zip(names, one, strict=True)) for one in asked.fetchall()]
    if not rows:
        terms = con.execute(f"select distinct term from {mart} order by term").fetchall()
        told = ", ".join(one[0] for one in terms) or "no term at all"
        raise NoSuchFigure(f"{mart} has nothing of '{term}'; it has {told}.")
    return named(mart, rows, figure)


def _same(one: Any, other: Any) -> bool:
    if not (isinstance(one, float) or isinstance(other, float)):
        return bool(one == other)  # counts and words exactly, and nothing only as nothing
    if one is None or other is None:
        return False
    return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


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


def _published(home: Home, figure: str, row: Row) -> str:
    """What the public sees of a figure, in a sentence."""
    if row["level"] == "school":
        return "Schools' figures are not published: this one is restricted, and so is all below."
    newest = latest(home)
    mart = figure.partition("/")[0]
    if newest is None or row["term"] not in newest.terms:
        return f"{row['term']} is not published: nothing here is public."
    frame = read_slices(newest.path).tables[mart]
    keys = PUBLISHABLE[mart].keys
    for key in keys:
        frame = frame[frame[key] == row[key]]
    if frame.empty:
        return f"{newest.id} has no such figure: the public does not see it."
    (public,) = frame.to_dict("records")
    if public["suppression"] != "none":
        return (
            f"{newest.id} shows it as “{public['shown']}” ({public['suppression']}): what follows "
            "is hidden from the public, and must not be passed on."
        )
    if public["n"] == row["n"] and _same(_plain(public["estimate"]), row["estimate"]):
        return f"{newest.id} shows it as “{public['shown']}”, which is this figure."
    return (
        f"{newest.id} shows it as “{public['shown']}”, of n {public['n']}: the marts have moved on "
        "since, and a correction has not been published."
    )


def _plain(value: Any) -> float | None:
    return None if value is None or value != value else float(value)
