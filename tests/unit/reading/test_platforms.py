"""One survey of teachers, exported by five platforms, becomes the same rows of raw.

The contracts are those of docs/formats.md, where an engineer copies them from.
"""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from typing import Any

import pytest
import xlsxwriter
import yaml

from orchestration.reading.contract_files import load_contract, parse_contract
from orchestration.reading.reads import Reads
from orchestration.registry import load_registry
from tests.paths import CHECKOUT, shared

YAML = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
SHOWN = YAML.findall((CHECKOUT / "docs" / "formats.md").read_text(encoding="utf-8"))
CONTRACTS = {yaml.safe_load(text)["name"]: text for text in SHOWN if text.startswith("name:")}
AGREE = "How much do you agree?"
ASKED = "What challenges do you face?"


def google(dated: str = "3/1/2022 14:59:32") -> list[list[Any]]:
    return [
        ["Timestamp", "Email Address", "Your school", "Your role", f"{AGREE} [I feel confident]",
         ASKED],
        [dated, "a@d.org", "s1", "Teacher", "Agree", "Time to prepare, Pacing"],
        [dated, "b@d.org", "s2", "Coach", "Strongly agree", ""],
        [dated, "c@d.org", "s1", "Teachers", "", "Something else"],
    ]  # fmt: skip


def qualtrics() -> list[list[Any]]:
    names = [
        *("ResponseId", "RecordedDate", "Status", "Finished", "RecipientEmail", "Q1", "Q2"),
        *("Q3_1", "Q4_3", "Q4_2", "Q4_7_TEXT"),
    ]
    dated = "2022-03-01 14:59:32"
    return [
        names,
        [f"{name}\nasked" for name in names],
        [json.dumps({"ImportId": f"QID{n}"}) for n in range(len(names))],
        ["R_1", dated, "IP Address", "True", "a@d.org", "s1", "Teacher", "Agree",
         "Time to prepare", "Pacing", ""],
        ["R_2", dated, "IP Address", "True", "b@d.org", "s2", "Coach", "Strongly agree",
         "", "", ""],
        ["R_3", dated, "IP Address", "True", "c@d.org", "s1", "Teachers", "", "", "", "canary"],
        ["R_4", dated, "Survey Preview", "True", "d@d.org", "s1", "Teacher", "?", "", "", ""],
        ["R_5", dated, "IP Address", "False", "e@d.org", "", "", "", "", "", ""],
    ]  # fmt: skip


def surveymonkey() -> list[list[Any]]:
    dated = "03/01/2022 02:59:32 PM"
    return [
        ["Respondent ID", "End Date", "Email Address", "Your school", "Your role", AGREE, "", ASKED,
         "", ""],
        ["", "", "", "Open-Ended Response", "Response", "I feel confident", "I am eager",
         "Time to prepare", "Pacing", "Other (please specify)"],
        ["1", dated, "a@d.org", "s1", "Teacher", "Agree", "Agree", "Time to prepare", "Pacing", ""],
        ["2", dated, "b@d.org", "s2", "Coach", "Strongly agree", "Agree", "", "", ""],
        ["3", dated, "c@d.org", "s1", "Teachers", "", "", "", "", "canary"],
    ]  # fmt: skip


def kobo() -> list[list[Any]]:
    dated = "2022-03-01T14:59:32"
    asked = "views/challenges"
    return [
        ["start", "about/school", "about/email", "about/role", "views/confident", asked,
         f"{asked}/Time to prepare", f"{asked}/Pacing", "views/challenges_other", "_uuid",
         "_submission_time"],
        ["", "#loc+school", "", "#role", "", "", "", "", "", "", ""],
        [dated, "s1", "a@d.org", "Teacher", "Agree", "x y", "1", "1", "", "u-1", dated],
        [dated, "s2", "b@d.org", "Coach", "Strongly agree", "", "0", "0", "", "u-2", dated],
        [dated, "s1", "c@d.org", "Teachers", "", "", "", "", "canary", "u-3", dated],
    ]  # fmt: skip


def microsoft() -> list[list[Any]]:
    dated = "2022-03-01 14:59:32"
    return [
        ["ID", "Start time", "Completion time", "Email", "Name", "Your\xa0school", "Your role",
         "I feel confident", f"{ASKED}\xa0"],
        ["1", dated, dated, "a@d.org", "Canary", "s1", "Teacher", "Agree",
         "Time to prepare;Pacing;"],
        ["2", dated, dated, "b@d.org", "Canary", "s2", "Coach", "Strongly agree", ""],
        ["3", dated, dated, "c@d.org", "Canary", "s1", "Teachers", "", "Something else;"],
    ]  # fmt: skip


EXPORTS = {
    "teachers_google": google,
    "teachers_qualtrics": qualtrics,
    "teachers_surveymonkey": surveymonkey,
    "teachers_kobo": kobo,
    "teachers_microsoft": microsoft,
}
EXPECTED = [
    ("s1", "a@d.org", "teacher", {("confident_use", "3"), ("challenges", "preparation_time"),
                                  ("challenges", "pacing")}),
    ("s2", "b@d.org", "Coach", {("confident_use", "4")}),
    ("s1", "c@d.org", "teacher", {("challenges", "other")}),
]  # fmt: skip


