"""A survey as platforms export it: Qualtrics' three header rows, and a workbook, every rule on.

Both are the survey of `district.py` in other clothes, written anew into a home of their own.
"""

from __future__ import annotations

import csv
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.district import TERM
from benchmarks.measuring import Contender, in_turn, ratio

SOURCE = "student_survey"
STEP = (sys.executable, "-m", "benchmarks.steps")
QUALTRICS = """
name: survey_qualtrics
version: 1
source: student_survey
description: The benchmark's survey, as Qualtrics exports it.
reads: {format: qualtrics}
fields:
  response_id: {column: ResponseId, unique: true}
  recorded_on:
    column: RecordedDate
    timestamp: ["%m/%d/%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S"]
    at_least: 2022-01-01
  school_id: {column: school_id}
  class_id: {column: class_id, required: true}
  grade: {column: grade}
  respondent_id: {column: RecipientEmail}
  english_learner: {column: english_learner, map: yes_no, unmapped: keep}
  disability: {column: disability, map: yes_no, unmapped: keep}
  race_ethnicity: {column: race_ethnicity}
  gender: {column: gender}
  comment_consent: {column: comment_consent, map: consent}
  comment: {column: comment}
items: registry
identifying: [RecipientEmail]
secret: [IPAddress]
excludes:
  - {column: Status, values: [Survey Preview], because: a preview}
  - {column: Finished, values: ["False"], because: not finished}
versioned_by:
  row: {column: RecordedDate, timestamp: ["%m/%d/%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S"]}
"""
EXCEL = """
name: survey_excel
version: 1
source: student_survey
description: The benchmark's survey, as a workbook.
reads: {format: excel}
fields:
  response_id: {column: response_id}
  recorded_on: {column: recorded_on}
  school_id: {column: school_id}
  class_id: {column: class_id}
  grade: {column: grade}
  respondent_id: {column: respondent_id}
  gender: {column: gender}
items: registry
identifying: [respondent_id]
secret: [english_learner, disability, race_ethnicity, comment_consent, comment]
"""
ROWS = """
    select
        case when i % 500 = 0 then 'Survey Preview' else 'IP Address' end as "Status",
        case when i % 300 = 0 then 'False' else 'True' end as "Finished",
        printf('10.0.%d.%d', i % 250, i % 199) as "IPAddress",
        respondent_id as "RecipientEmail",
        strftime(recorded_on::timestamp + to_seconds(i % 36000), '%m/%d/%Y %H:%M:%S')
            as "RecordedDate",
        response_id as "ResponseId",
        * exclude (response_id, recorded_on, respondent_id, i)
    from (select *, row_number() over () as i from read_csv('{survey}', all_varchar = true)
        where response_id is not null)
"""


def qualtrics(home: Path, folder: Path, rounds: int) -> dict[str, Any]:
    """Reading a Qualtrics export against a bare copy of it, and the memory at a third of it."""
    whole = _landed(home, folder / "whole", 1)
    third = _landed(home, folder / "third", 3)
    export = whole / "landing" / SOURCE / TERM / "export.csv"
    ours, bare, less = in_turn(
        [
            Contender("read", [*STEP, "read", whole, SOURCE], before=lambda: _forget(whole)),
            Contender("copy", [*STEP, "copy_below_headers", export, whole / "copy.parquet"]),
            Contender("third", [*STEP, "read", third, SOURCE], before=lambda: _forget(third)),
        ],
        rounds,
    )
    return {
        "figure": "qualtrics",
        "says": "Reading a Qualtrics export with every rule on, against a bare COPY to Parquet",
        "measured": [ours.as_dict(), bare.as_dict(), less.as_dict()],
        "ratio": ratio(ours, bare),
        "memory": ratio(ours, less),
        "mib": round(export.stat().st_size / 1024**2, 1),
    }


def workbook(home: Path, folder: Path, rounds: int, rows: int) -> dict[str, Any]:
    """Reading a workbook against the library that it is read by, which makes lists of its cells."""
    own = _like(home, folder / "excel", EXCEL, "survey_excel")
    export = own / "landing" / SOURCE / TERM / "export.xlsx"
    _as_workbook(home, export, rows)
    ours, bare = in_turn(
        [
            Contender("read", [*STEP, "read", own, SOURCE], before=lambda: _forget(own)),
            Contender("calamine", [*STEP, "calamine", export]),
        ],
        rounds,
    )
    return {
        "figure": "excel",
        "says": "Reading a workbook with every rule on, against the library alone",
        "measured": [ours.as_dict(), bare.as_dict()],
        "ratio": ratio(ours, bare),
        "rows": rows,
        "mib": round(export.stat().st_size / 1024**2, 1),
    }


def _like(home: Path, own: Path, contract: str, name: str) -> Path:
    """A home with the other's registry, this contract, and room for an export."""
    (own / "landing" / SOURCE / TERM).mkdir(parents=True)
    (own / "contracts").mkdir()
    (own / "contracts" / f"{name}.yaml").write_text(contract, encoding="utf-8")
    shutil.copytree(home / "registry", own / "registry")
    return own


def _landed(home: Path, own: Path, part: int) -> Path:
    """The survey, or one row of `part` of it, as Qualtrics exports it."""
    own = _like(home, own, QUALTRICS, "survey_qualtrics")
    export = own / "landing" / SOURCE / TERM / "export.csv"
    survey = home / "landing" / SOURCE / TERM / "survey.csv"
    body = own / "body.csv"
    with duckdb.connect() as con:
        con.execute("set enable_progress_bar = false")
        rows = con.sql(ROWS.replace("{survey}", str(survey)))
        names: Sequence[str] = rows.columns
        con.execute(
            f"copy (select * from rows where hash(\"ResponseId\") % {part} = 0) to '{body}' "
            "(header false)"
        )
    with export.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerow([f"Please answer: {name}" for name in names])
        writer.writerow([json.dumps({"ImportId": f"QID{place}"}) for place in range(len(names))])
    with export.open("ab") as file, body.open("rb") as rest:
        shutil.copyfileobj(rest, file)
    body.unlink()
    return own


def _as_workbook(home: Path, export: Path, rows: int) -> None:
    import xlsxwriter

    survey = home / "landing" / SOURCE / TERM / "survey.csv"
    with (
        survey.open(encoding="utf-8", newline="") as file,
        xlsxwriter.Workbook(export, {"constant_memory": True}) as book,
    ):
        sheet = book.add_worksheet("Responses")
        for place, row in enumerate(csv.reader(file)):
            if place > rows:
                break
            sheet.write_row(place, 0, row)


def _forget(home: Path) -> None:
    for folder in ("raw", "quarantine", "accounts"):
        shutil.rmtree(home / folder, ignore_errors=True)
