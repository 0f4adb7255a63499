"""Surveys and professional learning: answers, consent, and people, from export to raw."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from orchestration.reading.templates import raw_schema

SOURCES = ("student_survey", "teacher_survey", "pl_sessions", "pl_attendance")


def answers(row: dict) -> list[tuple[str, str, str]]:
    return [(one["item"], one["text"], one["code"]) for one in row["answers"]]


@pytest.fixture
def landed(land, read, export):
    """Land the rows of one source and read them."""

    def landed(source: str, *rows: dict[str, str]):
        key = {"pl_sessions": "session_id", "pl_attendance": "session_id"}.get(
            source, "response_id"
        )
        numbered = ({key: f"{key}-{place}"} | row for place, row in enumerate(rows))
        land(source, "export.csv", export(source, *numbered))
        return read(source)

    return landed


@pytest.mark.parametrize("source", SOURCES)
def test_raw_has_the_template_s_schema(home, landed, source):
    account = landed(source, {})
    assert account.raw.rows == 1
    assert pq.read_schema(home.root / account.raw.path) == raw_schema(source)


def test_answers_are_read_by_label_or_code_in_the_registry_s_order(landed, rows_of):
    account = landed(
        "student_survey",
        {"share_ideas": "4", "am_mathematician": "strongly disagree"},
        {"want_mathematician": "I don't know", "share_ideas": "", "am_mathematician": "2"},
        {"want_mathematician": ""},
    )
    assert [answers(row) for row in rows_of(account)] == [
        [
            ("want_mathematician", "Agree", "3"),
            ("am_mathematician", "strongly disagree", "1"),
            ("share_ideas", "4", "4"),
        ],
        [("want_mathematician", "I don't know", "dont_know"), ("am_mathematician", "2", "2")],
        [],
    ]


def test_each_option_chosen_is_an_answer_whatever_separates_them(landed, rows_of):
    account = landed(
        "teacher_survey",
        {"challenges": "Time to prepare; complexity, Support"},
        {"challenges": "pacing|Pacing"},
        {"challenges": ""},
        {"challenges": " ; ", "confident_use": ""},
    )
    assert [answers(row)[1:] for row in rows_of(account)[:3]] == [
        [
            ("challenges", "Time to prepare", "preparation_time"),
            ("challenges", "complexity", "complexity"),
            ("challenges", "Support", "support"),
        ],
        [("challenges", "pacing", "pacing")],
        [],
    ]
    assert answers(rows_of(account)[3]) == []


@pytest.mark.parametrize(
    ("source", "changed", "reason"),
    [
        (
            "student_survey",
            {"want_mathematician": "Meh"},
            "want_mathematician: a code that no value map knows (map scale:agreement)",
        ),
        (
            "teacher_survey",
            {"challenges": "pacing; the weather"},
            "challenges: an option that no value map knows "
            "(map scale:challenges, separated by ; or , or |)",
        ),
        (
            "student_survey",
            {"comment_consent": "if need be"},
            "comment_consent: a code that no value map knows (map consent)",
        ),
        ("student_survey", {"response_id": ""}, "response_id: required, but blank"),
        ("teacher_survey", {"school_id": ""}, "school_id: required, but blank"),
        (
            "teacher_survey",
            {"recorded_on": "2022-07-01"},
            "recorded_on: outside the term (2022-02-01 to 2022-06-30)",
        ),
        (
            "pl_sessions",
            {"held_on": "2021-10-01"},
            "held_on: outside the term (2022-02-01 to 2022-06-30)",
        ),
        ("pl_sessions", {"local_district": ""}, "local_district: required, but blank"),
        ("pl_sessions", {"hours": "two"}, "hours: not a number"),
        ("pl_sessions", {"sequence": "first"}, "sequence: not a whole number"),
        (
            "pl_attendance",
            {"attended": "partly"},
            "attended: a code that no value map knows (map yes_no)",
        ),
        ("pl_attendance", {"attended": ""}, "attended: required, but blank"),
        ("pl_attendance", {"educator_id": " "}, "educator_id: required, but blank"),
    ],
)
def test_a_bad_row_is_quarantined_with_its_reason_and_the_others_stand(
    landed, quarantined, rows_of, source, changed, reason
):
    account = landed(source, {}, changed)
    assert [(row["line"], row["reason"]) for row in quarantined(account)] == [(3, reason)]
    assert account.files[0].reasons == {f"quarantined: {reason}": 1}
    assert [row["line"] for row in rows_of(account)] == [2]


def test_items_that_a_file_lacks_are_named_and_columns_nobody_knows_too(landed):
    account = landed("student_survey", {"fit_in": "Agree", "wants_mathematician": "Agree"})
    one = account.files[0]
    assert one.extra_columns == ("wants_mathematician",)
    assert one.missing_items == (
        *("am_mathematician", "recognised", "want_challenge", "like_hard", "share_ideas"),
        "math_not_for_me",
    )


def test_a_file_sent_again_lacks_the_same_items(land, export, read):
    for name in ("a.csv", "b.csv"):
        land("student_survey", name, export("student_survey", {}))
    first, second = read("student_survey").files
    assert first.missing_items == second.missing_items != ()


@pytest.mark.parametrize("source", ["student_survey", "teacher_survey"])
@pytest.mark.parametrize(
    ("consent", "kept"),
    [("yes", True), ("Y", True), ("TRUE", True), ("1", True), ("no", False), ("0", False)],
)
def test_a_comment_is_kept_with_consent_and_nowhere_without(
    home, landed, rows_of, source, consent, kept
):
    said = "Math is, well, canary"
    account = landed(source, {"comment": f" {said} ", "comment_consent": consent})
    (row,) = rows_of(account)
    assert row["comment"] == (said if kept else None)
    assert row["comment_consent"] == ("yes" if kept else "no")
    assert (b"canary" in (home.root / account.raw.path).read_bytes()) == kept


def test_a_comment_whose_author_said_nothing_of_consent_is_not_kept(landed, rows_of):
    (row,) = rows_of(landed("student_survey", {"comment": "canary", "comment_consent": ""}))
    assert (row["comment"], row["comment_consent"]) == (None, None)


def test_a_file_without_a_consent_column_keeps_no_comment(land, read, rows_of):
    text = "response_id,recorded_on,school_id,fit_in,comment\nr1,2022-03-01,s1,Agree,canary\n"
    land("student_survey", "a.csv", text)
    (row,) = rows_of(read("student_survey"))
    assert row["comment"] is None


def test_comments_stay_out_of_quarantine_and_the_rest_of_the_row_is_there(
    landed, quarantined, home
):
    bad = {"want_mathematician": "?", "comment": "canary", "comment_consent": "yes"}
    account = landed("student_survey", bad, {"comment": "canary", "comment_consent": "perhaps"})
    rows = [json.loads(row["row"]) for row in quarantined(account)]
    assert [row["want_mathematician"] for row in rows] == ["?", "Agree"]
    assert [row["comment_consent"] for row in rows] == ["yes", "perhaps"]
    assert not any("comment" in row for row in rows)
    assert b"canary" not in (home.root / account.quarantine.path).read_bytes()


def test_subgroups_are_coded_where_the_map_knows_them_and_kept_where_it_does_not(landed, rows_of):
    account = landed(
        "student_survey",
        {"english_learner": "Y", "disability": "0", "race_ethnicity": "Latino/a", "gender": "x"},
        {"english_learner": "Reclassified", "disability": "IEP"},
    )
    columns = ("english_learner", "disability", "race_ethnicity", "gender")
    assert [tuple(row[name] for name in columns) for row in rows_of(account)] == [
        ("yes", "no", "Latino/a", "x"),
        ("Reclassified", "IEP", None, None),
    ]


def test_the_same_person_has_one_hash_as_teacher_observer_and_attendant(
    land, export, read, rows_of, key
):
    land("observations", "a.csv", export("observations", {}))
    land("teacher_survey", "a.csv", export("teacher_survey", {"respondent_id": " t-smith "}))
    land("pl_attendance", "a.csv", export("pl_attendance", {"educator_id": "T-SMITH"}))
    land("student_survey", "a.csv", export("student_survey", {"respondent_id": "T-Smith"}))
    hashed = key.pseudonym("educator", "t-smith")
    assert rows_of(read("observations"))[0]["teacher_id"] == hashed
    assert rows_of(read("teacher_survey"))[0]["respondent_id"] == hashed
    assert rows_of(read("pl_attendance"))[0]["educator_id"] == hashed
    student = rows_of(read("student_survey"))[0]["respondent_id"]
    assert student == key.pseudonym("student", "t-smith") != hashed


def test_an_anonymous_response_has_nobody_s_id(landed, rows_of):
    assert rows_of(landed("student_survey", {"respondent_id": ""}))[0]["respondent_id"] is None


def test_sessions_and_attendance_are_typed(landed, rows_of, key):
    (session,) = rows_of(landed("pl_sessions", {"audience": "teachers", "title": "Unit 3"}))
    assert session["held_on"] == date(2022, 3, 1)
    assert (session["hours"], session["sequence"]) == (Decimal("1.5"), 1)
    assert (session["audience"], session["title"]) == ("teachers", "Unit 3")
    account = landed("pl_attendance", {"session_id": "p1"}, {"session_id": "p1", "attended": "N"})
    # one person at one session is one record, of which another version is superseded
    assert account.files[0].rows_superseded == 1
    (row,) = rows_of(account)
    assert row["role"] == "teacher"
    assert row["attended"] in ("yes", "no")


CANARIES = {
    "observations": {
        "teacher_id": "canary-teacher",
        "observer_id": "canary@observer.org",
        "notes": "canary said a child's name",
        "Teacher's name": "Ms Canary",
    },
    "student_survey": {
        "respondent_id": "canary-student",
        "comment": "canary, unconsented",
        "comment_consent": "no",
        "Email Address": "canary@student.org",
        "name": "Canary Jones",
    },
    "teacher_survey": {
        "respondent_id": "canary@teacher.org",
        "comment": "canary, not asked",
        "Anything else?": "canary had more to say",
    },
    "pl_sessions": {"Facilitator": "Canary Smith", "Feedback": "canary liked it"},
    "pl_attendance": {"educator_id": "canary-attendant", "Name": "Canary Doe"},
}
BAD = {
    "observations": {"materials": "?"},
    "student_survey": {"want_mathematician": "?"},
    "teacher_survey": {"challenges": "?"},
    "pl_sessions": {"hours": "?"},
    "pl_attendance": {"attended": "?"},
}
IN_QUARANTINE = {
    "observations": {"teacher_id", "observer_id"},
    "student_survey": {"respondent_id"},
    "teacher_survey": {"respondent_id"},
    "pl_sessions": set(),
    "pl_attendance": {"educator_id"},
}


@pytest.mark.parametrize("source", list(CANARIES))
def test_canaries_are_in_no_raw_file_account_or_log_and_what_people_wrote_not_in_quarantine(
    home, land, export, read, quarantined, caplog, capfd, source
):
    id_column = {"observations": "observation_id", "pl_sessions": "session_id"}.get(
        source, "session_id" if source == "pl_attendance" else "response_id"
    )
    good = CANARIES[source] | {id_column: "good"}
    text = export(source, good, good | {id_column: "bad"} | BAD[source])
    land(source, "a.csv", text + "canary,cut off\n")
    said = []
    account = read(source, progress=said.append)
    one = account.files[0]
    assert (one.rows_accepted, one.rows_quarantined) == (1, 2)
    written = [
        path for path in home.root.rglob("*") if path.is_file() and home.landing not in path.parents
    ]
    raw_and_accounts = [path for path in written if home.quarantine not in path.parents]
    assert len(raw_and_accounts) >= 2
    for path in raw_and_accounts:
        content = path.read_bytes().lower()
        if path.suffix == ".parquet":
            content += str(pq.read_table(path).to_pylist()).encode().lower()
        assert b"canary" not in content, path
    assert "canary" not in (caplog.text + "".join(capfd.readouterr()) + "".join(said)).lower()
    cut, bad = sorted(quarantined(account), key=lambda row: row["row"] is not None)
    assert cut["row"] is None
    kept = json.loads(bad["row"])
    assert {name for name, cell in kept.items() if "canary" in cell.lower()} == IN_QUARANTINE[
        source
    ]
