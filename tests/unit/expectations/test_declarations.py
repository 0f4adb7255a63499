"""What suites take from Read's words and from the registry, so that neither is said twice."""

import pytest

from expectations import raw_verdict
from expectations.frames import account_reasons
from expectations.item_rows import item_rows
from expectations.reasons import kind_of
from orchestration.reading import problems
from orchestration.reading.delimited import HAS_NUL, NOT_TEXT
from orchestration.registry import load_registry

AGREEMENT = {"1": 0, "2": 1 / 3, "3": 2 / 3, "4": 1}


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        *((said, "not_text") for said in NOT_TEXT.values()),
        (HAS_NUL, "not_text"),
        ("row: fewer cells than the header's 26", "ragged"),
        ("row: more cells than the header's 26", "ragged"),
        ("observed_on: outside the term (2022-02-01 to 2022-06-30)", "outside_term"),
        (problems.unmapped("materials", "scale:use_of_materials"), "unknown"),
        (problems.unknown_option("challenges", "scale:challenges", ";,|"), "unknown"),
        (problems.no_code("attended", ("yes", "no")), "unknown"),
        (problems.blank("observer_id (column Observer)"), "blank"),
        (problems.not_a("observed_on", "date", ("%m/%d/%Y",)), "untyped"),
        (problems.not_a("hours", "decimal", ()), "untyped"),
        (problems.not_a("sequence", "integer", ()), "untyped"),
        (problems.excluded("Status", "outside the term, a preview"), "excluded"),
        ("row: of a kind that nobody has thought of", "other"),
    ],
)
def test_each_of_reads_reasons_is_of_a_kind(reason, kind):
    assert kind_of(reason) == kind


def test_a_profile_takes_from_an_account_the_reasons_of_quarantine_alone(raw_case):
    case = raw_case("roster")
    case.files[1]["reasons"] = {
        "quarantined: students: not a whole number": 3,
        "superseded: conflict": 2,
    }
    assert account_reasons({"files": case.files}) == [
        {"file": 2, "reason": "students: not a whole number", "kind": "untyped", "rows": 3}
    ]


def of(item, source):
    rows = [row for row in item_rows(load_registry(), source) if row["item"] == item]
    return {row["code"]: row for row in rows}


@pytest.mark.parametrize(
    ("item", "values"),
    [
        ("want_challenge", AGREEMENT),
        ("math_not_for_me", {code: 1 - value for code, value in AGREEMENT.items()}),
    ],
)
def test_answers_run_from_0_to_1_in_the_favourable_direction(item, values):
    rows = of(item, "student_survey")
    found = {code: row["value"] for code, row in rows.items() if code != "dont_know"}
    assert found == pytest.approx(values)
    assert rows["dont_know"]["value"] is None


def test_a_scale_is_mirrored_from_end_to_end_whatever_the_direction():
    for item in ("want_challenge", "math_not_for_me"):
        rows = of(item, "student_survey")
        assert [rows[code]["mirrored"] for code in "1234"] == list("4321")
        assert rows["dont_know"]["mirrored"] is None


@pytest.mark.parametrize(
    ("item", "source"), [("materials", "observations"), ("challenges", "teacher_survey")]
)
def test_nominal_answers_have_no_value(item, source):
    assert {row["value"] for row in of(item, source).values()} == {None}


def test_a_verdict_dies_with_what_the_registry_says_of_the_items(home, raw_case, tmp_path):
    partition, admitted = raw_case("student_survey").write(tmp_path)
    before = raw_verdict(home, partition, admitted)
    (home.registry).mkdir()
    shipped = [row.model_dump(by_alias=True) for row in load_registry().rows["items"]]
    (turned,) = [row for row in shipped if row["item"] == "math_not_for_me"]
    line = {**turned, "direction": "positive"}
    header = ",".join(line)
    cells = ",".join(f'"{"" if cell is None else cell}"' for cell in line.values())
    (home.registry / "items.csv").write_text(f"{header}\n{cells}\n")
    after = raw_verdict(home, partition, admitted)
    assert before.compared["items"] != after.compared["items"]
    assert (before.outcome, after.outcome) == ("passed", "failed")
