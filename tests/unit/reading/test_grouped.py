"""Exports with several records a row: a class's students, a visit's ratings."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.reading import grouped
from orchestration.reading.chunks import Rejects
from orchestration.reading.contract_files import check_text, parse_contract
from orchestration.reading.errors import FileRefused
from orchestration.reading.formats import open_file
from orchestration.reading.reads import Reads
from orchestration.reading.registered import in_memory
from tests.unit.reading.test_mending import District, mended

ENROLLED = """
name: enrolled
version: 1
source: roster
description: A row a student and section, of the student information system.
reads:
  format: delimited
  grouped:
    by: [School, Section]
    counts:
      - {column: Students, of: Student ID, where: {column: Enrollment, values: [Active]}}
      - {column: EL, of: Student ID, where: {column: EL status, values: [EL, LTEL]}}
fields:
  class_id: {column: Section}
  school_id: {column: School}
  grade: {column: Grade}
  course: {column: Course}
  subject: {constant: mathematics}
  teacher_id: {column: Teacher ID}
  students: {column: Students}
  english_learners: {column: EL}
identifying: [Student ID, Teacher ID]
secret: [Student name]
"""
HEADER = [
    "school", "Section", "Grade", "Course", "Teacher ID",
    "Student ID", "Student name", "Enrollment", "EL Status",
]  # fmt: skip
STUDENTS = [
    ("s1", "101", "6", "Math 6", "T1", "900001", "Ana Paz", "Active", "EL"),
    ("s1", "102", "7", "Math 7", "T2", "900002", "Bo Lund", "active ", ""),
    ("s1", "101", "7", "Math 6", "T1", "900003", "Cy Ng", "Active", "ltel"),
    ("s1", "101", "6", "Math 6", "", "900001", "Ana Paz", "Active", "EL"),
    ("s1", "101", "6", "Math 6", "T1", "900004", "Di Roe", "Withdrawn", ""),
    ("s2", "101", "8", "Math 8", "T9", "", "", "Active", ""),
]
RATED = """
name: rated
version: 1
source: observations
description: A row a rating, of the observation platform.
reads:
  format: delimited
  grouped:
    by: [Visit]
    spreads: {names: Indicator, values: Rating, columns: [Use of materials]}
fields:
  observation_id: {column: Visit}
  observed_on: {column: Day}
  school_id: {column: School}
  class_id: {column: Class}
  observer_id: {column: Observer}
answers:
  materials: {column: Use of materials}
