"""The real LAUSD directory, with a roster and walkthroughs keyed to its codes: every row's fate.

The crosswalk to local districts is a site's, written here. What is published is computed again in
this test by numpy, from the rows as they were landed.
"""

from __future__ import annotations

import csv
import json
import math
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.paths import shared
from tests.pipeline.homes import TERM, land, query, run_home, section, visit
from tests.pipeline.searching import contents, found, rooms

DIRECTORY = "real/school_directory/lausd_from_cde_pubschls_2018.csv"
LEVELS = {"ELEM", "INTMIDJR", "HS", "ELEMHIGH", "UG"}
SECTIONS = 9
USES = {"as_designed", "modified", "departed"}


def _directory() -> list[dict[str, str]]:
    with shared(DIRECTORY).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _open_middle_schools() -> list[str]:
    return sorted(
        row["CDSCode"]
        for row in _directory()
        if row["StatusType"] == "Active" and row["EILCode"] == "INTMIDJR"
    )[:24]


def _visits(schools: list[str]) -> list[dict[str, Any]]:
    """Six of each school's nine sections visited once, one of them twice."""
    draw = np.random.default_rng(20220301)
    codes = np.array(["as_designed", "modified", "departed", "other", "none"])
    rows = []
    for place, school_id in enumerate(schools):
        for number in range(6):
            code = str(draw.choice(codes, p=[0.5, 0.2, 0.1, 0.1, 0.1]))
            rows.append(_one(school_id, number, code, f"v-{place}-{number}", place))
        again = str(draw.choice(codes))
        rows.append(_one(school_id, 0, again, f"v-{place}-again", place))
    return rows


def _one(school_id: str, number: int, code: str, name: str, place: int) -> dict[str, Any]:
    return visit(
        school_id,
        f"{school_id}-{number}",
        code,
        observation_id=name,
        observer_id=f"coach-{place % 5}",
        teacher_id=f"teacher-{school_id}-{number // 2}",
        notes="Jesús asked for help",
    )


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str], list[dict]]:
    home = tmp_path_factory.mktemp("lausd")
    schools = _open_middle_schools()
    directory = home / "landing" / "schools" / "pubschls.csv"
    directory.parent.mkdir(parents=True)
    shutil.copyfile(shared(DIRECTORY), directory)
    directory.chmod(0o600)
    crosswalk = home / "registry" / "crosswalk_cde_local_district.csv"
    crosswalk.parent.mkdir()
    crosswalk.write_text(
        "key,value\n"
        + "".join(f"{s},{'Northwest' if i % 2 else 'West'}\n" for i, s in enumerate(schools))
    )
    rostered = [
        section(s, f"{s}-{i}", teacher_id=f"teacher-{s}-{i // 2}")
        for s in schools
        for i in range(SECTIONS)
    ]
    land(home, "roster", TERM, "roster.csv", rostered)
    good = _visits(schools)
    closed = next(row["CDSCode"] for row in _directory() if row["StatusType"] == "Closed")
    bad = [
        visit("00000000000000", "x", "none", observation_id="unknown-school"),
        visit(closed, "x", "none", observation_id="closed-school"),
        visit(schools[0], "x", "none", observation_id="no-such-day", observed_on="2022-02-30"),
        visit(schools[0], "x", "none", observation_id="another-term", observed_on="2021-10-01"),
        visit(schools[0], "x", "sometimes", observation_id="no-such-code"),
        visit(schools[0], "", "none", observation_id="no-class"),
    ]
    land(home, "observations", TERM, "walkthroughs.csv", [*good, *bad, good[3]])
    finished = run_home(home)
    assert finished.exit_code == 0, finished.said
    return home, schools, good


def test_every_row_of_the_directory_is_accepted_or_quarantined_for_its_reason(landed: Any) -> None:
    home, _, _ = landed
    rows = _directory()
    refused = [row for row in rows if not row["School"] or row["EILCode"] not in LEVELS]
    (account,) = query(home, "from mart_row_accounting where source = 'schools'").to_dict("records")
    assert account["contract"].startswith("schools_cde")
    assert account["rows_read"] == len(rows) == 1352
    assert account["rows_quarantined"] == len(refused)
    assert account["rows_accepted"] == account["rows_used"] == len(rows) - len(refused)
    assert sum(json.loads(account["reasons"]).values()) == len(refused)


