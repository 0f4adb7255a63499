"""TNTP's student survey, at two times, through a contract and a registry of the site's own.

Its items run from 0 to 3 and its constructs are sums; ours are means, so that a mean times the
number of items is TNTP's score. What is expected is worked out here by csv and pandas.
"""

from __future__ import annotations

import csv
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
from orchestration.site import Site
from tests.paths import shared
from tests.pipeline.homes import environment, land, query, run_home, school, section

pytestmark = pytest.mark.long

FALL, SPRING = "2021-22-fall", "2021-22-spring"
FILES = {
    FALL: "real/student_survey/tntp_ss_data_initial_SIMULATED.csv",
    SPRING: "real/student_survey/tntp_ss_data_final_SIMULATED.csv",
}
DAYS = {FALL: "2021-09-15", SPRING: "2022-05-10"}
CONSTRUCTS = {
    "tntp_engagement": ("eng_interest", "eng_like", "eng_losttrack", "eng_moreabout"),
    "tntp_relevance": ("rel_asmuch", "rel_future", "rel_outside", "rel_rightnow"),
    "tntp_belonging": ("bel_fitin", "bel_ideas", "tch_interestedideas", "tch_problem"),
}
ITEMS = [item for items in CONSTRUCTS.values() for item in items]
SCHOOLS = [f"s{place}" for place in range(8)]
ANSWERS = ("Not true", "A little true", "Mostly true", "Very true")
CONTRACT = {
    "name": "tntp_students",
    "version": 1,
    "source": "student_survey",
    "description": "TNTP's student experience survey, as its practice data has it.",
    "fields": {
        "response_id": {"column": "response_id"},
        "recorded_on": {"from": "landing_term", "map": "tntp_day"},
        "school_id": {"column": "class_id", "crosswalk": "tntp_school"},
        "class_id": {"column": "class_id"},
    },
    "answers": {item: {"column": item} for item in ITEMS},
}


def rows_of(term: str) -> list[dict[str, str]]:
    with shared(FILES[term]).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def school_of(class_id: str) -> str:
    return SCHOOLS[ord(class_id) % len(SCHOOLS)]


def numbers(term: str) -> pd.DataFrame:
    """Every response's answers as numbers, with its school."""
    rows = pd.DataFrame(rows_of(term))
    answers = rows[ITEMS].apply(pd.to_numeric, errors="coerce").abs()
    return answers.assign(school_id=rows["class_id"].map(school_of))


