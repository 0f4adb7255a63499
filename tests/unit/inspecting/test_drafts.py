"""What a draft takes the columns of exports for that nobody has seen, by their headings."""

import pytest
import xlsxwriter
import yaml

from tests.unit.inspecting.test_inspecting import told

VISITS = """Observation ID,Observed At,Teacher,Teacher ID,Observer,School,School Code,Period
a1,"March 1, 2024 10:01 AM",Ada Lovelace,T0001,Max Born,Oak Middle School,1964733,2
a2,"March 2, 2024 10:02 AM",Bo Diddley,T0002,Max Born,Oak Middle School,1964733,3
"""
MICROSOFT = """ID,Start time,Completion time,Email,What school are you from?,What is your grade?
1,3/14/2024 8:00:00,3/14/2024 8:04:00,anonymous,Oak MS,6
2,3/15/2024 8:00:00,3/15/2024 8:05:00,anonymous,Elm MS,7
"""
CENTRAL = """SubmissionDate,school,grade,meta-instanceID,KEY,SubmitterName
2024-03-04T17:01:01.123Z,oak,6,uuid:a1,uuid:a1,Ada Lovelace
2024-03-04T17:02:01.123Z,elm,7,uuid:a2,uuid:a2,Ada Lovelace
"""


SECTIONS = """[1]School_Number,Section_Number,Course_Name,Grade_Level,Teacher_Number,No_of_students
100,1,Math 6,6,900,24
101,2,Math 7,7,901,31
"""
SIGNED_IN = """Session,Employee Number,Name,School,Job Title,Present?
s1,10001,"Lovelace, Ada",Oak MS,Teacher,Y
s1,10002,"Diddley, Bo",Elm MS,Coach,N
"""
SUBMITTED = "Submission Date,First Name,School,What grade are you in?,I like math >> Row 1"
JOTFORM = f"""{SUBMITTED},Submission ID
"Sep 13, 2022",Ada,Oak MS,6,Agree,5201
"Oct 14, 2022",Bo,Elm MS,7,Disagree,5202
"""
TYPEFORM = """#,What grade are you in?,I like math,Start Date (UTC),Submit Date (UTC),Network ID
a1k9,6,4,2022-03-13 09:20:00,2022-03-13 09:30:00,f00
b1k9,7,5,2022-03-14 09:20:00,2022-03-14 09:30:00,f01
"""
LIMESURVEY = """id,submitdate,lastpage,startlanguage,G01Q01,G01Q02[SQ001]
1,2022-03-13 09:30:00,3,en,6,AO01
2,2022-03-14 09:30:00,3,en,7,AO02
"""
VISITED = """start,school,observer,grade,_id,_uuid,_submission_time
2022-03-13T09:20:00,oak,o1,6,1,u1,2022-03-13T09:30:00
2022-03-14T09:20:00,elm,o2,7,2,u2,2022-03-14T09:30:00
"""
CAMPUS = """student.stateID,student.grade,courseSection.sectionNumber,courseSection.teacherDisplay
9001,06,1,"Lovelace, Ada"
9002,07,2,"Diddley, Bo"
"""


@pytest.fixture
def drafted(home, tmp_path):
    def drafted(text: str) -> tuple[dict, list[str]]:
        """The draft for an export, and the names of what it asks about."""
        path = tmp_path / "export.csv"
        path.write_text(text)
        done = told(path, "--propose")
        assert done.exit_code == 0
        asked = [line.partition(":")[0].strip() for line in done.stdout.splitlines() if "#" in line]
        return yaml.safe_load(done.stdout), asked

    return drafted


def columns(draft: dict) -> dict[str, str]:
    """The column of each field that has one."""
    return {name: rule["column"] for name, rule in draft["fields"].items() if "column" in rule}


def test_an_id_is_taken_before_a_name_and_a_period_is_asked_about(drafted):
    draft, asked = drafted(VISITS)
    assert draft["source"] == "observations"
    fields = columns(draft)
    assert (fields["teacher_id"], fields["school_id"]) == ("Teacher ID", "School Code")
    assert fields["class_id"] == "Period"
    assert "class_id" in asked
    assert "Teacher" in draft["secret"]


def test_a_student_systems_sections_are_a_roster(drafted):
    draft, asked = drafted(SECTIONS)
    assert draft["source"] == "roster"
    fields = columns(draft)
    assert fields["class_id"] == "Section_Number"
    assert fields["students"] == "No_of_students"
    assert "subject" in asked
    assert "class_id" not in asked


def test_who_signed_in_is_known_by_a_number_and_the_name_is_not_read(drafted):
    draft, _ = drafted(SIGNED_IN)
    assert draft["source"] == "pl_attendance"
    assert draft["fields"]["educator_id"] == {"column": "Employee Number"}
    assert draft["secret"] == ["Name"]


