"""Walkthroughs from elsewhere, through contracts of their own: every row's fate, and the marts.

TNTP's Google Form of the Instructional Practice Guide names no school and no class: one school
stands for the site, and a teacher's pseudonym for the class. TNTP's practice observations name
nobody at all. What is expected is worked out here from the files themselves, by csv and pandas.
"""

from __future__ import annotations

import csv
import json
import math
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml
from scipy import stats

from orchestration.reading.accounts import Account
from orchestration.reading.pseudonyms import Key
from orchestration.site import Site
from tests.paths import shared
from tests.pipeline.homes import TERM, environment, land, query, run_home, school, visit
from tests.pipeline.searching import contents, found

pytestmark = pytest.mark.long

FORM = "real/observations/tntp_g2g_ipg_math_google_form.csv"
PRACTICE = "real/observations/tntp_ipg_practice_SIMULATED.csv"
FALL = "2021-22-fall"
FORM_SCHOOL = "tntp-site"
PRACTICE_SCHOOLS = [f"p{place}" for place in range(10)]
MET = {"Yes": 1, "Not Yet": 0}
RATED = {"Not Yet": 1, "Somewhat": 2, "Mostly": 3, "Yes": 4}
SCORED = ("ca1_a", "ca1_b", "ca1_c", "ca2_overall", "ca3_overall", "col")
ENDINGS = {
    "ca1_a": "(1a)]",
    "ca1_b": "(1b)]",
    "ca1_c": "(1c)]",
    "ca2_overall": "learn the content of the lesson?",
    "ca3_overall": "engaging with the content of the lesson?",
    "col": "from start to finish?",
}


def form_rows() -> list[dict[str, str]]:
    """The form's rows, each with the physical line on which it starts under `line`."""
    with shared(FORM).open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        header = next(reader)
        rows, line = [], reader.line_num + 1
        for cells in reader:
            rows.append(dict(zip(header, cells, strict=True)) | {"line": str(line)})
            line = reader.line_num + 1
    return rows


def column_of(item: str) -> str:
    (found,) = (name for name in form_rows()[0] if name.endswith(ENDINGS[item]))
    return found


def notes_columns() -> list[str]:
    return [name for name in form_rows()[0] if name.endswith("Notes:")]


def form_contract() -> dict[str, Any]:
    day = next(name for name in form_rows()[0] if name.startswith("Date of Observation"))
    names = ["Teacher's First Name", "Teacher's Last Name"]
    return {
        "name": "tntp_form",
        "version": 1,
        "source": "observations",
        "description": "A Google Form of the Instructional Practice Guide, in mathematics.",
        "fields": {
            "observation_id": {"from": "row_hash"},
            "observed_on": {"column": day, "date": "%m/%d/%Y"},
            "school_id": {"constant": FORM_SCHOOL},
            "class_id": {"pseudonym_of": "teacher_id"},
            "grade": {"column": "Grade"},
            "teacher_id": {"columns": names},
            "observer_id": {"column": "Email Address"},
            "observer_org": {"constant": "TNTP"},
        },
        "answers": {
            "materials": {"constant": "not_observed"},
            **{
                item: {"column": column_of(item)} | ({"map": "tntp_met"} if "ca1" in item else {})
                for item in SCORED
            },
        },
        "identifying": [*names, "Email Address"],
        "secret": notes_columns(),
        "versioned_by": {"row": {"column": "Timestamp", "timestamp": "%m/%d/%Y %H:%M:%S"}},
    }


PRACTICE_CONTRACT = {
    "name": "tntp_practice",
    "version": 1,
    "source": "observations",
    "description": "TNTP's practice observations, of all subjects.",
    "fields": {
        "observation_id": {"column": "observation_number"},
        "observed_on": {"constant": "2021-10-05"},
        "school_id": {"column": "observation_number", "crosswalk": "tntp_school"},
        "class_id": {"column": "observation_number"},
        "grade": {"column": "grade_level", "map": "tntp_grade", "unmapped": "keep"},
        "course": {"column": "form"},
        "observer_id": {"constant": "nobody in particular"},
    },
    "answers": {
        "materials": {"constant": "not_observed"},
        **{item: {"column": item} for item in SCORED},
    },
}


