"""Figures: the address of a published row, and the texts in which a page shows it.

An address is what a reader can copy from a page's source: `mart_adoption/2021-22-spring/Northwest/
adoption_any/all`. Its parts are those that name the row, with what goes without saying left out:
the level of a unit but for a region's, the type of the subgroup `all`, and no weighting. A slash
within a part is `%2F`. Pages carry it as `data-figure`; `data-column` says that an element shows a
column of the row, `data-part` that it shows a part of its `shown`; else it shows all of that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from types import MappingProxyType
from typing import Any

from orchestration.disclosure.shown import (
    PIECES,
    count,
    hundredths,
    percent,
    signed_hundredths,
    tenths,
)

ESTIMATE = ("term", "unit", "measure_id", "group")
PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "mart_change": (*ESTIMATE, "from_term"),
        "mart_support_comparison": ("term", "unit", "measure_id"),
        "mart_observer_agreement": ("term", "unit", "item"),
        "mart_ranked_options": ("term", "unit", "measure_id"),
        "mart_survey_quality": ("term", "unit", "instrument", "construct"),
        "mart_professional_learning": ("term", "unit", "priority_area", "role"),
        "mart_pl_sequence": ("term", "local_district", "priority_area", "session_id"),
        "mart_coverage": ("term", "unit", "population", "group"),
        "mart_comments": ("term", "unit", "comment_id"),
        "mart_row_accounting": ("term", "source"),
    }
)
"""The parts of an address, by table; those of every mart of estimates are `ESTIMATE`."""
NOTHING = "none"
"""What stands in an address for a key that is missing."""

WRITTEN: Mapping[str, Callable[[Any], str]] = MappingProxyType(
    {
        "coverage": percent,
        "reach": percent,
        "response_rate": percent,
        "hours": tenths,
        "mean_hours": tenths,
        "alpha": hundredths,
        "exact": percent,
        "adjacent": percent,
        "share_own_organisation": percent,
        "kappa": hundredths,
        "kappa_quadratic": hundredths,
        "own_minus_other": signed_hundredths,
    }
)
"""How pages write a column that is no count."""
DERIVED: Mapping[str, tuple[tuple[str, ...], Callable[..., int]]] = MappingProxyType(
    {
        "numerator": (("estimate", "n"), lambda estimate, n: round(estimate * n)),
        "n_unseen": (("n_eligible", "n_matched"), lambda eligible, matched: eligible - matched),
        "n_off_roster": (("n_seen", "n_matched"), lambda seen, matched: seen - matched),
    }
)
"""Counts that pages work out of a row, and the columns that they work them out of."""


def address(table: str, row: Mapping[str, Any]) -> str:
    """The address of a row of a publishable table, given the columns that are in its keys."""
    parts = [table, *(_part(name, row) for name in PARTS.get(table, ESTIMATE))]
    if row.get("missing_rule") is not None:
        parts.append(row["missing_rule"])
    if row.get("weighting") == "roster":
        parts.append("roster")
    return "/".join(part.replace("%", "%25").replace("/", "%2F") for part in parts)


def _part(name: str, row: Mapping[str, Any]) -> str:
    if name == "unit":
        return f"region={row['unit_id']}" if row["level"] == "region" else str(row["unit_id"])
    if name == "group":
        kind, code = row["subgroup_type"], row["subgroup"]
        return str(code) if kind == "all" else f"{kind}={code}"
    return NOTHING if row[name] is None else str(row[name])


def attributes(figure: str, *, column: str = "", part: str = "") -> str:
    """The attributes by which an element of a page says which figure it shows."""
    named = {"data-figure": figure, "data-column": column, "data-part": part}
    return "".join(f' {name}="{escape(value)}"' for name, value in named.items() if value)


def piece(shown: str, part: str) -> str | None:
    """A named piece of what is shown of a row, without its name; None where there is none."""
    for one in shown.split("; "):
        if one.startswith(f"{PIECES[part]} "):
            return one.removeprefix(f"{PIECES[part]} ")
    return None


def text_of(row: Mapping[str, Any], *, column: str | None = None, part: str | None = None) -> str:
    """What a page shows of a row; the empty text where that is nothing.

    `row` has a publishable table's columns, None where a value is missing. Raises KeyError for a
    column that the table has not.
    """
    if column is None and part in PIECES:
        return piece(str(row["shown"]), part) or ""
    if column is None:
        value, _, interval = str(row["shown"]).split("; ")[0].partition(" (")
        return {"value": value, "interval": interval.removesuffix(")")}.get(
            part or "", str(row["shown"])
        )
    names, worked_out = DERIVED.get(column, ((column,), lambda given: given))
    values = [row[name] for name in names]
    if any(one is None for one in values):
        return ""
    return WRITTEN.get(column, count)(worked_out(*values))
