"""docs/calibration.md: the tables, and what they say."""

from __future__ import annotations

import pandas as pd

from benchmarks.calibration.cells import SHARES, SIZES, STAYING

LEAST, MOST = 0.93, 0.97
_RIVALS = {
    "satterthwaite": "Satterthwaite",
    "cr2": "CR2",
    "korn_graubard": "Korn-Graubard",
    "wilson": "Wilson",
    "clusters_ignored": "clusters ignored",
}


def as_markdown(rows: pd.DataFrame, samples: int, seed: int) -> str:
    """The page; `rows` as of `measured.table`."""
    parts = [_head(rows, samples, seed), "## Proportions\n", _shares(rows)]
    parts += ["## Means\n", _by(rows, "mean", [])]
    for what, title in (
        ("shared", "Differences of domains that share their schools"),
        ("independent", "Differences of domains in different schools"),
        ("change", "Change between two terms in the same schools"),
    ):
        parts += [f"## {title}\n", _by(rows, what, ["share"])]
    parts += ["## What the literature offers\n", _rivals(rows), _misses(rows), _WHY]
    return "\n".join(parts)


def short(rows: pd.DataFrame) -> pd.Series:
    """Which cells hold the truth too seldom by more than chance (two standard errors)."""
    return rows["coverage"] + 2 * rows["mc_error"] < LEAST


def _head(rows: pd.DataFrame, samples: int, seed: int) -> str:
    pledged = rows[
        (rows["what"] == "proportion")
        & (rows["schools"] >= 20)
        & rows["share"].between(0.1, 0.9)
        & (rows["icc"] <= 0.2)
    ]
    kinds = "\n".join(
        f"| {sizes} | {len(of)} | {of['coverage'].between(LEAST, MOST).sum()} "
        f"| {short(of).sum()} | {of['coverage'].min():.1%} | {of['coverage'].max():.1%} |"
        for sizes, of in pledged.groupby("sizes", sort=False)
    )
    unequal = ", ".join(str(size) for size in SIZES["unequal"])
    return f"""# How often the interval holds the truth

`make calibrate` measures this page: {samples:,} samples a cell, seed {seed}, {len(rows)} cells,
each sample put to the estimator's own macros. The Monte-Carlo standard error of a coverage near 95%
is {(0.95 * 0.05 / samples) ** 0.5:.1%}. The truth is the superpopulation's: what endless schools
would show. (docs/truth.md asks the same of whole simulated districts.)

A school's share is drawn from a beta distribution whose ICC is exact, a mean's schools and
classrooms from normal ones. *Equal*: five classrooms a school; *unequal*: {unequal}, repeated. In
two terms a school keeps its share with probability {STAYING:g}, else has a new one. Bold: under
{LEAST:.0%} by more than two standard errors. After the coverage stands the interval's mean width.

Wanted are 93% to 97% at 20 schools and more, for p from .1 to .9 and ICC up to .2:

| classrooms a school | cells | within 93% to 97% | short by more than chance | least | most |
| --- | ---: | ---: | ---: | ---: | ---: |
{kinds}
"""


def _shares(rows: pd.DataFrame) -> str:
    """By design; a column a share, and how often nobody or everybody was counted at the last."""
    asked = rows[rows["what"] == "proportion"]
    names = " | ".join(f"p = {share:g}" for share in SHARES)
    none_or_all = f"none or all at {SHARES[0]:g} | at {SHARES[-1]:g}"
    lines = [
        f"| classrooms | ICC | schools | {names} | {none_or_all} |",
        "| --- | ---: | ---: |" + " ---: |" * (len(SHARES) + 2),
    ]
    for (sizes, icc, schools), of in asked.groupby(["sizes", "icc", "schools"]):
        by_share = of.set_index("share").loc[list(SHARES)]
        shown = " | ".join(_cell(one) for _, one in by_share.iterrows())
        none = " | ".join(f"{by_share['none_or_all'][p]:.1%}" for p in (SHARES[0], SHARES[-1]))
        lines.append(f"| {sizes} | {icc:g} | {schools} | {shown} | {none} |")
    return "\n".join(lines) + "\n"


def _by(rows: pd.DataFrame, what: str, more: list[str]) -> str:
    """By ICC and, for differences, share; a column a design."""
    asked = rows[rows["what"] == what].assign(
        design=lambda all_: all_["sizes"] + " " + all_["schools"].astype(str)
    )
    designs = list(dict.fromkeys(asked.sort_values(["sizes", "schools"])["design"]))
    lines = [
        "| " + " | ".join(["ICC", *("p" for _ in more), *designs]) + " |",
        "|" + " ---: |" * (1 + len(more) + len(designs)),
    ]
    for key, of in asked.groupby(["icc", *more]):
        by_design = of.set_index("design").loc[designs]
        cells = [_cell(one) for _, one in by_design.iterrows()]
        lines.append("| " + " | ".join([*(f"{value:g}" for value in key), *cells]) + " |")
    return "\n".join(lines) + "\n"