def test_a_question_is_what_it_asks_for_and_anonymous_is_nobody(drafted):
    draft, _ = drafted(MICROSOFT)
    assert draft["reads"]["format"] == "microsoft_forms"
    assert draft["fields"]["school_id"] == {"column": "What school are you from?"}
    assert draft["fields"]["grade"] == {"column": "What is your grade?"}
    assert "respondent_id" not in draft["fields"]
    named, _ = drafted(MICROSOFT.replace("anonymous", "ada@d.org", 1))
    assert named["fields"]["respondent_id"] == {"column": "Email"}


def test_a_form_of_another_language_has_its_moment(drafted):
    rows = "".join(f"{day}/3/2024 9:05:00,Escuela {day % 2}\n" for day in range(1, 31))
    draft, _ = drafted(f"Marca temporal,¿En qué escuela enseña?\n{rows}")
    assert (draft["source"], draft["reads"]) == ("student_survey", {"format": "google_forms"})
    moment = {"column": "Marca temporal", "timestamp": "%d/%m/%Y %H:%M:%S"}
    assert draft["fields"]["recorded_on"] == moment


def test_odk_central_names_its_submissions(drafted):
    draft, asked = drafted(CENTRAL)
    assert draft["reads"] == {"format": "kobo"}
    assert draft["fields"]["response_id"] == {"column": "KEY"}
    assert draft["fields"]["school_id"] == {"column": "school"}
    assert draft["versioned_by"]["row"]["column"] == "SubmissionDate"
    assert "school_id" not in asked


def test_a_question_of_a_group_is_the_question(drafted):
    draft, _ = drafted(CENTRAL.replace(",school,grade,", ",visit-school,visit-class-grade,"))
    assert draft["fields"]["school_id"] == {"column": "visit-school"}
    assert draft["fields"]["grade"] == {"column": "visit-class-grade"}


def test_an_observations_id_tells_an_observation(drafted):
    lines = (f"{place};0{place}.03.2024;Oak;T{place}\n" for place in range(1, 9))
    draft, _ = drafted("Observation ID;Date;School;Teacher ID\n" + "".join(lines))
    assert draft["source"] == "observations"
    assert draft["fields"]["observed_on"] == {"column": "Date", "date": "%d.%m.%Y"}


def test_a_total_below_is_no_row_and_a_day_stays_a_day(drafted):
    rows = "".join(f"{day}/14/2024,Oak,{day}A,30\n" for day in range(1, 9))
    draft, asked = drafted(f"Date,School,Section,Minutes\n{rows}Total,,,240\n")
    assert draft["reads"]["notes_below"] == ["Total"]
    assert draft["fields"]["observed_on"] == {"column": "Date", "date": "%m/%d/%Y"}
    assert "observed_on" not in asked


@pytest.mark.parametrize(
    ("export", "identified", "recorded"),
    [
        (JOTFORM, {"column": "Submission ID"}, "Submission Date"),
        (TYPEFORM, {"from": "row_hash"}, "Submit Date (UTC)"),
        (LIMESURVEY, {"column": "id"}, "submitdate"),
    ],
    ids=["JotForm", "Typeform", "LimeSurvey"],
)
def test_what_is_submitted_and_has_no_observer_is_a_survey(drafted, export, identified, recorded):
    draft, asked = drafted(export)
    assert draft["source"] == "student_survey"
    assert draft["fields"]["response_id"] == identified
    assert draft["fields"]["recorded_on"]["column"] == recorded
    assert not {"response_id", "recorded_on"} & set(asked)


def test_a_form_with_an_observer_is_an_observation(drafted):
    draft, asked = drafted(VISITED)
    assert draft["source"] == "observations"
    assert draft["fields"]["observer_id"] == {"column": "observer"}
    assert draft["fields"]["observed_on"]["column"] == "start"
    assert "observed_on" in asked


def test_a_platforms_seconds_are_no_minutes_of_a_visit(drafted):
    timed = VISITED.replace("grade", "Duration (in seconds)")
    assert "minutes_observed" not in drafted(timed)[0]["fields"]
    timed = VISITED.replace("grade", "Duration (minutes)")
    assert drafted(timed)[0]["fields"]["minutes_observed"] == {"column": "Duration (minutes)"}


def test_a_value_that_no_map_knows_is_asked_about_and_the_column_read(drafted):
    draft, asked = drafted(SIGNED_IN + 's1,10003,"Cobb, Cy",Elm MS,Coach,unwell\n')
    assert draft["fields"]["attended"] == {"column": "Present?", "map": "yes_no"}
    assert "attended" in asked
    assert "attended" not in drafted(SIGNED_IN)[1]


