"""Verifying a publication: is it what was published, and does it agree with itself?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.disclosure import PUBLISHABLE
from orchestration.fingerprints import file_sha256
from orchestration.publishing.agreement import disagreements, misshown, not_carried
from orchestration.publishing.catalogue import LATEST, standing
from orchestration.publishing.files import (
    DATA,
    DATABASE,
    csv_bytes,
    database_tables,
    described,
    read_dimensions,
    read_parquet,
    to_arrow,
)
from orchestration.publishing.manifest import MANIFEST, Manifest, is_intact, read_manifest
from orchestration.publishing.model import ALL_TERMS, PublishingError
from orchestration.publishing.package import stated
from orchestration.publishing.pages import page_mismatches
from orchestration.publishing.report import renderer
from orchestration.publishing.slices import read_slices
from orchestration.publishing.withdrawal import is_half_done
from orchestration.settings import Home


def verify(home: Home, publication_id: str | None = None) -> list[str]:
    """What of a publication, or of all of them, is not as it was published.

    One sentence a mismatch; none where all is well. Checked are the manifest's own checksum, every
    file's, files that are missing or extra, the tables of `marts.duckdb` by fingerprint, and that
    CSV, Parquet and DuckDB say the same; and then, whatever the checksums say, that the tables
    agree with each other and the pages with the tables. Without an id, `published/latest` is
    checked as well.
    """
    if publication_id is None:
        return [*_all_mismatches(home), *_link_mismatches(home)]
    if (absent := _absent(home, publication_id)) is not None:
        return [absent]
    return list(_mismatches(home.published / publication_id))


def changed(home: Home, publication_id: str) -> list[str]:
    """What of a publication's files and tables is not as it was published; `verify` asks more."""
    if (absent := _absent(home, publication_id)) is not None:
        return [absent]
    return list(_changes(home.published / publication_id))


def _absent(home: Home, publication_id: str) -> str | None:
    folder = home.published / publication_id
    if Path(publication_id).name == publication_id and (folder / MANIFEST).is_file():
        return None
    return (
        f"There is no publication {publication_id} in {home.published}: its {MANIFEST} is missing."
    )


def _all_mismatches(home: Home) -> Iterator[str]:
    folders = sorted(home.published.iterdir()) if home.published.is_dir() else []
    for folder in folders:
        if folder.is_dir() and not folder.is_symlink() and not folder.name.startswith("."):
            yield from _mismatches(folder)


def _link_mismatches(home: Home) -> Iterator[str]:
    try:
        stand = standing(home)
    except PublishingError:
        return  # said already, of the folder it is about
    link = home.published / LATEST
    found = os.readlink(link) if link.is_symlink() else None  # noqa: PTH115
    expected = stand[-1].id if stand else None
    if found != expected:
        yield (
            f"{link} points to {found or 'nothing'}; expected {expected or 'nothing'}, "
            f"{'the newest that stands' if expected else 'since nothing stands'}. "
            "The next run mends it."
        )


def _mismatches(folder: Path) -> Iterator[str]:
    yield from _changes(folder)
    try:
        manifest, tables = read_manifest(folder / MANIFEST), read_slices(folder).tables
        dimensions = read_dimensions(folder)
    except (PublishingError, pa.ArrowException, duckdb.Error, OSError, KeyError, ValueError):
        return  # what cannot be read has been named already
    yield from disagreements(folder / DATABASE)
    yield from not_carried(folder, manifest, tables)
    if manifest.get("renderer") == renderer():
        new = {*manifest["released"], ALL_TERMS}
        yield from misshown(folder, tables, dimensions["dim_measure"], new)
    yield from page_mismatches(folder, manifest, tables, dimensions)


def _changes(folder: Path) -> Iterator[str]:
    try:
        manifest = read_manifest(folder / MANIFEST)
    except PublishingError as problem:
        yield str(problem)
        return
    if not is_intact(manifest):
        yield (
            f"{folder / MANIFEST} has been changed: its content does not give the checksum it "
            "states. What follows is judged by the manifest as it now stands."
        )
    if is_half_done(folder, manifest):
        yield f"The withdrawal of {folder} is not finished; the next run finishes it."
    if manifest["id"] != folder.name:
        yield f"{folder} holds publication {manifest['id']}; expected its folder to have that name."
    yield from _file_mismatches(folder, manifest)
    yield from _database_mismatches(folder, manifest)
    yield from _data_mismatches(folder, manifest)


def _file_mismatches(folder: Path, manifest: Manifest) -> Iterator[str]:
    by_content = manifest.get("by_content", [])
    listed = {*manifest["files"], *by_content, MANIFEST}
    there = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }
    for name in sorted(listed - there):
        yield f"{folder / name} is missing; the manifest lists it."
    for name in sorted(there - listed):
        yield f"{folder / name} is extra: the manifest does not list it."
    for name, expected in sorted(manifest["files"].items()):
        path = folder / name
        if name in there and path.is_file():
            found = file_sha256(path)
            if found != expected["sha256"] or path.stat().st_size != expected["bytes"]:
                yield (
                    f"{path} has been changed: SHA-256 {found}, {path.stat().st_size} bytes; "
                    f"expected {expected['sha256']}, {expected['bytes']} bytes."
                )
    for resource in manifest.get("resources", []):  # older publications are no data package
        listed_as = manifest["files"].get(resource["path"])
        if listed_as is None or not stated(listed_as).items() <= resource.items():
            yield (
                f"{folder / MANIFEST} states {resource['path']} twice, and not the same: as a "
                f"file {listed_as and stated(listed_as)}, as a resource "
                f"{ {name: resource.get(name) for name in ('bytes', 'hash')} }."
            )


def _database_mismatches(folder: Path, manifest: Manifest) -> Iterator[str]:
    path = folder / DATABASE
    if not path.is_file():
        return
    try:
        found = database_tables(path)
    except duckdb.Error as problem:
        yield f"{path} cannot be read ({_first_line(problem)}); it has been changed."
        return
    for name in sorted({*found, *manifest["tables"]}):
        if name not in found:
            yield f"{path} lacks the table {name}, which the manifest lists."
        elif name not in manifest["tables"]:
            yield f"{path} has the table {name}, which the manifest does not list."
        elif found[name] != manifest["tables"][name]:
            yield (
                f"{path}, table {name}, has been changed: fingerprint "
                f"{found[name]['fingerprint']}; expected {manifest['tables'][name]['fingerprint']}."
            )


def _data_mismatches(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Where Parquet, CSV and DuckDB do not say the same of a table."""
    with closing(duckdb.connect()) as con:
        for name, table in PUBLISHABLE.items():
            parquet, csv = (folder / DATA / f"{name}.{kind}" for kind in ("parquet", "csv"))
            if not (parquet.is_file() and csv.is_file()):
                continue  # a file that is missing has been named already
            try:
                frame = read_parquet(table, parquet)
            except (pa.ArrowException, OSError, KeyError, ValueError) as problem:
                yield f"{parquet} cannot be read ({_first_line(problem)}); it has been changed."
                continue
            if csv_bytes(table, frame) != csv.read_bytes():
                yield f"{csv} and {parquet.name} do not hold the same rows."
            con.register("published", to_arrow(table, frame))
            if described(con, "published") != manifest["tables"].get(name):
                yield f"{parquet} and the table {name} of {DATABASE} do not hold the same rows."


def _first_line(problem: Exception) -> str:
    return str(problem).strip().splitlines()[0] if str(problem).strip() else type(problem).__name__