def _rivals(rows: pd.DataFrame) -> str:
    """Over all proportions and means: cells short, the median cell's and the least coverage."""
    lines = [
        "| of | schools | interval | cells | under 93% | over 97% | median | least | mean width |",
        "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for (what, sizes, few), of in rows[rows["what"].isin(["proportion", "mean"])].groupby(
        ["what", "sizes", rows["schools"] < 20]
    ):
        for name, label in {"coverage": "**the estimator's**", **_RIVALS}.items():
            held = of[name].dropna()
            if held.empty:
                continue
            width = of["width" if name == "coverage" else f"{name}_width"].mean()
            lines.append(
                f"| {what}, {sizes} | {'5, 10' if few else '20, 40'} | {label} | {len(held)} "
                f"| {(held < LEAST).sum()} | {(held > MOST).sum()} | {held.median():.1%} "
                f"| {held.min():.1%} | {width:.3f} |"
            )
    return "\n".join(lines) + "\n"


def _misses(rows: pd.DataFrame) -> str:
    """The cells that fall short, the rivals beside them."""
    missed = rows[short(rows) & rows["what"].isin(["proportion", "mean"])]
    lines = [
        "The cells that fall short by more than chance:\n",
        "| of | classrooms | ICC | schools | p | the estimator's | "
        + " | ".join(_RIVALS.values())
        + " |",
        "| --- | --- | ---: | ---: | ---: | ---: |" + " ---: |" * len(_RIVALS),
    ]
    for one in missed.to_dict("records"):
        p = f"{one['share']:g}" if one["what"] == "proportion" else ""
        others = " | ".join("" if pd.isna(one[name]) else f"{one[name]:.1%}" for name in _RIVALS)
        lines.append(
            f"| {one['what']} | {one['sizes']} | {one['icc']:g} | {one['schools']} | {p} "
            f"| {one['coverage']:.1%} | {others} |"
        )
    return "\n".join(lines) + "\n"


def _cell(one: pd.Series) -> str:
    shown = f"{one['coverage']:.1%}"
    is_short = one["coverage"] + 2 * one["mc_error"] < LEAST
    return f"{f'**{shown}**' if is_short else shown} ({one['width']:.2f})"


_WHY = """
*Satterthwaite*: the estimator's variance, with the degrees of freedom of a sum of squares of
unequal parts, schools' means being taken as equally variable. *CR2*: each school's square divided
by one less its share of the classrooms, with the degrees of freedom of Bell and McCaffrey. With
equal classrooms both are the estimator's interval exactly. *Korn-Graubard* and *Wilson*: the exact
and the score interval with the effective n. *Clusters ignored* is no candidate; it shows that this
page can refuse.

## Why, and what is better

*Unequal schools.* Most classrooms lie in a fifth of the schools, and their few squares make the
variance. It is too small on average (were classrooms of a school no more alike than others, by 43%
at 5 schools and 9% at 20, since a large school pulls the estimate towards itself) and it varies
more than schools - 1 degrees of freedom allow. That is why means, which are exactly normal here,
fall short with unequal schools and never with equal ones.

*Near 0 or 1* the estimate and its variance go together: a sample with few events has too small a
standard error. That adds to unequal schools' shortfall and does not pass quickly with more schools.
A sample with none or all has the exact bound, which is wide: few schools then hold the truth too
often. MEASURES expects 88.5% at p = .97, ICC .3 and 20 schools of equal classrooms; with schools
drawn from a beta distribution and five classrooms each, that corner is not found here.

*CR2 is the better* where classrooms are unequal: it mends both the bias and the degrees of freedom,
and leaves equal schools exactly as they are. Its price at 5 and 10 schools is intervals about twice
as wide, which hold proportions too often. Satterthwaite's degrees of freedom alone do as much by
intervals wider still. Korn-Graubard and Wilson change the shape, not the cause, and help little.
None was tried on differences and changes, which fall short with unequal schools as well. The
estimator is unchanged: it is R's `survey`; CR2's equivalent in R is `clubSandwich` (`vcovCR` with
`type = "CR2"`, `coef_test` with `test = "Satterthwaite"`). Until then read an interval of fewer
than 20 very unequal schools as narrower than it ought to be.
"""