def test_a_short_month_is_a_month_and_no_question(drafted):
    for text, written in (("Sep 13, 2022", "%b %d, %Y"), ("May 13, 2022", "%B %d, %Y")):
        draft, asked = drafted(JOTFORM.replace("Sep 13, 2022", text).replace("Oct", text[:3]))
        assert draft["fields"]["recorded_on"]["date"] == written
        assert "recorded_on" not in asked


def test_a_table_and_its_column_are_the_column(drafted):
    draft, _ = drafted(CAMPUS)
    assert draft["source"] == "roster"
    fields = columns(draft)
    assert fields["class_id"] == "courseSection.sectionNumber"
    assert fields["grade"] == "student.grade"
    assert "student.stateID" in draft["secret"]


def test_the_one_column_of_a_question_is_what_the_question_asks_for(drafted):
    heads = "Respondent ID,End Date,Which school do you attend?,,Anything else?\n"
    below = ",,Response,Other (please specify),Open-Ended Response\n"
    draft, _ = drafted(f"{heads}{below}1,03/14/2024 09:00:11 AM,Oak,,\n")
    assert draft["reads"] == {"format": "surveymonkey"}
    school = {"column": "Which school do you attend? | Response"}
    assert draft["fields"]["school_id"] == school


def test_names_that_recur_below_merged_cells_are_a_header_of_two_rows(home, tmp_path):
    path = tmp_path / "visits.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for columns, heading in (((0, 2), "Visit"), ((3, 4), "Action 1"), ((5, 6), "Action 2")):
            sheet.merge_range(0, columns[0], 0, columns[1], heading)
        sheet.write_row(1, 0, ["Date", "School", "Teacher", "A", "B", "A", "B"])
        for row in range(2, 9):
            sheet.write_row(row, 0, [f"{row}/14/2024", "Oak", f"T{row}", 1, 2, 3, 4])
    draft = yaml.safe_load(told(path, "--propose").stdout)
    assert draft["reads"] == {"format": "excel", "header_rows": 2}
    assert draft["fields"]["school_id"] == {"column": "Visit | School"}


def test_names_that_recur_below_headings_are_a_header_of_two_rows(drafted):
    rows = "".join(f"19647{place},2024-03-0{place},1,2,3,4\n" for place in range(1, 9))
    draft, _ = drafted(f",,Warm-up,,Debrief,\nSchool Code,Date,Seen,Used,Seen,Used\n{rows}")
    assert draft["reads"]["header_rows"] == 2
    assert draft["fields"]["school_id"] == {"column": "School Code"}
    recurring, _ = drafted(f"School Code,Date,Seen,Used,Seen,Used\n{rows}")
    assert "header_rows" not in recurring["reads"]


def test_a_directory_that_qualifies_its_headings_is_of_schools(drafted):
    of = "[Public School] 2021-22"
    draft, _ = drafted(
        f"School Name,State Name {of},School ID - NCES Assigned {of},Total Students {of}\n"
        'OAK,California,062271002801,"1,203"\nELM,California,062271002802,950\n'
    )
    assert draft["source"] == "schools"
    assert draft["fields"]["school_id"] == {"column": f"School ID - NCES Assigned {of}"}
    assert draft["fields"]["school_name"] == {"column": "School Name"}


@pytest.mark.parametrize("number", ["48231: ", "Q3. ", "(Q3) ", "3) "])
def test_a_questions_number_is_no_part_of_it(drafted, number):
    draft, _ = drafted(
        f"Response number,Submitted,{number}What grade are you in?\n"
        "1,2022-03-14,6\n2,2022-03-15,7\n"
    )
    assert draft["fields"]["grade"] == {"column": f"{number}What grade are you in?"}


def test_a_day_may_be_written_out(drafted):
    draft, asked = drafted(
        "Response number,Date,I like math\n"
        '1,"Monday, 14 March 2022, 3:10 PM",Agree\n2,"Tuesday, 15 March 2022, 9:02 AM",Agree\n'
    )
    assert draft["fields"]["recorded_on"] == {
        "column": "Date",
        "timestamp": "%A, %d %B %Y, %I:%M %p",
    }
    assert "recorded_on" not in asked


def test_an_id_that_recurs_is_asked_about(drafted):
    rows = "".join(f"o{n},2022-03-14,Oak,Max Born,{item},3\n" for n in (1, 2) for item in "ab")
    _, asked = drafted(f"Observation ID,Date,School,Observer,Indicator,Rating\n{rows}")
    assert "observation_id" in asked


def test_that_schools_are_named_tells_no_directory(drafted):
    draft, _ = drafted(
        "School Code,School Name,Student ID,Grade,Section,Course Title,Teacher Number,Period\n"
        "340,Oak,88001,6,1200,IM MATH 6,300,1\n341,Elm,88002,7,1201,IM MATH 7,301,2\n"
    )
    assert draft["source"] == "roster"
