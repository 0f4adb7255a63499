"""`uptake reproduce`: a publication made again from the landing files that its manifest names.

Each slice is rebuilt as the publication that released it had it: in a data home of its own, which
is private and removed afterwards, with exactly the files of that publication's manifest, the
site's declarations and key, and the day that it was published as of.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.fingerprints import file_sha256
from orchestration.processes import REPRODUCED, abandoned, mark
from orchestration.publishing.catalogue import latest
from orchestration.publishing.corrections import as_corrected
from orchestration.publishing.earlier import as_it_stood
from orchestration.publishing.files import read_dimensions
from orchestration.publishing.manifest import MANIFEST, Manifest, read_manifest
from orchestration.publishing.model import ALL_TERMS, PublishingError
from orchestration.publishing.publishable import what_is_declared
from orchestration.publishing.rebuilding import (
    Rebuilt,
    file_differences,
    list_differences,
    other_makers,
    row_differences,
)
from orchestration.publishing.slices import read_slices
from orchestration.reading.bundles import is_bundle
from orchestration.reading.landing import bundle_sha256, partition_folder
from orchestration.registry import load_registry
from orchestration.running import run
from orchestration.settings import Home, Settings


@dataclass(frozen=True)
class Slice:
    """A term's slice: `equal`, `differs`, or `not rebuilt`, with why."""

    term: str
    publication: str
    state: str
    because: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reproduction:
    """What came of it; files are compared only where every slice could be rebuilt."""

    publication: str
    slices: tuple[Slice, ...]
    differences: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def is_equal(self) -> bool:
        """Whether every slice was rebuilt, and everything is as it was published."""
        return not self.differences and all(one.state == "equal" for one in self.slices)

    def as_object(self) -> dict[str, Any]:
        """The same for a program."""
        return {**asdict(self), "equal": self.is_equal}

    def sentences(self) -> list[str]:
        """The same for a person."""
        if self.is_equal:
            terms = ", ".join(one.term for one in self.slices)
            return [
                f"{self.publication} is reproduced: every page and table of {terms} is, to the "
                "byte, what its landing files give; marts.duckdb is by its content."
            ]
        said = [
            f"{one.term}, released in {one.publication}: {one.state}."
            + "".join(f" {why}" for why in one.because)
            for one in self.slices
        ]
        said += self.differences
        if self.reasons:
            said.append(f"What made it is not what it was: {'; '.join(self.reasons)}.")
        return said


def reproduce(settings: Settings, publication_id: str) -> Reproduction:
    """Rebuild a publication and compare. Raises PublishingError where there is no such one."""
    folder = settings.home.published / publication_id
    manifest = read_manifest(folder / MANIFEST)
    landed = _landed(settings.home)
    slices: list[Slice] = []
    made: list[Rebuilt] = []
    differences: list[str] = []
    reasons: list[str] = []
    for origin in _origins(manifest):
        terms = tuple(
            term for term, one in manifest["slices"].items() if one["publication"] == origin
        )
        rebuilt, because = _rebuilt(settings, origin, terms, landed)
        if rebuilt is None:
            slices += [Slice(term, origin, "not rebuilt", because) for term in terms]
            continue
        if origin == publication_id:
            rebuilt = replace(rebuilt, terms=(*terms, ALL_TERMS))
        made.append(rebuilt)
        wrong = [*row_differences(folder, rebuilt), *list_differences(manifest, rebuilt)]
        differences += wrong
        reasons += [why for term in terms for why in other_makers(manifest, term, rebuilt)]
        slices += [
            Slice(term, origin, "differs" if any(term in one for one in wrong) else "equal")
            for term in terms
        ]
    if len(made) == len(_origins(manifest)):
        differences += file_differences(folder, manifest, made)
    equal = not differences and all(one.state == "equal" for one in slices)
    return Reproduction(
        publication_id,
        tuple(sorted(slices, key=lambda one: manifest["terms"].index(one.term))),
        tuple(differences),
        () if equal else tuple(dict.fromkeys(reasons)),
    )


def _origins(manifest: Manifest) -> list[str]:
    """The publications that released its slices, its own last."""
    found = {one["publication"] for one in manifest["slices"].values()}
    return sorted(found, key=lambda origin: (origin == manifest["id"], origin))


