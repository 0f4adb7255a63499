"""`uptake explain`: from a figure to the rows under it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from orchestration.commands.exits import Misuse, sentences
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.recomputing.explain import Explanation
    from orchestration.recomputing.units import Source, Unit

RESTRICTED = (
    "RESTRICTED: read from marts/current.duckdb, where nothing is hidden. Not to be passed on."
)
SCHOOLS_AT_MOST = 12


@click.command()
@click.argument("figure")
@click.option("--all", "everything", is_flag=True, help="Every school and row, however many.")
@click.option("--json", "as_json", is_flag=True, help="For a program; every school and row.")
@sentences
def explain(figure: str, everything: bool, as_json: bool) -> None:
    """Show what FIGURE is made of, and make it again from the raw rows by a second path.

    FIGURE is a figure's name as the report's pages carry it (data-figure), and as `uptake diff`
    prints it: mart_adoption/2021-22-spring/Northwest/adoption_any/all. The place is a
    unit's id or its name: `district`, a local district, region=NAME, a school. A subgroup is
    TYPE=NAME; weighted to the roster ends with /roster; a figure of mart_instruction names its
    missing rule: …/all/exclude.

    Ends with 1 where the two paths disagree, and with 2 where no figure, or more than one, is so
    named.
    """
    from orchestration.recomputing.explain import explain as explained
    from orchestration.recomputing.naming import NoSuchFigure

    try:
        found = explained(Settings.from_env().home, figure)
    except NoSuchFigure as problem:
        raise Misuse(str(problem)) from problem
    if as_json:
        click.echo(json.dumps(_as_object(found), indent=2, default=str, ensure_ascii=False))
    else:
        click.echo("\n".join(_as_text(found, everything)))
    if found.differing:
        click.get_current_context().exit(1)


def _as_object(found: Explanation) -> dict[str, Any]:
    from orchestration.recomputing.explain import COUNTS, FIGURES

    return {
        "figure": found.figure,
        "restricted": True,
        "published": found.published,
        "measure": {
            name: found.measure[name]
            for name in ("measure_id", "label", "definition", "numerator", "denominator", "unit")
        },
        "missing_rule": found.how.rule,
        "mart": found.row,
        "recomputed": {name: found.recomputed.get(name) for name in (*COUNTS, *FIGURES)},
        "agrees": not found.differing,
        "differing": list(found.differing),
        "schools": [
            {
                "school_id": school.school_id,
                "school_name": school.name,
                "n": school.n,
                "n_visits": school.n_visits,
                "sum_weights": school.sw,
                "sum_weighted_values": school.swy,
                "classrooms": [_classroom(one) for one in school.units if one.class_id is not None],
                "rows": [
                    {"file": source.file, "line": source.line}
                    for one in school.units
                    if one.class_id is None
                    for source in one.sources
                ],
            }
            for school in found.schools
        ],
    }


def _classroom(one: Unit) -> dict[str, Any]:
    return {
        "class_id": one.class_id,
        "value": one.value,
        "n_visits": one.n_visits,
        "rows": [
            {"file": source.file, "line": source.line, "value": source.value}
            for source in one.sources
        ],
    }


def _as_text(found: Explanation, everything: bool) -> list[str]:
    from orchestration.recomputing.explain import COUNTS, FIGURES

    row, measure = found.row, found.measure
    unit = measure["unit"]
    said = [
        RESTRICTED,
        found.published,
        "",
        f"{measure['label']}: {row['unit_name']}, {row['term']}",
        f"  {measure['definition']}",
        f"  Counted: {measure['numerator']}. Out of: {measure['denominator']}.",
        f"  {_made(found)}",
        "",
        f"  {'':<14}{'the mart':>16}{'made again':>16}",
    ]
    for name in (*COUNTS, *FIGURES):
        pair = [_number(one) for one in (row[name], found.recomputed.get(name))]
        mark = "   differs" if name in found.differing else ""
        said.append(f"  {name:<14}{pair[0]:>16}{pair[1]:>16}{mark}")
    said += [f"  {'presentation':<14}{row['presentation']:>16}", ""]
    if found.differing:
        said.append(
            f"The two disagree on {', '.join(found.differing)}: one of the two paths is wrong. "
            "Report it; until it is found, do not rely on this figure."
        )
    else:
        said.append("The raw rows, put together by a second path, give the same figure.")
    kept = found.schools if everything else found.schools[:SCHOOLS_AT_MOST]
    said += ["", f"Schools under it: {len(found.schools)}"]
    for school in kept:
        visits = f", {school.n_visits} visits" if school.n_visits else ""
        said.append(
            f"  {school.school_id} {school.name}: {school.n} {unit}{visits}, "
            f"sum of weights {_number(school.sw)}, of weighted values {_number(school.swy)}"
        )
        for one in school.units:
            if one.class_id is not None:
                said.append(
                    f"    class {one.class_id}: {_number(one.value)}, lines {_lines(one.sources)}"
                )
        if everything and unit != "classrooms":
            rows = [source for one in school.units for source in one.sources]
            said.append(f"    lines {_lines(rows)}")
    if left := len(found.schools) - len(kept):
        said.append(f"  and {left} more schools: --all shows them, --json has them for a program.")
    files = Counter(
        source.file for school in found.schools for one in school.units for source in one.sources
    )
    said += ["", "Landing files under it:"]
    said += [f"  {name}: {rows} rows" for name, rows in sorted(files.items())]
    return said


def _lines(rows: Sequence[Source]) -> str:
    """Where rows stand: the lines, and the file where it is another than the one before."""
    said, before = [], None
    for one in sorted(rows, key=lambda one: (one.file, one.line)):
        said.append(f"{one.line}" if one.file == before else f"{one.file}:{one.line}")
        before = one.file
    return ", ".join(said)


def _made(found: Explanation) -> str:
    row = found.row
    within = "teacher (or class)" if row["level"] == "school" else "school"
    weights = (
        "every unit weighs the same"
        if row["weighting"] == "none"
        else "units weigh rostered / seen of their local district and school level"
    )
    rule = f"; what was not observed: {found.how.rule}" if "missing_rule" in row else ""
    return (
        f"The cluster is the {within}, {weights}{rule}; the variance is Taylor-linearised over "
        "clusters, the 95% interval "
        + ("mean ± t·se." if found.measure["kind"] == "mean" else "on the logit scale.")
    )


def _number(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:.6g}"
