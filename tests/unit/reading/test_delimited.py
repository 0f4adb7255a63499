"""Reading delimited files: cells as they stood, their lines, and what is refused."""

from pathlib import Path

import pytest

from orchestration.reading.delimited import DelimitedReader
from orchestration.reading.errors import FileRefused
from orchestration.reading.reads import Reads


@pytest.fixture
def opened(tmp_path: Path):
    def opened(content: str | bytes, delimiter: str = ",", **bounds) -> DelimitedReader:
        path = tmp_path / "file.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return DelimitedReader(path, Reads(delimiter=delimiter), **bounds)

    return opened


def read(reader: DelimitedReader, *columns: str):
    rows, rejects = [], []
    for chunk in reader.chunks(columns or reader.header):
        cells = [tuple(row.values()) for row in chunk.cells.to_pylist()]
        rows += list(zip(chunk.lines.tolist(), cells, strict=True))
        rejected = chunk.rejects
        rejects += list(zip(rejected.lines.tolist(), rejected.reasons.to_pylist(), strict=True))
    return rows, rejects


def test_cells_are_the_text_that_stood_there(opened):
    reader = opened('a,b\n 1 ,"x, ""y"""\n"",\n007,"two\nlines"\n')
    assert read(reader)[0] == [
        (2, (" 1 ", 'x, "y"')),
        (3, ("", "")),
        (4, ("007", "two\nlines")),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_marks_leave_no_trace(opened, end, bom):
    reader = opened(bom + end.join(["a,b", "1,2", "", "3,4", ""]).encode())
    assert reader.header == ("a", "b")
    assert read(reader) == ([(2, ("1", "2")), (4, ("3", "4"))], [])


def test_blank_lines_are_skipped_but_counted(opened):
    assert read(opened("\n\na\n\n1\n\n\n2\n"))[0] == [(5, ("1",)), (8, ("2",))]


def test_only_the_columns_asked_for_are_kept(opened):
    assert read(opened("a,secret,b\n1,x,2\n"), "b", "a")[0] == [(2, ("2", "1"))]


def test_a_header_is_trimmed(opened):
    assert opened(" a , b\n").header == ("a", "b")


def test_a_header_without_rows_has_no_rows(opened):
    assert read(opened("a,b\n")) == ([], [])
    assert read(opened("a,b")) == ([], [])


def test_other_delimiters_are_the_contract_s_to_declare(opened):
    assert read(opened("a;b\n1,5;2\n", delimiter=";"))[0] == [(2, ("1,5", "2"))]


def test_records_that_cannot_be_split_are_rejected_with_their_line(opened):
    reader = opened(b"a,b\n1,2\n3\n4,5,6\n7,\xff\n8,\x009\n10,\xc3\xa9\n")
    assert read(reader) == (
        [(2, ("1", "2")), (7, ("10", "é"))],
        [
            (3, "row: fewer cells than the header's 2"),
            (4, "row: more cells than the header's 2"),
            (5, "row: not UTF-8 text"),
            (6, "row: holds a NUL byte"),
        ],
    )


@pytest.mark.parametrize("block", [1, 3, 7, 16, 1000])
def test_blocks_make_no_difference(opened, block):
    content = 'a,b\r\n"x\r\n""y""",é\r\n\r\nragged\r\n1,"2"\r\n'
    assert read(opened(content, block=block)) == (
        [(2, ('x\r\n"y"', "é")), (6, ("1", "2"))],
        [(5, "row: fewer cells than the header's 2")],
    )


def test_many_tiny_records_come_in_bounded_chunks(opened, monkeypatch):
    monkeypatch.setattr("orchestration.reading.delimited.MOST_RECORDS", 3)
    reader = opened(b'a,b\n1,"x\ny"\n\n2\n3,\xff\n4,\xc3\xa9\n5,\n6,7\n\n8,9\n')
    chunks = list(reader.chunks(("a", "b")))
    assert [chunk.rows for chunk in chunks] == [3, 3, 1]
    assert read(reader) == (
        [(2, ("1", "x\ny")), (7, ("4", "é")), (8, ("5", "")), (9, ("6", "7")), (11, ("8", "9"))],
        [(5, "row: fewer cells than the header's 2"), (6, "row: not UTF-8 text")],
    )


def test_a_character_cut_by_a_block_is_still_a_character(opened):
    content = "a\n" + "é\n" * 50
    for block in range(1, 12):
        assert read(opened(content, block=block)) == ([(n, ("é",)) for n in range(2, 52)], [])


def test_invalid_bytes_are_found_wherever_they_stand(opened):
    lines = [b"ok \xe2\x82\xac"] * 300_000
    for at in (0, 131_000, 262_143, 299_999):
        lines[at] = b"\xe2\x82"
    rows, rejects = read(opened(b"a\n" + b"\n".join(lines)))
    assert len(rows) == 299_996
    assert [line - 2 for line, _ in rejects] == [0, 131_000, 262_143, 299_999]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty; expected a header"),
        (b"\n\n", "the file is empty; expected a header"),
        (b"\xef\xbb\xbf", "the file is empty; expected a header"),
        ("a,b\n".encode("utf-16"), "line 1: the header is not UTF-8 text"),
        ("a,b\n".encode("utf-16-le"), "line 1: the header holds NUL bytes"),
        (b"na\xefve,b\n1,2\n", "line 1: the header is not UTF-8 text"),
    ],
)
def test_a_file_without_a_readable_header_is_refused(opened, content, said):
    with pytest.raises(FileRefused, match=said):
        opened(content)