def write(path: Path, header: str, rows: list[tuple[Any, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([header.split(","), *rows])


def lay_out(home: Path) -> None:
    """The site's contract, and its registry: the instrument, and how the export writes it."""
    path = home / "contracts" / "tntp_students.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(yaml.safe_dump(CONTRACT, sort_keys=False))
    registry = home / "registry"
    write(
        registry / "instruments.csv",
        "instrument,position,source,label,missing_rule,minimum_answered,citation",
        [("tntp_students", 30, "student_survey", "Student experience", "exclude", "1", "TNTP")],
    )
    more = ("positive", "yes", "")
    write(
        registry / "items.csv",
        "item,instrument,position,kind,scale,text,label,construct,direction,reported,prefix",
        [
            (item, "tntp_students", place, "ordinal", "tntp_truth", item, item, construct, *more)
            for place, (construct, item) in enumerate(
                ((name, item) for name, items in CONSTRUCTS.items() for item in items), start=1
            )
        ],
    )
    write(
        registry / "answers.csv",
        "scale,code,position,label,value,favourable",
        [
            ("tntp_truth", code, code + 1, label, code, int(code >= 2))
            for code, label in enumerate(ANSWERS)
        ],
    )
    write(
        registry / "constructs.csv",
        "construct,instrument,position,label,definition",
        [
            (name, "tntp_students", place, name, f"TNTP's construct {name}.")
            for place, name in enumerate(CONSTRUCTS, start=1)
        ],
    )
    # the export writes numbers as R does, and some zeros with a sign
    spelt = [("scale:tntp_truth", f"{code}.0", code) for code in range(4)]
    spelt += [("scale:tntp_truth", "-0.0", 0)]
    days = [("tntp_day", term, day) for term, day in DAYS.items()]
    write(registry / "value_maps.csv", "map,text,code", [*spelt, *days])
    classes = sorted({row["class_id"] for term in FILES for row in rows_of(term)})
    write(
        registry / "crosswalk_tntp_school.csv",
        "key,value",
        [(one, school_of(one)) for one in classes],
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("tntp")
    lay_out(home)
    schools = [school(one, "West" if place < 5 else "East") for place, one in enumerate(SCHOOLS)]
    land(home, "schools", "all", "schools.csv", schools)
    for term, file in FILES.items():
        path = home / "landing" / "student_survey" / term / Path(file).name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(shared(file), path)
        path.chmod(0o600)
        sizes = pd.Series([row["class_id"] for row in rows_of(term)]).value_counts()
        rostered = [
            section(school_of(str(one)), str(one), students=int(n) + 5) for one, n in sizes.items()
        ]
        land(home, "roster", term, "roster.csv", rostered)
    finished = run_home(home)
    assert finished.exit_code in (0, 3), finished.said
    return home


@pytest.fixture(scope="module")
def accounts(home: Path) -> dict[str, Account]:
    with environment(home) as settings:
        found = Site.load(settings).accounts()
    return {one.term: one for one in found if one.source == "student_survey"}


@pytest.mark.parametrize("term", list(FILES))
def test_every_response_is_accepted_with_the_answers_that_it_has(
    home: Path, accounts: dict[str, Account], term: str
) -> None:
    (one,) = accounts[term].files
    assert (one.contract, one.rows_read, one.rows_accepted) == ("tntp_students", 1000, 1000)
    assert (one.reasons, one.missing_items) == ({}, ())
    assert set(one.extra_columns) == {"class_frl_cat", "class_soc_cat"}
    found = {row["line"]: row for row in pq.read_table(home / accounts[term].raw.path).to_pylist()}
    blank = signed = 0
    for line, row in enumerate(rows_of(term), start=2):
        mine = found.pop(line)
        assert mine["response_id"] == row["response_id"]
        assert (mine["class_id"], mine["school_id"]) == (
            row["class_id"],
            school_of(row["class_id"]),
        )
        assert str(mine["recorded_on"]) == DAYS[term]
        assert mine["respondent_id"] is None
        assert {one["item"]: (one["text"], one["code"]) for one in mine["answers"]} == {
            item: (row[item], str(abs(int(float(row[item]))))) for item in ITEMS if row[item]
        }
        blank += sum(not row[item] for item in ITEMS)
        signed += sum(row[item] == "-0.0" for item in ITEMS)
    assert not found
    assert blank > 0
    assert signed > 0


def test_every_response_is_used_and_none_is_set_aside(home: Path) -> None:
    accounts = query(home, "from mart_row_accounting where source = 'student_survey'", "unreleased")
    assert sorted(accounts["term"]) == sorted(FILES)
    assert set(accounts["rows_read"]) == set(accounts["rows_used"]) == {1000}


def mart_row(home: Path, term: str, unit: str, measure: str) -> dict[Any, Any]:
    (row,) = query(
        home,
        f"""
        from mart_student_voice
        where term = '{term}' and level = 'local_district' and unit_id = '{unit}'
            and measure_id = '{measure}' and subgroup_type = 'all' and weighting = 'none'
        """,
        "unreleased",
    ).to_dict("records")
    return row


def between_schools(values: pd.Series, schools: pd.Series) -> tuple[float, float, int]:
    """A mean, its standard error and degrees of freedom, schools being the clusters."""
    mean = float(values.mean())
    scores = (values - mean).groupby(schools).sum().to_numpy() / len(values)
    return mean, math.sqrt(len(scores) * np.var(scores, ddof=1)), len(scores) - 1


def in_unit(term: str, unit: str) -> pd.DataFrame:
    rows = numbers(term)
    mine = SCHOOLS[:5] if unit == "West" else SCHOOLS[5:]
    return rows[rows["school_id"].isin(mine)]


@pytest.mark.parametrize("term", list(FILES))
@pytest.mark.parametrize("unit", ["West", "East"])
@pytest.mark.parametrize("construct", list(CONSTRUCTS))
def test_a_construct_s_mean_is_tntp_s_sum_over_its_items(
    home: Path, term: str, unit: str, construct: str
) -> None:
    items = list(CONSTRUCTS[construct])
    whole = in_unit(term, unit).dropna(subset=items)
    sums = whole[items].sum(axis="columns")
    mean, error, df = between_schools(sums, whole["school_id"])
    row = mart_row(home, term, unit, construct)
    assert row["n"] == len(whole)
    assert row["estimate"] * len(items) == pytest.approx(mean, rel=1e-12)
    assert row["std_error"] * len(items) == pytest.approx(error, rel=1e-9)
    assert row["df"] == df
    reach = float(stats.t.ppf(0.975, df)) * error
    assert row["ci_low"] * len(items) == pytest.approx(mean - reach, rel=1e-9)
    assert row["ci_high"] * len(items) == pytest.approx(mean + reach, rel=1e-9)


@pytest.mark.parametrize("term", list(FILES))
@pytest.mark.parametrize("item", ITEMS)
def test_an_item_s_share_counts_the_upper_two_of_four(home: Path, term: str, item: str) -> None:
    answered = in_unit(term, "West").dropna(subset=[item])
    share, error, _ = between_schools((answered[item] >= 2).astype(float), answered["school_id"])
    row = mart_row(home, term, "West", item)
    assert row["n"] == len(answered)
    assert row["estimate"] == pytest.approx(share, rel=1e-12)
    assert row["std_error"] == pytest.approx(error, rel=1e-9)


@pytest.mark.parametrize("term", list(FILES))
@pytest.mark.parametrize("construct", list(CONSTRUCTS))
def test_reliability_is_cronbach_s_alpha_of_the_complete(
    home: Path, term: str, construct: str
) -> None:
    items = list(CONSTRUCTS[construct])
    complete = numbers(term)[items].dropna()
    k = len(items)
    spread = complete.var(ddof=1).sum() / complete.sum(axis="columns").var(ddof=1)
    (row,) = query(
        home,
        f"""
        from mart_survey_quality
        where term = '{term}' and level = 'district' and construct = '{construct}'
        """,
        "unreleased",
    ).to_dict("records")
    assert (row["n_items"], row["n_complete"]) == (k, len(complete))
    assert row["alpha"] == pytest.approx(k / (k - 1) * (1 - spread), rel=1e-9)
