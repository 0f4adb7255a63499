"""Changes between terms, and supported schools beside unsupported, unit by unit with numpy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from tests.pipeline.by_pandas.domains import Domains, domains, seen_of
from tests.pipeline.by_pandas.estimate_marts import KEYS, Asked, asked_of, weighted
from tests.pipeline.by_pandas.frame import TermFrame
from tests.pipeline.by_pandas.measures import MEANS
from tests.pipeline.by_pandas.standing import assigned, units

Floats = NDArray[np.float64]
MEASURES = (
    *("adoption_any", "ipg_score", "engagement", "unfinished_within_grade_level"),
    *("want_mathematician", "identity", "confidence", "usability", "challenge_complexity"),
)
"""Some of every mart and kind: what they mean is another's business."""
CELL = ["geography", "level", "unit_id", "subgroup_type", "subgroup"]


@dataclass(frozen=True)
class Sample:
    """A measure's sample in a term under a weighting, in one order of its units.

    `school`, `part` and `district` (the local district) of each unit; `inside`: units by domains,
    which `cells` names; `eligible`: rostered units, schools (as `schools` has them) by domains.
    """

    frame: TermFrame
    measure: str
    weighting: str
    y: Floats
    weight: Floats
    school: list[str]
    part: list[tuple[str, str]]
    district: list[str]
    cells: list[tuple[str, ...]]
    inside: Floats
    schools: list[str]
    eligible: Floats

    @property
    def term(self) -> str:
        return self.frame.district.term


def samples(frame: TermFrame, *, of_schools: bool) -> Iterator[Sample]:
    """The samples of `MEASURES` in a term, under the rule that instruments declare."""
    for population, measures in asked_of(frame).items():
        asked = [one for _, one in measures if one.measure in MEASURES and one.rule == "exclude"]
        if asked:
            level = domains(frame, population, of_schools=of_schools)
            for one in asked:
                yield from samples_of(frame, population, one, level)


def samples_of(frame: TermFrame, population: str, asked: Asked, level: Domains) -> Iterator[Sample]:
    seen = seen_of(frame, population)
    for one in weighted(frame, population, asked):
        at = np.flatnonzero(one.kept)
        school = [seen["school_id"].iloc[i] for i in at]
        yield Sample(
            frame,
            asked.measure,
            one.weighting,
            asked.y[at],
            one.weight[at],
            school,
            [(key, str(seen["part"].iloc[i])) for key, i in zip(school, at, strict=True)],
            [str(frame.schools[key].local_district) for key in school],
            list(level.table[CELL].itertuples(index=False, name=None)),
            level.inside[at].astype(float),
            level.schools,
            level.eligible,
        )


def pairs_of_terms(frames: list[TermFrame]) -> list[tuple[TermFrame, TermFrame]]:
    """A term with each earlier one of its school year, and its own season's a year before."""

    def year_and_season(frame: TermFrame) -> tuple[int, str]:
        return int(frame.district.term[:4]), frame.district.term[8:]

    found = []
    for later in frames:
        year, season = year_and_season(later)
        for earlier in frames:
            before = earlier.district.starts_on < later.district.starts_on
            if before and (
                year_and_season(earlier)[0] == year
                or year_and_season(earlier) == (year - 1, season)
            ):
                found.append((later, earlier))
    return found


