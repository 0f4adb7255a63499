"""The publications that were made, those of them that stand, and the link to the newest."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from orchestration.publishing.files import sync
from orchestration.publishing.manifest import MANIFEST, Manifest, is_intact, read_manifest
from orchestration.publishing.model import Publication, PublishingError
from orchestration.settings import GROUP_READABLE, Home

TEMPORARY = ".tmp-"
LATEST = "latest"


def publications(home: Home) -> list[Publication]:
    """Every publication, withdrawn ones too, oldest first, as the manifests tell.

    Raises PublishingError for a manifest that cannot be read: a publication that is damaged must
    not be taken for one that was never made.
    """
    if not home.published.is_dir():
        return []
    found = []
    for folder in sorted(home.published.iterdir()):
        if folder.is_symlink() or folder.name.startswith(".") or not folder.is_dir():
            continue
        found.append(published(folder, read_manifest(folder / MANIFEST)))
    return sorted(found, key=lambda publication: publication.sequence)


def standing(home: Home) -> list[Publication]:
    """The publications that have not been withdrawn, oldest first."""
    return [one for one in publications(home) if one.withdrawn is None]


def published(folder: Path, manifest: Manifest) -> Publication:
    """A publication as its manifest tells of it.

    Raises PublishingError where a manifest that was changed calls itself withdrawn: nobody may
    take a publication out of the record by hand.
    """
    if "withdrawn" in manifest and not is_intact(manifest):
        raise PublishingError(
            f"{folder / MANIFEST} calls the publication withdrawn, and its content does not give "
            "the checksum it states: it has been changed. Restore it from a copy."
        )
    return Publication(
        id=manifest["id"],
        path=folder,
        terms=tuple(manifest["terms"]),
        sequence=manifest["sequence"],
        as_of=manifest["as_of"],
        released=tuple(manifest["released"]),
        simulated=manifest["simulated"],
        corrected=tuple(
            one["term"]
            for one in manifest.get("corrections", [])
            if one["publication"] == manifest["id"]
        ),
        withdrawn=manifest.get("withdrawn"),
    )


def latest(home: Home) -> Publication | None:
    """The newest publication that stands, whatever the link says; None where there is none."""
    stand = standing(home)
    return stand[-1] if stand else None


def released_terms(home: Home) -> set[str]:
    """The terms that the newest publication that stands holds, and so all that any of them does."""
    newest = latest(home)
    return set(newest.terms) if newest else set()


def mend_latest(home: Home) -> bool:
    """Point `published/latest` at the newest publication; say whether it had to be moved.

    A crash between a publication's rename and the link's leaves the link one behind.
    """
    return lead_to(home, latest(home))


def lead_to(home: Home, newest: Publication | None) -> bool:
    """Point `published/latest` at a publication, or take it away; say whether it moved."""
    link = home.published / LATEST
    found = os.readlink(link) if link.is_symlink() else None  # noqa: PTH115
    if found == (newest.id if newest else None):
        return False
    if newest is None:
        link.unlink()
        sync(home.published)
    else:
        point_latest(home, newest.id)
    return True


def point_latest(home: Home, publication_id: str) -> None:
    """Swap the link in one step: a reader finds the old publication or the new one, never none."""
    link = home.published / LATEST
    if link.exists() and not link.is_symlink():
        raise PublishingError(
            f"{link} is a file or a folder; expected a link to the newest publication. "
            "Move it away and run again."
        )
    temporary = home.published / f"{TEMPORARY}{LATEST}"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(publication_id, target_is_directory=True)
    temporary.replace(link)
    sync(home.published)


def make_room(home: Home) -> None:
    """Make `published/` and remove what a killed run has left there. The caller holds the lock."""
    if not home.published.is_dir():
        home.published.mkdir(parents=True)
        home.published.chmod(GROUP_READABLE)
    for stale in home.published.glob(f"{TEMPORARY}*"):
        if stale.is_dir() and not stale.is_symlink():
            shutil.rmtree(stale)
        else:
            stale.unlink()


def next_id(home: Home, latest_term: str) -> str:
    """`<latest term>-<three digits>`, one above the highest number taken for that term."""
    prefix = f"{latest_term}-"
    taken = [
        int(folder.name.removeprefix(prefix))
        for folder in home.published.glob(f"{prefix}*")
        if folder.name.removeprefix(prefix).isdigit()
    ]
    return f"{prefix}{max(taken, default=0) + 1:03d}"
