"""What lies in landing: partitions, files, marks."""

import json
import os

import pytest

from orchestration.fingerprints import file_sha256
from orchestration.reading import landing
from orchestration.reading.errors import ReadingError
from orchestration.reading.landing import (
    Hashes,
    landed_files,
    landed_partitions,
    refuse_mixture,
    simulated_files,
    unknown_in_landing,
)

TERMS = ("2021-22-fall", "2021-22-winter", "2021-22-spring")


def test_partitions_are_folders_with_files(home, land):
    land("roster", "a.csv", "x", "2021-22-winter")
    land("roster", "a.csv", "x", "2021-22-fall")
    land("roster", ".hidden", "x", "2021-22-spring")
    land("schools", "s.csv", "x")
    assert landed_partitions(home, TERMS) == [
        ("schools", "all"),
        ("roster", "2021-22-fall"),
        ("roster", "2021-22-winter"),
    ]


def test_a_partition_with_an_account_stays_one_when_its_folder_is_gone(home, land, read, visits):
    path = land("observations", "a.csv", visits({}))
    read("observations")
    path.unlink()
    path.parent.rmdir()
    assert landed_partitions(home, TERMS) == [("observations", "2021-22-spring")]


def test_an_empty_landing_has_no_partition(home):
    assert landed_partitions(home, TERMS) == []
    assert unknown_in_landing(home, TERMS) == []


def test_what_belongs_to_no_partition_is_reported(home, land):
    land("roster", "a.csv", "x", "2021-22-autumn")
    (home.landing / "roster" / "loose.csv").write_text("x")
    (home.landing / "lunches").mkdir()
    (home.landing / "README").write_text("x")
    (home.landing / ".DS_Store").write_text("x")
    said = "\n".join(unknown_in_landing(home, TERMS))
    assert said.count("left alone") == 4
    assert "landing/lunches is the folder of no known source" in said
    assert "landing/roster/2021-22-autumn is the folder of no declared term" in said
    assert "landing/roster/loose.csv lies in no term's folder" in said
    assert "landing/README lies in no source's folder" in said


def test_files_that_cannot_be_opened_are_listed_with_the_reason(home, land):
    good = land("roster", "good.csv", "x")
    (good.parent / "broken.csv").symlink_to("nowhere")
    (good.parent / "folder").mkdir()
    os.mkfifo(good.parent / "pipe")
    files = landed_files(home, "roster", "2021-22-spring", Hashes(home))
    assert {one.name: one.unreadable for one in files} == {
        "broken.csv": "it cannot be opened or read: No such file or directory",
        "folder": "it is a folder; expected a file",
        "good.csv": None,
        "pipe": "it is no regular file",
    }


def test_a_name_that_is_no_text_is_escaped(home, land):
    folder = land("roster", "good.csv", "x").parent
    with open(os.fsencode(folder) + b"/caf\xe9.csv", "w") as stream:  # noqa: PTH123
        stream.write("x")
    names = [one.name for one in landed_files(home, "roster", "2021-22-spring", Hashes(home))]
    assert names == ["caf\\xe9.csv", "good.csv"]


def test_hashes_are_remembered_until_the_file_changes(home, land, monkeypatch):
    hashed = []

    def counting(path):
        hashed.append(path.name)
        return file_sha256(path)

    monkeypatch.setattr(landing, "file_sha256", counting)
    monkeypatch.setattr(landing, "SETTLED_NS", 0)
    path = land("roster", "a.csv", "x")
    for _ in range(2):
        hashes = Hashes(home)
        first = hashes.sha256(path)
        hashes.save()
    assert hashed == ["a.csv"]
    path.write_text("y")
    assert Hashes(home).sha256(path) != first
    (home.accounts / ".landing.json").unlink()
    assert Hashes(home).sha256(path) == file_sha256(path)


def test_a_file_written_a_moment_ago_is_not_remembered(home, land, monkeypatch):
    monkeypatch.setattr(landing, "SETTLED_NS", 10**18)
    path = land("roster", "a.csv", "x")
    hashes = Hashes(home)
    hashes.sha256(path)
    hashes.save()
    assert not (home.accounts / ".landing.json").exists()


def test_a_damaged_memory_is_no_memory(home, land):
    path = land("roster", "a.csv", "x")
    (home.accounts / ".landing.json").write_text('{"landing')
    assert Hashes(home).sha256(path) == file_sha256(path)
    (home.accounts / ".landing.json").write_text(json.dumps([1]))
    assert Hashes(home).sha256(path) == file_sha256(path)


def test_simulated_and_real_files_do_not_mix(home, land):
    land("roster", "a.csv", "x")
    refuse_mixture(home)
    (home.landing / ".simulated").write_text("roster/2021-22-spring/a.csv\n")
    refuse_mixture(home)
    assert simulated_files(home) == {"roster/2021-22-spring/a.csv"}
    land("schools", "real.csv", "x")
    with pytest.raises(ReadingError, match=r"1 simulated files, .* and 1 real ones, such as"):
        refuse_mixture(home)
    (home.landing / "roster/2021-22-spring/a.csv").unlink()
    refuse_mixture(home)


def test_the_account_says_which_files_are_simulated(home, land, read, visits):
    land("observations", "a.csv", visits({}))
    (home.landing / ".simulated").write_text("observations/2021-22-spring/a.csv\n")
    assert [one.simulated for one in read("observations").files] == [True]
