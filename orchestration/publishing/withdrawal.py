"""Withdrawing a publication: its data and pages go, its record and a tombstone stay.

    published/latest ▶ manifest.json (the decision) ▶ index.html (the tombstone) ▶ the files

The record says beforehand what the folder will hold, and replacing it is one step. What is killed
before it has decided nothing, and `mend` leads back to a publication that stands; after it `mend`
does the rest. Who follows `latest` finds one that is whole at every step.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.fingerprints import file_sha256
from orchestration.publishing.catalogue import (
    TEMPORARY,
    latest,
    lead_to,
    make_room,
    mend_latest,
    publications,
    released_terms,
    standing,
)
from orchestration.publishing.files import sync, write_bytes
from orchestration.publishing.manifest import (
    CHECKSUM,
    MANIFEST,
    Manifest,
    as_text,
    errata,
    is_intact,
    read_manifest,
    sealed,
)
from orchestration.publishing.model import Publication, PublishingError
from orchestration.publishing.report import tombstone
from orchestration.publishing.report.places import INDEX
from orchestration.settings import Home

OF_FILES = ("files", "by_content", "tables")
"""What a manifest says of the files beside it; of those that a withdrawal removes, it is kept."""
NOT_KEPT = (CHECKSUM, "resources", *OF_FILES)


class NotWithdrawable(PublishingError):
    """What was asked to be withdrawn cannot be, as a sentence."""


@dataclass(frozen=True)
class Withdrawn:
    """A withdrawal: what stands now, who still holds its slices, and which terms are due again."""

    id: str
    path: Path
    stands: str | None
    held_by: tuple[str, ...]
    due_again: tuple[str, ...]

    @property
    def said(self) -> tuple[str, ...]:
        """What there is to say to whoever withdrew it."""
        said = [f"{self.id} is withdrawn; its record stays in {self.path}."]
        stands = f"{self.stands} stands" if self.stands else "No publication stands"
        said.append(f"{stands}.")
        if self.held_by:
            names = ", ".join(self.held_by)
            hold = "holds" if len(self.held_by) == 1 else "hold"
            said.append(f"{names} still {hold} figures that it held, or its errata quote them.")
        if self.due_again:
            terms = ", ".join(self.due_again)
            said.append(f"{terms}: in no publication that stands, and so due again.")
        return tuple(said)


def withdraw(home: Home, publication_id: str, *, because: str, on: date) -> Withdrawn:
    """Take a publication back; the caller holds the home's lock.

    Raises NotWithdrawable for one that there is not, or that is withdrawn already, and
    PublishingError where its manifest was changed: a record must not make that look sound.
    """
    mend(home)
    one = _named(home, publication_id)
    manifest = read_manifest(one.path / MANIFEST)
    if not is_intact(manifest):
        raise PublishingError(
            f"{one.path / MANIFEST} has been changed: its content does not give the checksum it "
            "states, so it cannot become the record of what is withdrawn. Restore it from a copy."
        )
    stand = [other for other in standing(home) if other.id != one.id]
    record = withdrawn_record(
        manifest, because=because, on=on, stands=stand[-1].id if stand else None
    )
    decision = _aside(home, one.path / MANIFEST, as_text(record).encode())
    lead_to(home, stand[-1] if stand else None)
    _put(decision, one.path / MANIFEST)
    mend(home)
    newest = latest(home)
    return Withdrawn(
        id=one.id,
        path=one.path,
        stands=newest.id if newest else None,
        held_by=tuple(_holding(stand, manifest)),
        due_again=tuple(term for term in one.terms if term not in released_terms(home)),
    )


def withdrawn_record(manifest: Manifest, *, because: str, on: date, stands: str | None) -> Manifest:
    """What stays of a manifest: all but its files, of which it says that they were removed.

    Nor does it keep the figures that an erratum told. `stands` is the publication that stands in
    its place, if any.
    """
    record = {
        **{name: value for name, value in manifest.items() if name not in NOT_KEPT},
        "corrections": errata(manifest, None),
        "withdrawn": {"on": on.isoformat(), "because": because},
        "stands": stands,
        "removed": {name: manifest.get(name) for name in (CHECKSUM, *OF_FILES)},
        "by_content": [],
        "tables": {},
    }
    page = tombstone(record).encode()
    stated = {"sha256": hashlib.sha256(page).hexdigest(), "bytes": len(page)}
    return sealed({**record, "files": {INDEX: stated}})


def mend(home: Home) -> bool:
    """Finish what a killed withdrawal or publication has begun; say whether there was anything.

    The caller holds the home's lock.
    """
    make_room(home)
    mended = mend_latest(home)
    for folder in unfinished(home):
        _finish(home, folder, read_manifest(folder / MANIFEST))
        mended = True
    return mended


def unfinished(home: Home) -> list[Path]:
    """The publications whose withdrawal has been decided, and not been done to its end.

    What has been changed, or cannot be read, decides nothing.
    """
    return [folder for folder, manifest in _records(home) if is_half_done(folder, manifest)]


def is_half_done(folder: Path, manifest: Manifest) -> bool:
    """Whether a publication calls itself withdrawn and still holds what it did before."""
    if not {"withdrawn", "removed"} <= manifest.keys():
        return False
    page = folder / INDEX
    original = manifest["removed"]["files"].get(INDEX, {}).get("sha256")
    return (
        any((folder / name).exists() for name in _leftover(manifest))
        or any(_is_empty(folder / name) for name in _folders(manifest))
        or not page.is_file()
        or file_sha256(page) == original
    )


def _records(home: Home) -> Iterator[tuple[Path, Manifest]]:
    for path in sorted(home.published.glob(f"*/{MANIFEST}")):
        folder = path.parent
        if folder.is_symlink() or folder.name.startswith("."):
            continue
        try:
            manifest = read_manifest(path)
        except PublishingError:
            continue  # whoever lists the publications says it
        if is_intact(manifest):
            yield folder, manifest


def _finish(home: Home, folder: Path, record: Manifest) -> None:
    """Put the tombstone in the report's place, and remove the rest of what was published."""
    _put(_aside(home, folder / INDEX, tombstone(record).encode()), folder / INDEX)
    for name in _leftover(record):
        (folder / name).unlink(missing_ok=True)
    for name in _folders(record):
        if _is_empty(folder / name):
            (folder / name).rmdir()
    sync(folder)


