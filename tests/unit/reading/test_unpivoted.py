"""Sheets with a column a session: a row for each cell."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.reading import unpivoted
from orchestration.reading.contract_files import check_text, parse_contract
from orchestration.reading.errors import FileRefused
from orchestration.reading.formats import open_file
from orchestration.reading.reads import Reads
from tests.unit.reading.test_grouped import RATED
from tests.unit.reading.test_mending import District, mended

SIGNED = """
name: signed
version: 1
source: pl_attendance
description: A row a teacher, and a column a session.
reads:
  format: delimited
  unpivoted: {names: Session, values: Mark, besides: [Name, Email, School, Role]}
fields:
  session_id: {column: Session}
  educator_id: {column: Email}
  school_id: {column: School}
  role: {column: Role, map: role, unmapped: keep}
  attended: {column: Mark, map: attended}
identifying: [Email]
secret: [Name]
"""
EXPECTED = SIGNED.replace("Role]}", 'Role], blank: "no"}')
SHEET = """\
Name,email,school,Role,Launch,Unit 1 (9/14),
Ana Paz,ana@lausd.example,s1,Teacher,x,X,
Bo Lund,bo@lausd.example,s1,Teacher,,absent,ring her
Cy Ng,cy@lausd.example,s2,Coach,x, ,
"""


@pytest.fixture
def only(registry):
    def only(text: str):
        return {"signed": parse_contract(text, "c.yaml", "signed", registry)}

    return only


def seats(rows) -> list[tuple]:
    return [(row["session_id"], row["school_id"], row["attended"], row["line"]) for row in rows]


def test_each_cell_is_a_row_beside_what_stands_of_its_record(land, read, rows_of, only, home):
    land("pl_attendance", "a.csv", SHEET)
    account = read("pl_attendance", contracts=only(SIGNED))
    rows = rows_of(account)
    assert seats(rows) == [
        ("Launch", "s1", "yes", 2),
        ("Unit 1 (9/14)", "s1", "yes", 2),
        ("Unit 1 (9/14)", "s1", "no", 3),
        ("Launch", "s2", "yes", 4),
    ]
    assert len({row["educator_id"] for row in rows}) == 3
    (one,) = account.files
    assert (one.rows_read, one.rows_accepted, one.extra_columns) == (4, 4, ())
    assert one.notes == (
        "records that were unpivoted: 3 into 4 rows",
        "blank cells, of which no row is made: 2",
    )
    kept = [str(pq.read_table(path).to_pylist()) for path in home.root.rglob("*.parquet")]
    assert not any(named in text for named in ("Ana Paz", "ana@", "ring her") for text in kept)


def test_a_blank_cell_is_what_the_contract_says_it_is(land, read, rows_of, only):
    land("pl_attendance", "a.csv", SHEET)
    account = read("pl_attendance", contracts=only(EXPECTED))
    assert [told[2] for told in seats(rows_of(account))] == ["yes", "yes", "no", "no", "yes", "no"]
    assert account.files[0].notes[1] == "blank cells, taken for what the contract says: 2"


def test_another_session_needs_no_other_contract(land, read, rows_of, only):
    lines = [line.rstrip(",") for line in SHEET.replace(",ring her", "").splitlines()]
    longer = [f"{line},{cell}" for line, cell in zip(lines, ("Unit 2", "x", "x", ""), strict=True)]
    land("pl_attendance", "a.csv", "\n".join(longer))
    told = seats(rows_of(read("pl_attendance", contracts=only(SIGNED))))
    assert [one for one in told if one[0] == "Unit 2"] == [
        ("Unit 2", "s1", "yes", 2), ("Unit 2", "s1", "yes", 3)
    ]  # fmt: skip


def test_a_contract_may_name_its_sessions_and_then_asks_for_them(land, read, rows_of, only):
    named = SIGNED.replace("besides: [Name, Email, School, Role]", "columns: [Launch]")
    land("pl_attendance", "a.csv", SHEET)
    account = read("pl_attendance", contracts=only(named))
    assert seats(rows_of(account)) == [("Launch", "s1", "yes", 2), ("Launch", "s2", "yes", 4)]
    assert account.files[0].extra_columns == ("Unit 1 (9/14)",)
    land("pl_attendance", "a.csv", SHEET.replace("Launch", "Kick-off"))
    (one,) = read("pl_attendance", contracts=only(named)).files
    assert "needs the column Launch" in one.refused


def test_a_mark_that_nobody_knows_is_set_aside_alone_and_mended_alone(tmp_path):
    """Of one line's three rows one is refused, and another of another line."""
    district = District(tmp_path / "data")
    (district.home.root / "contracts").mkdir(exist_ok=True)
    (district.home.root / "contracts" / "signed.yaml").write_text(SIGNED)
    folder = district.home.landing / "pl_attendance" / "2021-22-spring"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text(
        "Name,Email,School,Role,One,Two,Three\n"
        "Ana,a@x.example,s1,Teacher,x,ill,?\n"
        "Bo,b@x.example,s1,Teacher,x,,\n"
    )
    assert district.accounts("pl_attendance")["a.csv"] == (4, 2, 2, 0)
    path = tmp_path / "mend.csv"
    assert district.told("export", str(path), "--source", "pl_attendance").exit_code == 0
    (one, two) = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
    assert (one["Session"], one["Mark"], two["Session"], two["Mark"]) == (
        "Two",
        "ill",
        "Three",
        "?",
    )
    mended(path, path, Mark_0="absent", Mark_1="hm")
    assert district.told("land", str(path)).exit_code == 0
    account = district.read("pl_attendance")
    rows = pq.read_table(district.home.root / account.raw.path).to_pylist()
    found = sorted((row["session_id"], row["attended"]) for row in rows)
    assert found == [("One", "yes"), ("One", "yes"), ("Two", "no")]
    # what a person wrote stands in place of what was refused, and is refused in its own right
    read, accepted, refused, superseded = district.accounts("pl_attendance").pop("a.csv")
    assert (read, accepted, refused, superseded) == (4, 2, 0, 2)
    (left,) = json.loads(district.told("show", "--json").stdout)
    assert (left["cells"]["Session"], left["cells"]["Mark"]) == ("Three", "hm")


