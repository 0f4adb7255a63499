"""Files that are no table, each refused with what it is; and tables that begin like one of them."""

import gzip
import io
import zipfile

import pytest
import xlsxwriter

CSV = b"a,b\n1,2\n"


REFUSED = {
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "it is a PDF"),
    "gzip": (gzip.compress(CSV), "it is compressed: unpack it"),
    "parquet": (b"PAR1\x15\x04\x15\x1ePAR1", "it is a Parquet or Arrow file: save it as CSV."),
    "spss": (b"$FL2@(#) SPSS DATA FILE\0\0", "it is an SPSS file"),
    "page": (b"\xef\xbb\xbf\n<HTML><table><tr><td>School</td></tr></table>", "it is a web page"),
    "xml": (b'<?xml version="1.0"?>\n<Workbook><Worksheet/></Workbook>', "it is XML"),
    "json": (b'[{"id": 1}]', "it is JSON"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_is_refused_by_what_it_is(land, read, name):
    content, said = REFUSED[name]
    land("observations", f"{name}.csv", content)
    (refusal,) = [one.refused for one in read("observations").files]
    assert said in refusal


def test_a_workbook_that_holds_another_is_a_workbook(land, read):
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet().write_row(0, 0, ["a", "b"])
    with zipfile.ZipFile(made, "a") as file:
        file.writestr("xl/embeddings/another.xlsx", CSV)
    land("observations", "book.xlsx", made.getvalue())
    (refusal,) = [one.refused for one in read("observations").files]
    assert "zip" not in refusal


@pytest.mark.parametrize("first", ["[id", "{", "<School>", "%PDF", "PAR"])
def test_a_column_may_be_called_nearly_anything(land, read, visits, first):
    text = visits({})
    header, _, rows = text.partition("\n")
    land("observations", "a.csv", f"{first},{header}\n" + "x," + rows)
    (one,) = read("observations").files
    assert one.extra_columns == (first,)
