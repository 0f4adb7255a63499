"""The results as a page: what was compared, the ratio, and the machine it was measured on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any


def as_markdown(figures: Sequence[Mapping[str, Any]]) -> str:
    """docs/benchmarks.md, of the same figures as docs/benchmarks.json, in the page's order."""
    measured = {one["figure"]: one for one in figures}
    known = [(name, write) for name, write in PARTS.items() if name in measured]
    parts = [
        f"{write(measured[name], measured[name]['conditions'])}\n{_conditions(measured[name])}"
        for name, write in known
    ]
    return "\n".join([HEAD, *parts])


HEAD = """# What it costs

`make bench` measures this page: commands as processes of their own, in turn, after one round that \
is not counted; medians. Read the ratios: seconds are of one machine, on one day. Memory is the \
peak of the largest process.
"""


def _conditions(one: Mapping[str, Any]) -> str:
    told = one["conditions"]
    machine = told["machine"]
    rounds = f"{told['rounds']} round{'s' if told['rounds'] > 1 else ''}"
    named = (("Python", "python"), ("DuckDB", "duckdb"), ("dbt", "dbt"), ("Dagster", "dagster"))
    versions = ", ".join(f"{label} {machine[name]}" for label, name in named)
    return f"""*Measured on {told["on"]}, {rounds}: {machine["processor"]}, {machine["cores"]} \
cores, {machine["memory_gib"]} GiB, {machine["system"]}; {versions}.*
"""


def _reading(one: Mapping[str, Any], results: Mapping[str, Any]) -> str:
    mib = one["mib"]
    return f"""## Reading a survey

{results["responses"]:,} responses of {results["items"]} items, a CSV file of \
{mib["export"]:,.0f} MiB. Reading maps, types and checks every value, keeps the newest version of \
each record, gives people pseudonyms, and writes rows in a total order with their accounts \
({mib["raw"]:,.0f} MiB of Parquet); beside it, DuckDB's bare `COPY (FROM read_csv(…)) TO \
'….parquet'` of the same file ({mib["copy"]:,.0f} MiB), the least that any reader could do.

{_compared(one, {"read": "reading, every rule on", "copy": "bare copy"})}"""


def _qualtrics(one: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    memory = one["memory"]
    two = {**one, "measured": one["measured"][:2]}
    return f"""## A Qualtrics export

The same survey as Qualtrics exports it: three header rows, {one["mib"]:,.0f} MiB, \
{told["responses"]:,} responses. Every rule is on: previews and unfinished responses left out, \
the order of days told by the whole file, ids that must be unique, a first day that is allowed.

{_compared(two, {"read": "reading, every rule on", "copy": "bare copy"})}
The whole took {memory["peak_memory"]:.2f} times the memory of a third of it, and \
{memory["seconds"]:.2f} times the time.
"""


def _excel(one: Mapping[str, Any], _: Mapping[str, Any]) -> str:
    return f"""## A workbook

{one["rows"]:,} responses as an .xlsx of {one["mib"]:,.0f} MiB, against the library that reads it \
(calamine) making lists of its cells and nothing more.

{_compared(one, {"read": "reading, every rule on", "calamine": "the library alone"})}"""


def _marts(one: Mapping[str, Any], _: Mapping[str, Any]) -> str:
    alone, equal = one["sql_alone"], one["equal"]
    return f"""## The marts of that survey

`dbt build` of `mart_student_voice` and all that it stands on, against one hand-written script \
(`benchmarks/student_voice.sql`) that knows this one survey, and stops at n, estimate and standard \
error. Both answer {equal["rows"]:,} estimates of {equal["units"]:,} units, equal to \
{equal["tolerance"]}; a difference fails the benchmark.

{_compared(one, {"models": "models, through dbt", "script": "hand-written script"})}
Their SQL alone, without start-up and parsing: {alone["models_seconds"]:.1f} s against \
{alone["script_seconds"]:.1f} s, {alone["ratio"]:.2f} times.
"""


def _sizes(one: Mapping[str, Any], _: Mapping[str, Any]) -> str:
    rows = "\n".join(
        f"| {row['times']} | {row['responses']:,} | {row['models_seconds']:.1f} "
        f"| {row['script_seconds']:.1f} | **{row['ratio']:.2f}** | {row['sql_ratio']:.2f} "
        f"| {row['peak_memory']:.2f} |"
        for row in one["rows"]
    )
    return f"""## The same at 1, 3 and 10 times the district

What does not grow with the district, dbt's start and its parsing, weighs less the larger it is.

| times | responses | models, s | script, s | times as much | SQL alone | memory |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: |
{rows}
"""


def _history(one: Mapping[str, Any], results: Mapping[str, Any]) -> str:
    of = "" if results["scale"] == 1 else f" at scale {results['scale']}"
    return f"""## One changed file, with ten terms behind it and with one

`uptake run` after one walkthrough more in the latest term of the simulated district{of}. \
Per-school sums of the other terms are kept; what follows from them, the marts, is made anew.

{_compared(one, {"ten terms": "ten terms of history", "one term": "one term"})}"""


def _run(one: Mapping[str, Any], results: Mapping[str, Any]) -> str:
    of = "" if results["scale"] == 1 else f" at scale {results['scale']}"
    stages = {name: {row["stage"]: row for row in rows} for name, rows in one["stages"].items()}
    rows = "\n".join(
        f"| {stage} | {first['seconds']:.1f} | {first['share']:.0%} "
        f"| {stages['again'][stage]['seconds']:.1f} | {stages['again'][stage]['share']:.0%} |"
        for stage, first in stages["first"].items()
    )
    return f"""## A run, stage by stage

`uptake run` on the simulated district{of}: all that has landed for the first time, and again with \
nothing to do. `start` is what no stage takes: imports, definitions, Dagster's own records.

{_compared(one, {"first": "first run", "again": "nothing to do"})}
| stage | first run, s | share | nothing to do, s | share |
| --- | ---: | ---: | ---: | ---: |
{rows}
"""


def _compared(one: Mapping[str, Any], names: Mapping[str, str]) -> str:
    rows = "\n".join(
        f"| {names[row['name']]} | {row['median_seconds']:.1f} | {row['median_peak_mib']:,.0f} |"
        for row in one["measured"]
    )
    ratio = one["ratio"]
    return f"""| | seconds | peak MiB |
| --- | ---: | ---: |
{rows}
| **times as much** | **{ratio["seconds"]:.2f}** ({ratio["seconds_least"]:.2f} to \
{ratio["seconds_most"]:.2f}) | **{ratio["peak_memory"]:.2f}** |
"""


PARTS: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], str]] = {
    "reading": _reading,
    "qualtrics": _qualtrics,
    "excel": _excel,
    "marts": _marts,
    "sizes": _sizes,
    "history": _history,
    "run": _run,
}
"""How each figure is told, in the page's order."""