def test_headings_of_a_workbook_that_are_days_are_days(land, read, rows_of, only):
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ["Name", "Email", "School", "Role"])
        sheet.write_datetime(0, 4, date(2022, 3, 14), made.add_format({"num_format": "m/d/yyyy"}))
        sheet.write_row(1, 0, ["Ana", "a@x.example", "s1", "Teacher", 1])
    land("pl_attendance", "a.xlsx", held.getvalue())
    signed = SIGNED.replace("format: delimited", "format: excel")
    told = seats(rows_of(read("pl_attendance", contracts=only(signed))))
    assert told == [("2022-03-14", "s1", "yes", 2)]


def test_a_sheet_without_any_session_is_refused(land, read, only):
    land("pl_attendance", "a.csv", "Name,Email,School,Role\nAna,a@x.example,s1,Teacher\n")
    (one,) = read("pl_attendance", contracts=only(SIGNED)).files
    assert "no columns but those that the contract names under 'besides'" in one.refused


ROWS = """\
Email,School,Role,Session,Mark,Minutes
ana@lausd.example,s1,Teacher,Launch,x,90
"""


def test_an_export_of_rows_is_no_sheet_of_sessions(land, read, only):
    land("pl_attendance", "a.csv", ROWS)
    (one,) = read("pl_attendance", contracts=only(SIGNED)).files
    assert "it has a column named 'Session', which the contract makes of others" in one.refused


