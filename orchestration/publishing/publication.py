"""Making a publication: built aside, renamed whole, and then pointed to.

    published/.tmp-<id>/ ──fsync──▶ rename ▶ published/<id>/ ──▶ published/latest

A crash leaves a folder that nobody reads, which the next call removes, or a link one behind, which
`mend` mends. What stands is never written to again, unless it is withdrawn.
"""

from __future__ import annotations

from pathlib import Path

from orchestration.disclosure import PUBLISHABLE
from orchestration.publishing.catalogue import (
    TEMPORARY,
    latest,
    mend_latest,
    next_id,
    point_latest,
    publications,
    published,
    released_terms,
)
from orchestration.publishing.changes_page import changes_page
from orchestration.publishing.comparison import Content
from orchestration.publishing.corrections import erratum_of, hiding_as_before, predecessors_of
from orchestration.publishing.earlier import beside_what_stands
from orchestration.publishing.files import (
    DATA,
    DATABASE,
    csv_bytes,
    database_tables,
    dimension_arrow,
    parquet_bytes,
    sync,
    to_arrow,
    write_bytes,
    write_database,
)
from orchestration.publishing.manifest import (
    MANIFEST,
    Manifest,
    as_text,
    carried,
    errata,
    read_manifest,
    sealed,
    slice_origins,
)
from orchestration.publishing.model import (
    DIMENSIONS,
    Publication,
    PublishingError,
    Release,
    Slices,
)
from orchestration.publishing.package import data_package
from orchestration.publishing.report import Page, render, renderer
from orchestration.publishing.report.places import CHANGES
from orchestration.publishing.slices import combine, read_slices
from orchestration.publishing.verify import changed
from orchestration.publishing.withdrawal import mend
from orchestration.settings import GROUP_READABLE, Home

__all__ = [
    "Publication",
    "PublishingError",
    "Release",
    "Slices",
    "latest",
    "mend_latest",
    "publications",
    "publish",
    "released_terms",
]


def publish(home: Home, release: Release) -> Publication:
    """Publish the release's terms, and with them every term released before, as it was.

    The term of a correction is made anew, and an erratum tells of it. The caller holds the home's
    lock and has passed the gates. Returns when the publication is on the disk and
    `published/latest` points to it.

    Raises PublishingError, and leaves what stands as it is, where the release is not publishable:
    no term, a term that was released before, a table or a term that nobody declared. Of a
    correction CorrectionRefused and NothingCorrected, which are PublishingErrors.
    """
    mend(home)
    previous = latest(home)
    if previous is not None and (differing := changed(home, previous.id)):
        raise PublishingError(
            f"Publication {previous.id}, whose terms would be carried over, is not as it was "
            f"published: {differing[0]} Restore it from a copy and run again."
        )
    before = read_manifest(previous.path / MANIFEST) if previous else None
    _refuse(release, previous)
    terms = _in_calendar_order(release, {*(previous.terms if previous else ()), *release.terms})
    publication_id = next_id(home, terms[-1])
    stood = read_slices(previous.path) if previous else None
    release, erratum = _as_it_may_stand(home, stood, release, publication_id)
    slices = combine(stood, release)
    sequence = max((one.sequence for one in publications(home)), default=0) + 1
    simulated = release.simulated or (previous is not None and previous.simulated)
    manifest: Manifest = {
        "id": publication_id,
        "sequence": sequence,
        "as_of": release.as_of.isoformat(),
        "terms": list(terms),
        "released": [term for term in terms if term in release.new_terms],
        "corrections": errata(before, erratum),
        "simulated": simulated,
        "slices": slice_origins(before, release, publication_id, sequence),
        "inputs": carried(before, release.inputs, "inputs", release),
        "verdicts": carried(before, release.verdicts, "verdicts", release),
        "versions": dict(sorted(release.versions.items())),
        "renderer": renderer(),
        "predecessor": previous.id if previous else None,
    }
    aside = home.published / f"{TEMPORARY}{publication_id}"
    _build(aside, manifest, slices, release, Content.read(previous.path) if previous else None)
    return _stand(home, aside, manifest)