identifying: [Observer]
"""
RATINGS = [
    ("v1", "2022-03-01", "s1", "c1", "coach", "Discourse", "3"),
    ("v2", "2022-03-02", "s1", "c2", "coach", "use of materials", "as_designed"),
    ("v1", "2022-03-01", "s1", "c1", "coach", "Use of materials", "modified"),
    ("v3", "2022-03-03", "s1", "c3", "coach", "Use of materials", "as_designed"),
    ("v3", "2022-03-03", "s1", "c3", "coach", "Use of materials", "modified"),
    ("v4", "2022-03-03", "s1", "c4", "coach", "Discourse", "2"),
]
RATING = ["Visit", "Day", "School", "Class", "Observer", "Indicator", "Rating"]


def table(header, rows) -> str:
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows([header, *rows])
    return made.getvalue()


@pytest.fixture
def only(registry):
    def only(text: str):
        contract = parse_contract(text, "c.yaml", text.split()[1], registry)
        return {contract.name: contract}

    return only


def seats(rows) -> dict[tuple[str, str], tuple]:
    told = ("students", "english_learners", "grade", "line")
    return {(row["school_id"], row["class_id"]): tuple(row[name] for name in told) for row in rows}


def test_a_roster_of_students_is_one_of_classes_with_their_seats(land, read, rows_of, only, home):
    land("roster", "a.csv", table(HEADER, STUDENTS))
    account = read("roster", contracts=only(ENROLLED))
    assert seats(rows_of(account)) == {
        ("s1", "101"): (2, 2, "6", 2),
        ("s1", "102"): (1, 0, "7", 3),
        ("s2", "101"): (0, 0, "8", 7),
    }
    (one,) = account.files
    assert (one.rows_read, one.rows_accepted) == (3, 3)
    assert one.notes == (
        "records that were grouped: 6 into 3 rows",
        "rows whose records differ in 'Grade', where what most say stands: 1",
    )
    assert one.extra_columns == ()
    kept = [str(pq.read_table(path).to_pylist()) for path in home.root.rglob("*.parquet")]
    kept += [path.read_text() for path in home.accounts.rglob("*.json")]
    assert len(kept) == 3
    assert not any(named in text for named in ("900001", "Ana Paz") for text in kept)


def test_where_a_row_s_records_stand_is_no_matter(land, read, rows_of, only):
    found = []
    for rows in (STUDENTS, STUDENTS[::-1]):
        land("roster", "a.csv", table(HEADER, rows))
        found.append(seats(rows_of(read("roster", contracts=only(ENROLLED)))))
    forward, back = ({key: told[:3] for key, told in one.items()} for one in found)
    assert forward == back


def test_the_same_students_twice_are_the_same_classes(land, read, only):
    land("roster", "a.csv", table(HEADER, STUDENTS))
    land("roster", "b.csv", table(HEADER, STUDENTS))
    account = read("roster", contracts=only(ENROLLED))
    assert account.raw.rows == 3
    assert sorted((one.rows_accepted, one.rows_superseded) for one in account.files) == [
        (0, 3), (3, 0),
    ]  # fmt: skip


def test_ratings_of_a_row_each_are_one_visit(land, read, rows_of, quarantined, only):
    land("observations", "a.csv", table(RATING, RATINGS))
    account = read("observations", contracts=only(RATED))
    answers = {row["observation_id"]: row["answers"] for row in rows_of(account)}
    assert {visit: one[0]["code"] for visit, one in answers.items() if one} == {
        "v1": "modified", "v2": "as_designed",
    }  # fmt: skip
    (one,) = account.files
    assert (one.rows_read, one.rows_accepted) == (4, 2)
    assert Counter(row["reason"] for row in quarantined(account)) == {
        grouped.AGAIN: 1, "materials (column Use of materials): required, but blank": 1,
    }  # fmt: skip


def test_a_record_that_cannot_be_split_is_a_row_of_its_own(land, read, only):
    land("roster", "a.csv", table(HEADER, STUDENTS) + "ragged\n")
    (one,) = read("roster", contracts=only(ENROLLED)).files
    assert (one.rows_read, one.rows_accepted, one.rows_quarantined) == (4, 3, 1)


def test_a_file_without_what_is_counted_is_refused_by_its_name(land, read, only):
    land("roster", "a.csv", table(HEADER[:5], [row[:5] for row in STUDENTS]))
    (one,) = read("roster", contracts=only(ENROLLED)).files
    assert "needs the columns Student ID, Enrollment, EL status" in one.refused


def test_more_than_memory_is_to_hold_is_refused(land, read, only, monkeypatch):
    monkeypatch.setattr(grouped, "MOST", 100)
    land("roster", "a.csv", table(HEADER, STUDENTS))
    (one,) = read("roster", contracts=only(ENROLLED)).files
    assert "the most that is grouped into rows: send it in parts" in one.refused


def test_a_class_that_was_refused_is_mended_with_its_seats(tmp_path):
    district = District(tmp_path / "data")
    (district.home.root / "contracts").mkdir(exist_ok=True)
    unmapped = ENROLLED.replace("{constant: mathematics}", "{column: Course, map: subject}")
    (district.home.root / "contracts" / "enrolled.yaml").write_text(unmapped)
    folder = district.home.landing / "roster" / "2021-22-spring"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text(table(HEADER, STUDENTS).replace("Math 6", "Pottery"))
    assert district.accounts("roster")["a.csv"] == (3, 0, 3, 0)
    path = tmp_path / "mend.csv"
    assert district.told("export", str(path), "--source", "roster").exit_code == 0
    assert "900001" not in path.read_text()
    mended(path, path, Course_0="Mathematics")
    assert district.told("land", str(path)).exit_code == 0
    account = district.read("roster")
    rows = pq.read_table(district.home.root / account.raw.path).to_pylist()
    assert [(row["class_id"], row["students"]) for row in rows] == [("101", 2)]


COUNTS = ENROLLED[ENROLLED.index("    counts:") : ENROLLED.index("fields:")]
PROBLEMS = {
    "a secret column": ("secret: [Student name]", "secret: [Student ID]", "is secret"),
    "a name that stands there": ("column: EL,", "column: Section,", "'Section' is made, and"),
    "nothing made": (COUNTS, "", "say what the records of a row make"),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_cannot_be_grouped_is_told_with_the_contract(registry, name):
    old, new, said = PROBLEMS[name]
    problems = check_text(ENROLLED.replace(old, new, 1), "c.yaml", "enrolled", registry).problems
    assert any(said in one for one in problems), problems


CELL = st.sampled_from(["", "a", "b", " B", "ü"])
GROUPS = Reads.model_validate(
    {
        "grouped": {
            "by": ["k"],
            "counts": [
                {"column": "all", "of": "x"},
                {"column": "some", "of": "x", "where": {"column": "w", "values": ["b"]}},
            ],
            "spreads": {"names": "w", "values": "y", "columns": ["A"]},
        }
    }
)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("grouped") / "a.csv"


@given(st.lists(st.tuples(CELL, CELL, CELL, CELL), max_size=30))
@settings(max_examples=60)
def test_rows_are_what_a_loop_over_their_records_makes(path, records):
    path.write_text(table("kxyw", records))
    groups = defaultdict(list)
    for record in records:
        k, x, y, w = map(str.strip, record)
        groups[k].append((x, y, w.lower()))
    expected, rejected = {}, 0
    for k, own in groups.items():
        spread = {y for _, y, w in own if w == "a"} - {""}
        if len(spread) > 1:
            rejected += 1
            continue
        said = Counter(x for x, _, _ in own if x)
        expected[k] = {
            "x": min(said, key=lambda text: (-said[text], text.encode()), default=""),
            "all": str(len(said)),
            "some": str(len({x for x, _, w in own if w == "b"} - {""})),
            "A": next(iter(spread), ""),
        }
    chunks = list(open_file(path, GROUPS).chunks(["k", "x", "all", "some", "A"]))
    rows = {row.pop("k"): row for chunk in chunks for row in chunk.cells.to_pylist()}
    assert rows == expected
    assert len(Rejects.of([chunk.rejects for chunk in chunks]).lines) == rejected
    assert sum(chunk.rows for chunk in chunks) == len(groups)
    assert chunks[0].notes[0].endswith(f": {len(records)} into {len(groups)} rows")


def test_a_bundle_is_not_grouped():
    with pytest.raises(ValueError, match="is known"):
        Reads.model_validate({"format": "oneroster", "grouped": GROUPS.grouped})


def test_what_is_grouped_is_refused_as_its_reader_refuses(path):
    path.write_text('k,x,y,w\n"')
    with pytest.raises(FileRefused, match="never closed"):
        list(open_file(path, GROUPS).chunks(["k"]))


def test_sql_over_people_has_nowhere_to_spill_to():
    with in_memory() as con:
        assert con.execute("select current_setting('temp_directory')").fetchall() == [("",)]
