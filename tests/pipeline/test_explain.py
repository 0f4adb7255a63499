"""`uptake explain` makes figures again from the raw rows, and finds a mart that says otherwise."""

from __future__ import annotations

import json
import random
import re
import shutil
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from orchestration.cli import main
from orchestration.outcome import DONE, Finished
from orchestration.publishing.figures import address
from orchestration.recomputing.estimate import t_975
from orchestration.recomputing.explain import MARTS, explain
from orchestration.registry import load_registry
from orchestration.settings import Home
from orchestration.warehouse import read_only
from tests.pipeline.districts import Size, land_districts, random_district
from tests.pipeline.fast_build import build_marts
from tests.pipeline.homes import TERM, land, run_home, school, section, visit

pytestmark = pytest.mark.long

SIZES = (Size(shared=True), Size(local_districts=2, schools=9, responses=12, visited=0.9))
OF_EACH = 20
EIGHTH = (("s4", 3), ("s5", 4))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("explained")
    terms = list(load_registry().terms.values())[: len(SIZES)]
    land_districts(
        home, [random_district(term, size, "7") for term, size in zip(terms, SIZES, strict=True)]
    )
    build_marts(home)
    shutil.copyfile(Home(home).unreleased, Home(home).current)
    return home


def _figures(home: Path, where: str) -> dict[str, dict]:
    """Figures of all marts, by name, where rows are so."""
    found = {}
    with read_only(Home(home).current) as con:
        for mart in MARTS:
            asked = con.execute(f"select * from {mart} where {where}")
            names = [column[0] for column in asked.description]
            for row in asked.fetchall():
                named = dict(zip(names, row, strict=True))
                found[address(mart, named)] = named
    return found


def _told(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["explain", *arguments], env={"UPTAKE_HOME": str(home)})


@pytest.mark.parametrize(
    "where",
    [
        "level = 'district' and subgroup_type = 'all'",
        "level = 'school' and n > 3",
        "level = 'region' and weighting = 'roster'",
        "subgroup_type in ('pl_hours', 'english_learner', 'race_ethnicity', 'role')",
        "subgroup_type in ('support', 'support_provider', 'school_level', 'course')",
        "n > 1 and estimate in (0, 1)",
        "n = 0 or n_clusters = 1",
        "weighting = 'roster' and level = 'local_district'",
    ],
)
def test_the_rows_give_the_same_figure_by_a_second_path(home: Path, where: str) -> None:
    figures = sorted(_figures(home, where))
    assert len(figures) >= OF_EACH
    for figure in random.Random(where).sample(figures, OF_EACH):
        found = explain(Home(home), figure)
        assert found.differing == (), (figure, found.row, found.recomputed)
        assert sum(one.n for one in found.schools) == found.row["n"]


def test_what_not_being_observed_counts_as_is_made_again_under_every_rule(home: Path) -> None:
    figures = _figures(home, "level = 'district' and subgroup_type = 'all'")
    ruled = [figure for figure in figures if figure.startswith("mart_instruction")]
    assert {figures[one]["missing_rule"] for one in ruled} == {"exclude", "lowest", "drop_visit"}
    for figure in ruled:
        assert explain(Home(home), figure).differing == ()


def test_every_row_stands_where_it_is_said_to(home: Path) -> None:
    figure = next(iter(_figures(home, "level = 'district' and measure_id = 'adoption_any'")))
    told = json.loads(_told(home, figure, "--json").stdout)
    assert told["agrees"]
    assert told["restricted"]
    term = figure.split("/")[1]
    rooms = [room for school in told["schools"] for room in school["classrooms"]]
    assert len(rooms) == told["mart"]["n"]
    for room in rooms[:20]:
        for row in room["rows"]:
            lines = (home / row["file"]).read_text(encoding="utf-8").splitlines()
            assert row["file"].startswith(f"landing/observations/{term}/")
            assert room["class_id"] in lines[row["line"] - 1]


