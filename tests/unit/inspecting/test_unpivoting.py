"""Drafts for sheets of who came, with a column a session."""

import pytest

from tests.unit.inspecting.test_grouping import draft_of
from tests.unit.inspecting.test_inspecting import by_draft, told

WHO = ("Name", "Email", "School", "Role")
PEOPLE = [(f"Ana P{n}az", f"a{n}@d.org", "Adams MS", "Teacher") for n in range(12)]


def sheet(*columns: tuple[str, str]) -> tuple[list[str], list[list[str]]]:
    """A header and rows: each column a heading and what stands below it, over and over."""
    header = [*WHO, *(heading for heading, _ in columns)]
    marks = [cells.split("|") for _, cells in columns]
    return header, [[*one, *(own[n % len(own)] for own in marks)] for n, one in enumerate(PEOPLE)]


SIGNED = sheet(("Session 1 (8/12)", "x|x|"), ("Session 2 (9/14)", "X||"), ("Session 3 (5/2)", ""))


def test_each_mark_of_a_sheet_of_sessions_is_a_row(home, export):
    path = export(*SIGNED)
    draft = draft_of(path)
    assert draft["source"] == "pl_attendance"
    assert draft["reads"]["unpivoted"] == {
        "names": "Session", "values": "Attended", "besides": [*WHO], "blank": "no"
    }  # fmt: skip
    assert draft["fields"]["session_id"] == {"column": "Session"}
    assert draft["fields"]["attended"] == {"column": "Attended", "map": "attended"}
    assert draft["identifying"] == ["Email"]
    assert "was everybody expected" in told(path, "--propose").stdout
    one = by_draft(home, path)
    assert (one.rows_read, one.rows_accepted) == (36, 36)


def test_where_absences_are_marked_a_blank_is_none(home, export):
    days = ("8/12/2021", "9/14/2021", "10/12/2021", "11/9/2021", "12/7/2021")
    path = export(*sheet(*((day, "Present|Absent|") for day in days)))
    draft = draft_of(path)
    assert draft["source"] == "pl_attendance"
    assert "blank" not in draft["reads"]["unpivoted"]
    one = by_draft(home, path)
    assert (one.rows_read, one.rows_accepted) == (5 * 8, 5 * 8)


def test_a_row_of_days_above_others_is_no_header(export):
    days = ("8/12/2021", "9/14/2021", "10/12/2021")
    rows = [[name, school, *days[::step]] for step in (1, -1) for name, _, school, _ in PEOPLE]
    assert "no names" in told(export(rows[0], rows[1:]), "--propose").stderr


def test_a_mark_that_is_not_known_is_asked_about_by_its_name(home, export):
    path = export(*sheet(("PD 8/12", "P|P|A|"), ("PD 9/14", "P|A|P|E")))
    draft = draft_of(path)
    assert "blank" not in draft["reads"]["unpivoted"]
    assert "attended does not know A or E" in told(path, "--propose").stdout
    one = by_draft(home, path)
    assert (one.rows_read, one.rows_accepted, one.rows_quarantined) == (21, 12, 9)
    path = export(*sheet(("PD 8/12", "P|P|Ana is ill"), ("PD 9/14", "P|Absent")))
    assert "attended does not know some marks" in told(path, "--propose").stdout


@pytest.mark.parametrize(
    "columns",
    [
        [("Curious?", "yes|no"), ("Confident?", "no|yes"), ("Supported?", "yes")],
        [("Session", "x|x|"), ("Q1/a", "1|0"), ("Q1/b", "0|1"), ("Q1/c", "1|0")],
        [("Session 1", "x|x|")],
        [("Attended", "yes|no"), ("Session date", "2021-08-12")],
    ],
    ids=["questions", "choices", "one session", "a row a session"],
)
def test_marks_alone_are_no_sessions(columns, export):
    assert "unpivoted" not in draft_of(export(*sheet(*columns)))["reads"]