def test_a_code_keeps_its_zeros_and_a_closed_school_its_last_day(landed: Any) -> None:
    home, _, _ = landed
    schools = query(home, "select school_id, valid_to from dim_school")
    assert set(schools["school_id"].str.len()) == {14}
    closed = {row["CDSCode"]: row["ClosedDate"][:10] for row in _directory() if row["ClosedDate"]}
    found = schools.dropna(subset=["valid_to"]).set_index("school_id")["valid_to"]
    assert len(found) > 300
    assert {code: str(day.date()) for code, day in found.items()}.items() <= closed.items()


def test_every_walkthrough_has_its_fate(landed: Any) -> None:
    home, _, good = landed
    (account,) = query(home, "from mart_row_accounting where source = 'observations'").to_dict(
        "records"
    )
    assert account["rows_read"] == len(good) + 7
    assert account["rows_superseded"] == 1
    assert account["rows_quarantined"] == 4
    assert account["rows_accepted"] == len(good) + 2
    assert account["rows_set_aside"] == 2
    assert account["rows_used"] == len(good)
    reasons = Counter({reason.split(":")[0]: 0 for reason in json.loads(account["reasons"])})
    for reason, rows in json.loads(account["reasons"]).items():
        reasons[reason.split(":")[0]] += rows
    assert reasons == {"quarantined": 4, "superseded": 1, "set aside": 2}
    quarantined = pd.read_parquet(home / "quarantine" / "observations" / f"{TERM}.parquet")
    assert quarantined["line"].tolist() == sorted(quarantined["line"])
    fields = sorted(reason.split(":")[0] for reason in quarantined["reason"])
    assert fields == ["class_id", "materials", "observed_on", "observed_on"]


def test_what_is_published_is_what_the_rows_say(landed: Any) -> None:
    home, schools, good = landed
    published = pd.read_csv(home / "published" / "latest" / "data" / "mart_adoption.csv")
    for unit, mine in (("West", schools[::2]), ("Northwest", schools[1::2])):
        values: dict[tuple[str, str], list[float]] = {}
        for row in good:
            if row["school_id"] in mine:
                key = (row["school_id"], row["class_id"])
                values.setdefault(key, []).append(float(row["materials"] in USES))
        means = pd.Series({key: np.mean(found) for key, found in values.items()})
        estimate, error, low, high, df = _estimated(means)
        (row,) = published[
            (published["unit_id"] == unit)
            & (published["level"] == "local_district")
            & (published["measure_id"] == "adoption_any")
            & (published["subgroup_type"] == "all")
            & (published["weighting"] == "none")
        ].to_dict("records")
        assert row["n"] == len(means) == 72
        assert row["n_clusters"] == len(mine) == 12
        assert row["n_eligible"] == len(mine) * SECTIONS
        assert row["n_visits"] == 84
        assert row["coverage"] == pytest.approx(72 / 108)
        assert row["df"] == df
        assert row["estimate"] == pytest.approx(estimate, abs=1e-12)
        assert row["std_error"] == pytest.approx(error, rel=1e-9)
        assert row["ci_low"] == pytest.approx(low, rel=1e-9)
        assert row["ci_high"] == pytest.approx(high, rel=1e-9)


def _estimated(means: pd.Series) -> tuple[float, float, float, float, int]:
    """Between-school linearisation by numpy: a ratio of school totals to school sizes."""
    p = float(means.mean())
    scores = means.groupby(level=0).apply(lambda own: (own - p).sum()).to_numpy() / len(means)
    m = len(scores)
    error = math.sqrt(m * np.var(scores, ddof=1))
    logit = math.log(p / (1 - p))
    reach = float(stats.t.ppf(0.975, m - 1)) * error / (p * (1 - p))
    low, high = (1 / (1 + math.exp(-(logit + side * reach))) for side in (-1, 1))
    return p, error, low, high, m - 1


def test_nothing_personal_is_found_past_landing(landed: Any) -> None:
    home, schools, _ = landed
    places = found(contents(home), ("Jesús", "coach-1", f"teacher-{schools[0]}"))
    assert set().union(*map(rooms, places.values())) <= {"quarantine"}, places
