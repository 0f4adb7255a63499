"""An export in a zip file is that export; whatever else is in one is not."""

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.reading import unzipped
from orchestration.reading import zipped as parts
from orchestration.reading.errors import FileRefused
from orchestration.reading.formats import open_file
from orchestration.reading.reads import Reads
from tests.unit.inspecting.test_inspecting import as_json

KINDS = st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
PASSWORD = 1
FLAGS = (6, 8)
"""Where a member's flags stand in its own header and in the directory, from their beginnings on."""


def zipped(*parts: tuple[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", kind) as file:
        for name, content in parts:
            file.writestr(name, content)
    return made.getvalue()


def with_password(content: bytes) -> bytes:
    data = bytearray(content)
    for signature, flags in zip((b"PK\x03\x04", b"PK\x01\x02"), FLAGS, strict=True):
        data[data.index(signature) + flags] |= PASSWORD
    return bytes(data)


def spoilt(content: bytes) -> bytes:
    data = bytearray(content)
    data[len(data) // 3] ^= 255
    return bytes(data)


def workbook(*rows: list[str]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return made.getvalue()


def cells(path: Path) -> list[dict[str, str]]:
    reader = open_file(path, Reads(format="excel"))
    return [row for chunk in reader.chunks(reader.header) for row in chunk.cells.to_pylist()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("spoilt")


@pytest.fixture
def export(visits):
    return visits(*({"observation_id": f"o{n}", "class_id": f"c{n}"} for n in range(40))).encode()


@pytest.mark.parametrize(
    "name", ["a b.csv", "CSV/Form.CSV", "../../form.csv", "/form.tsv", "é.txt"]
)
def test_the_one_export_of_a_zip_file_is_read_as_it_stands(land, read, rows_of, export, name):
    land("observations", "plain.csv", export)
    plain = read("observations")
    land("observations", "plain.csv", zipped((name, export)))
    again = read("observations")
    (one,) = again.files
    assert (one.refused, one.rows_accepted) == (None, 40)
    without_file = [{**row, "file_sha256": ""} for row in rows_of(again)]
    assert without_file == [{**row, "file_sha256": ""} for row in rows_of(plain)]


@pytest.mark.parametrize("name", ["Excel/Form.xlsx", "form.csv"])
def test_the_one_workbook_of_a_zip_file_is_read_as_it_stands(tmp_path, name):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped((name, workbook(["a", "b"], ["007", "é"], ["8", "x"]))))
    assert cells(path) == [{"a": "007", "b": "é"}, {"a": "8", "b": "x"}]


def test_a_zipped_workbook_may_have_no_more_than_a_workbook(tmp_path, monkeypatch):
    book = workbook(["a"], ["1"])
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(("a.xlsx", book)))
    monkeypatch.setattr(parts, "MOST_ZIPPED", len(book))
    assert cells(path) == [{"a": "1"}]
    monkeypatch.setattr(parts, "MOST_ZIPPED", len(book) - 1)
    with pytest.raises(FileRefused, match="the most that is read of a workbook"):
        cells(path)


def test_a_bomb_within_a_zip_file_is_refused(tmp_path, monkeypatch):
    book = workbook(["a"], ["1"])
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(("a.xlsx", book)))
    monkeypatch.setattr(parts, "MOST_UNZIPPED", len(book))
    with pytest.raises(FileRefused, match="it unzips to"):
        cells(path)


def test_what_lies_beside_an_export_is_no_export(land, read, export):
    beside = (("__MACOSX/._a.csv", b"x"), (".hidden.csv", b"x"), ("Readme.txt", b"Thanks"))
    land("observations", "a.zip", zipped(("a.csv", export), *beside, ("logo.png", b"x")))
    (one,) = read("observations").files
    assert one.rows_accepted == 40


def test_an_export_and_its_zip_file_are_one(land, read, export):
    land("observations", "a.csv", export)
    land("observations", "a.zip", zipped(("a.csv", export)))
    account = read("observations")
    assert account.raw.rows == 40
    assert sum(one.rows_superseded for one in account.files) == 40


REFUSED = {
    "two": (zipped(("a.csv", b"a"), ("in/b.XLSX", b"b")), "a zip file that holds 2 exports: unzip"),
    "an old workbook": (zipped(("a.xlsx", b"\xd0\xcf\x11\xe0")), "of the old kind (.xls)"),
    "password": (with_password(zipped(("a.csv", b"a,b\n1,2\n"))), "with a password"),
    "another way": (zipped(("a.csv", b"a"), kind=zipfile.ZIP_LZMA), "in a way that is not read"),
    "no export": (zipped(("a.pdf", b"%PDF")), "a zip file that holds no export"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_one_export_is_refused(land, read, name):
    content, said = REFUSED[name]
    land("observations", "a.zip", content)
    (refusal,) = [one.refused for one in read("observations").files]
    assert said in refusal


def test_a_damaged_zip_file_is_refused(land, read, export):
    land("observations", "a.zip", spoilt(zipped(("a.csv", export))))
    (refusal,) = [one.refused for one in read("observations").files]
    assert "the zip file is damaged: send it again" in refusal


def test_a_download_that_was_cut_short_is_refused(land, read, export):
    land("observations", "a.zip", zipped(("a.csv", export))[:200])
    (refusal,) = [one.refused for one in read("observations").files]
    assert "damaged or cut short" in refusal


EXPORTS = [
    (b"a,b\n1,2\n", Reads(format="delimited", encoding="any", delimiter="any")),
    (workbook(["a", "b"], ["1", "2"]), Reads(format="excel")),
]


@given(st.data())
@settings(max_examples=60)
def test_whatever_is_spoilt_of_a_zip_file_is_told_or_does_no_harm(folder, data):
    export, reads = data.draw(st.sampled_from(EXPORTS))
    whole = zipped(("é.csv", export), ("note.txt", b"x"), kind=data.draw(KINDS))
    spoilt = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 3))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] ^= data.draw(st.integers(1, 255))
    path = folder / "a.zip"
    path.write_bytes(spoilt)
    try:
        reader = open_file(path, reads)
        rows = sum(chunk.rows for chunk in reader.chunks([]))
    except FileRefused:
        return
    assert reader.header != ("a", "b") or rows == 1


def test_a_zip_file_that_would_unzip_beyond_measure_is_refused(land, read, export, monkeypatch):
    monkeypatch.setattr(unzipped, "MOST_UNZIPPED", len(export) - 1)
    land("observations", "a.zip", zipped(("a.csv", export)))
    (refusal,) = [one.refused for one in read("observations").files]
    assert "it unzips to" in refusal


def test_a_zip_file_is_inspected_as_its_export(home, tmp_path, export):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(("a.csv", export.decode().encode("utf-16"))))
    found = as_json(path)
    assert (found["format"], found["encoding"], found["rows"]) == ("delimited", "utf-16", 40)


def test_a_zipped_workbook_is_inspected_as_its_export(home, tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(("a.xlsx", workbook(["a", "b"], ["1", "2"], ["3", "4"]))))
    found = as_json(path)
    assert (found["format"], found["rows"]) == ("excel", 2)