def changes(frames: list[TermFrame], estimates: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """`mart_change`; `estimates` are the marts of the terms, for how they are presented."""
    rows: list[pd.DataFrame] = []
    for of_schools in (False, True):
        by_term = {
            frame.district.term: {
                (one.measure, one.weighting): one for one in samples(frame, of_schools=of_schools)
            }
            for frame in frames
        }
        for later, earlier in pairs_of_terms(frames):
            then = by_term[earlier.district.term]
            rows += [
                _change(one, then[key], of_schools=of_schools)
                for key, one in by_term[later.district.term].items()
                if key in then
            ]
    found = pd.concat([one for one in rows if len(one)], ignore_index=True)
    return _presented(found, estimates)


def _change(later: Sample, earlier: Sample, *, of_schools: bool) -> pd.DataFrame:
    """The changes of every domain in which somebody was seen in both terms."""
    here = {cell: i for i, cell in enumerate(later.cells)}
    there = {cell: i for i, cell in enumerate(earlier.cells)}
    both = [
        cell
        for cell in here
        if cell in there
        and later.inside[:, here[cell]].any()
        and earlier.inside[:, there[cell]].any()
    ]
    if not both:
        return pd.DataFrame()
    a = Side(later, [here[cell] for cell in both], of_schools)
    b = Side(earlier, [there[cell] for cell in both], of_schools)
    labels = sorted({*a.cluster, *b.cluster})
    stratum = {**dict(zip(b.cluster, b.stratum, strict=True))}
    stratum |= dict(zip(a.cluster, a.stratum, strict=True))
    z = a.summed(a.scores, labels) - b.summed(b.scores, labels)
    occurs_a, occurs_b = (one.summed(one.d, labels) > 0 for one in (a, b))
    found = pd.DataFrame(both, columns=CELL).assign(
        school_year=later.term[:7],
        term=later.term,
        from_term=earlier.term,
        measure_id=later.measure,
        weighting=later.weighting,
        n_from=b.d.sum(axis=0),
        n_to=a.d.sum(axis=0),
        n_clusters_both=(occurs_a & occurs_b).sum(axis=0),
        n_clusters_entered=(occurs_a & ~occurs_b).sum(axis=0),
        n_clusters_left=(~occurs_a & occurs_b).sum(axis=0),
        estimate_from=b.p,
        estimate_to=a.p,
        change=a.p - b.p,
    )
    with_interval(found, "", found["change"], z, occurs_a | occurs_b, [stratum[x] for x in labels])
    _within(found, a, b, of_schools=of_schools)
    return found


class Side:
    """One term's units of some domains: their estimates and scores."""

    def __init__(self, sample: Sample, columns: list[int], of_schools: bool) -> None:
        self.sample, self.columns = sample, columns
        self.d = sample.inside[:, columns]
        self.w = sample.weight[:, None] * self.d
        self.p = (sample.y @ self.w) / self.w.sum(axis=0)
        self.scores = self.w * (sample.y[:, None] - self.p) / self.w.sum(axis=0)
        self.cluster: list = sample.part if of_schools else sample.school
        self.stratum = sample.school if of_schools else sample.district

    def summed(self, values: Floats, labels: list, of: list | None = None) -> Floats:
        """Sums by label, in the order of `labels`; of units' clusters, or of what they are of."""
        place = {label: i for i, label in enumerate(labels)}
        found = np.zeros((len(labels), values.shape[1]))
        at = [place[label] for label in (of or self.cluster)]
        np.add.at(found, at, values)
        return found


def _variance(z: Floats, strata: list[str]) -> Floats:
    """MEASURES 4, of every cluster of the sample; those outside a domain are there with z = 0."""
    of_stratum, found = np.array(strata, dtype=object), np.zeros(z.shape[1])
    for h in set(strata):
        own = z[of_stratum == h]
        if len(own) == 1:
            found += own[0] ** 2
        else:
            found += len(own) / (len(own) - 1) * ((own - own.mean(axis=0)) ** 2).sum(axis=0)
    return found


def _df(occurs: NDArray[np.bool_], strata: list[str]) -> Floats:
    of_stratum = np.array(strata, dtype=object)
    n_strata = sum(occurs[of_stratum == h].any(axis=0).astype(int) for h in set(strata))
    return np.asarray(occurs.sum(axis=0) - n_strata, dtype=float)


def with_interval(
    found: pd.DataFrame,
    name: str,
    value: pd.Series,
    z: Floats,
    occurs: NDArray[np.bool_],
    strata: list[str],
) -> None:
    df = _df(occurs, strata)
    error = np.sqrt(_variance(z, strata))
    with np.errstate(invalid="ignore"):
        half = np.where(df > 0, stats.t.ppf(0.975, df), np.nan) * error
    found[f"{name}std_error"], found[f"{name}df"] = error, df
    found[f"{name}ci_low"], found[f"{name}ci_high"] = value - half, value + half


def _within(found: pd.DataFrame, a: Side, b: Side, *, of_schools: bool) -> None:
    """The change of schools that are in both terms, and what is left of the whole."""
    schools = sorted({*a.sample.school} & {*b.sample.school})
    everywhere = sorted({*a.sample.school, *b.sample.school})
    rows = [everywhere.index(one) for one in schools]

    def by_school(side: Side, values: Floats) -> Floats:
        return side.summed(values, everywhere, side.sample.school)[rows]

    n_a, n_b = by_school(a, a.d), by_school(b, b.d)
    in_both = (n_a > 0) & (n_b > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = [by_school(x, x.d * x.sample.y[:, None]) / by_school(x, x.d) for x in (a, b)]
        difference = np.where(in_both, means[0] - means[1], 0)
        size = np.where(in_both, _sizes(a, schools, n_a), 0)
        within = (size * difference).sum(axis=0) / size.sum(axis=0)
        z = size * (difference - within) / size.sum(axis=0)
        plain = [
            (by_school(x, x.w * x.sample.y[:, None]) * in_both).sum(axis=0)
            / (by_school(x, x.w) * in_both).sum(axis=0)
            for x in (a, b)
        ]
    found["n_from_both"], found["n_to_both"] = ((one * in_both).sum(axis=0) for one in (n_b, n_a))
    some = in_both.any(axis=0)
    local = dict(zip(a.sample.school, a.stratum, strict=True))
    found["within_change"] = np.where(some, within, np.nan)
    strata = [local[one] for one in schools]
    with_interval(found, "within_", found["within_change"], np.nan_to_num(z), in_both, strata)
    found.loc[~some, ["within_std_error", "within_df"]] = np.nan
    found["mix_change"] = np.where(some, plain[0] - plain[1] - within, np.nan)
    rest = found["within_change"].fillna(0) + found["mix_change"].fillna(0)
    found["composition_change"] = found["change"] - rest


def _sizes(side: Side, schools: list[str], n: Floats) -> Floats:
    """How many units of each school are rostered in the domain, or were seen, where none are."""
    at = [side.sample.schools.index(one) for one in schools]
    rostered = side.sample.eligible[at][:, side.columns]
    return np.where(rostered > 0, rostered, n)


def _presented(found: pd.DataFrame, estimates: dict[str, pd.DataFrame]) -> pd.DataFrame:
    marts = pd.concat(estimates.values(), ignore_index=True)
    marts = marts[marts["missing_rule"] == "exclude"]
    keys = [key for key in KEYS if key != "missing_rule"]
    now = marts[[*keys, "unit_name", "presentation"]]
    then = now.drop(columns="unit_name").rename(columns={"term": "from_term"})
    found = found.merge(now, on=keys, how="left")
    from_keys = [key if key != "term" else "from_term" for key in keys]
    found = found.merge(then, on=from_keys, how="left", suffixes=("", "_then"))
    ranges = found["measure_id"].map(lambda one: float(np.diff(MEANS.get(one, (0, 1)))[0]))
    shown = (
        (found["presentation"] == "show")
        & (found["presentation_then"] == "show")
        & (found["df"] >= 8)
        & (found["ci_high"] - found["ci_low"] < 0.30 * ranges)
    )
    return found.assign(presentation=np.where(shown, "show", "caution")).drop(
        columns="presentation_then"
    )


def comparisons(frames: list[TermFrame], estimates: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """`mart_support_comparison`, but for its presentation."""
    every = {
        frame.district.term: {
            (one.measure, one.weighting): one for one in samples(frame, of_schools=False)
        }
        for frame in frames
    }
    rows = []
    for frame in frames:
        for unit in units(assigned(frame.schools)):
            if unit.level == "school":
                continue
            for key, sample in every[frame.district.term].items():
                row = _compared(sample, unit.geography, unit.level, unit.unit_id)
                if row is not None:
                    row["unit_name"] = unit.unit_name
                    row |= _before(sample, key, unit.schools, every, frames, row)
                    rows.append(row)
    return pd.DataFrame(rows)


def _compared(sample: Sample, *place: str) -> dict | None:
    cells = [(*place, "support", one) for one in ("supported", "unsupported")]
    if any(cell not in sample.cells for cell in cells):
        return None
    side = Side(sample, [sample.cells.index(cell) for cell in cells], False)
    n = side.d.sum(axis=0).astype(int)
    if not n.all():
        return None
    labels = sorted(set(side.cluster))
    stratum = dict(zip(side.cluster, side.stratum, strict=True))
    z, occurs = side.summed(side.scores, labels), side.summed(side.d, labels) > 0
    found = pd.DataFrame({"difference": [side.p[0] - side.p[1]]})
    with_interval(
        found,
        "",
        found["difference"],
        z[:, :1] - z[:, 1:],
        occurs[:, :1] | occurs[:, 1:],
        [stratum[one] for one in labels],
    )
    return {
        "school_year": sample.term[:7],
        "term": sample.term,
        "geography": place[0],
        "level": place[1],
        "unit_id": place[2],
        "measure_id": sample.measure,
        "weighting": sample.weighting,
        "n_supported": n[0],
        "n_unsupported": n[1],
        "n_clusters_supported": occurs[:, 0].sum(),
        "n_clusters_unsupported": occurs[:, 1].sum(),
        "estimate_supported": side.p[0],
        "estimate_unsupported": side.p[1],
        **found.iloc[0].to_dict(),
    }


def _before(
    now: Sample,
    key: tuple[str, str],
    schools: frozenset[str],
    every: dict[str, dict[tuple[str, str], Sample]],
    frames: list[TermFrame],
    row: dict,
) -> dict:
    """How far apart the groups were in the last term before any support, and what followed."""
    none = {"baseline_label": "no_baseline"}
    begun: list[date] = [
        one.supported_from
        for school_id, one in now.frame.schools.items()
        if school_id in schools and one.supported_from is not None
    ]
    earlier = [
        one.district.term
        for one in sorted(frames, key=lambda frame: frame.district.ends_on)
        if one.district.ends_on < min(begun) and key in every[one.district.term]
    ]
    if not earlier:
        return none
    then = every[earlier[-1]][key]
    cell = (row["geography"], row["level"], row["unit_id"], "all", "all")
    if cell not in then.cells:
        return none
    inside_then = then.inside[:, then.cells.index(cell)] > 0
    groups = {}
    for group in ("supported", "unsupported"):
        inside_now = now.inside[:, now.cells.index((*cell[:3], "support", group))] > 0
        here = {one for one, d in zip(now.school, inside_now, strict=True) if d}
        there = {one for one, d in zip(then.school, inside_then, strict=True) if d}
        groups[group] = sorted(here & there)
        if not groups[group]:
            return none
    both = sorted({*now.school} & {*then.school})
    local = dict(zip(now.school, now.district, strict=True))
    strata = [local[one] for one in both]
    found: dict = {"baseline_term": then.term}
    for name, sample in (("baseline", then), ("change", now)):
        inside = inside_then
        for group, ids in groups.items():
            if name == "change":
                inside = now.inside[:, now.cells.index((*cell[:3], "support", group))] > 0
            found[f"{name}_n_{group}"] = (inside & np.isin(sample.school, ids)).sum()
    found |= _effect(then, inside_then, groups, both, strata)
    return found | _since(now, then, row, groups, both, strata)


def _interval(value: float, z: Floats, occurs: NDArray[np.bool_], strata: list[str]) -> Floats:
    found = pd.DataFrame({"value": [value]})
    with_interval(found, "", found["value"], z[:, None], occurs[:, None], strata)
    return found[["std_error", "df", "ci_low", "ci_high"]].to_numpy()[0]


def _effect(
    then: Sample,
    inside: NDArray[np.bool_],
    groups: dict[str, list[str]],
    both: list[str],
    strata: list[str],
) -> dict:
    y, w, school = then.y, then.weight, np.array(then.school, dtype=object)
    of = {name: inside & np.isin(school, ids) for name, ids in groups.items()}
    p = {name: np.average(y[one], weights=w[one]) for name, one in of.items()}
    n = sum(one.sum() for one in of.values())
    correction = 1 - 3 / (4 * n - 9) if n > 3 else np.nan
    squares = sum(((y[one] - y[one].mean()) ** 2).sum() for one in of.values())
    mean = then.measure in MEANS
    if mean:
        spread = np.sqrt(squares / (n - 2)) if n > 2 else np.nan
        scale = dict.fromkeys(p, spread if spread > 1e-9 else np.nan)
        value = {name: one / scale[name] for name, one in p.items()}
    else:
        exact = {name: 1e-12 < one < 1 - 1e-12 for name, one in p.items()}
        scale = {name: 1.65 * one * (1 - one) if exact[name] else np.nan for name, one in p.items()}
        value = {
            name: np.log(one / (1 - one)) / 1.65 if exact[name] else np.nan
            for name, one in p.items()
        }
    size = correction * (value["supported"] - value["unsupported"])
    if np.isnan(size):
        return {"baseline_label": None}
    z = np.zeros(len(both))
    for name, sign in (("supported", 1), ("unsupported", -1)):
        scores = w * of[name] * (y - p[name]) / w[of[name]].sum() / scale[name]
        for i, one in enumerate(both):
            z[i] += sign * scores[school == one].sum()
    occurs = np.array([one in groups["supported"] + groups["unsupported"] for one in both])
    ends = _interval(size, correction * z, occurs, strata)
    label = (
        "equivalent"
        if abs(size) <= 0.05
        else "needs_adjustment"
        if abs(size) <= 0.25
        else "not_equivalent"
    )
    return {
        "baseline_effect_size": size,
        "baseline_ci_low": ends[2],
        "baseline_ci_high": ends[3],
        "baseline_label": label,
    }


def _since(
    now: Sample,
    then: Sample,
    row: dict,
    groups: dict[str, list[str]],
    both: list[str],
    strata: list[str],
) -> dict:
    """The difference of the groups' changes within schools."""
    place = (row["geography"], row["level"], row["unit_id"])
    z, change = np.zeros(len(both)), 0.0
    for name, sign in (("supported", 1), ("unsupported", -1)):
        column = now.cells.index((*place, "support", name))
        inside = now.inside[:, column] > 0
        then_inside = then.inside[:, then.cells.index((*place, "all", "all"))] > 0
        difference, size = [], []
        for one in groups[name]:
            at = inside & np.array([school == one for school in now.school])
            was = then_inside & np.array([school == one for school in then.school])
            difference.append(now.y[at].mean() - then.y[was].mean())
            size.append(now.eligible[now.schools.index(one), column] or at.sum())
        share = np.array(size) / np.sum(size)
        within = share @ difference
        change += sign * within
        for one, part, d in zip(groups[name], share, difference, strict=True):
            z[both.index(one)] += sign * part * (d - within)
    occurs = np.array([one in groups["supported"] + groups["unsupported"] for one in both])
    ends = _interval(change, z, occurs, strata)
    return {
        "change_difference": change,
        **dict(
            zip(
                ("change_std_error", "change_df", "change_ci_low", "change_ci_high"),
                ends,
                strict=True,
            )
        ),
    }