def test_an_unclosed_quote_refuses_the_file_and_says_where(opened):
    with pytest.raises(FileRefused, match="line 3: a quote opened in the record"):
        read(opened('a,b\n1,2\n3,"4\n5,6\n'))


def test_a_record_beyond_all_bounds_is_refused(opened):
    content = "a,b\n1,2\n3," + "x" * 5000 + "\n"
    for block in (64, 100_000):
        with pytest.raises(FileRefused, match="line 3: the record that starts here is longer"):
            read(opened(content, block=block, longest=4000))


def test_a_column_that_stands_twice_is_refused_if_it_is_read(opened):
    content = "a,b,b\n1,2,3\n"
    assert read(opened(content), "a")[0] == [(2, ("1",))]
    with pytest.raises(FileRefused, match="2 columns named 'b'"):
        read(opened(content), "b")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FileRefused, match="cannot be opened or read: No such file"):
        DelimitedReader(tmp_path / "gone.csv", Reads())


DIALECTS = ("utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1252", "mac_roman")
STATED = {"cp1252": "windows-1252", "utf-8-sig": "utf-8"}


def stated(codec: str) -> str:
    return "utf-16" if codec.startswith("utf-16") else STATED.get(codec, codec)


@pytest.fixture
def told(tmp_path: Path):
    def told(content: bytes, block: int = 1 << 20, **reads) -> DelimitedReader:
        path = tmp_path / "told.csv"
        path.write_bytes(content)
        return DelimitedReader(path, Reads.model_validate(reads), block=block)

    return told


@pytest.mark.parametrize("codec", DIALECTS)
@pytest.mark.parametrize("block", [2, 5, 64, 1 << 20])
def test_text_in_any_encoding_is_read_as_it_stood(told, codec, block):
    text = 'name,said\r\nJosé,"“so”\r\nhe said"\r\n\r\nZoë,–\r\n'
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(codec, b"")
    reader = told(mark + text.encode(codec), block, encoding=stated(codec))
    assert read(reader) == (
        [(2, ("José", "“so”\r\nhe said")), (5, ("Zoë", "–"))],
        [],
    )


@pytest.mark.parametrize(
    ("codec", "mark"),
    [
        *((codec, b"") for codec in ("utf-8", "utf-8-sig", "utf-16-le", "utf-16-be")),
        *(("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")),
        *(("cp1252", b""), ("mac_roman", b"")),
    ],
)
def test_an_encoding_that_the_contract_leaves_open_is_told_from_the_file(told, codec, mark):
    names = ["José", "María Núñez", "Zoë", "François", "Iñigo", "Jürgen Groß"]
    text = "id,name\n" + "".join(f"{n},{name}\n" for n, name in enumerate(names))
    rows, rejects = read(told(mark + text.encode(codec), encoding="any"))
    assert [name for _, (_, name) in rows] == names
    assert not rejects


@pytest.mark.parametrize("codec", ["cp1252", "mac_roman"])
@pytest.mark.parametrize(
    "said",
    ["I don’t know", "We’re late", "I’ve seen it", "I’m new", "Math – all", "6–8", "• yes", "“so”"],
)
def test_a_mark_of_english_text_tells_its_encoding(told, said, codec):
    rows, _ = read(told(f"id,said\n1,{said}\n".encode(codec), encoding="any"))
    assert rows == [(2, ("1", said))]


def test_text_that_several_encodings_read_differently_is_refused_and_never_guessed(told):
    content = "id,said\n1,it’s fine\n".encode("cp1252")
    assert "it\u00edfine" not in content.decode("mac_roman")
    with pytest.raises(FileRefused, match="windows-1252 or mac_roman, which differ"):
        told(content, encoding="any")
    assert read(told(content, encoding="windows-1252"))[0] == [(2, ("1", "it’s fine"))]


def test_a_byte_order_mark_that_contradicts_the_contract_refuses_the_file(told):
    with pytest.raises(FileRefused, match="byte order mark says UTF-8, but the contract mac_roman"):
        told("a\né\n".encode("utf-8-sig"), encoding="mac_roman")


def test_a_spoilt_row_does_not_make_a_file_of_utf_8_another(told):
    content = "a,b\n1,José\n2,Zoë\n".encode() + b"3,\xe9\n"
    assert read(told(content, encoding="any")) == (
        [(2, ("1", "José")), (3, ("2", "Zoë"))],
        [(4, "row: not UTF-8 text")],
    )


