"""The made-up district's marts of changes, comparisons, agreement and ranked options.

What they compare are the cells of `district`, so that they agree with them.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd

from orchestration.disclosure import PUBLISHABLE
from tests.unit.publishing.district import UNIT_KEYS, estimate_mart, unit_rows
from tests.unit.publishing.registry import CALENDAR, MEASURES

Row = dict[str, Any]
MARTS = tuple(dict.fromkeys(mart for mart, *_ in MEASURES.values()))
KEYS = ("geography", "level", "unit_id", "measure_id", "subgroup_type", "subgroup", "weighting")
OPTIONS = ("challenge_pacing", "challenge_other")


@cache
def _cells(term: str) -> pd.DataFrame:
    """A term's cells of somebody, those that differ by a missing rule under the declared one."""
    frames = []
    for mart in MARTS:
        frame = estimate_mart(mart, [term])
        if "missing_rule" in frame:
            frame = frame[frame["missing_rule"] == "exclude"]
        frames.append(frame)
    cells = pd.concat(frames, ignore_index=True)
    return cells[cells["n"] > 0]


def earlier(term: str) -> list[str]:
    """The terms before one in its school year, and its season a year before."""
    names = list(CALENDAR["term"])
    year, season = term.rsplit("-", 1)
    before = names[: names.index(term)]
    first = int(year[:4]) - 1
    return [
        one
        for one in before
        if one.startswith(year) or one == f"{first}-{(first + 1) % 100:02d}-{season}"
    ]


def _frame(name: str, rows: list[Row]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(PUBLISHABLE[name].columns))


def _interval(value: float, error: float, of: str = "") -> Row:
    return {
        f"{of}std_error": error / 2,
        f"{of}df": 11,
        f"{of}ci_low": value - error,
        f"{of}ci_high": value + error,
    }


def mart_change(names: list[str]) -> pd.DataFrame:
    """Two thirds of a change is in the same schools, whose classrooms are all but a tenth.

    Subgroups would be many, and no different: they are left out.
    """
    rows = []
    for term in names:
        for before in earlier(term):
            both = _cells(term).merge(_cells(before), on=list(KEYS), suffixes=("", " then"))
            for row in both[both["subgroup_type"] == "all"].to_dict("records"):
                change = row["estimate"] - row["estimate then"]
                n_from, n_to = row["n then"], row["n"]
                rows.append(
                    {
                        **{name: row[name] for name in (*UNIT_KEYS, *KEYS)},
                        "from_term": before,
                        "n_from": n_from,
                        "n_to": n_to,
                        "n_from_both": n_from - n_from // 10,
                        "n_to_both": n_to - n_to // 10,
                        "n_clusters_both": 9,
                        "n_clusters_entered": 2,
                        "n_clusters_left": 1,
                        "estimate_from": row["estimate then"],
                        "estimate_to": row["estimate"],
                        "change": change,
                        **_interval(change, 0.06),
                        "within_change": change * 2 / 3,
                        **_interval(change * 2 / 3, 0.05, "within_"),
                        "mix_change": change / 6,
                        "composition_change": change / 6,
                        "presentation": row["presentation"],
                    }
                )
    return _frame("mart_change", rows)


def mart_support_comparison(names: list[str]) -> pd.DataFrame:
    rows = []
    for term in names:
        cells = _cells(term)
        groups = cells[cells["subgroup_type"] == "support"]
        place = [name for name in KEYS if not name.startswith("subgroup")]
        pair = groups[groups["subgroup"] == "supported"].merge(
            groups[groups["subgroup"] == "unsupported"], on=place, suffixes=("", " without")
        )
        before = next(iter(earlier(term)), None)
        for row in pair.to_dict("records"):
            difference = row["estimate"] - row["estimate without"]
            rows.append(
                {
                    **{name: row[name] for name in (*UNIT_KEYS, *place)},
                    "n_supported": row["n"],
                    "n_unsupported": row["n without"],
                    "n_clusters_supported": row["n_clusters"],
                    "n_clusters_unsupported": row["n_clusters without"],
                    "estimate_supported": row["estimate"],
                    "estimate_unsupported": row["estimate without"],
                    "difference": difference,
                    **_interval(difference, 0.09),
                    **_before(before),
                    "presentation": row["presentation"],
                }
            )
    return _frame("mart_support_comparison", rows)


def _before(term: str | None) -> Row:
    if term is None:
        return {"baseline_term": None, "baseline_label": "no_baseline"} | dict.fromkeys(
            (
                *("baseline_n_supported", "baseline_n_unsupported", "baseline_effect_size"),
                *("baseline_ci_low", "baseline_ci_high"),
                *("change_n_supported", "change_n_unsupported", "change_difference"),
                *("change_std_error", "change_df", "change_ci_low", "change_ci_high"),
            ),
            float("nan"),
        )
    return {
        "baseline_term": term,
        "baseline_n_supported": 30,
        "baseline_n_unsupported": 40,
        "baseline_effect_size": 0.12,
        "baseline_ci_low": -0.2,
        "baseline_ci_high": 0.44,
        "baseline_label": "needs_adjustment",
        "change_n_supported": 31,
        "change_n_unsupported": 39,
        "change_difference": 0.03,
        **_interval(0.03, 0.07, "change_"),
    }


def mart_observer_agreement(names: list[str]) -> pd.DataFrame:
    """West has two pairs, too few to show; Northwest's observers went alone."""
    pairs = {"West": 2, "Northwest": 0}
    return pd.DataFrame(
        [
            {
                **{key: row[key] for key in UNIT_KEYS},
                "item": item,
                "item_label": f"What {item} is",
                "n_pairs": (n_pairs := pairs.get(row["unit_id"], 24)),
                "exact": 0.75 if n_pairs else None,
                "adjacent": adjacent if n_pairs else None,
                "kappa": 0.481 if n_pairs else None,
                "kappa_quadratic": 0.6 if adjacent and n_pairs else None,
                "n_ratings": 120,
                "n_own": 30,
                "share_own_organisation": 0.25,
                "own_minus_other": 0.3 if adjacent else None,
            }
            for term in names
            for row in unit_rows(term)
            for item, adjacent in (("engagement", 0.2), ("materials", None))
        ]
    )


def mart_ranked_options(names: list[str]) -> pd.DataFrame:
    """Two options; the district's order is sure, and no local district's is."""
    rows = []
    for term in names:
        cells = _cells(term)
        wanted = cells["measure_id"].isin(OPTIONS) & (cells["subgroup_type"] == "all")
        unit = ["geography", "level", "unit_id", "weighting"]
        for _, options in cells[wanted & (cells["level"] != "school")].groupby(unit):
            order = options.sort_values("estimate", ascending=False, kind="stable")
            first, last = order.to_dict("records")
            lead = first["estimate"] - last["estimate"]
            sure = first["level"] == "district"
            for rank, row in enumerate((first, last), start=1):
                beside = {
                    "next_measure_id": last["measure_id"],
                    "difference": lead,
                    **_interval(lead, lead / 2 if sure else lead + 0.04),
                    "against_next": "above" if sure else "across",
                }
                rows.append(
                    {
                        **{key: row[key] for key in (*UNIT_KEYS, "measure_id", "weighting", "n")},
                        "item": "challenges",
                        "rank": rank,
                        "estimate": row["estimate"],
                        **(beside if rank == 1 else dict.fromkeys(beside)),
                    }
                )
    return _frame("mart_ranked_options", rows)
