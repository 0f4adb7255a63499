"""Workbooks: what a person sees in them, and those that are refused before they cost anything."""

from __future__ import annotations

import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from orchestration.reading.errors import FileRefused
from orchestration.reading.excel import ExcelReader
from orchestration.reading.formats import open_file
from orchestration.reading.reads import Reads
from tests.unit.reading.reading import read

ANY_NAME = "book.xlsx"


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    """A workbook of sheets, each rows of values from A1 on; a pair is a value and its format."""

    def book(finish=lambda *_: None, **sheets: list[list]) -> Path:
        path = tmp_path / ANY_NAME
        with xlsxwriter.Workbook(str(path)) as made:
            for name, rows in sheets.items():
                sheet = made.add_worksheet(name)
                for at, row in enumerate(rows):
                    for place, value in enumerate(row):
                        pair = value if isinstance(value, tuple) else (value, None)
                        shown = pair[1] and made.add_format({"num_format": pair[1]})
                        if pair[0] is not None:
                            sheet.write(at, place, pair[0], shown)
                finish(made, sheet)
        return path

    return book


def opened(path: Path, **reads) -> ExcelReader:
    return ExcelReader(path, Reads.model_validate({"format": "excel"} | reads))


def column(path: Path, **reads) -> list[str]:
    return [cells[0] for _, cells in read(opened(path, **reads), "a")[0]]


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (1, "1"),
        (1.0, "1"),
        (-2.5, "-2.5"),
        (0.1 + 0.2, "0.3"),
        (19647330100289, "19647330100289"),
        (1e15, "1000000000000000"),
        (0.00001, "0.00001"),
        (True, "TRUE"),
        (" x ", " x "),
        ((7, "00000"), "00007"),
        ((123456, "00000"), "123456"),
        ((date(2022, 3, 1), "m/d/yyyy"), "2022-03-01"),
        ((datetime(2022, 3, 1, 9, 5), "m/d/yyyy"), "2022-03-01"),
        ((datetime(2022, 3, 1, 9, 5), "m/d/yy h:mm"), "2022-03-01 09:05:00"),
        ((datetime(2022, 3, 1), "yyyy-mm-dd hh:mm:ss"), "2022-03-01 00:00:00"),
        ((datetime(2022, 3, 1, 9, 5, 7, 600_000), "m/d/yyyy h:mm:ss"), "2022-03-01 09:05:08"),
        ((time(9, 5), "h:mm"), "09:05:00"),
        ((timedelta(hours=30), "[h]:mm"), "30:00:00"),
    ],
)
def test_a_cell_is_the_text_that_a_person_sees(book, value, seen):
    assert column(book(Sheet=[["a"], [value]])) == [seen]


def test_an_error_is_seen_and_is_not_blank(book):
    def finish(_, sheet):
        sheet.write_formula("A2", "=1/0", None, "#DIV/0!")
        sheet.write_formula("A3", "=1+1", None, 2)

    assert column(book(finish, Sheet=[["a"]])) == ["#DIV/0!", "2"]


ODD = """
<row><c t="inlineStr"><is><r><t>a</t></r><r><t xml:space="preserve"> b</t></r></is></c></row>
<row><c t="d"><v>2022-03-01T09:05:00</v></c></row><row><c t="d"><v>2022-03-02</v></c></row>
<row><c><f>1+1</f></c></row><row><c><f>1+1</f><v/></c></row><row><c><f>1+1</f><v>2</v></c></row>
<row><c t="str"><f>""</f><v/></c><c><v>7</v></c></row>
<row><c t="inlineStr"><is><t>x</t></is></c></row>
"""


def test_what_other_programs_write_is_read_too(book):
    """Cells without a place, text in place, ISO dates, formulas that were never calculated."""
    path = changed(book(Sheet=[["a"]]), {SHEET: (CELLS.format(ODD) + ENDED).encode()})
    reader = opened(path)
    assert reader.header == ("a b", "")
    assert [cells[0] for _, cells in read(reader)[0]] == [
        "2022-03-01 09:05:00",
        "2022-03-02 00:00:00",
        "#FORMULA?",
        "#FORMULA?",
        "2",
        "",
        "x",
    ]


