"""What meetings report of who came: a table of the meeting's own above that of the people."""

import pytest
import yaml

from tests.unit.inspecting.test_inspecting import as_json, told

PEOPLE = [(f"Ada Lovelace{n}", f"ada{n}@school.example", f"{70 + n}") for n in range(6)]
OWN = "Meeting ID,Topic,Start Time,User Email,Duration (Minutes),Participants"
MEETING = "912 3456,Unit 4,03/14/2022 03:30:12 PM,coach@school.example,93,6"
WIDE = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording"
NARROW = "Name (Original Name),User Email,Duration (Minutes),Guest"


@pytest.fixture
def export(home, tmp_path):
    def export(text: str, encoding: str = "utf-8"):
        path = tmp_path / "report.csv"
        path.write_text(text, encoding=encoding)
        return path

    return export


def rows(times: str) -> str:
    return "".join(f"{name},{mail},{times}{minutes},Yes\n" for name, mail, minutes in PEOPLE)


def filled_up(line: str, cells: int) -> str:
    return line + "," * (cells - 1 - line.count(","))


@pytest.mark.parametrize("between", ["", ","])
def test_a_meeting_above_its_participants_is_not_the_table(export, between):
    times = "03/14/2022 03:31:00 PM,03/14/2022 05:01:00 PM,"
    own = "\n".join(filled_up(one, 7) for one in (OWN, MEETING))
    with_recording = rows(times).replace(",Yes\n", ",Yes,\n")
    found = as_json(export(f"{own}\n{between}\n{WIDE}\n{with_recording}", "utf-8-sig"))
    assert (found["titles"], found["rows"]) == (2 + len(between), 6)
    assert [one["name"] for one in found["columns"]] == WIDE.split(",")


def test_a_wider_table_above_is_not_the_table_either(export):
    found = as_json(export(f"{OWN}\n{MEETING}\n\n{NARROW}\n{rows('')}"))
    assert (found["titles"], found["rows"], found["unsplit"]) == (2, 6, 0)
    assert [one["name"] for one in found["columns"]] == NARROW.split(",")


def test_a_row_without_data_is_no_header(export):
    text = "school,city,phone,students\nOak,Elm City,213-555-0100,400\nNone,Yet,n/a,unknown\n"
    found = as_json(export(f"{text}Ash,Elm City,213-555-0101,410\n"))
    assert (found["titles"], found["rows"]) == (0, 3)


def test_tabs_separate_though_times_have_commas(export):
    people = "".join(
        f"{name}\t3/14/22, 3:30:1{place} PM\t3/14/22, 5:01:00 PM\t1h 31m\t{mail}\tAttendee\n"
        for place, (name, mail, _) in enumerate(PEOPLE)
    )
    summary = "1. Summary\nMeeting title\tUnit 4\nStart time\t3/14/22, 3:30:12 PM\n\n"
    header = "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tRole\n"
    found = as_json(export(f"{summary}2. Participants\n{header}{people}", "utf-16"))
    assert (found["encoding"], found["delimiter"], found["rows"]) == ("utf-16", "\t", 6)
    assert [one["name"] for one in found["columns"]] == header.strip().split("\t")


@pytest.mark.parametrize(
    ("header", "line", "told_by"),
    [
        (NARROW, "Ada,ada@school.example,71,Yes", {"educator_id": "User Email"}),
        (
            "Order #,Order Date,Email,Attendee Status,Event Name,Checked In",
            "10,2022-02-11 08:12:44-08:00,ada@school.example,Attending,Unit 4,Yes",
            {"educator_id": "Email", "session_id": "Event Name", "attended": "Checked In"},
        ),
        (
            "Timestamp,Email Address,Your name,School Site,Which session are you attending?",
            "3/14/2022 8:01:22,ada@school.example,Ada Lovelace,Oak MS,Unit 4",
            {
                "educator_id": "Email Address",
                "session_id": "Which session are you attending?",
                "school_id": "School Site",
            },
        ),
    ],
)
def test_who_came_is_attendance(export, header, line, told_by):
    draft = yaml.safe_load(told(export(f"{header}\n{line}\n"), "--propose").stdout)
    assert draft["source"] == "pl_attendance"
    assert {name: draft["fields"][name]["column"] for name in told_by} == told_by


def test_a_report_that_names_no_session_is_of_the_one_that_it_is_named_by(export):
    done = told(export(f"{NARROW}\nAda,ada@school.example,71,Yes\n"), "--propose")
    assert "session_id: {from: file_name}  # ? is each file of one session" in done.stdout


def test_a_day_of_birth_is_no_day_of_a_survey(export):
    people = "".join(f"s{n},Oak,6,F,0{n + 1}/1{n}/2010\n" for n in range(5))
    text = f"Student_id,School_id,Grade,Gender,DOB\n{people}"
    draft = yaml.safe_load(told(export(text), "--propose").stdout)
    assert "DOB" in draft["secret"]
    assert draft["fields"]["recorded_on"] == {"from": "landing_term"}


def test_who_says_how_it_was_at_a_session_is_surveyed(export):
    asked = ("How useful was it?", "What worked well?", "What will you try first?")
    header = ["Timestamp", "Email Address", "Which session did you attend?", *asked]
    line = "3/14/2022 8:01:22,ada@school.example,Unit 4,Very,The tasks,Them"
    path = export(f"{','.join(header)}\n{line}\n{line.replace('ada', 'bo')}\n")
    draft = yaml.safe_load(told(path, "--propose").stdout)
    assert draft["source"].endswith("_survey")
