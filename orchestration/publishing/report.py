"""The report page: publishable tables and a manifest in, one self-contained HTML page out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from orchestration.disclosure.shown import percent
from orchestration.publishing import adoption, charts, words
from orchestration.publishing.coverage import coverage_section
from orchestration.publishing.figures import Calendar, Measure, Tables
from orchestration.publishing.gates import accounts, gate_section, total

TEMPLATES = Path(__file__).parent / "templates"
BREAKDOWNS = ("support", "school_level")
"""The subgroup types that have a section; the others are in the data."""


@dataclass(frozen=True)
class Page:
    """What a page is made of.

    `manifest` needs id, as_of, terms (in calendar order, the last leading), released, simulated,
    slices, inputs, verdicts and versions; `tables` are the publishable tables by name,
    `dimensions` the dimensions by name.
    """

    manifest: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    dimensions: Mapping[str, pd.DataFrame]


def render(page: Page) -> str:
    """The page's HTML: inline style, inline SVG, no script, and nothing fetched from anywhere.

    Pure: the same page gives the same text, on any machine.
    """
    return _templates().get_template("index.html.j2").render(**context(page))


def context(page: Page) -> dict[str, Any]:
    """What the template is filled with."""
    calendar = Calendar(page.dimensions["dim_term"])
    tables = Tables(
        adoption=page.tables["mart_adoption"],
        coverage=page.tables["mart_coverage"],
        accounts=page.tables["mart_row_accounting"],
        dim_measure=page.dimensions["dim_measure"],
        calendar=calendar,
        dim_school=page.dimensions["dim_school"],
    )
    terms = tuple(page.manifest["terms"])
    lead = terms[-1]
    rows = accounts(tables.accounts, calendar)
    return {
        "manifest": page.manifest,
        "calendar": calendar,
        "lead": calendar.name(lead),
        "terms": terms,
        "new_terms": [calendar.name(term) for term in page.manifest["released"]],
        "cards": adoption.cards(tables, lead),
        "sections": [adoption.measure_section(tables, one, terms) for one in tables.measures],
        "coverage": coverage_section(tables, lead),
        "breakdowns": {
            kind: [adoption.breakdown(tables, one, lead, kind) for one in tables.measures]
            for kind in BREAKDOWNS
        },
        "regions": [(one, adoption.regions(tables, one, lead)) for one in tables.measures],
        "accounts": rows,
        "total": lambda name: total(rows, name),
        "gates": gate_section(page.manifest["verdicts"], calendar),
        "data_files": sorted(page.tables),
    }


def position(value: float, measure: Measure) -> str:
    """Where a value lies in its measure's range, 0 to 100, as SVG writes it."""
    share = (value - measure.range_min) / (measure.range_max - measure.range_min)
    return f"{100 * min(max(share, 0.0), 1.0):.1f}"


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        number=words.number,
        day=words.day,
        percent=percent,
        inside=words.inside,
        listed=words.listed,
    )
    environment.globals.update(position=position, font=charts.FONT)
    return environment
