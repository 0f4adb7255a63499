"""Attendance on a sheet with a column a session gives the marts that its rows would give."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from orchestration.registry import load_registry
from orchestration.settings import Home
from orchestration.simulation import simulate
from tests.pipeline.fast_build import build_marts
from tests.pipeline.homes import query

pytestmark = pytest.mark.long

TERM = "2021-22-spring"
CONTRACT = """
name: sheet
version: 1
source: pl_attendance
description: A row a person, and a column a session.
reads:
  format: delimited
  unpivoted: {names: Session, values: Mark, besides: [educator_id, school_id, role]}
fields:
  session_id: {column: Session}
  educator_id: {column: educator_id}
  school_id: {column: school_id}
  role: {column: role, map: role, unmapped: keep}
  attended: {column: Mark, map: attended}
identifying: [educator_id]
"""


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """One with rows, and one with the same attendance on a sheet; both built."""
    rows, sheet = (tmp_path_factory.mktemp("attendance") / name for name in ("rows", "sheet"))
    simulate(Home(rows), [load_registry().terms[TERM]], processes=1)
    shutil.copytree(rows, sheet)
    path = sheet / "landing" / "pl_attendance" / TERM / "pl_attendance.csv"
    landed = pd.read_csv(path, dtype=str)
    told = landed["attended"].map({"yes": "Present", "no": "Absent"})
    people = ["educator_id", "school_id", "role"]
    wide = landed.assign(told=told).pivot(index=people, columns="session_id", values="told")
    wide.to_csv(path)
    (sheet / "contracts").mkdir(exist_ok=True)
    (sheet / "contracts" / "sheet.yaml").write_text(CONTRACT, encoding="utf-8")
    counts = []
    for home in (rows, sheet):
        (account,) = (one for one in build_marts(home) if one.source == "pl_attendance")
        counts.append([(one.rows_read, one.rows_accepted) for one in account.files])
    assert counts == [[(len(landed), len(landed))]] * 2
    return [rows, sheet]


@pytest.mark.parametrize("mart", ["mart_professional_learning", "mart_pl_sequence"])
def test_the_marts_are_the_same(homes: list[Path], mart: str) -> None:
    of_rows, of_sheet = (query(home, f"from {mart} order by all", "unreleased") for home in homes)
    assert len(of_rows)
    pd.testing.assert_frame_equal(of_rows, of_sheet)
