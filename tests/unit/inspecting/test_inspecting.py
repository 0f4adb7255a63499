"""`uptake inspect`: what a file is, nothing personal, and a draft that reads it."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
import xlsxwriter
import yaml
from click.testing import CliRunner

from orchestration.cli import main
from orchestration.reading.contract_files import load_contract
from orchestration.reading.landing import partition_folder
from orchestration.reading.partition import read_partition
from orchestration.reading.pseudonyms import Key
from orchestration.registry import load_registry
from tests.paths import CHECKOUT, shared

# of each real file: its format, its encoding, its delimiter or sheet, and its records
REAL = {
    "observations/tntp_g2g_ipg_math_google_form.csv": ("google_forms", "utf-8", ",", 14),
    "observations/tntp_ipg_practice_SIMULATED.csv": ("delimited", "utf-8", ",", 100),
    "observations/tntp_metric_templates.xlsx": ("excel", None, "IPG", 8),
    "student_survey/tntp_ss_data_initial_SIMULATED.csv": ("delimited", "utf-8", ",", 1000),
    "google_forms/uva_spring25.xlsx": ("google_forms", None, None, 64),
    "google_forms/uva_spring25_form_responses_crlf.csv": ("google_forms", "utf-8", ",", 64),
    "kobo/kobo_kpi_default_export_en.csv": ("kobo", "utf-8", ";", 3),
    "surveymonkey/538_steak_risk_2header.csv": ("surveymonkey", "utf-8", ",", 550),
    "qualtrics/qtools_matrix_legacy_2header_dupcols_bom.csv": ("qualtrics", "utf-8", ",", None),
    "qualtrics/qualtRics_pkg_numeric_values_3header_german.csv": ("qualtrics", "utf-8", ",", 1),
    "school_directory/lausd_from_cde_pubschls_2018.csv": ("delimited", "utf-8", ",", 1352),
    "nasty/nrc_event_reports_pipe_delimited.txt": ("delimited", "utf-8", "|", None),
    "nasty/tiny_latin1.csv": ("delimited", "windows-1252", ",", 2),
    "nasty/tiny_mac_cr_newlines.csv": ("delimited", "utf-8", ",", 2),
    "nasty/tiny_utf16be_bom.csv": ("delimited", "utf-16", ",", 2),
    "nasty/tiny_ragged.csv": ("delimited", "utf-8", ",", 3),
}


def told(*arguments: str | Path):
    return CliRunner().invoke(main, ["inspect", *map(str, arguments)])


def as_json(path: Path) -> dict:
    done = told(path, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", REAL)
@pytest.mark.usefixtures("home")
def test_a_real_file_is_what_it_is(name):
    kind, encoding, delimiter, rows = REAL[name]
    found = as_json(shared(f"real/{name}"))
    assert (found["format"], found["encoding"]) == (kind, encoding)
    assert (found["delimiter"] or found["sheet"]) == delimiter
    assert rows is None or found["rows"] == rows
    assert found["header"]


@pytest.mark.usefixtures("home")
def test_titles_above_and_notes_below_a_table_are_seen():
    found = as_json(shared("real/nasty/datagov_fy10_edu_title_rows_footnote_crlf.csv"))
    assert found["titles"] == 2
    assert found["rows"] == 53
    assert found["notes"]
    assert [one["name"] for one in found["columns"]][:2] == ["State Name", "State Abbreviate"]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("beside", "asked"),
    [
        (("id", "school", "score"), ["other sheets hold a table, too (1): is it this one?"]),
        (("By the office of mathematics",), []),
    ],
)
def test_which_of_several_tables_is_meant_is_a_question(tmp_path, beside, asked):
    path = tmp_path / "visits.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, header in (("October", ("id", "school", "score", "room")), ("Other", beside)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, header)
            sheet.write_row(1, 0, [1] * len(header))
    drafted = told(path, "--propose").stdout.splitlines()
    (reads,) = [line for line in drafted if line.startswith("reads:")]
    assert "sheet: October" in reads
    assert reads.split("  # ? ")[1:] == asked


@pytest.mark.usefixtures("home")
def test_a_note_below_is_no_value_of_a_column(tmp_path):
    path = tmp_path / "visits.csv"
    path.write_text(
        "id,school,room\n" + "".join(f"{i},Nimitz,10{i}\n" for i in range(8)) + "Total: 8,,\n"
    )
    found = as_json(path)
    assert (found["rows"], found["notes"]) == (8, ["Total:"])
    assert [one["type"] for one in found["columns"]] == ["integer", "text", "integer"]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_notes_that_are_not_filled_up_with_commas_are_notes(tmp_path, encoding):
    rows = "".join(f"{i},Nimitz,10{i}\n" for i in range(8))
    notes = '"Source: a survey, of 2022"\n\n† not applicable\n'
    path = tmp_path / "visits.csv"
    path.write_text(f"id,school,room\n9,Nimitz\n{rows}{notes}", encoding=encoding)
    found = as_json(path)
    assert (found["rows"], found["unsplit"], found["notes"]) == (9, 1, ["Source:", "†"])
    assert [one["type"] for one in found["columns"]] == ["integer", "text", "integer"]
    drafted = told(path, "--propose").stdout
    assert 'notes_below: ["Source:", "†"]' in drafted


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("10.0.0.1", "(network addresses)"),
        ("2001:db8::1", "(network addresses)"),
        ("09:30:00", "09:30:00"),
        ("1.2.3", "1.2.3"),
    ],
)
def test_an_address_is_told_from_a_time_of_day(tmp_path, text, said):
    path = tmp_path / "visits.csv"
    path.write_text("id,began,room\n" + "".join(f"{i},{text},10{i}\n" for i in range(8)))
    (began,) = [one for one in as_json(path)["columns"] if one["name"] == "began"]
    assert began["samples"] == [said]


@pytest.mark.usefixtures("home")
def test_the_directory_of_california_fits_its_contract_and_others_say_how_far():
    found = as_json(shared("real/school_directory/lausd_from_cde_pubschls_2018.csv"))
    assert found["fits"] == ["schools_cde"]
    (far,) = [one for one in found["contracts"] if one["contract"] == "roster"]
    assert far["missing"] == ["class_id", "school_id", "grade", "course", "subject"]
    assert (
        "It fits the contract schools_cde, of schools."
        in told(shared("real/school_directory/lausd_from_cde_pubschls_2018.csv")).stdout
    )


PRIVATE = {
    "observations/tntp_g2g_ipg_math_google_form.csv": (
        "Email Address", "Teacher's First Name", "Teacher's Last Name", "Core Action 1 Notes:",
        "Summary Rating Notes:",
    ),
    "google_forms/uva_spring25_form_responses_crlf.csv": (
        "What is the rationale behind your opinion?", "What is your field of study or major?",
    ),
    "nasty/nrc_event_reports_pipe_delimited.txt": ("Nrc Notified By", "Ops Officer", "Staff Name1"),
}  # fmt: skip


@pytest.mark.parametrize("name", PRIVATE)
@pytest.mark.usefixtures("home")
def test_nothing_that_may_be_a_persons_is_shown(name):
    path = shared(f"real/{name}")
    raw = path.read_bytes().decode("utf-8-sig", "replace")
    mark = "|" if path.suffix == ".txt" else ","
    rows = list(csv.DictReader(io.StringIO(raw), delimiter=mark))
    shown = {one["name"]: one["samples"] for one in as_json(path)["columns"]}
    for column in PRIVATE[name]:
        texts = {row[column].strip() for row in rows if row[column] and row[column].strip()}
        assert texts
        assert not texts & set(shown[column])
    emails = set(re.findall(r"[\w.]+@[\w.]+", raw))
    whole = told(path).stdout + told(path, "--propose").stdout
    assert not [one for one in emails if one in whole]


@pytest.mark.parametrize("name", REAL)
def test_the_draft_of_a_real_file_loads_fits_and_reads_it(home, tmp_path, name):
    path = tmp_path / Path(name).name
    path.write_bytes(shared(f"real/{name}").read_bytes())
    one = by_draft(home, path)
    question = one.refused is not None and "Which is it?" in one.refused
    assert one.refused is None or question
    if not question:
        assert one.rows_read == as_json(path)["rows"]


def test_the_draft_of_a_qualtrics_survey_leaves_previews_out(home, tmp_path):
    path = tmp_path / "survey.csv"
    named = ("ResponseId", "RecordedDate", "Status", "Finished", "school", "Q1")
    path.write_text(
        f"{','.join(named)}\nResponse ID,Recorded Date,Response Type,Finished,school,How often?\n"
        + ",".join(f'"{{""ImportId"":""{one}""}}"' for one in named)
        + "\nR_1,2022-03-14 09:15:00,IP Address,True,School 1,Often\n"
        "R_2,2022-03-15 09:15:00,Survey Preview,True,School 1,Never\n"
        "R_3,2022-03-16 09:15:00,IP Address,False,School 2,Never\n"
    )
    account = by_draft(home, path, "--source", "teacher_survey")
    assert (account.rows_read, account.rows_quarantined) == (3, 2)
    assert set(account.reasons) == {
        "quarantined: Status: excluded by the contract (a preview)",
        "quarantined: Finished: excluded by the contract (not finished)",
    }


def by_draft(home, path, *options):
    """What became of a file that was read by the contract that is proposed for it."""
    done = told(path, "--propose", *options)
    assert done.exit_code == 0, done.output
    draft = path.parent / f"{yaml.safe_load(done.stdout)['name']}.yaml"
    draft.write_text(done.stdout, encoding="utf-8")
    registry = load_registry()
    contract = load_contract(draft, registry)
    term = "all" if contract.source == "schools" else "2021-22-spring"
    folder = partition_folder(home, contract.source, term)
    folder.mkdir(parents=True)
    (folder / path.name).write_bytes(path.read_bytes())
    (one,) = read_partition(
        home, contract.source, term,
        registry=registry, contracts={contract.name: contract}, key=Key(b"k"),
    ).files  # fmt: skip
    return one


SURVEY = """\
Timestamp,Email Address,Your school,Your role,\
How much do you agree? [I feel confident using the IM materials.],\
How much do you agree? [The curriculum is too complex to use well.],\
What challenges do you face?,Anything else?
3/14/2022 9:15:00,a@d.org,School 1,Teacher,Agree,Disagree,"Pacing, Time to prepare",Ms. Q helped
3/15/2022 19:05:00,b@d.org,School 2,Coach,Strongly agree,I don't know,,
3/15/2022 19:15:00,c@d.org,School 1,Teacher,Agree,Agree,Pacing,
"""


def test_a_survey_of_the_shipped_items_needs_no_decision(home, tmp_path):
    path = tmp_path / "spring survey.csv"
    path.write_text(SURVEY)
    done = told(path, "--propose")
    assert "# ?" not in done.stdout
    draft = tmp_path / "teacher_survey_spring_survey.yaml"
    draft.write_text(done.stdout)
    contract = load_contract(draft, load_registry())
    assert contract.source == "teacher_survey"
    assert contract.fields["school_id"].column == "Your school"
    assert contract.fields["respondent_id"].column == "Email Address"
    assert contract.fields["recorded_on"].timestamp == ("%m/%d/%Y %H:%M:%S",)
    assert set(contract.answers) == {"confident_use", "materials_too_complex", "challenges"}
    assert contract.identifying == ("Email Address",)
    assert "Ms. Q" not in done.stdout + told(path).stdout


def test_days_of_two_orders_are_a_question_for_a_person(home, tmp_path):
    path = tmp_path / "survey.csv"
    path.write_text(SURVEY.replace("3/14/", "3/4/").replace("3/15/", "3/5/"))
    done = told(path, "--propose")
    (asked,) = [line for line in done.stdout.splitlines() if "# ?" in line]
    assert "recorded_on" in asked
    assert "%m/%d/%Y %H:%M:%S or %d/%m/%Y %H:%M:%S" in asked


@pytest.mark.usefixtures("home")
def test_a_file_without_a_header_is_not_repeated(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("2022-03-01,17,mary@d.org,4\n2022-03-02,18,eve@d.org,5\n")
    found = told(path)
    assert found.exit_code == 0
    assert "mary" not in found.stdout + told(path, "--json").stdout
    assert told(path, "--propose").exit_code == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"PK\x03\x04 no zip", "damaged"),
        (b"a,b\n\x00\x00\x00", ""),
        (b"a,b\n" + b"x" * 200_000 + b",@\n", ""),
    ],
)
@pytest.mark.usefixtures("home")
def test_a_file_that_cannot_be_read_exits_2_with_a_sentence(tmp_path, content, said):
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    done = told(path)
    if said:
        assert (done.exit_code, done.stdout) == (2, "")
        assert said in done.stderr
    else:
        assert done.exit_code in (0, 2)


@pytest.mark.usefixtures("home")
def test_a_misuse_is_a_sentence(tmp_path):
    assert "There is no file" in told(tmp_path / "none.csv").stderr
    assert "a folder without a manifest" in told(tmp_path).stderr
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    done = told(tmp_path / "a.csv", "--propose", "--source", "rosters")
    assert (done.exit_code, done.stdout) == (2, "")


@pytest.mark.usefixtures("home")
def test_a_bundle_is_what_it_is_and_names_nobody():
    path = shared("real/oneroster/moodle_v1p2")
    found = as_json(path)
    assert (found["format"], found["rows"], found["fits"]) == ("oneroster", 2, ["roster_oneroster"])
    assert not re.search("Doe|john|Password|603", told(path).stdout)
    assert "roster_oneroster reads" in told(path, "--propose").stderr


@pytest.mark.usefixtures("home")
def test_an_interfaces_answer_is_no_table():
    done = told(shared("real/observations/schoolmint_grow_observation_FIELDS_ONLY.json"))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "it is JSON, as an interface answers; expected a table" in done.stderr


def test_every_real_file_is_in_some_test():
    tests = "".join(
        path.read_text(encoding="utf-8") for path in sorted(CHECKOUT.glob("tests/**/*.py"))
    )
    files = [path for path in shared("real").rglob("*") if path.is_file()]
    assert files
    bundles = [path for path in files if "oneroster" in path.parts]
    others = {path.stem for path in files} - {path.stem for path in bundles} - {"SOURCES"}
    assert [name for name in sorted(others) if name not in tests] == []
    assert all(path.parent.name in tests for path in bundles)
