"""docs/add-a-source.md, followed to the letter."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import CHECKOUT
from tests.paths import CHECKOUT as TESTED

pytestmark = pytest.mark.long

PAGE = (TESTED / "docs" / "add-a-source.md").read_text(encoding="utf-8")
STEPS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
SCHOOLS = """\
school_id,school_name,level,local_district,region,valid_from,valid_to
S001,Adams Middle,middle,West,West,2015-07-01,
S002,Baker Middle,middle,East,East,2015-07-01,
"""


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The home after every step, and what each step printed on stdout."""
    home = tmp_path_factory.mktemp("followed")
    (home / "landing" / "schools").mkdir(parents=True)
    (home / "landing" / "schools" / "schools.csv").write_text(SCHOOLS)
    printed = []
    for step in STEPS:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", step],
            cwd=CHECKOUT,
            env={**os.environ, "UPTAKE_HOME": str(home)},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, f"{step}\n{done.stdout}\n{done.stderr}"
        printed.append(done.stdout)
    return home, printed


def test_the_page_has_its_steps() -> None:
    assert len(STEPS) >= 7
    assert all(f"## {number}. " in PAGE for number in range(1, 6))


def test_the_file_is_told_to_be_what_it_is_and_names_nobody(followed) -> None:
    _, printed = followed
    assert "a Google Forms export" in printed[1]
    assert "It fits no contract." in printed[1]
    assert not re.search("ann@|bo@|cy@|Ms. Q", "".join(printed))
    assert "It fits the contract teacher_survey_spring_teachers" in printed[5]


def test_the_draft_asks_of_the_days_alone(followed, tmp_path: Path) -> None:
    home, _ = followed
    (landed,) = (home / "landing" / "teacher_survey" / "2021-22-spring").iterdir()
    done = subprocess.run(
        [CHECKOUT / ".venv" / "bin" / "uptake", "inspect", landed, "--propose"],
        env={**os.environ, "UPTAKE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert len([line for line in done.stdout.splitlines() if "# ?" in line]) == 1


def test_every_row_is_accepted_with_its_day_school_and_answers(followed) -> None:
    home, _ = followed
    account = json.loads((home / "accounts/teacher_survey/2021-22-spring.json").read_text())
    (one,) = account["files"]
    assert (one["rows_read"], one["rows_accepted"]) == (3, 3)
    assert one["contract"] == "teacher_survey_spring_teachers"
    rows = duckdb.sql(
        f"select * from read_parquet('{home / account['raw']['path']}') order by recorded_on"
    ).fetchall()
    names = [name for name, *_ in duckdb.sql(
        f"describe select * from read_parquet('{home / account['raw']['path']}')"
    ).fetchall()]  # fmt: skip
    found = [dict(zip(names, row, strict=True)) for row in rows]
    assert [str(row["recorded_on"]) for row in found] == ["2022-03-04", "2022-03-05", "2022-03-05"]
    assert [row["school_id"] for row in found] == ["S001", "S002", "S001"]
    assert {answer["item"] for row in found for answer in row["answers"]} == {
        "confident_use", "materials_too_complex", "challenges",
    }  # fmt: skip