def test_bytes_that_an_encoding_lacks_reject_their_row_alone(told):
    content = b"a,b\n1,\x81\n2,\xe9\n"
    assert read(told(content, encoding="windows-1252")) == (
        [(3, ("2", "é"))],
        [(2, "row: not windows-1252 text")],
    )
    cut_off = "a,b\n1,2\n3,4".encode("utf-16")[:-1]
    assert read(told(cut_off, encoding="utf-16")) == (
        [(2, ("1", "2"))],
        [(3, "row: not UTF-16 text")],
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_delimiter_that_the_contract_leaves_open_is_told_from_the_file(told, delimiter):
    rows = [["who", "what, if anything; and", "n"], ["a", "x | y", "1"], ["b", "", "2"]]
    lines = [delimiter.join(f'"{cell}"' for cell in row) + "\n" for row in rows]
    reader = told("".join(lines).encode(), delimiter="any")
    assert reader.header == tuple(rows[0])
    assert [cells for _, cells in read(reader)[0]] == [tuple(row) for row in rows[1:]]


def test_a_file_of_one_column_needs_no_delimiter(told):
    assert read(told(b"id\n1\n2\n", delimiter="any"))[0] == [(2, ("1",)), (3, ("2",))]


def test_two_delimiters_that_split_alike_refuse_the_file(told):
    with pytest.raises(FileRefused, match="separated by comma and semicolon"):
        told(b"a,b;c\n1,2;3\n", delimiter="any")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("block", [2, 1 << 20])
@pytest.mark.parametrize("hint", ["sep=;", "SEP=;"])
def test_a_first_line_that_names_the_delimiter_is_believed_and_is_no_header(told, end, block, hint):
    content = end.join([hint, "a,b;c", "1,2;3", ""]).encode("utf-16")
    for reads in ({"delimiter": "any"}, {"delimiter": ";"}):
        reader = told(content, block, encoding="any", **reads)
        assert read(reader) == ([(3, ("1,2", "3"))], [])
        assert reader.header == ("a,b", "c")


def test_a_cell_that_says_so_below_the_first_line_is_one(told):
    assert read(told(b"id,n\nsep=;,1\n", delimiter="any"))[0] == [(2, ("sep=;", "1"))]


def test_titles_above_the_header_are_left_out_where_the_contract_names_its_columns(told):
    content = b"District report,,\n,,\nSchool , n,rate\ns1,2,3\n"
    reader = told(content, header_has=["School", "n"])
    assert reader.header == ("School", "n", "rate")
    assert read(reader) == ([(4, ("s1", "2", "3"))], [])
    with pytest.raises(FileRefused, match="none of its first 4 records is the header"):
        told(content, header_has=["School", "total"])


def test_a_header_may_stand_on_several_rows(told):
    reader = told(b"Grade,Math,Math\n,Fall,Spring\n3,1,2\n", header_rows=2)
    assert reader.header == ("Grade", "Math | Fall", "Math | Spring")
    assert read(reader)[0] == [(3, ("3", "1", "2"))]


@pytest.mark.parametrize(
    ("above", "below", "names"),
    [
        ("Grade,,Math,", ",Name,Fall,Spring", ("Grade", "Name", "Math | Fall", "Math | Spring")),
        (",Math,,", "Grade,Fall,,Spring", ("Grade", "Math | Fall", "", "Math | Spring")),
        ("Math,,Art,", "Fall,Spring,Fall,Spring",
         ("Math | Fall", "Math | Spring", "Art | Fall", "Art | Spring")),
        ("Math", "Fall,Spring", ("Math | Fall", "Math | Spring")),
    ],
)  # fmt: skip
def test_a_heading_goes_on_over_the_blanks_on_its_right(told, above, below, names):
    assert told(f"{above}\n{below}\n".encode(), header_rows=2).header == names


@pytest.mark.parametrize("block", [4, 31, 1 << 20])
def test_notes_below_end_the_table_and_a_row_among_them_is_refused(told, block):
    content = (
        b'a,b\n1,2\n3,4,5\n"Note: counts\nmay differ",\n second line of it\n,\n5,6\nTotal,9\nx\n'
    )
    reader = told(content, block, notes_below=["Note", "Total"])
    assert read(reader) == (
        [(2, ("1", "2"))],
        [
            (3, "row: more cells than the header's 2"),
            (8, "row: stands below the notes that end the table"),
        ],
    )


def test_where_no_note_is_declared_every_record_is_a_row(told):
    rows, rejects = read(told(b"a,b\n1,2\nTotal,9\nNote\n"))
    assert [cells for _, cells in rows] == [("1", "2"), ("Total", "9")]
    assert [line for line, _ in rejects] == [4]


def test_a_delimiter_within_quotes_is_none_even_of_every_record(told):
    reader = told(b'"who, when","said"\n"a, b","x"\n', delimiter="any")
    assert reader.header == ("who, when", "said")


def test_a_sample_that_ends_within_quotes_still_tells_its_delimiter(told, monkeypatch):
    monkeypatch.setattr("orchestration.reading.delimited.SAMPLE", 30)
    reader = told(b'"a, b";"said"\n"1";"x"\n"2";"a, long, text;\n of two lines"\n', delimiter="any")
    assert [cells[0] for _, cells in read(reader)[0]] == ["1", "2"]
