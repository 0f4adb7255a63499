"""`verify` finds whatever is not as it was published."""

from __future__ import annotations

import json
import shutil
from functools import partial

import duckdb
import pandas as pd
import pytest

from orchestration.publishing import PublishingError, publications, publish, verify
from orchestration.publishing.manifest import as_text, sealed
from orchestration.settings import Home

FALL, SPRING = "2021-22-fall", "2021-22-spring"
at = partial(pytest.param, marks=pytest.mark.long)
CHECKED_BY_SHA = [
    "index.html",
    "west.html",
    "data/mart_adoption.csv",
    "data/mart_adoption.parquet",
    "data/mart_row_accounting.csv",
]


@pytest.fixture(scope="module")
def original(tmp_path_factory, release) -> Home:
    home = Home(tmp_path_factory.mktemp("home")).create()
    publish(home, release(FALL))
    return home


@pytest.fixture
def home(original, tmp_path) -> Home:
    copy = Home(tmp_path / "copy")
    shutil.copytree(original.root, copy.root, symlinks=True)
    return copy


@pytest.fixture
def folder(home):
    return home.published / f"{FALL}-001"


def edit(folder, change) -> None:
    """Edit the manifest as it lies."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    path.write_text(as_text(manifest), encoding="utf-8")


def test_a_publication_as_it_was_published_has_no_mismatch(home, folder):
    assert verify(home) == []
    assert verify(home, folder.name) == []


def unsaid(said: list[str], expected: list[str]) -> list[str]:
    return [one for one in expected if not any(one in sentence for sentence in said)]


@pytest.mark.parametrize("place", [at(0), 0.5, at(1)])
def test_one_flipped_byte_is_found_in_any_file(home, folder, place):
    paths = [folder / name for name in CHECKED_BY_SHA]
    for path in paths:
        data = bytearray(path.read_bytes())
        data[min(int(len(data) * place), len(data) - 1)] ^= 1
        path.write_bytes(data)
    assert unsaid(verify(home, folder.name), list(map(str, paths))) == []


def test_a_missing_file_is_found(home, folder):
    paths = [folder / name for name in (*CHECKED_BY_SHA, "marts.duckdb")]
    for path in paths:
        path.unlink()
    assert unsaid(verify(home, folder.name), [f"{path} is missing" for path in paths]) == []


def test_an_extra_file_is_found(home, folder):
    paths = [folder / name for name in ("extra.txt", "data/more.csv", "marts.duckdb.wal")]
    for path in paths:
        path.write_bytes(b"")
    assert unsaid(verify(home, folder.name), [f"{path} is extra" for path in paths]) == []


def test_an_edited_manifest_is_found(home, folder):
    edit(folder, lambda manifest: manifest["versions"].update(uptake="9.9"))
    said = verify(home, folder.name)
    assert len(said) == 1
    assert "manifest.json has been changed" in said[0]


def test_a_manifest_edited_to_fit_an_edited_file_is_found(home, folder):
    (folder / "index.html").write_text("other")
    edit(folder, lambda manifest: manifest["files"].pop("index.html"))
    said = verify(home, folder.name)
    assert any("manifest.json has been changed" in one for one in said)
    assert any("index.html is extra" in one for one in said)


def test_a_manifest_that_is_gone_or_is_no_manifest_is_said(home, folder):
    (folder / "manifest.json").write_text("{")
    assert "is not JSON" in verify(home, folder.name)[0]
    with pytest.raises(PublishingError, match="is not JSON"):
        publications(home)
    (folder / "manifest.json").write_text("{}")
    assert "lacks" in verify(home)[0]
    (folder / "manifest.json").unlink()
    assert f"no publication {folder.name}" in verify(home, folder.name)[0]
    assert "is missing" in verify(home)[0]


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ("update mart_adoption set estimate = 1 where n = 4 or unit_id = 'district'", "adoption"),
        at("delete from dim_school where school_id like '%-001'", "dim_school"),
        ("create table fct_observation as select 1 as teacher", "fct_observation"),
        at("drop table dim_term", "dim_term"),
    ],
)
def test_edited_tables_of_the_database_are_found(home, folder, sql, table):
    with duckdb.connect(str(folder / "marts.duckdb")) as con:
        con.execute(sql)
    assert any("marts.duckdb" in one and table in one for one in verify(home, folder.name))


def test_a_database_that_cannot_be_read_is_said(home, folder):
    (folder / "marts.duckdb").write_bytes(b"no database")
    assert any("marts.duckdb cannot be read" in one for one in verify(home, folder.name))


def test_tables_that_do_not_agree_are_found_though_every_checksum_holds(home, folder):
    csv = folder / "data" / "mart_coverage.csv"
    csv.write_text(csv.read_text().replace("none_seen", "none_rostered"))
    edit(folder, lambda manifest: reseal(manifest, csv, "data/mart_coverage.csv"))
    said = verify(home, folder.name)
    assert len(said) == 1
    assert "do not hold the same rows" in said[0]


def test_parquet_that_does_not_agree_with_the_database_is_found(home, folder):
    path = folder / "data" / "mart_coverage.parquet"
    frame = pd.read_parquet(path)
    frame.loc[0, "n_seen"] = 1
    frame.to_parquet(path)
    edit(folder, lambda manifest: reseal(manifest, path, "data/mart_coverage.parquet"))
    assert any("table mart_coverage of marts.duckdb" in one for one in verify(home, folder.name))


def reseal(manifest, path, name) -> None:
    from orchestration.fingerprints import file_sha256

    sha256, size = file_sha256(path), path.stat().st_size
    manifest["files"][name] = {"sha256": sha256, "bytes": size}
    for resource in manifest["resources"]:
        if resource["path"] == name:
            resource.update(hash=f"sha256:{sha256}", bytes=size)
    manifest.update(sealed(manifest))


def test_a_renamed_publication_is_found(home, folder):
    folder.rename(home.published / "2029-30-fall-001")
    assert any("to have that name" in one for one in verify(home, "2029-30-fall-001"))


def test_a_link_to_elsewhere_is_found(home):
    link = home.published / "latest"
    link.unlink()
    link.symlink_to("elsewhere")
    assert any("latest points to elsewhere" in one for one in verify(home))


@pytest.mark.parametrize("name", ["2021-22-fall-009", "../published", "latest/..", "."])
def test_a_publication_that_is_not_there_is_said(home, name):
    assert "There is no publication" in verify(home, name)[0]


def test_verifying_leaves_no_trace(home, folder):
    before = sorted(path.name for path in folder.rglob("*"))
    verify(home)
    assert sorted(path.name for path in folder.rglob("*")) == before
