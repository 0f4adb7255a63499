"""Data homes for pipeline tests: landed by hand, small, and run in this process."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import dagster as dg
import pandas as pd

from orchestration.judgement import Judgement
from orchestration.outcome import Finished
from orchestration.publishing.publish_due import Asked
from orchestration.running import run
from orchestration.settings import Home, Settings
from orchestration.warehouse import read_only

TERM = "2021-22-spring"
DAY = "2022-03-01"
LATER = date(2030, 12, 31)


@contextmanager
def environment(home: Path) -> Iterator[Settings]:
    """The environment of a home, restored afterwards."""
    before = {name: os.environ.get(name) for name in ("UPTAKE_HOME", "DAGSTER_HOME")}
    os.environ["UPTAKE_HOME"] = str(home)
    try:
        yield Settings.from_env()
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def run_home(
    home: Path,
    *,
    terms: Sequence[str] = (),
    as_of: date = LATER,
    judged: Judgement | None = None,
    correct: Asked | None = None,
) -> Finished:
    """`uptake run` on a home, in this process, and not in the home's history.

    Dagster's history and waiting for the disk are a third of a small run, and no power will be cut.
    """
    with environment(home) as settings, kept_nowhere():
        return run(settings, terms=terms, as_of=as_of, judged=judged, correct=correct)


@contextmanager
def kept_nowhere() -> Iterator[None]:
    """Dagster's history in memory, and nothing waits for the disk."""
    instance = dg.DagsterInstance.ephemeral
    with patch.object(dg.DagsterInstance, "get", lambda: instance()), patch("os.fsync"):
        yield


def land(home: Path, source: str, term: str, name: str, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write an export's rows as CSV where a district would drop it."""
    path = home / "landing" / source / term / name
    if source == "schools":
        path = home / "landing" / source / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def school(school_id: str, local_district: str = "West", **more: Any) -> dict[str, Any]:
    """A school's row in the canonical template."""
    return {
        "school_id": school_id,
        "school_name": f"School {school_id}",
        "level": "middle",
        "local_district": local_district,
        "region": "",
        "valid_from": "2015-07-01",
        "valid_to": "",
        "support_provider": "",
        "support_from": "",
        "support_to": "",
    } | more


def section(school_id: str, class_id: str, **more: Any) -> dict[str, Any]:
    """A roster's row in the canonical template."""
    return {
        "class_id": class_id,
        "school_id": school_id,
        "grade": "7",
        "course": "Math 7",
        "subject": "mathematics",
        "teacher_id": "",
        "students": 28,
        "english_learners": 6,
        "students_with_disabilities": 3,
    } | more


def visit(school_id: str, class_id: str, materials: str, **more: Any) -> dict[str, Any]:
    """An observation's row in the canonical template."""
    return {
        "observation_id": f"o-{school_id}-{class_id}",
        "observed_on": DAY,
        "school_id": school_id,
        "class_id": class_id,
        "grade": "7",
        "course": "Math 7",
        "teacher_id": "",
        "observer_id": "coach-1",
        "observer_role": "coach",
        "observer_org": "district",
        "co_observation_id": "",
        "minutes_observed": 20,
        "materials": materials,
        "unit": "3",
        "lesson": "2",
        "ca1_a": "",
        "ca1_b": "",
        "ca1_c": "",
        "ca2_overall": "",
        "ca3_overall": "",
        "col": "",
        "engagement": "",
        "sharing": "",
        "unfinished_learning": "",
        "adaptation_pack": "",
        "notes": "",
    } | more


def query(home: Path, sql: str, database: str = "current") -> pd.DataFrame:
    """SQL on one of the home's databases of marts."""
    where = {"current": Home(home).current, "unreleased": Home(home).unreleased}[database]
    with read_only(where) as con:
        return con.sql(sql).df()


def land_small_district(home: Path, term: str = TERM, day: str = DAY) -> None:
    """Two local districts, six schools of eight sections, six of which were visited."""
    schools = [
        school(f"s{i}", "West" if i < 3 else "East", region="North" if i % 2 else "South")
        for i in range(6)
    ]
    land(home, "schools", "all", "schools.csv", schools)
    sections = [(f"s{i}", f"c{j}", f"t-{i}-{j // 2}") for i in range(6) for j in range(8)]
    land(
        home,
        "roster",
        term,
        "roster.csv",
        [section(s, c, teacher_id=t) for s, c, t in sections],
    )
    codes = ("as_designed", "modified", "departed", "none", "other", "as_designed")
    land(
        home,
        "observations",
        term,
        "walkthroughs.csv",
        [
            visit(
                s,
                c,
                codes[(int(c[1:]) + int(s[1:])) % 6],
                observation_id=f"{term}-{s}-{c}",
                observed_on=day,
                teacher_id=t,
                observer_id=f"coach-{int(s[1:]) % 4}",
            )
            for s, c, t in sections
            if int(c[1:]) < 6
        ],
    )
