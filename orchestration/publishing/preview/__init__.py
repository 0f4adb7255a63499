"""The preview: the report as it would be published now, due or not, passed or not, in private.

    marts/unreleased.duckdb ──disclosure──▶ unpublished terms ─┐
    published/<newest>/data ───────────────▶ published terms ──┴─▶ the report's pages, stamped
    verdicts, standings ───────────────────▶ validation.html
    unreleased.duckdb, unsuppressed ───────▶ schools.html, comments.html

Nothing of it is an input of anything.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from orchestration.locks import stage
from orchestration.publishing.preview.gathering import gathered
from orchestration.publishing.preview.pages import render_preview
from orchestration.publishing.preview.standing import stand
from orchestration.site import Site

__all__ = ["make_preview"]


def make_preview(site: Site, as_of: date) -> Path | None:
    """Make the preview anew, and return its first page; None where nothing has been built yet.

    Waits for the home's lock. Raises ValueError, as a sentence, where the last build was made by
    another version of Uptake, whose tables are others.
    """
    if not site.home.unreleased.is_file():
        return None
    with stage(site.home, "make the preview"):
        try:
            found = gathered(site, as_of)
        except (duckdb.CatalogException, duckdb.BinderException) as problem:
            raise ValueError(
                f"{site.home.unreleased} was built by another version of Uptake, whose tables are "
                "others: run `uptake run` first."
            ) from problem
        return stand(site.home, render_preview(found))