def test_what_is_cut_short_is_said_and_all_of_it_can_be_had(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.recomputing.telling.SCHOOLS_AT_MOST", 2)
    rows = _figures(home, "level = 'district' and measure_id = 'want_challenge' and n > 5")
    figure, row = max(rows.items(), key=lambda one: one[1]["n_clusters"])
    assert row["n_clusters"] > 2
    cut, whole = _told(home, figure).stdout, _told(home, figure, "--all").stdout
    left = row["n_clusters"] - 2
    assert f"and {left} more school{'s' if left > 1 else ''}: --all shows all" in cut
    assert "--all shows the lines" in cut
    assert "more school" not in whole
    lines = [
        line
        for said in re.findall(r"lines? ([\d, ]+)$", whole, re.MULTILINE)
        for line in said.split(", ")
    ]
    assert len(lines) == row["n"]


def test_people_are_counted_and_not_named(home: Path) -> None:
    with duckdb.connect(str(Home(home).current), read_only=True) as con:
        people = {
            one
            for (one,) in con.execute(
                "select teacher_id from raw.roster union select observer_id from raw.observations "
                "union select respondent_id from raw.student_survey "
                "union select respondent_id from raw.teacher_survey"
            ).fetchall()
            if one
        }
    assert len(people) > 30
    for measure in ("adoption_any", "want_mathematician", "confidence"):
        figure = next(iter(_figures(home, f"level = 'school' and measure_id = '{measure}'")))
        for options in (["--json"], ["--all"]):
            said = _told(home, figure, *options).stdout
            assert not people & set(re.findall(r"[\w-]+", said))


def test_a_mart_that_says_otherwise_is_found(home: Path, tmp_path: Path) -> None:
    forged = tmp_path / "forged"
    shutil.copytree(home, forged, symlinks=True)
    figure = next(iter(_figures(home, "level = 'district' and n > 5 and ci_low > 0")))
    with duckdb.connect(str(Home(forged).current)) as con:
        con.execute("update mart_adoption set ci_low = ci_low + 1e-6 where level = 'district'")
    done = _told(forged, figure)
    assert done.exit_code == 1
    assert "The two disagree on ci_low" in done.stdout
    assert _told(home, figure).exit_code == 0


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("mart_adoption/2020-21-fall/Nowhere/adoption_any/all", "The nearest are mart_adoption/"),
        ("mart_adoption/1999-00-fall/district/adoption_any/all", "has nothing of '1999-00-fall'"),
        ("mart_change/2020-21-fall/district/adoption_any/all", "begins with a mart of estimates"),
        ("adoption_any", "begins with a mart of estimates"),
    ],
)
def test_no_such_figure_is_a_sentence_with_what_there_is(home: Path, asked: str, said: str) -> None:
    done = _told(home, asked)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_without_a_build_it_says_so(tmp_path: Path) -> None:
    done = _told(tmp_path, "mart_adoption/x/y/z/all")
    assert done.exit_code == 2
    assert "no build has passed its gates yet" in done.stderr


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In West everybody uses the curriculum; East has two classrooms of grade 8."""
    home = tmp_path_factory.mktemp("published")
    places = {f"s{i}": "West" if i < 3 else "East" for i in range(6)}
    land(home, "schools", "all", "schools.csv", [school(*one) for one in places.items()])
    rooms = [
        (s, f"c{j}", {"teacher_id": f"t-{s}-{j}", "grade": "8" if (s, j) in EIGHTH else "7"})
        for s in places
        for j in range(8)
    ]
    land(home, "roster", TERM, "roster.csv", [section(s, c, **more) for s, c, more in rooms])
    visits = [
        visit(s, c, "none" if s > "s2" and c < "c3" else "as_designed", **more)
        for s, c, more in rooms
    ]
    land(home, "observations", TERM, "visits.csv", visits)
    assert run_home(home) == Finished(DONE)
    return home


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        ("district/adoption_any/all", f"{TERM}-001 shows it as “81% (81% to 81%)”, which is this"),
        ("West/adoption_any/all/roster", "“100% (29% to 100%)”, which is this figure"),
        (
            "East/adoption_any/grade=8",
            "“n < 5” (primary): what follows is hidden from the public, and must not be passed on",
        ),
        ("School s4/adoption_any/all", "Schools' figures are not published"),
    ],
)
def test_it_says_what_the_public_sees(published: Path, figure: str, said: str) -> None:
    done = _told(published, f"mart_adoption/{TERM}/{figure}")
    assert done.exit_code == 0
    first, second = done.stdout.splitlines()[:2]
    assert first.startswith("RESTRICTED")
    assert said in second


def test_a_hidden_figure_is_shown_whole_to_whoever_may_see_it(published: Path) -> None:
    told = json.loads(
        _told(published, f"mart_adoption/{TERM}/East/adoption_any/grade=8", "--json").stdout
    )
    assert (told["mart"]["n"], told["mart"]["estimate"]) == (2, 1)
    assert [one["school_id"] for one in told["schools"]] == ["s4", "s5"]
    assert told["cautions"][0] == "none or all count"
    assert told["files"] == [{"file": f"landing/observations/{TERM}/visits.csv", "rows": 2}]


def test_its_t_is_students(home: Path) -> None:
    assert t_975(14) == pytest.approx(2.144787, abs=5e-7)  # MEASURES, section 5
    assert t_975(1) == pytest.approx(12.7062047, abs=5e-8)