def test_blank_rows_are_skipped_but_counted(book):
    path = book(Sheet=[[None], ["a", "b"], [None], ["1", "x"], [" ", None], ["2"]])
    assert read(opened(path))[0] == [(4, ("1", "x")), (6, ("2", ""))]


def test_merged_headers_stand_over_each_of_their_columns(book):
    def finish(_, sheet):
        sheet.merge_range("B1:C1", "Math")
        sheet.merge_range("A1:A2", "School")

    path = book(finish, Sheet=[[None], [None, "Fall", "Spring"], ["s1", 1, 2]])
    reader = opened(path, header_rows=2)
    assert reader.header == ("School", "Math | Fall", "Math | Spring")
    assert read(reader)[0] == [(3, ("s1", "1", "2"))]


def test_titles_above_and_notes_below_are_left_out_where_declared(book):
    rows = [["Report of 2022"], ["a", "b"], [1, 2], ["Total", 3], ["see elsewhere"], [4, 5]]
    reader = opened(book(Sheet=rows), header_has=["a"], notes_below=["Total"])
    assert read(reader) == (
        [(3, ("1", "2"))],
        [(6, "row: stands below the notes that end the table")],
    )


def test_the_only_visible_sheet_with_a_table_is_the_one(book):
    def finish(_, sheet):
        if sheet.get_name() == "Lists":
            sheet.hide()

    path = book(finish, Empty=[], Data=[["a"], [1]], Lists=[["a"], [2]])
    assert column(path) == ["1"]
    assert column(path, sheet="lists") == ["2"]


def test_columns_of_one_name_are_refused_if_they_are_read(book):
    with pytest.raises(FileRefused, match="2 columns named 'a'"):
        column(book(Sheet=[["a", "a"], [1, 2]]))


def test_an_address_in_a_cell_is_no_reference_to_another_workbook(book):
    def finish(_, sheet):
        sheet.write_url("A2", "mailto:coach@example.org", string="coach@example.org")

    assert column(book(finish, Sheet=[["a"]])) == ["coach@example.org"]