def _aside(home: Home, path: Path, content: bytes) -> Path:
    """Write beside the publications what is to take a file's place in one step."""
    aside = home.published / f"{TEMPORARY}{path.parent.name}-{path.name}"
    write_bytes(aside, content)
    return aside


def _put(aside: Path, path: Path) -> None:
    aside.replace(path)
    sync(path.parent)


def _leftover(record: Manifest) -> list[str]:
    """The files that a withdrawal removes; the page is replaced."""
    removed = record["removed"]
    return sorted({*removed["files"], *removed["by_content"]} - {INDEX})


def _folders(record: Manifest) -> list[str]:
    """The folders that they lie in, the innermost first."""
    parents = {parent.as_posix() for name in _leftover(record) for parent in Path(name).parents} - {
        "."
    }
    return sorted(parents, key=lambda name: (-name.count("/"), name))


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


def _named(home: Home, publication_id: str) -> Publication:
    made = publications(home)
    one = next((one for one in made if one.id == publication_id), None)
    if one is None:
        known = ", ".join(each.id for each in made if each.withdrawn is None)
        raise NotWithdrawable(
            f"There is no publication {publication_id}"
            f"{f'; there are {known}' if known else ': nothing stands'}."
        )
    if one.withdrawn is not None:
        raise NotWithdrawable(
            f"{one.id} was withdrawn already, on {one.withdrawn['on']}: {one.withdrawn['because']}"
        )
    return one


def _holding(stand: list[Publication], manifest: Manifest) -> Iterator[str]:
    """The publications that stand and hold a slice of the withdrawn one, or quote its figures."""
    origins = {term: one["publication"] for term, one in manifest["slices"].items()}
    for one in stand:
        theirs = read_manifest(one.path / MANIFEST)
        shared = any(
            each["publication"] == origins.get(term) for term, each in theirs["slices"].items()
        )
        quoted = any(
            erratum["replaces"] == manifest["id"] and erratum.get("headline")
            for erratum in theirs.get("corrections", [])
        )
        if shared or quoted:
            yield one.id