def as_text(rows: list[list[Any]], delimiter: str = ",", encoding: str = "utf-8-sig") -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue().encode(encoding)


def as_workbook(rows: list[list[Any]]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Sheet1")
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell:
                    sheet.write_string(at, place, cell)
    return made.getvalue()


@pytest.mark.parametrize("name", list(EXPORTS))
@pytest.mark.parametrize(
    "written",
    [
        as_text,
        as_workbook,
        lambda rows: as_text(rows, ";"),
        lambda rows: as_text(rows, "\t", "utf-16"),
    ],
    ids=["text", "workbook", "semicolons", "tabs in UTF-16"],
)
def test_every_platform_s_export_becomes_the_same_rows(
    home, land, read, rows_of, registry, key, name, written
):
    rows = EXPORTS[name]()
    if name == "teachers_google" and written is as_workbook:
        rows = google("2022-03-01 14:59:32")
    contract = parse_contract(CONTRACTS[name], f"{name}.yaml", name, registry)
    land("teacher_survey", "export", written(rows))
    account = read("teacher_survey", contracts={name: contract})
    found = {row["respondent_id"]: row for row in rows_of(account)}
    assert len(found) == 3
    for school, who, role, answers in EXPECTED:
        row = found[key.pseudonym("educator", who)]
        assert (row["school_id"], row["role"]) == (school, role)
        assert row["recorded_on"] == date(2022, 3, 1)
        assert {(one["item"], one["code"]) for one in row["answers"]} == answers
    excluded = {reason: n for reason, n in account.files[0].reasons.items() if "excluded" in reason}
    assert sum(excluded.values()) == account.files[0].rows_quarantined
    assert len(excluded) == (2 if name == "teachers_qualtrics" else 0)
    for path in home.root.rglob("*"):
        if path.is_file() and home.landing not in path.parents:
            assert b"canary" not in path.read_bytes().lower()


@pytest.mark.parametrize("saved_by", ["", "Unnamed: 0"], ids=["once", "twice"])
def test_a_table_saved_with_its_rows_numbers_has_its_header_rows_still(
    land, read, rows_of, registry, saved_by
):
    names, *below = qualtrics()
    numbered = [[str(at), *row] for at, row in enumerate(below)]
    name = "teachers_qualtrics"
    contract = parse_contract(CONTRACTS[name], f"{name}.yaml", name, registry)
    land("teacher_survey", "export", as_text([[saved_by, *names], *numbered]))
    account = read("teacher_survey", contracts={name: contract})
    assert account.files[0].rows_read == 5
    assert len(rows_of(account)) == 3


def test_microsofts_anonymous_is_nobody_and_elsewhere_somebody(land, read, rows_of, registry, key):
    for name, respondents in (
        ("teachers_microsoft", {None, key.pseudonym("educator", "c@d.org")}),
        ("teachers_google", {key.pseudonym("educator", one) for one in ("anonymous", "c@d.org")}),
    ):
        contract = parse_contract(CONTRACTS[name], f"{name}.yaml", name, registry)
        unnamed = as_text(EXPORTS[name]()).replace(b"a@d.org", b"Anonymous")
        land("teacher_survey", "export", unnamed.replace(b"b@d.org", b"anonymous"))
        rows = rows_of(read("teacher_survey", contracts={name: contract}))
        assert len(rows) == 3
        assert {row["respondent_id"] for row in rows} == respondents


@pytest.mark.parametrize("written", [None, as_workbook], ids=["as it was sent", "workbook"])
def test_the_example_for_walkthroughs_reads_the_real_form_whole(
    land, read, rows_of, tmp_path, written
):
    (tmp_path / "registry").mkdir()
    maps = "map,text,code\ntntp_met,Yes,1\ntntp_met,Not Yet,0\n"
    (tmp_path / "registry" / "value_maps.csv").write_text(maps)
    registry = load_registry(tmp_path / "registry")
    name = "tntp_google_form"
    contract = load_contract(CHECKOUT / "docs" / "contracts" / f"{name}.yaml", registry)
    form = shared("real/observations/tntp_g2g_ipg_math_google_form.csv").read_bytes()
    if written is not None:
        stood = csv.reader(io.StringIO(form.decode("utf-8-sig"), newline=""))
        form = written(list(stood))
    land("observations", "form", form)
    account = read("observations", contracts={name: contract}, registry=registry)
    (one,) = account.files
    assert (one.rows_read, one.rows_accepted, one.reasons) == (14, 14, {})
    assert one.missing_items == ()
    rows = rows_of(account)
    assert {len(row["answers"]) for row in rows} == {7}
    assert {row["grade"] for row in rows} == {"K", "1", "2", "3", "4"}
    assert len({row["class_id"] for row in rows}) == 7


def test_the_page_shows_a_contract_of_every_platform_and_all_that_it_shows_can_stand(registry):
    surveys = {name for name in CONTRACTS if name.startswith("teachers_")}
    assert surveys == set(EXPORTS)
    assert len(SHOWN) > len(CONTRACTS) > len(surveys)
    for text in SHOWN:
        Reads.model_validate(yaml.safe_load(text).get("reads", {}))
    for name, text in CONTRACTS.items():
        assert parse_contract(text, "formats.md", name, registry).name == name
