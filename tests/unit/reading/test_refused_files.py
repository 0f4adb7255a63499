"""Files that cannot be read, or hold nothing: the account says so, and the others go on."""

from __future__ import annotations

import pytest

from orchestration.reading import formats
from orchestration.reading.delimited import DelimitedReader


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.csv", b"", "empty.csv: the file is empty"),
        ("binary.csv", b"\x89PNG\xff\xfe\n", "binary.csv: line 1: the header is not UTF-8 text"),
        (
            "book.csv",
            b"PK\x03\x04\xff\xfe\n",
            "book.csv: it is a workbook or a zip file, and damaged",
        ),
        (
            "columns.csv",
            b"observation_id,observed_on,school_id,class_id,observer_id\n1,2,3,4,5\n",
            "no contract fits its header: the nearest, observations, needs the column materials",
        ),
        ("cut.csv", b'"', "a quote opened in the record that starts here is never closed"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_row_of_the_account_and_the_others_go_on(
    land, read, visits, rows_of, name, content, said
):
    land("observations", "good.csv", visits({}))
    land(
        "observations",
        name,
        visits({"observation_id": "o9"}).encode() + content if name == "cut.csv" else content,
    )
    account = read("observations")
    refused = {one.file: one for one in account.refused}
    assert list(refused) == [name]
    assert said in (refused[name].refused or "")
    assert refused[name].rows_read == 0
    assert [row["observation_id"] for row in rows_of(account)] == ["o1"]
    assert account.quarantine.rows == 0


def test_a_file_refused_at_its_end_leaves_none_of_its_rows(
    land, read, visits, rows_of, monkeypatch
):
    def in_small_blocks(path, reads):
        return DelimitedReader(path, reads, block=200)

    monkeypatch.setitem(formats.FORMATS, "delimited", in_small_blocks)
    rows = [{"observation_id": f"o{n}", "materials": "none"} for n in range(50)]
    rows += [{"observation_id": f"o{n}", "materials": "?"} for n in range(50)]
    land("observations", "cut.csv", visits(*rows) + '"')
    for name in ("a.csv", "b.csv"):  # one before it and one after it, whichever way hashes fall
        land("observations", name, visits(*({"observation_id": f"o{n}{name}"} for n in range(9))))
    account = read("observations")
    assert {one.file: one.rows_read for one in account.files} == {
        "a.csv": 9,
        "b.csv": 9,
        "cut.csv": 0,
    }
    assert {row["answers"][0]["code"] for row in rows_of(account)} == {"as_designed"}
    assert (account.raw.rows, account.quarantine.rows) == (18, 0)


def test_a_broken_link_is_refused_and_tried_again(land, read, visits, stale):
    path = land("observations", "a.csv", visits({}))
    (path.parent / "link.csv").symlink_to("elsewhere.csv")
    account = read("observations")
    assert [one.file for one in account.refused] == ["link.csv"]
    assert not stale()
    (path.parent / "link.csv").unlink()
    (path.parent / "link.csv").write_text(visits({"observation_id": "o2"}))
    assert stale()
    assert read("observations").raw.rows == 2


def test_a_header_without_rows_is_an_account_of_none(land, read, visits):
    land("observations", "a.csv", visits())
    account = read("observations")
    assert account.files[0].contract == "observations"
    assert account.files[0].rows_read == account.raw.rows == 0