def test_sheets_and_rows_may_land_together_each_with_its_contract(land, read, rows_of, registry):
    sheet = SIGNED.replace("Session", "Held").replace("Mark", "Came")
    rows = SIGNED.replace("name: signed", "name: rows", 1).replace("secret: [Name]\n", "")
    rows = rows.replace(SIGNED[SIGNED.index("  unpivoted:") : SIGNED.index("fields:")], "")
    contracts = {
        name: parse_contract(text, "c.yaml", name, registry)
        for name, text in (("signed", sheet), ("rows", rows))
    }
    land("pl_attendance", "rows.csv", ROWS)
    land("pl_attendance", "sheet.csv", SHEET.replace("Launch", "Start"))
    account = read("pl_attendance", contracts=contracts)
    found = {one.file: (one.contract, one.rows_accepted) for one in account.files}
    assert found == {"rows.csv": ("rows", 1), "sheet.csv": ("signed", 4)}


PROBLEMS = {
    "a column that is read": ("Email, School, Role]}", "School, Role]}", "list 'Email' here"),
    "a secret column": ("besides: [Name, ", "besides: [", "list 'Name' here"),
    "a column of its own": (
        "besides: [Name, Email, School, Role]", "columns: [Role]", "'Role' is read as a column",
    ),
    "both": ("besides:", "columns: [Launch], besides:", "say which columns"),
    "neither": (", besides: [Name, Email, School, Role]", "", "say which columns"),
    "a name that stands there": ("names: Session", "names: School", "'School' is named twice"),
    "grouped, too": (
        "  unpivoted:", "  grouped: {by: [Email], counts: [{column: n, of: School}]}\n  unpivoted:",
        "rows are made in one way",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_cannot_be_unpivoted_is_told_with_the_contract(registry, name):
    old, new, said = PROBLEMS[name]
    problems = check_text(SIGNED.replace(old, new, 1), "c.yaml", "signed", registry).problems
    assert any(said in one for one in problems), problems


def test_rows_that_are_told_apart_by_their_lines_are_not_made_of_one(registry):
    spread = RATED[RATED.index("  grouped:") : RATED.index("fields:")]
    text = RATED.replace(
        spread, "  unpivoted: {names: Use of materials, values: v, besides: [Visit]}\n"
    )
    (first, *_) = check_text(text, "c.yaml", "rated", registry).problems
    assert first.startswith("c.yaml, line 8: rows of observations are told apart by their lines")


CELL = st.sampled_from(["", "a", " ", " B", "ü", '="01"'])


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("unpivoted") / "a.csv"


@given(st.lists(st.tuples(CELL, CELL, CELL, CELL), max_size=30), st.sampled_from([None, "no"]))
@settings(max_examples=60)
def test_rows_are_what_a_loop_over_cells_makes(path, records, blank):
    made = io.StringIO()
    # a record of blanks alone is one where something is quoted
    csv.writer(made, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(["kxyz", *records])
    path.write_text(made.getvalue())
    expected = []
    for line, (k, *cells) in enumerate(records, start=2):
        for name, cell in zip("xyz", cells, strict=True):
            text = "01" if "01" in cell else cell.strip()
            if text or blank:
                expected.append((k, name, text or blank, line))
    reads = Reads.model_validate(
        {"unpivoted": {"names": "n", "values": "v", "besides": ["k"], "blank": blank}}
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(unpivoted, "ROWS", 7)
        chunks = list(open_file(path, reads).chunks(["v", "k", "n"]))
    found = [
        (row["k"], row["n"], row["v"], int(line))
        for chunk in chunks
        for row, line in zip(chunk.cells.to_pylist(), chunk.lines, strict=True)
    ]
    assert found == expected
    assert chunks[-1].notes[0].endswith(f": {len(records)} into {len(expected)} rows")


def test_what_is_unpivoted_is_refused_as_its_reader_refuses(path):
    path.write_text('k,x\n"')
    reads = Reads.model_validate({"unpivoted": {"names": "n", "values": "v", "besides": ["k"]}})
    with pytest.raises(FileRefused, match="never closed"):
        list(open_file(path, reads).chunks(["k"]))
