"""docs/truth.md: the tables of coverage, and what they do and do not say."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from benchmarks.truth.coverage import tabulated, without_interval
from orchestration.simulation.parameters import DEFAULT

WEIGHTINGS = ("none", "roster")
_POPULATIONS = {
    "mart_adoption": "Use of materials",
    "mart_instruction": "Instruction",
    "mart_unfinished_learning": "Unfinished learning",
    "mart_student_voice": "Students",
    "mart_teacher_voice": "Teachers",
}


@dataclass(frozen=True)
class Asked:
    """What was simulated."""

    term: str
    seeds: int
    scale: float
    schools: int


def as_markdown(rows: pd.DataFrame, asked: Asked) -> str:
    """The page; `rows` as of `estimates_and_truth`, with `seed`, over every seed."""
    whole = rows[rows["subgroup_type"] == "all"]
    parts = [_head(asked)]
    for level, title in (("district", "The district"), ("local_district", "Local districts")):
        parts += [f"## {title}\n", _by_measure(whole[whole["level"] == level])]
    regions = whole[whole["level"] == "region"].assign(subgroup_type="all, by region")
    parts += ["## Regions and subgroups\n", _by_subgroup(pd.concat([regions, rows]))]
    parts += ["## Where it falls short\n", _short(rows), _notes(rows)]
    return "\n".join(parts)


def _head(asked: Asked) -> str:
    return f"""# Is the truth in the interval?

`make truth` measures this page: {asked.seeds} simulated districts of about {asked.schools} schools
(scale {asked.scale:g}) in {asked.term}, each read, admitted and built by the pipeline's own models;
then every 95% interval of the marts is held against that district's `truth.json`. Wanted are 93% to
97%.

There are two truths. *Process* is what the model expects of the roster before the effects of this
district's schools, teachers, classes and people are drawn: what districts like this one are like.
*Roster* is what is so of this very district: what endless visits to every rostered classroom would
show, what every rostered student or teacher would answer. The intervals take schools as drawn from
endlessly many and make no finite population correction, so they are about the process; about the
roster they are cautious, since half of its schools or more are in the sample.

`none` counts everyone seen alike, `roster` weighs them to the roster. The simulated visits and
responses depend on the school, and go with what it is like by a correlation of
{DEFAULT.related:.2f} only; within a school, who is seen or answers is drawn at random. Where a real
district's coaches visit the classrooms that they hope well of, no interval knows of it.
"""


def _by_measure(rows: pd.DataFrame) -> str:
    """A row a measure; for each weighting the coverage of both truths, width and bias."""
    table = tabulated(rows, ["mart", "measure_id", "weighting"])
    lines = [
        "| measure | intervals | none: process | roster | width | bias/se "
        "| roster: process | roster | width | bias/se |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for mart, of_mart in table.groupby("mart", sort=False):
        lines.append(f"| **{_POPULATIONS.get(str(mart), mart)}** | | | | | | | | | |")
        for measure_id, both in of_mart.groupby("measure_id", sort=False):
            cells = _cells(both)
            lines.append(f"| {measure_id} | {both['intervals'].min()} | {cells} |")
    return "\n".join(lines) + "\n"


def _by_subgroup(rows: pd.DataFrame) -> str:
    """A row a subgroup type and population, over all measures."""
    split = rows[rows["subgroup_type"] != "all"]
    table = tabulated(split, ["mart", "subgroup_type", "weighting"])
    lines = [
        "| subgroups of | population | intervals | none: process | roster | width | bias/se "
        "| roster: process | roster | width | bias/se |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for (kind, mart), both in table.groupby(["subgroup_type", "mart"]):
        cells = _cells(both)
        lines.append(
            f"| {kind} | {_POPULATIONS.get(str(mart), mart)} | {both['intervals'].min()} "
            f"| {cells} |"
        )
    return "\n".join(lines) + "\n"


def _cells(both: pd.DataFrame) -> str:
    """The cells of a row: those of one weighting, then of the other."""
    cells = []
    for one in both.set_index("weighting").loc[list(WEIGHTINGS)].itertuples():
        process = f"{one.in_process:.1%}"
        cells += [
            f"**{process}**" if one.falls_short else process,
            f"{one.in_roster:.1%}",
            f"{one.width:.3f}",
            f"{one.bias:+.2f}",
        ]
    return " | ".join(cells)


def _short(rows: pd.DataFrame) -> str:
    """Which measures' intervals hold the process too seldom by more than chance."""
    whole = rows[rows["subgroup_type"] == "all"]
    table = tabulated(whole[whole["level"] != "region"], ["level", "measure_id", "weighting"])
    short = table[table["falls_short"]]
    if short.empty:
        return (
            "Of the district's and the local districts' measures none holds the process less often "
            "than 93% by more than chance.\n"
        )
    named = "\n".join(
        f"- {one.measure_id}, {str(one.level).replace('_', ' ')}, weighting {one.weighting}: "
        f"{one.in_process:.1%} of {one.intervals} intervals"
        for one in short.itertuples()
    )
    return f"Bold in the tables: fewer than 93%, by more than two standard errors.\n\n{named}\n"


def _notes(rows: pd.DataFrame) -> str:
    missing = without_interval(rows)
    return f"""
- *Few schools.* A local district has about a third of the schools, and at this scale about a dozen
  of them are visited: near 0 or 1, and where few classrooms decide, intervals from so few clusters
  are known to hold the truth less often (MEASURES, section 4). {missing:,} estimates of
  {len(rows):,} have no interval (nobody seen, or one cluster) and are not counted.
- *Bias* (estimate less process, in standard errors) is what remains of schools taking part by what
  they are like. It does not shrink as a district grows, and the standard error does: at the default
  size, four times these schools, it is about twice as many standard errors.
- *The roster's truth* is covered more often than 95% wherever much of the roster is in the sample:
  the price of an interval that also speaks of next year's schools.
- *Respondents.* What is not answered is missing at random here. In a district it is not, and a
  response rate under 85% is flagged for that reason, whatever the width.
- *Students in two classes* are one person in both truths; the roster counts their seats twice, and
  so do the post-strata's N. At 3% of seats this moves no figure of the tables.
- *Leaders and coaches* answer the teachers' survey and are on no roster: the estimate counts them,
  the truth does not. Their answers are drawn from the same model.
"""
