"""What is told of a figure: an object for programs, lines for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from orchestration.counting import number_of
from orchestration.disclosure.shown import counted
from orchestration.recomputing.explain import Explanation, SchoolSums
from orchestration.recomputing.units import Source, Unit

RESTRICTED = (
    "RESTRICTED: read from marts/current.duckdb, where nothing is hidden. Not to be passed on."
)
SCHOOLS_AT_MOST = 12


def as_object(found: Explanation) -> dict[str, Any]:
    """Everything, with every school and row; people are in none of it."""
    return {
        "figure": found.figure,
        "restricted": True,
        "published": found.published,
        "measure": {
            name: found.measure[name]
            for name in ("measure_id", "label", "definition", "numerator", "denominator", "unit")
        },
        "missing_rule": found.how.rule,
        "made": made(found),
        "mart": found.row,
        "recomputed": found.recomputed,
        "agrees": not found.differing,
        "differing": list(found.differing),
        "cautions": list(found.cautions),
        "schools": [_school(one) for one in found.schools],
        "files": [{"file": file, "rows": rows} for file, rows in _files(found)],
    }


def _school(school: SchoolSums) -> dict[str, Any]:
    return {
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


def as_text(found: Explanation, *, everything: bool) -> list[str]:
    """Lines for a terminal; of many schools the first, unless everything is asked for."""
    return [
        RESTRICTED,
        found.published,
        "",
        *_figure(found),
        "",
        *_schools(found, everything),
        "",
        *_landed(found, everything),
    ]


def _figure(found: Explanation) -> Iterator[str]:
    row, measure = found.row, found.measure
    yield f"{measure['label']}: {row['unit_name']}, {row['term']}"
    yield f"  {found.figure}"
    yield f"  {measure['definition']}"
    yield f"  Counted: {measure['numerator']}. Out of: {measure['denominator']}."
    yield from (f"  {one}" for one in made(found))
    yield ""
    yield f"  {'':<14}{'the mart':>16}{'made again':>16}"
    for name, again in found.recomputed.items():
        mark = "   differs" if name in found.differing else ""
        yield f"  {name:<14}{_number(row[name]):>16}{_number(again):>16}{mark}"
    if found.cautions:
        yield f"  To be read with caution: {', '.join(found.cautions)}."
    yield ""
    if found.differing:
        yield (
            f"The two disagree on {', '.join(found.differing)}: one of the two paths is wrong. "
            "Report it; until it is found, do not rely on this figure."
        )
    else:
        yield "The raw rows, put together by a second path, give the same figure."


def _schools(found: Explanation, everything: bool) -> Iterator[str]:
    unit = found.measure["unit"]
    kept = found.schools if everything else found.schools[:SCHOOLS_AT_MOST]
    yield f"Schools under it: {len(found.schools)}"
    for school in kept:
        visits = f", visits {school.n_visits}" if school.n_visits else ""
        yield (
            f"  {school.school_id} {school.name}: {counted(school.n, unit)}{visits}, Σw "
            f"{_number(school.sw)}, Σwy {_number(school.swy)}"
        )
        rooms = [one for one in school.units if one.class_id is not None]
        for one in rooms:
            yield f"    class {one.class_id}: {_number(one.value)}, {_lines(one.sources)}"
        if everything and not rooms:
            yield f"    {_lines([source for one in school.units for source in one.sources])}"
    if left := len(found.schools) - len(kept):
        more = number_of(left, "more school")
        yield f"  and {more}: --all shows all, --json has them for a program."


def _landed(found: Explanation, everything: bool) -> Iterator[str]:
    files = _files(found)
    yield "Landing files under it:" if files else "No row of any landing file is under it."
    yield from (f"  {name}: rows {rows:,}" for name, rows in files)
    if files and not everything and any(not one.class_id for s in found.schools for one in s.units):
        yield "  --all shows the lines of each school's rows."


def _files(found: Explanation) -> list[tuple[str, int]]:
    rows = Counter(
        source.file for school in found.schools for one in school.units for source in one.sources
    )
    return sorted(rows.items())


def _lines(rows: Sequence[Source]) -> str:
    """Where rows stand: each file with its lines."""
    by_file: dict[str, list[int]] = {}
    for one in rows:
        by_file.setdefault(one.file, []).append(one.line)
    return "; ".join(
        f"{file}, {'line' if len(lines) == 1 else 'lines'} {', '.join(map(str, sorted(lines)))}"
        for file, lines in sorted(by_file.items())
    )


def made(found: Explanation) -> list[str]:
    """How the estimate was made, in sentences: clusters, weights, variance, interval."""
    row = found.row
    if row["estimate"] is None:
        return ["Nobody has a value, so there is no estimate."]
    if row["level"] == "school":
        clusters = (
            "The school is the sample; its teachers (or classes, or respondents) are clusters."
        )
    else:
        clusters = "Schools are the clusters, local districts the strata."
    weights = (
        "Every unit weighs the same."
        if row["weighting"] == "none"
        else "A unit weighs as many as are rostered for each one seen of its local district and "
        "school level."
    )
    rule = (
        [f"An item that was not observed is treated by the rule “{found.how.rule}”."]
        if "missing_rule" in row
        else []
    )
    return [
        clusters,
        weights,
        *rule,
        "The estimate is Σwy / Σw; its variance is Taylor-linearised over clusters.",
        f"The 95% interval is {_interval(found)}.",
    ]


def _interval(found: Explanation) -> str:
    row = found.row
    if row["ci_low"] is None:
        return "none: one cluster, or as many strata as clusters, tells of no spread"
    if found.measure["kind"] == "mean":
        return "the mean ± t(.975, df) · standard error"
    if row["estimate"] in (0, 1):
        return "the exact one-sided bound with n the clusters, since none or all count"
    return "on the logit scale: logit(p) ± t(.975, df) · standard error / (p(1 − p))"


def _number(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    return f"{value:,}" if isinstance(value, int) else f"{value:.6g}"
