"""The command `uptake`: what it says, where it says it, and its exit codes.

One simulated home is built by the real command; what costs nothing but an import is asked in this
process.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from orchestration.cli import main
from orchestration.fingerprints import file_sha256
from orchestration.settings import CHECKOUT
from tests.pipeline.homes import TERM, land, school

of_a_built_home = pytest.mark.long
UPTAKE = Path(sys.executable).parent / "uptake"
PUBLICATION = f"{TERM}-001"
SOURCES = {
    "schools", "roster", "observations", "student_survey", "teacher_survey", "pl_sessions",
    "pl_attendance",
}  # fmt: skip
COMMANDS = {
    "simulate", "run", "status", "preview", "query", "comments", "publications", "withdraw",
    "verify", "ui", "diff", "reproduce", "erase", "explain", "contracts", "quarantine", "inspect",
    "match",
}  # fmt: skip


def _real(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, as a shell runs it."""
    return subprocess.run(
        [UPTAKE, *arguments],
        cwd=CHECKOUT,
        env={**os.environ, "UPTAKE_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def _told(home: Path, *arguments: str) -> Result:
    """The command, in this process."""
    return CliRunner().invoke(main, arguments, env={"UPTAKE_HOME": str(home)})


def _refused(done: Result | subprocess.CompletedProcess[str], exit_code: int) -> str:
    """What a command said that ended with a sentence on stderr, and with nothing else."""
    found = done.exit_code if isinstance(done, Result) else done.returncode
    assert found == exit_code, done
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()
    return str(done.stderr).strip()


@dataclass(frozen=True)
class Built:
    """A simulated home, and what the commands that made it said."""

    home: Path
    simulated: subprocess.CompletedProcess[str]
    run: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    home = tmp_path_factory.mktemp("simulated")
    simulated = _real(home, "simulate", "--scale", "0.4", "--terms", TERM)
    run = _real(home, "run", "--as-of", "2022-07-15")
    return Built(home, simulated, run)


@pytest.fixture(scope="module")
def home(built: Built) -> Path:
    assert built.simulated.returncode == 0, built.simulated.stderr
    assert built.run.returncode == 0, built.run.stderr
    return built.home


def test_help_lists_the_commands_that_there_are_and_no_other(tmp_path: Path) -> None:
    done = _told(tmp_path, "--help")
    assert done.exit_code == 0
    listed = done.stdout.partition("Commands:")[2]
    assert set(re.findall(r"^  (\w+)", listed, re.MULTILINE)) == COMMANDS == set(main.commands)
    for command in COMMANDS:
        assert _told(tmp_path, command, "--help").exit_code == 0


@of_a_built_home
def test_a_run_shows_its_progress_on_stderr_and_the_report_on_stdout(built: Built) -> None:
    assert built.run.returncode == 0, built.run.stderr
    page = built.home / "published" / PUBLICATION / "index.html"
    assert built.run.stdout == f"The report: {page}\n"
    assert page.is_file()
    steps = ["reading", "building the marts", "released the marts", f"published {PUBLICATION}"]
    places = [built.run.stderr.find(step) for step in steps]
    assert places == sorted(places)
    assert min(places) >= 0, built.run.stderr
    assert "dagster" not in built.run.stderr.lower()


def test_the_same_seed_simulates_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    homes = {}
    for name, seed in (("one", "7"), ("again", "7"), ("other", "8")):
        home = tmp_path / name
        done = _told(home, "simulate", "--seed", seed, "--scale", "0.05", "--terms", TERM)
        assert done.exit_code == 0, done.stderr
        written = [*(home / "landing").rglob("*"), home / "truth.json"]
        homes[name] = {
            path.relative_to(home).as_posix(): path.read_bytes()
            for path in written
            if path.is_file()
        }
    assert set(homes["one"]) == set(homes["other"])
    assert {f"landing/{name}/{TERM}/{name}.csv" for name in SOURCES - {"schools"}} | {
        "landing/.simulated",
        "landing/schools/schools.csv",
        "truth.json",
    } == set(homes["one"])
    assert homes["one"] == homes["again"]
    assert homes["one"]["truth.json"] != homes["other"]["truth.json"]


def test_nothing_is_simulated_beside_real_files(tmp_path: Path) -> None:
    real = land(tmp_path, "schools", "all", "real.csv", [school("s0")])
    said = _refused(_told(tmp_path, "simulate", "--scale", "0.05", "--terms", TERM), 1)
    assert "schools/real.csv" in said
    assert [path for path in (tmp_path / "landing").rglob("*") if path.is_file()] == [real]
    assert not (tmp_path / "truth.json").exists()


@pytest.mark.parametrize(
    "arguments",
    [("run", "--term", "1999-00-fall"), ("simulate", "--terms", "1999-00-fall")],
)
def test_an_unknown_term_is_misuse(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    land(tmp_path, "schools", "all", "schools.csv", [school("s0")])
    assert "1999-00-fall" in _refused(_told(tmp_path, *arguments), 2)


def test_with_an_empty_landing_there_is_nothing_to_do_and_that_is_no_fault(tmp_path: Path) -> None:
    done = _real(tmp_path, "run")
    assert done.returncode == 0, done.stderr
    assert "Nothing has landed" in done.stdout
    assert done.stderr == ""
    assert not (tmp_path / "marts" / "unreleased.duckdb").exists()


def test_a_setting_that_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    environment = {"UPTAKE_HOME": str(tmp_path), "UPTAKE_TIMEZONE": "Mars/Olympus"}
    done = CliRunner().invoke(main, ["status"], env=environment)
    assert "UPTAKE_TIMEZONE is 'Mars/Olympus'" in _refused(done, 1)


QUESTION = (
    "select unit_id, n, estimate, null::int as nobody, date '2022-06-30' as day from mart_adoption"
    " where level = 'local_district' and subgroup_type = 'all' and weighting = 'none'"
    " and measure_id = 'adoption_any' order by unit_id"
)
NAMES = ["unit_id", "n", "estimate", "nobody", "day"]


@of_a_built_home
def test_a_query_answers_in_json_as_a_list_of_objects(home: Path) -> None:
    done = _real(home, "query", QUESTION, "--format", "json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert [row["unit_id"] for row in answer] == ["Northeast", "Northwest", "West"]
    for row in answer:
        assert list(row) == NAMES
        assert isinstance(row["n"], int)
        assert 0 < row["estimate"] <= 1
        assert (row["nobody"], row["day"]) == (None, "2022-06-30")


@of_a_built_home
def test_a_query_says_the_same_in_csv_and_in_a_table(home: Path) -> None:
    objects = json.loads(_told(home, "query", QUESTION, "--format", "json").stdout)
    lines = _told(home, "query", QUESTION, "--format", "csv").stdout.splitlines()
    assert lines[0].split(",") == NAMES
    assert lines[1:] == [
        f"{row['unit_id']},{row['n']},{row['estimate']!r},,2022-06-30" for row in objects
    ]
    table = _told(home, "query", QUESTION).stdout.splitlines()
    assert table[0].split() == NAMES
    assert [line.split()[:2] for line in table[1:]] == [
        [row["unit_id"], str(row["n"])] for row in objects
    ]


@of_a_built_home
def test_a_whole_number_beside_a_missing_one_stays_whole(home: Path) -> None:
    sql = "select sum(n) as n from mart_adoption union all select null order by n"
    answer = json.loads(_told(home, "query", sql, "--format", "json").stdout)
    assert [type(row["n"]) for row in answer] == [int, type(None)]
    whole = answer[0]["n"]
    assert _told(home, "query", sql, "--format", "csv").stdout == f'n\n{whole}\n""\n'
    assert _told(home, "query", sql).stdout.split() == ["n", str(whole)]


@of_a_built_home
def test_a_query_for_a_spreadsheet_runs_nothing_in_it(home: Path) -> None:
    sql = "select '=cmd|x' as \"+a\", -1.5 as b, 'plain' as c"
    assert _told(home, "query", sql, "--format", "csv").stdout == "'+a,b,c\n'=cmd|x,-1.5,plain\n"
    assert json.loads(_told(home, "query", sql, "--format", "json").stdout)[0]["+a"] == "=cmd|x"


@of_a_built_home
def test_a_query_asks_the_current_the_last_built_or_the_published_marts(home: Path) -> None:
    schools = "select count(*) as n from mart_adoption where level = 'school'"
    found = {}
    for where in ("", "--unreleased", "--published"):
        arguments = [where] if where else []
        done = _told(home, "query", schools, *arguments, "--format", "json")
        assert done.exit_code == 0, done.stderr
        found[where] = json.loads(done.stdout)[0]["n"]
    assert found[""] == found["--unreleased"] > 0
    assert found["--published"] == 0
    shown = _told(home, "query", "select shown, suppression from mart_adoption", "--published")
    assert shown.exit_code == 0


@of_a_built_home
@pytest.mark.parametrize(
    "sql",
    [
        "selec 1",
        "select no_such_column from mart_adoption",
        "select * from no_such_table",
        "",
        "insert into mart_adoption select * from mart_adoption",
        "delete from mart_adoption",
        "drop table mart_adoption",
        "create table mine as select 1",
        "update mart_adoption set n = 0",
        "copy (select 1) to '{file}'",
        "explain analyze copy (select 1) to '{file}'",
        "attach '{file}' as other",
        "export database '{file}'",
        "select 1; copy (select 1) to '{file}'",
    ],
)
def test_sql_that_does_not_run_or_would_write_is_misuse_and_writes_nothing(
    home: Path, tmp_path: Path, sql: str
) -> None:
    marts = home / "marts" / "current.duckdb"
    before = file_sha256(marts)
    _refused(_told(home, "query", sql.format(file=tmp_path / "written")), 2)
    assert file_sha256(marts) == before
    assert not list(tmp_path.iterdir())


def test_a_query_of_no_marts_is_misuse(tmp_path: Path) -> None:
    for where in ([], ["--published"], ["--unreleased"]):
        assert "uptake run" in _refused(_told(tmp_path, "query", "select 1", *where), 2)


@of_a_built_home
def test_status_tells_files_verdicts_terms_and_the_latest_publication(home: Path) -> None:
    done = _told(home, "status", "--as-of", "2022-07-15")
    assert done.exit_code == 0, done.stderr
    for heading in ("Files", "Verdicts", "Stale", "Terms"):
        assert re.search(rf"^{heading}", done.stdout, re.MULTILINE)
    assert f"observations/{TERM}/observations.csv" in done.stdout
    assert re.search(rf"{TERM} +published", done.stdout)
    assert str(home / "published" / PUBLICATION) in done.stdout


@of_a_built_home
def test_status_as_json_is_the_same_for_programs(home: Path) -> None:
    told = json.loads(_told(home, "status", "--as-of", "2022-07-15", "--json").stdout)
    assert {one["source"] for one in told["files"]} == SOURCES
    assert all(one["rows_read"] == one["rows_accepted"] > 0 for one in told["files"])
    assert told["terms"] == [{"term": TERM, "state": "published", "because": []}]
    assert told["publications"] == [PUBLICATION]
    assert told["stale"] == []
    assert told["released"] is True
    assert {one["outcome"] for one in told["verdicts"]} <= {"passed", "warned"}


@of_a_built_home
def test_a_figure_is_explained_beside_what_the_public_sees_of_it(home: Path) -> None:
    figure = f"mart_adoption/{TERM}/district/adoption_any/all"
    done = _told(home, "explain", figure)
    assert done.exit_code == 0
    restricted, published, *_ = done.stdout.splitlines()
    assert restricted.startswith("RESTRICTED")
    assert published.startswith(f"{PUBLICATION} shows it as “")
    assert published.endswith("”, which is this figure.")
    assert f"landing/observations/{TERM}/observations.csv: " in done.stdout
    hidden = json.loads(
        _told(
            home,
            "query",
            "--published",
            "--format",
            "json",
            "select unit_id, measure_id, subgroup_type, subgroup from mart_adoption "
            "where suppression = 'primary' and level = 'local_district' and weighting = 'none'",
        ).stdout
    )[0]
    named = "/".join((hidden["unit_id"], hidden["measure_id"]))
    group = f"{hidden['subgroup_type']}={hidden['subgroup']}"
    told = _told(home, "explain", f"mart_adoption/{TERM}/{named}/{group}")
    assert told.exit_code == 0
    assert "(primary): what follows is hidden from the public" in told.stdout.splitlines()[1]


@of_a_built_home
def test_publications_are_listed(home: Path, tmp_path: Path) -> None:
    assert _told(home, "publications").stdout.split()[:2] == [PUBLICATION, TERM]
    (one,) = json.loads(_told(home, "publications", "--json").stdout)
    assert (one["id"], one["terms"]) == (PUBLICATION, [TERM])
    nothing = _told(tmp_path, "publications")
    assert (nothing.exit_code, nothing.stdout) == (0, "Nothing has been published.\n")


@of_a_built_home
def test_verify_holds_until_one_byte_of_one_published_file_is_changed(
    home: Path, tmp_path: Path
) -> None:
    whole = _told(home, "verify")
    assert whole.exit_code == 0, whole.stderr
    assert "every checksum holds" in whole.stdout.lower()
    shutil.copytree(home / "published", tmp_path / "published", symlinks=True)
    assert _told(tmp_path, "verify", PUBLICATION).exit_code == 0
    page = tmp_path / "published" / PUBLICATION / "index.html"
    content = bytearray(page.read_bytes())
    content[len(content) // 2] ^= 1
    page.write_bytes(content)
    done = _real(tmp_path, "verify")
    assert str(page) in _refused(done, 1)
    mismatches = json.loads(_told(tmp_path, "verify", "--json").stdout)["mismatches"]
    assert any(str(page) in one for one in mismatches)


@of_a_built_home
def test_verify_of_no_such_publication_is_a_mismatch(home: Path) -> None:
    assert "2030-31-fall-001" in _refused(_told(home, "verify", "2030-31-fall-001"), 1)


@of_a_built_home
def test_the_pipelines_answer_is_near_the_simulators_truth(home: Path) -> None:
    truth = pd.read_json(home / "truth.json")
    truth = truth[truth["measure_id"].isin(["adoption_any", "adoption_as_designed"])]
    done = _told(home, "query", "from mart_adoption where weighting = 'none'", "--format", "csv")
    answer = pd.read_csv(StringIO(done.stdout))
    domain = ["term", "geography", "level", "unit_id", "measure_id", "subgroup_type", "subgroup"]
    both = truth.merge(answer, on=domain, how="left", validate="one_to_one")
    large = both[
        both["level"].isin(["district", "local_district"])
        & both["subgroup_type"].isin(["all", "support"])
    ]
    assert len(large) == 2 * 4 * 3
    assert large["estimate"].notna().all()
    inside = large["process"].between(large["ci_low"], large["ci_high"])
    assert inside.mean() >= 0.8, large.loc[~inside, [*domain, "process", "estimate"]]
    away = (large["process"] - large["estimate"]).abs() / large["std_error"]
    # with few schools a standard error is itself uncertain, and so is how far away five of it are
    assert away[large["df"] >= 8].max() < 5
    assert (large["df"] >= 8).sum() >= 12
    # it is an answer of its own: no figure was set from the truth
    assert not (large["process"] == large["estimate"]).any()


@of_a_built_home
def test_everything_simulated_says_so(home: Path) -> None:
    told: dict[str, Any] = json.loads((home / "published" / "latest" / "manifest.json").read_text())
    assert told["simulated"] is True
    assert "simulated" in (home / "published" / "latest" / "index.html").read_text().lower()


def test_a_command_whose_output_nobody_reads_on_ends_quietly():
    with subprocess.Popen(
        [UPTAKE, "contracts", "check"],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as command:
        command.stdout.close()
        assert command.stderr.read() == b""
