"""The report: publishable tables and a manifest in, self-contained HTML pages out."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from orchestration.disclosure import shown
from orchestration.disclosure.shown import (
    count,
    hundredths,
    percent,
    signed_hundredths,
    tenths,
)
from orchestration.fingerprints import file_sha256, text_sha256
from orchestration.publishing.figures import piece
from orchestration.publishing.report import drawing, outline, words
from orchestration.publishing.report.agreement import agreement
from orchestration.publishing.report.answers import administrations
from orchestration.publishing.report.calendar import Calendar
from orchestration.publishing.report.change import change_section
from orchestration.publishing.report.comments import comment_section
from orchestration.publishing.report.coverage import coverage_section
from orchestration.publishing.report.errata import errata
from orchestration.publishing.report.gates import accounts, gate_section, total
from orchestration.publishing.report.grid import at_a_glance, by_place, by_region, of_subgroups
from orchestration.publishing.report.learning import learning_section
from orchestration.publishing.report.measures import Measure
from orchestration.publishing.report.method import method
from orchestration.publishing.report.places import INDEX, METHOD, Place
from orchestration.publishing.report.ranked import ranking
from orchestration.publishing.report.scope import Scope
from orchestration.publishing.report.section import section
from orchestration.publishing.report.support import comparisons
from orchestration.publishing.report.tables import Tables

TEMPLATES = Path(__file__).parent / "templates"


BESIDE = ("changes", "changes_page", "comparison", "figures")
MADE_BY = ("jinja2", "markupsafe")
"""What else decides the bytes of a page: modules beside this package, and libraries."""


@dataclass(frozen=True)
class Stamp:
    """What tells a preview from a publication, on each of its pages.

    `terms` has the names of terms that stand alike, and how, in words.
    """

    as_of: str
    terms: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Page:
    """What the report is made of.

    `manifest` needs id, as_of, terms (in calendar order, the last leading), released, simulated,
    inputs, verdicts and versions, and may have corrections; `tables` are the publishable tables
    by name, `dimensions` the dimensions by name.
    """

    manifest: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    dimensions: Mapping[str, pd.DataFrame]
    stamp: Stamp | None = None


def render(page: Page) -> dict[str, str]:
    """The report's pages by file name: the index, one for each local district, and the method.

    Each is HTML with inline style and inline SVG, no script, and nothing fetched from anywhere.
    Pure: the same input gives the same text, on any machine.
    """
    tables = Tables(
        frames=page.tables,
        dim_measure=page.dimensions["dim_measure"],
        dim_school=page.dimensions["dim_school"],
        calendar=Calendar(page.dimensions["dim_term"]),
        terms=tuple(page.manifest["terms"]),
    )
    own = {place.page: (place, tables.district) for place in tables.local_districts}
    pages = {INDEX: (tables.district, *tables.local_districts), **own}
    template = templates().get_template("page.html.j2")
    rendered = {
        str(name): template.render(**_context(page, tables, places))
        for name, places in pages.items()
    }
    rendered[METHOD] = filled(
        "method.html.j2",
        manifest=page.manifest,
        stamp=page.stamp,
        lead=tables.lead_name,
        rules=words.RULES,
        **method(tables),
    )
    return rendered


def tombstone(record: Mapping[str, Any]) -> str:
    """The page that stands in a withdrawn publication's place, from the record of it alone."""
    return templates().get_template("tombstone.html.j2").render(record=record)


def filled(template: str, **context: Any) -> str:
    """A template of the report's house that is no page of a publication."""
    return templates().get_template(template).render(**context)


@cache
def renderer() -> str:
    """A fingerprint of what makes pages of data: with the same one, the same data has the same."""
    folder = Path(__file__).parent
    beside = [folder.parent / f"{name}.py" for name in BESIDE]
    code = {
        f"{path.parent.name}/{path.name}": file_sha256(path)
        for path in sorted((*folder.rglob("*"), *beside, Path(shown.__file__)))
        if path.suffix in (".py", ".j2", ".css", ".csv")
    }
    return text_sha256([code, {name: importlib.metadata.version(name) for name in MADE_BY}])


def _context(page: Page, tables: Tables, places: tuple[Place, ...]) -> dict[str, Any]:
    """What the template is filled with; the first of `places` is the one the page is about."""
    manifest, calendar = page.manifest, tables.calendar
    subject = places[0]
    scopes = [Scope(tables, one, places) for one in outline.SECTIONS]
    sections = {scope.outline.id: section(scope) for scope in scopes}
    rows = accounts(tables.frames["mart_row_accounting"], calendar)
    return {
        "manifest": manifest,
        "stamp": page.stamp,
        "calendar": calendar,
        "lead": tables.lead_name,
        "terms": tables.terms,
        "new_terms": [calendar.name(term) for term in manifest["released"]],
        "corrections": errata(manifest, calendar, subject),
        "subject": subject,
        "places": places,
        "local_districts": tables.local_districts,
        "sections": sections,
        "coverage": coverage_section(tables, places),
        "surveys": {
            name: administrations(tables, sections[name].outline.mart, places)
            for name in ("teachers", "students")
        },
        "compared": comparisons(tables, scopes),
        "change": change_section(tables, scopes, manifest),
        "agreement": agreement(tables, subject),
        "ranking": ranking(tables, outline.TEACHERS.mart, subject),
        "support": by_place(tables, outline.ADOPTION, "support", places),
        "levels": by_place(tables, outline.ADOPTION, "school_level", places),
        "by_kind": [
            of_subgroups(tables, outline.ADOPTION, kind, subject)
            for kind in ("grade", "course", "support_provider")
        ],
        "learning": learning_section(tables, places),
        "comments": comment_section(tables, subject),
        "regions": by_region(tables, outline.ADOPTION),
        "glance": at_a_glance(scopes),
        "rules": words.RULES,
        "accounts": rows,
        "total": lambda name: total(rows, name),
        "gates": gate_section(manifest["verdicts"], calendar),
        "data_files": sorted(page.tables),
    }


def position(value: float, measure: Measure) -> str:
    """Where a value lies in its measure's range, 0 to 100, as SVG writes it."""
    share = (value - measure.range_min) / (measure.range_max - measure.range_min)
    return f"{100 * min(max(share, 0.0), 1.0):.1f}"


def glyph(number: int) -> Markup:
    """The mark of a chart's series, counted from 0."""
    return Markup(drawing.glyph(drawing.PENS[number % len(drawing.PENS)]))


@cache
def templates() -> Environment:
    """The templates, with what they call."""
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
        count=count,
        day=words.day,
        percent=percent,
        tenths=tenths,
        hundredths=hundredths,
        signed=signed_hundredths,
        piece=lambda text, part: piece(text, part) or "",
        inside=words.inside,
        listed=words.listed,
        seen=words.those_seen,
        singular=words.singular,
    )
    environment.globals.update(
        position=position, glyph=glyph, beside_glyph=Markup(drawing.glyph(drawing.BESIDE))
    )
    return environment