def changed(path: Path, changes: dict[str, bytes]) -> Path:
    """The same workbook with other parts."""
    with zipfile.ZipFile(path) as before:
        parts = {name: before.read(name) for name in before.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as after:
        for name, content in (parts | changes).items():
            after.writestr(name, content)
    return path


SHEET = "xl/worksheets/sheet1.xml"
CELLS = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}'
ENDED = "</sheetData></worksheet>"
LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">
<!ENTITY lol1 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol2 "&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;">]><sst>&lol2;</sst>"""


@pytest.mark.parametrize(
    ("part", "content", "said"),
    [
        ("xl/sharedStrings.xml", LAUGHS, "defines a document type"),
        (SHEET, b"<!DOCTYPE x SYSTEM 'file:///etc/passwd'><x/>", "defines a document type"),
        ("xl/externalLinks/externalLink1.xml", b"<x/>", "refers to other workbooks"),
        (SHEET, b"<worksheet><sheetData><row>", "XML is damaged"),
        (SHEET, b"<?xml version='1.0' encoding='UT2022F-8'?><worksheet/>", "XML is damaged"),
        (SHEET, b"<?xml version='1.0' encoding='rot13'?><worksheet/>", "XML is damaged"),
        (
            SHEET,
            (CELLS.format('<row r="1"><c r="A1"><v>1</v></c></row>') +
             '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>' + ENDED).encode(),
            "span more than 20 million cells",
        ),
        (
            SHEET,
            (CELLS.format('<row r="1"><c r="ZZZZ1"><v>1</v></c></row>') + ENDED).encode(),
            "where none can be",
        ),
    ],
)  # fmt: skip
def test_hostile_workbooks_are_refused(book, part, content, said):
    path = changed(book(Sheet=[["a"], ["1"]]), {part: content})
    with pytest.raises(FileRefused, match=said):
        opened(path)


def test_a_workbook_that_lost_bytes_is_refused(book):
    path = book(Sheet=[["a"], ["1"]])
    whole = path.read_bytes()
    path.write_bytes(whole[:40] + whole[60:])
    with pytest.raises(FileRefused, match=r"it is damaged"):
        opened(path)


def test_too_many_errors_are_refused_and_none_is_kept(book, monkeypatch):
    monkeypatch.setattr("orchestration.reading.sheets.MOST_ERRORS", 2)
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="e"><v>#N/A</v></c></row>' for n in range(1, 9))
    path = changed(book(Sheet=[["a"]]), {SHEET: (CELLS.format(rows) + ENDED).encode()})
    with pytest.raises(FileRefused, match="more than 2 of its cells are errors"):
        opened(path)


def test_a_bomb_is_refused_by_its_directory_and_in_little_memory(book):
    path = book(Sheet=[["a"], ["1"]])
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as bomb,
        bomb.open("xl/media/big.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(600):
            part.write(bytes(1 << 20))
    tracemalloc.start()
    with pytest.raises(FileRefused, match="unzips to 600 MiB; expected 512 MiB"):
        opened(path)
    assert tracemalloc.get_traced_memory()[1] < 8 << 20
    tracemalloc.stop()


def test_a_directory_that_lies_about_a_size_is_found_out(book):
    path = changed(book(Sheet=[["a"], ["1"]]), {SHEET: b" " * (64 << 20)})
    content = path.read_bytes()
    size = (64 << 20).to_bytes(4, "little")
    assert content.count(size) == 2
    path.write_bytes(content.replace(size, (1000).to_bytes(4, "little")))
    tracemalloc.start()
    with pytest.raises(FileRefused, match="not of the size that its directory says"):
        opened(path)
    assert tracemalloc.get_traced_memory()[1] < 8 << 20
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "no workbook"), (b"a,b\n1,2\n", "no workbook"), (b"PK\x03\x04", "no workbook")],
)
def test_what_is_no_workbook_is_refused(tmp_path, content, said):
    path = tmp_path / ANY_NAME
    path.write_bytes(content)
    with pytest.raises(FileRefused, match=said):
        opened(path)
    with pytest.raises(FileRefused, match="cannot be opened or read: No such file"):
        opened(tmp_path / "gone.xlsx")


@pytest.mark.parametrize("name", ["book.xls", "book.csv", "book.ods", "book.xlsb", "book"])
def test_a_workbook_is_one_whatever_it_is_called(book, name):
    path = book(Sheet=[["a"], [1]])
    assert column(path.rename(path.with_name(name))) == ["1"]


def test_a_workbook_of_the_old_kind_says_how_to_save_it(tmp_path):
    path = tmp_path / "old.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    for kind in ("excel", "delimited", "kobo"):
        with pytest.raises(FileRefused, match=r"of the old kind \(\.xls\)"):
            open_file(path, Reads.model_validate({"format": kind}))


def test_a_workbook_that_a_contract_takes_for_text_says_so(book):
    with pytest.raises(FileRefused, match="it is a workbook, and the contract reads delimited"):
        open_file(book(Sheet=[["a"], [1]]), Reads())


def test_a_workbook_cut_off_or_spoilt_anywhere_is_read_or_refused(book):
    path = book(Sheet=[["a", "b"], [1, (date(2022, 3, 1), "m/d/yyyy")], ["x", 2.5]])
    content = path.read_bytes()
    for at in range(0, len(content), 97):
        for spoilt in (content[:at], content[:at] + b"\xff\x00" + content[at + 2 :]):
            path.write_bytes(spoilt)
            try:
                read(opened(path))
            except FileRefused as refusal:
                assert str(refusal).endswith(".")  # noqa: PT017 - refusal is one of two outcomes


def test_cells_without_a_value_do_not_make_a_workbook_large(book, monkeypatch):
    monkeypatch.setattr("orchestration.reading.sheets.MOST_CELLS", 100)
    bare = '<row r="90"><c r="B90" s="0"/></row>'
    table = '<row r="1"><c r="A1" t="str"><v>a</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>'
    content = (CELLS.format(table) + bare + ENDED).encode()
    assert column(changed(book(Sheet=[["a"]]), {SHEET: content})) == ["1"]
