"""The publications that stand, and the link to the newest."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from orchestration.publishing.files import sync
from orchestration.publishing.manifest import MANIFEST, Manifest, read_manifest
from orchestration.publishing.model import Publication, PublishingError
from orchestration.settings import GROUP_READABLE, Home

TEMPORARY = ".tmp-"
LATEST = "latest"


def publications(home: Home) -> list[Publication]:
    """Every publication, oldest first, as the manifests tell.

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


def published(folder: Path, manifest: Manifest) -> Publication:
    """A publication as its manifest tells of it."""
    return Publication(
        id=manifest["id"],
        path=folder,
        terms=tuple(manifest["terms"]),
        sequence=manifest["sequence"],
        as_of=manifest["as_of"],
        released=tuple(manifest["released"]),
        simulated=manifest["simulated"],
    )


def latest(home: Home) -> Publication | None:
    """The newest publication by its sequence, whatever the link says; None where there is none."""
    standing = publications(home)
    return standing[-1] if standing else None


def released_terms(home: Home) -> set[str]:
    """The terms that the newest publication holds."""
    newest = latest(home)
    return set(newest.terms) if newest else set()


def mend_latest(home: Home) -> bool:
    """Point `published/latest` at the newest publication; say whether it had to be moved.

    A crash between a publication's rename and the link's leaves the link one behind.
    """
    newest = latest(home)
    link = home.published / LATEST
    if newest is None or (link.is_symlink() and os.readlink(link) == newest.id):  # noqa: PTH115
        return False
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
