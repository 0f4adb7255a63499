"""The manifest: what a publication was made from, by what, and what every file in it is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.fingerprints import text_sha256
from orchestration.publishing.model import ALL_TERMS, PublishingError, Release

MANIFEST = "manifest.json"
CHECKSUM = "checksum"

Manifest = dict[str, Any]


def carried(
    previous: Manifest | None, entries: list[dict[str, Any]], name: str, release: Release
) -> list[dict[str, Any]]:
    """The manifest's list `name`: the previous one's for terms not released anew, and `entries`."""
    anew = {*release.terms, ALL_TERMS}
    kept = [entry for entry in (previous or {}).get(name, []) if entry.get("term") not in anew]
    return in_order([*kept, *entries])


def in_order(entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Entries of one of the manifest's lists as it has them: plain, and in one order."""
    return sorted((plain(entry) for entry in entries), key=_order)


def errata(previous: Manifest | None, entry: Manifest | None) -> list[dict[str, Any]]:
    """Every correction so far, oldest first, and the one that is made now.

    The figures themselves are told by the publication that corrected them alone.
    """
    told = [
        {name: value for name, value in one.items() if name != "headline"}
        for one in (previous or {}).get("corrections", [])
    ]
    return [*told, *([plain(entry)] if entry else [])]


def slice_origins(
    previous: Manifest | None, release: Release, publication_id: str, sequence: int
) -> dict[str, dict[str, Any]]:
    """For every term, the publication that released its slice, its as-of date and its versions."""
    origins = dict((previous or {}).get("slices", {}))
    for term in release.terms:
        origins[term] = {
            "publication": publication_id,
            "sequence": sequence,
            "as_of": release.as_of.isoformat(),
            "simulated": release.simulated,
            "versions": dict(release.versions),
            # of those that it rests on, the terms before it that did not stand as released
            "earlier": dict(release.earlier.get(term, {})),
        }
    return origins


def sealed(manifest: Mapping[str, Any]) -> Manifest:
    """The manifest with its own checksum."""
    unsealed = plain({key: value for key, value in manifest.items() if key != CHECKSUM})
    return {**unsealed, CHECKSUM: text_sha256(unsealed)}


def is_intact(manifest: Mapping[str, Any]) -> bool:
    """Whether the manifest's content is what its checksum was taken of."""
    return sealed(manifest)[CHECKSUM] == manifest.get(CHECKSUM)


def as_text(manifest: Mapping[str, Any]) -> str:
    """The manifest as it lies on disk: keys in order, one form for one content."""
    return (
        json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
    )


def read_manifest(path: Path) -> Manifest:
    """Read a manifest; PublishingError, as a sentence, where it is missing or cannot be read."""
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as problem:
        raise PublishingError(
            f"{path} is missing: a publication's folder must hold its manifest. "
            "Restore the folder from a copy, or move it out of published/."
        ) from problem
    except ValueError as problem:
        raise PublishingError(
            f"{path} is not JSON ({problem}): it has been changed since it was published. "
            "Restore it from a copy."
        ) from problem
    needed = {"id", "sequence", "as_of", "terms", "released", "simulated", "files", "tables"}
    if not isinstance(manifest, dict) or (missing := sorted(needed - set(manifest))):
        lacks = ", ".join(missing) if isinstance(manifest, dict) else "everything"
        raise PublishingError(
            f"{path} lacks {lacks}: it has been changed since it was published. "
            "Restore it from a copy."
        )
    return manifest


def plain(value: Any) -> Any:
    """A value as JSON knows it: dates as ISO text, numbers of numpy as numbers, no NaN."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and value != value:
        return None
    return value


def _order(entry: Mapping[str, Any]) -> str:
    """Entries stand by source or table, then term, then the rest of what they say."""
    lead = [entry.get("source") or "", entry.get("table") or "", entry.get("term") or ""]
    return json.dumps([lead, entry], sort_keys=True, ensure_ascii=False)
