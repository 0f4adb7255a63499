"""The California school directory, as it was published: every row's fate, told independently."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[4] / "shared"
DIRECTORY = SHARED / "real" / "school_directory" / "lausd_from_cde_pubschls_2018.csv"
SPANS = {
    "ELEM": "elementary",
    "INTMIDJR": "middle",
    "HS": "high",
    "ELEMHIGH": "span",
    "UG": "span",
}

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the shared files are not here")


@pytest.fixture
def schools() -> list[dict[str, str]]:
    with DIRECTORY.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture
def account(land, read, registry, schools):
    land("schools", "pubschls.csv", DIRECTORY.read_bytes())
    some = {row["CDSCode"]: "Northeast" for row in schools[:50]}
    walks = {"cde_local_district": some, "cde_region": {}}
    return read("schools", registry=replace(registry, crosswalks=walks))


def day(text: str) -> date | None:
    if "/" in text:  # schools that opened before 1900, 34 of them
        month, of_month, year = text.split("/")
        return date(int(year), int(month), int(of_month))
    return date.fromisoformat(text[:10]) if text else None


def test_every_school_with_a_name_and_a_span_is_accepted(account, schools, rows_of):
    expected = {
        row["CDSCode"]: (
            row["School"].strip(),
            SPANS[row["EILCode"]],
            day(row["OpenDate"]),
            day(row["ClosedDate"]),
            "Northeast" if position < 50 else None,
            None,
        )
        for position, row in enumerate(schools)
        if row["School"].strip() and row["EILCode"] in SPANS
    }
    found = {
        row["school_id"]: (
            row["school_name"],
            row["level"],
            row["valid_from"],
            row["valid_to"],
            row["local_district"],
            row["region"],
        )
        for row in rows_of(account)
    }
    assert found == expected
    assert len(found) == 1309
    assert all(len(code) == 14 for code in found)


def test_the_district_itself_and_schools_without_a_span_are_quarantined(
    account, schools, quarantined
):
    one = account.files[0]
    assert (one.contract, one.rows_read, one.rows_accepted, one.rows_quarantined) == (
        "schools_cde",
        1352,
        1309,
        43,
    )
    assert one.reasons == {
        "quarantined: school_name (column School): required, but blank": 1,
        "quarantined: level (column EILCode): "
        "a code that no value map knows (map school_level_cde)": 42,
    }
    refused = quarantined(account)
    codes = Counter(json.loads(row["row"])["EILCode"] for row in refused)
    assert codes == {"": 1, "A": 39, "PS": 3}
    for row in refused:
        # no cell of the file holds a line end, so a line is a row
        assert json.loads(row["row"])["CDSCode"] == schools[row["line"] - 2]["CDSCode"]


def test_telephones_are_nowhere(home, account, schools):
    one = account.files[0]
    assert "Phone" not in one.extra_columns
    assert "Street" in one.extra_columns
    numbers = {row["Phone"] for row in schools if row["Phone"]}
    kept = (home.root / account.quarantine.path).read_bytes()
    kept += (home.root / account.raw.path).read_bytes()
    assert not any(number.encode() in kept for number in numbers)