def practice_rows() -> pd.DataFrame:
    """The practice observations, with the school that the site's crosswalk gives each."""
    rows = pd.read_csv(shared(PRACTICE))
    schools = [PRACTICE_SCHOOLS[number % 10] for number in rows["observation_number"]]
    return rows.assign(school_id=schools)


def lay_out(home: Path) -> None:
    """The site's own contracts and registry."""
    for contract in (form_contract(), PRACTICE_CONTRACT):
        path = home / "contracts" / f"{contract['name']}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(contract, sort_keys=False, allow_unicode=True))
    registry = home / "registry"
    registry.mkdir()
    maps = [("tntp_met", text, str(code)) for text, code in MET.items()]
    maps += [("tntp_grade", "0.0", "K"), *(("tntp_grade", f"{n}.0", f"{n}") for n in range(1, 13))]
    with (registry / "value_maps.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([("map", "text", "code"), *maps])
    numbers = practice_rows()[["observation_number", "school_id"]]
    numbers.to_csv(registry / "crosswalk_tntp_school.csv", index=False, header=["key", "value"])


def drop(home: Path, file: str, term: str) -> None:
    path = home / "landing" / "observations" / term / Path(file).name
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(shared(file), path)
    path.chmod(0o600)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both files landed beside a district's own walkthroughs, and run."""
    home = tmp_path_factory.mktemp("tntp")
    lay_out(home)
    schools = [school(FORM_SCHOOL, "West"), *(school(one, "East") for one in PRACTICE_SCHOOLS)]
    land(home, "schools", "all", "schools.csv", schools)
    drop(home, FORM, TERM)
    drop(home, PRACTICE, FALL)
    # without these no visit of the fall would say whether materials were used
    own = [
        visit(s, "own", "as_designed", observation_id=f"own-{s}", observed_on="2021-10-06")
        for s in PRACTICE_SCHOOLS
    ]
    land(home, "observations", FALL, "own.csv", own)
    finished = run_home(home)
    assert finished.exit_code in (0, 3), finished.said
    return home


@pytest.fixture(scope="module")
def accounts(home: Path) -> dict[str, Account]:
    with environment(home) as settings:
        return {
            one.term: one for one in Site.load(settings).accounts() if one.source == "observations"
        }


@pytest.fixture(scope="module")
def raw(home: Path, accounts: dict[str, Account]) -> dict[str, list[dict[str, Any]]]:
    return {
        term: pq.read_table(home / account.raw.path).to_pylist()
        for term, account in accounts.items()
    }


def codes(row: dict[str, Any]) -> dict[str, str]:
    return {one["item"]: one["code"] for one in row["answers"]}


def test_every_row_of_the_form_is_accepted_as_one_of_its_own_though_half_copy_the_others(
    accounts: dict[str, Account], raw: dict[str, list[dict[str, Any]]]
) -> None:
    (one,) = accounts[TERM].files
    assert (one.contract, one.rows_read, one.rows_accepted) == ("tntp_form", 14, 14)
    assert one.reasons == {}
    rows = {row["line"]: row for row in raw[TERM]}
    expected = form_rows()
    assert sorted(rows) == [int(row["line"]) for row in expected]
    assert len({row["observation_id"] for row in raw[TERM]}) == 14
    for row in expected:
        found = rows[int(row["line"])]
        month, day, year = (int(part) for part in row[_day()].split("/"))
        on = found["observed_on"]
        assert (on.year, on.month, on.day) == (year, month, day)
        assert found["grade"] == row["Grade"]
        assert found["school_id"] == FORM_SCHOOL
        assert codes(found) == {
            "materials": "not_observed",
            **{
                item: str((MET if "ca1" in item else RATED)[row[column_of(item)]])
                for item in SCORED
            },
        }
    copied = [codes(row) for row in raw[TERM] if row["observed_on"].day in (23, 24, 25)]
    assert len(copied) == 7
    assert "K" in {row["grade"] for row in raw[TERM]}


def _day() -> str:
    return next(name for name in form_rows()[0] if name.startswith("Date of Observation"))


def test_teachers_are_hashed_from_both_names_and_stand_for_their_classes(
    home: Path, raw: dict[str, list[dict[str, Any]]]
) -> None:
    key = Key((home / "secrets" / "hash.key").read_text().strip().encode())
    by_line = {row["line"]: row for row in raw[TERM]}
    for row in form_rows():
        found = by_line[int(row["line"])]
        name = " ".join(row[f"Teacher's {part} Name"] for part in ("First", "Last"))
        assert found["teacher_id"] == found["class_id"] == key.pseudonym("educator", name)
        assert found["observer_id"] == key.pseudonym("educator", row["Email Address"])
    assert len({row["class_id"] for row in raw[TERM]}) == 7


def test_columns_of_the_form_that_nothing_reads_are_named_and_notes_are_not(
    accounts: dict[str, Account],
) -> None:
    (one,) = accounts[TERM].files
    assert one.missing_items == ()
    assert "When did the observation occur?" in one.extra_columns
    assert any(name.endswith("(3f)]") for name in one.extra_columns)
    assert not set(one.extra_columns) & set(notes_columns())


def test_what_observers_wrote_and_who_they_are_is_nowhere_past_landing(home: Path) -> None:
    said = {row["Email Address"] for row in form_rows()}
    for row in form_rows():
        for column in notes_columns():
            said |= {part for part in row[column].split("\n") if len(part) > 20}
    assert len(said) > 30
    past = ((place, text) for place, text in contents(home) if not place.startswith("contracts/"))
    assert {text: places for text, places in found(past, said).items() if places} == {}


def test_in_another_term_each_row_is_quarantined_and_what_observers_wrote_is_not(
    tmp_path: Path,
) -> None:
    lay_out(tmp_path)
    drop(tmp_path, FORM, "2021-22-winter")
    with environment(tmp_path) as settings:
        account = Site.load(settings).read("observations", "2021-22-winter", lambda _: None)
    (one,) = account.files
    assert (one.rows_read, one.rows_quarantined) == (14, 14)
    assert one.reasons == {
        f"quarantined: observed_on (column {_day()}): "
        "outside the term (2021-12-01 to 2022-01-31)": 14
    }
    rows = pq.read_table(tmp_path / account.quarantine.path).to_pylist()
    assert [row["line"] for row in rows] == [int(row["line"]) for row in form_rows()]
    for row, stood in zip(rows, form_rows(), strict=True):
        kept = json.loads(row["row"])
        assert not set(kept) & set(notes_columns())
        assert {name: stood[name] for name in kept} == kept
        assert kept["Email Address"]


def test_every_practice_observation_is_accepted_with_the_items_that_its_subject_has(
    accounts: dict[str, Account], raw: dict[str, list[dict[str, Any]]]
) -> None:
    files = {one.file: one for one in accounts[FALL].files}
    one = files[Path(PRACTICE).name]
    assert (one.contract, one.rows_read, one.rows_accepted) == ("tntp_practice", 100, 100)
    assert one.missing_items == ()
    assert set(one.extra_columns) == {"ca1_d", "ca1_e", "ca1_f", "rfs_overall", "science_filter"}
    found = {row["observation_id"]: row for row in raw[FALL] if row["file_sha256"] == one.sha256}
    for row in practice_rows().to_dict("records"):
        mine = found.pop(str(row["observation_number"]))
        grade = int(row["grade_level"])
        assert mine["grade"] == ("K" if grade == 0 else str(grade))
        assert mine["course"] == row["form"]
        assert mine["school_id"] == row["school_id"]
        assert codes(mine) == {
            "materials": "not_observed",
            **{item: str(int(row[item])) for item in SCORED if not math.isnan(row[item])},
        }
    assert not found


def estimated(values: pd.Series, schools: pd.Series) -> dict[str, float]:
    """A mean and its interval between schools, in one stratum: by numpy, from units' values."""
    mean = float(values.mean())
    scores = (values - mean).groupby(schools).sum().to_numpy() / len(values)
    m = len(scores)
    error = math.sqrt(m * np.var(scores, ddof=1))
    return {
        "n": len(values),
        "n_clusters": m,
        "estimate": mean,
        "std_error": error,
        "df": m - 1,
        "reach": float(stats.t.ppf(0.975, m - 1)) * error,
    }


def scores(rows: pd.DataFrame) -> pd.Series:
    """TNTP's score of each row that has every item: MEASURES, section 2."""
    whole = rows.dropna(subset=list(SCORED))
    return (whole[list(SCORED)].sum(axis="columns") - 3) / 4


def mart_row(home: Path, term: str, unit: str, measure: str) -> dict[Any, Any]:
    (row,) = query(
        home,
        f"""
        from mart_instruction
        where term = '{term}' and level = 'local_district' and unit_id = '{unit}'
            and measure_id = '{measure}' and subgroup_type = 'all' and weighting = 'none'
            and missing_rule = 'exclude'
        """,
        "unreleased",
    ).to_dict("records")
    return row


def test_the_form_s_classrooms_have_the_mean_of_both_their_visits(home: Path) -> None:
    form = pd.DataFrame(form_rows())
    rated = pd.DataFrame(
        {item: form[column_of(item)].map(MET if "ca1" in item else RATED) for item in SCORED}
    )
    who = form["Teacher's First Name"]
    row = mart_row(home, TERM, "West", "ipg_score")
    assert row["n"] == 7
    assert row["estimate"] == pytest.approx(scores(rated).groupby(who).mean().mean(), abs=1e-12)
    assert (row["n_clusters"], row["df"]) == (1, 0)
    assert pd.isna(row["ci_low"])
    for item in ("ca2_overall", "ca3_overall", "col"):
        row = mart_row(home, TERM, "West", item)
        share = (rated[item] >= 3).groupby(who).mean().mean()
        assert (row["n"], row["estimate"]) == (7, pytest.approx(share, abs=1e-12))


def test_the_practice_scores_are_of_the_observations_that_have_every_item(home: Path) -> None:
    practice = practice_rows()
    own = scores(practice)
    assert len(own) == 80
    expected = estimated(own, practice["school_id"].loc[own.index])
    row = mart_row(home, FALL, "East", "ipg_score")
    reach = expected.pop("reach")
    for name, value in expected.items():
        assert row[name] == pytest.approx(value, rel=1e-9), name
    assert row["ci_low"] == pytest.approx(expected["estimate"] - reach, rel=1e-9)
    assert row["ci_high"] == pytest.approx(expected["estimate"] + reach, rel=1e-9)


@pytest.mark.parametrize("item", ["ca2_overall", "ca3_overall", "col"])
def test_the_practice_ratings_are_shares_of_all_hundred(home: Path, item: str) -> None:
    practice = practice_rows()
    expected = estimated((practice[item] >= 3).astype(float), practice["school_id"])
    row = mart_row(home, FALL, "East", item)
    for name in ("n", "n_clusters", "estimate", "std_error", "df"):
        assert row[name] == pytest.approx(expected[name], rel=1e-9), name


def test_visits_on_which_nobody_looked_at_materials_are_in_no_adoption_rate(home: Path) -> None:
    adoption = query(
        home, "from mart_adoption where subgroup_type = 'all' and level = 'district'", "unreleased"
    )
    assert set(adoption["term"]) == {FALL}
    assert set(adoption["n"]) == {len(PRACTICE_SCHOOLS)}