def _as_it_may_stand(
    home: Home, stood: Slices | None, release: Release, publication_id: str
) -> tuple[Release, Manifest | None]:
    """The release with what would tell beside what stands hidden; of a correction, its erratum."""
    correction = release.correction
    if correction is None:
        return beside_what_stands(stood, release), None
    predecessors = predecessors_of(home, correction)
    release = beside_what_stands(stood, hiding_as_before(release, correction, predecessors))
    return release, erratum_of(release, correction, predecessors, publication_id)


def _refuse(release: Release, previous: Publication | None) -> None:
    if not release.terms:
        raise PublishingError("The release names no term; there is nothing to publish.")
    stand = set(previous.terms if previous else ())
    if release.correction and release.correction.term not in stand & set(release.terms):
        raise PublishingError(
            f"No publication that stands holds {release.correction.term}: there is nothing to "
            "correct. A term that is due is published by `uptake run`."
        )
    if again := sorted(set(release.new_terms) & stand):
        raise PublishingError(
            f"{', '.join(again)} stands already in publication {previous.id if previous else ''}: "
            "a term is released once, and its figures are changed only by a correction."
        )
    if missing := sorted(set(DIMENSIONS) - set(release.dimensions)):
        raise PublishingError(
            f"The release lacks {', '.join(missing)}; expected {', '.join(DIMENSIONS)}."
        )


def _in_calendar_order(release: Release, terms: set[str]) -> tuple[str, ...]:
    calendar = release.dimensions["dim_term"].sort_values("starts_on")["term"].tolist()
    if unknown := sorted(terms - set(calendar)):
        raise PublishingError(
            f"dim_term does not know {', '.join(unknown)}; declare each term that is or has been "
            "published in registry/terms.csv."
        )
    return tuple(term for term in calendar if term in terms)


def _build(
    aside: Path, manifest: Manifest, slices: Slices, release: Release, before: Content | None
) -> None:
    """Write every file of the publication, the manifest last."""
    (aside / DATA).mkdir(parents=True)
    for folder in (aside, aside / DATA):
        folder.chmod(GROUP_READABLE)
    page = Page(
        manifest=manifest,
        tables=slices.tables,
        dimensions={name: release.dimensions[name] for name in DIMENSIONS},
    )
    pages = render(page)
    if before is not None:
        pages[CHANGES] = changes_page(before, Content(manifest, slices.tables, page.dimensions))
    contents = {name: text.encode() for name, text in pages.items()}
    for name, frame in slices.tables.items():
        contents[f"{DATA}/{name}.parquet"] = parquet_bytes(PUBLISHABLE[name], frame)
        contents[f"{DATA}/{name}.csv"] = csv_bytes(PUBLISHABLE[name], frame)
    files = {path: write_bytes(aside / path, content) for path, content in contents.items()}
    tables = {name: to_arrow(PUBLISHABLE[name], frame) for name, frame in slices.tables.items()}
    dimensions = {name: dimension_arrow(name, release.dimensions[name]) for name in DIMENSIONS}
    write_database(aside / DATABASE, {**tables, **dimensions})
    whole = sealed(
        {
            **manifest,
            **data_package(manifest, files),
            "files": files,
            "by_content": [DATABASE],
            "tables": database_tables(aside / DATABASE),
        }
    )
    write_bytes(aside / MANIFEST, as_text(whole).encode())
    for folder in (aside / DATA, aside):
        sync(folder)


def _stand(home: Home, aside: Path, manifest: Manifest) -> Publication:
    """Rename what has been built to where it stands for good, and point to it."""
    place = home.published / manifest["id"]
    if place.exists() or place.is_symlink():
        raise PublishingError(
            f"{place} exists already, and a publication is never overwritten. "
            "Move away whatever has been put there and run again."
        )
    aside.rename(place)
    sync(home.published)
    point_latest(home, manifest["id"])
    return published(place, manifest)