def _landed(home: Home) -> dict[str, list[Path]]:
    """The files that lie anywhere under landing, by SHA-256."""
    found: dict[str, list[Path]] = {}
    for path in sorted(home.landing.rglob("*")):
        if path.is_dir() and is_bundle(path):
            found.setdefault(bundle_sha256(path, file_sha256), []).append(path)
        if path.is_file() and not path.name.startswith("."):
            found.setdefault(file_sha256(path), []).append(path)
    return found


def _rebuilt(
    settings: Settings, origin: str, terms: Sequence[str], landed: Mapping[str, list[Path]]
) -> tuple[Rebuilt | None, tuple[str, ...]]:
    """The slices that a publication released, made again; or why they cannot be."""
    try:
        manifest = read_manifest(settings.home.published / origin / MANIFEST)
    except PublishingError as problem:
        return None, (f"What it was made from is not known: {problem}",)
    missing = [
        f"Its file of {one['source']}, {one['term']}, with the SHA-256 {one['sha256']} is no "
        "longer anywhere in landing."
        for one in manifest["inputs"]
        if one["term"] in (*terms, ALL_TERMS) and one["sha256"] not in landed
    ]
    if missing:
        return None, tuple(missing)
    with _home_of_its_own(settings.home) as home:
        _lay_out(settings.home, home, manifest, landed)
        with _environment(home):
            finished = run(
                replace(settings, home=home), terms=(), as_of=date.fromisoformat(manifest["as_of"])
            )
        newest = latest(home)
        if newest is None or not set(terms) <= set(newest.terms):
            said = " ".join(finished.said) or "The run published nothing."
            return None, (f"Rebuilding it ended with {finished.exit_code}. {said}",)
        declared = what_is_declared(home, load_registry(home.registry))
        dimensions = read_dimensions(newest.path)
        tables = as_corrected(settings.home, manifest, read_slices(newest.path), declared)
        stood = read_slices(settings.home.published / origin)
        return (
            Rebuilt(
                terms=tuple(terms),
                tables=as_it_stood(manifest, stood, tables, dimensions["dim_measure"], declared),
                dimensions=dimensions,
                manifest=read_manifest(newest.path / MANIFEST),
            ),
            (),
        )


@contextmanager
def _home_of_its_own(home: Home) -> Iterator[Home]:
    """A data home on the same disk, as private as the one it lies in, and removed at the end."""
    home.create()
    for left in abandoned(home.warehouse, REPRODUCED):
        shutil.rmtree(left)  # by one that was killed; its rows are nobody's to keep
    with tempfile.TemporaryDirectory(dir=home.warehouse, prefix=mark(REPRODUCED)) as root:
        yield Home(Path(root)).create()


def _lay_out(site: Home, home: Home, manifest: Manifest, landed: Mapping[str, list[Path]]) -> None:
    """Lay a publication's landing files where its manifest says, by links; and what it rests on.

    A file goes by the name under which it lies in its own partition, where it still does: some
    contracts read when it was exported from its name.
    """
    marked = []
    for one in manifest["inputs"]:
        here = partition_folder(site, one["source"], one["term"])
        paths = sorted(landed.get(one["sha256"], ()), key=lambda path: path.parent != here)
        if paths:
            there = partition_folder(home, one["source"], one["term"])
            there.mkdir(parents=True, exist_ok=True)
            link = there / paths[0].name
            if not link.is_symlink():
                link.symlink_to(paths[0])
            marked.append(link.relative_to(home.landing).as_posix())
    if manifest["simulated"]:
        (home.landing / ".simulated").write_text("\n".join(marked) + "\n", encoding="utf-8")
    for folder, its in ((site.registry, home.registry), (site.contracts, home.contracts)):
        if folder.is_dir():
            its.symlink_to(folder, target_is_directory=True)
    for path in site.secrets.iterdir():
        (home.secrets / path.name).symlink_to(path)
    # verdicts are made anew; a person's word on exactly the same one holds
    for path in site.verdicts.glob("*/*.accepted.json"):
        beside = home.verdicts / path.relative_to(site.verdicts)
        beside.parent.mkdir(exist_ok=True)
        beside.symlink_to(path)


@contextmanager
def _environment(home: Home) -> Iterator[None]:
    """The environment as it is in another data home."""
    names = ("UPTAKE_HOME", "DAGSTER_HOME")
    before = {name: os.environ.get(name) for name in names}
    os.environ["UPTAKE_HOME"] = str(home.root)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
