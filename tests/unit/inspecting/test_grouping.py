"""Drafts for exports with several records a row."""

import yaml

from tests.unit.inspecting.test_inspecting import by_draft, told

STUDENTS = [
    ("100", f"10{section}", "Math 6", "6", f"T{section}", f"{900_000 + 30 * section + seat}",
     "Paz", ("EO", "EL", "RFEP", "LTEL")[seat % 4], ("N", "Y")[seat % 7 == 0])
    for section in range(3) for seat in range(20)
]  # fmt: skip
HEADER = (
    "School Code", "Section ID", "Course Title", "Grade", "Teacher ID", "Student ID",
    "Last Name", "EL Status", "SpEd",
)  # fmt: skip
RATING = ("Observation ID", "Date", "School", "Class", "Observer", "Criterion", "Score")
RATINGS = [
    (f"v{visit}", f"2022-03-{visit:02}", "s1", f"c{visit}", "coach@d.org", criterion, score)
    for visit in range(1, 20)
    for criterion, score in (("Tone", "3"), ("Use of materials", "As designed"), ("Pace", ""))
]


def draft_of(path) -> dict:
    return yaml.safe_load(told(path, "--propose").stdout)


def test_the_students_of_a_class_are_counted(home, export):
    path = export(HEADER, STUDENTS)
    draft = draft_of(path)
    assert draft["source"] == "roster"
    assert draft["reads"]["grouped"] == {
        "by": ["School Code", "Section ID"],
        "counts": [
            {"column": "students", "of": "Student ID"},
            {
                "column": "english_learners",
                "of": "Student ID",
                "where": {"column": "EL Status", "values": ["EL", "LTEL"]},
            },
            {
                "column": "students_with_disabilities",
                "of": "Student ID",
                "where": {"column": "SpEd", "values": ["Y"]},
            },
        ],
    }
    assert draft["fields"]["students"] == {"column": "students"}
    assert "Student ID" in draft["identifying"]
    one = by_draft(home, path)
    assert (one.rows_read, one.rows_accepted) == (3, 3)


def test_a_class_a_row_is_not_grouped(export):
    path = export(HEADER, STUDENTS[::20])
    assert "grouped" not in draft_of(path)["reads"]
    assert "are versions of one" not in told(path, "--propose").stdout


def test_without_a_column_that_tells_students_apart_nothing_is_counted(export):
    path = export(HEADER[:5], [row[:5] for row in STUDENTS])
    draft = draft_of(path)
    assert "grouped" not in draft["reads"]
    assert "are versions of one" in told(path, "--propose").stdout


def test_ratings_with_a_row_each_are_spread(home, export):
    path = export(RATING, RATINGS)
    draft = draft_of(path)
    assert draft["source"] == "observations"
    assert draft["reads"]["grouped"] == {
        "by": ["Observation ID"],
        "spreads": {"names": "Criterion", "values": "Score", "columns": ["Use of materials"]},
    }
    assert draft["answers"] == {"materials": {"column": "Use of materials"}}
    one = by_draft(home, path)
    assert (one.rows_read, one.rows_accepted) == (19, 19)
