"""Tables agree with each other, and pages with the tables: whatever the checksums say."""

from __future__ import annotations

import dataclasses
import shutil

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from orchestration.disclosure import PUBLISHABLE
from orchestration.publishing import publish, verify
from orchestration.publishing.agreement import disagreements
from orchestration.publishing.files import (
    csv_bytes,
    database_tables,
    parquet_bytes,
    read_parquet,
    to_arrow,
)
from orchestration.publishing.pages import figures_on
from orchestration.settings import Home
from tests.unit.publishing.test_verify import edit, reseal

pytestmark = pytest.mark.long

FALL, SPRING = "2021-22-fall", "2021-22-spring"
ANY = f"mart_adoption/{SPRING}/Northwest/adoption_any/all"


@pytest.fixture(scope="module")
def original(tmp_path_factory, release) -> Home:
    home = Home(tmp_path_factory.mktemp("home")).create()
    publish(home, release(FALL))
    publish(home, release(SPRING))
    return home


@pytest.fixture
def home(original, tmp_path) -> Home:
    copy = Home(tmp_path / "copy")
    shutil.copytree(original.root, copy.root, symlinks=True)
    return copy


@pytest.fixture
def folder(home):
    return home.published / f"{SPRING}-001"


def forge_page(folder, name: str, before: str, after: str) -> None:
    """Change a page and make every checksum fit."""
    path = folder / name
    html = path.read_text(encoding="utf-8")
    assert before in html, before
    path.write_text(html.replace(before, after, 1), encoding="utf-8")
    edit(folder, lambda manifest: reseal(manifest, path, name))


def forge_table(folder, name: str, change) -> None:
    """Change a table in each of its forms and make every checksum fit."""
    table = PUBLISHABLE[name]
    path = folder / "data" / f"{name}.parquet"
    frame = read_parquet(table, path)
    change(frame)
    path.write_bytes(parquet_bytes(table, frame))
    csv = path.with_suffix(".csv")
    csv.write_bytes(csv_bytes(table, frame))
    with duckdb.connect(str(folder / "marts.duckdb")) as con:
        con.register("forged", to_arrow(table, frame))
        con.execute(f"create or replace table {name} as from forged")

    def fit(manifest: dict) -> None:
        manifest["tables"] = database_tables(folder / "marts.duckdb")
        for one in (path, csv):
            reseal(manifest, one, f"data/{one.name}")

    edit(folder, fit)


def another_renderer(folder) -> None:
    """As if another version had made the pages: they are not made again to be compared."""

    def change(manifest: dict) -> None:
        manifest["renderer"] = "another"
        reseal(manifest, folder / "index.html", "index.html")

    edit(folder, change)


def row(frame: pd.DataFrame, **equal: str) -> pd.Series:
    """Where a table has the named values, and the whole of a population otherwise."""
    whole = {"term": SPRING, "subgroup": "all", "weighting": "none"}
    found = pd.Series(True, index=frame.index)
    for column, value in {**whole, **equal}.items():
        if column in frame:
            found &= frame[column] == value
    assert found.sum() == 1
    return found


def test_what_nobody_touched_agrees(original):
    assert verify(original) == []


@pytest.mark.parametrize("made_here", [True, False])
def test_a_number_changed_on_a_page_is_named_with_what_it_should_be(home, folder, made_here):
    if not made_here:
        another_renderer(folder)
    right = f'<span data-figure="{ANY}">'
    html = (folder / "northwest.html").read_text(encoding="utf-8")
    shown = html.split(right)[1].split("<")[0]
    forge_page(folder, "northwest.html", f"{right}{shown}", f"{right}99% (98% to 99%)")
    said = verify(home, folder.name)
    assert len(said) == 1 + made_here
    assert "northwest.html, line " in said[0]
    assert f"{ANY} shows “99% (98% to 99%)”; expected “{shown}”" in said[0]
    if made_here:
        assert "northwest.html is not what its data gives: line " in said[1]


@pytest.mark.parametrize(
    ("figure", "attribute"),
    [
        (ANY, 'data-column="n"'),
        (ANY, 'data-part="interval"'),
        (f"mart_coverage/{SPRING}/Northwest/classrooms/all", 'data-column="n_unseen"'),
        (f"mart_professional_learning/{SPRING}/Northwest/all/teacher", 'data-column="reach"'),
    ],
)
def test_counts_intervals_shares_and_what_is_worked_out_of_them_are_checked(
    home, folder, figure, attribute
):
    another_renderer(folder)
    opening = f'data-figure="{figure}" {attribute}>'
    html = (folder / "northwest.html").read_text(encoding="utf-8")
    shown = html.split(opening)[1].split("<")[0]
    forge_page(folder, "northwest.html", f"{opening}{shown}", f"{opening}7")
    (said,) = verify(home, folder.name)
    assert figure in said
    assert f"shows “7”; expected “{shown}”" in said


def test_the_sum_of_rows_and_a_label_in_a_chart_are_checked(home, folder):
    another_renderer(folder)
    opening = 'data-figure="mart_row_accounting" data-column="rows_read">'
    forge_page(folder, "index.html", opening, f"{opening}1")
    chart = f' data-figure="mart_adoption/{SPRING}/West/adoption_any/all" data-part="value">'
    forge_page(folder, "index.html", f'font-weight="bold"{chart}', f'font-weight="bold"{chart}1')
    said = verify(home, folder.name)
    assert len(said) == 2
    assert any("mart_row_accounting, rows_read, shows “1" in one for one in said)
    assert any("West/adoption_any/all, value, shows “1" in one for one in said)


def test_a_figure_that_the_data_has_not_is_found(home, folder):
    another_renderer(folder)
    forge_page(folder, "west.html", "</main>", '<b data-figure="mart_adoption/x/y/z">9</b></main>')
    (said,) = verify(home, folder.name)
    assert "mart_adoption/x/y/z shows “9”; expected “no data”" in said


def test_what_carries_no_address_is_found_by_making_the_page_again(home, folder):
    forge_page(folder, "west.html", "Simulated data.", "Real data.")
    (said,) = verify(home, folder.name)
    assert "west.html is not what its data gives" in said
    assert "Real data." in said
    assert "expected “" in said


@pytest.mark.parametrize(
    ("name", "equal", "column", "value", "expected"),
    [
        ("mart_adoption", {"unit_id": "district", "measure_id": "adoption_any"}, "n", 1227,
         "n is 1227; expected 1228, the sum of its local districts"),
        ("mart_adoption", {"unit_id": "West", "measure_id": "adoption_any"}, "n", 500,
         "n is 500; expected at most 413, n_seen of mart_coverage"),
        ("mart_adoption", {"unit_id": "West", "measure_id": "adoption_any"}, "n_eligible", 1331,
         "n_eligible is 1331; expected 1332, n_eligible of mart_coverage"),
        ("mart_adoption", {"unit_id": "West", "measure_id": "adoption_any"}, "ci_high", 0.1,
         "and 0.1, its interval"),
        ("mart_coverage", {"unit_id": "district", "population": "teachers"}, "n_matched", 490,
         "n_matched is 490; expected 491, the sum of its local districts"),
        ("mart_coverage", {"unit_id": "West", "population": "teachers"}, "coverage", 0.5,
         "coverage is 0.5; expected 0.3095"),
        ("mart_survey_quality", {"unit_id": "West", "construct": "confidence"}, "n_respondents",
         166, "n_respondents is 166; expected at most 165, n_seen of mart_coverage"),
        ("mart_teacher_voice", {"unit_id": "West", "measure_id": "confidence"}, "n", 166,
         "n is 166; expected at most 165, n_respondents of mart_survey_quality"),
        ("mart_row_accounting", {"source": "observations"}, "rows_used", 1,
         "rows_accepted is 1510; expected 12, used + set_aside"),
        ("mart_change", {"unit_id": "Northwest", "measure_id": "adoption_any"}, "change", 0.5,
         "estimate_to less estimate_from"),
        ("mart_change", {"unit_id": "Northwest", "measure_id": "ipg_score"}, "mix_change", 0.5,
         ", its parts"),
        ("mart_change", {"unit_id": "Northwest", "measure_id": "engagement"}, "estimate_to", 0.99,
         ", the estimate of mart_instruction"),
        ("mart_change", {"unit_id": "Northwest", "measure_id": "adoption_any"}, "within_ci_low",
         0.5, "between 0.5 and"),
        ("mart_support_comparison", {"unit_id": "West", "measure_id": "adoption_any"},
         "estimate_unsupported", 0.99, ", the estimate of mart_adoption"),
        ("mart_ranked_options", {"unit_id": "West", "measure_id": "challenge_pacing"}, "estimate",
         0.99, ", the estimate of mart_teacher_voice"),
    ],
)  # fmt: skip
def test_tables_that_contradict_each_other_are_named(
    home, folder, name, equal, column, value, expected
):
    def change(frame: pd.DataFrame) -> None:
        frame.loc[row(frame, **equal), column] = value

    forge_table(folder, name, change)
    said = [one for one in verify(home, folder.name) if "marts.duckdb" in one]
    assert any(expected in one for one in said), said


def test_where_a_part_is_hidden_the_whole_is_no_less_than_what_is_shown(home, folder):
    """In spring West's high schools are shown and its span schools hidden."""

    def change(frame: pd.DataFrame) -> None:
        hidden = row(frame, unit_id="West", measure_id="adoption_any", subgroup="span")
        assert frame.loc[hidden, "suppression"].item() == "primary"
        whole = row(frame, unit_id="district", measure_id="adoption_any", subgroup="span")
        frame.loc[whole, "n"] = 16  # Northeast has 16 of its own, Northwest none

    forge_table(folder, "mart_adoption", change)
    before = list(disagreements(folder / "marts.duckdb"))
    assert not any("school_level=span" in one for one in before)

    def less(frame: pd.DataFrame) -> None:
        whole = row(frame, unit_id="district", measure_id="adoption_any", subgroup="span")
        frame.loc[whole, "n"] = 15

    forge_table(folder, "mart_adoption", less)
    said = list(disagreements(folder / "marts.duckdb"))
    assert any("n is 15; expected at least 16, the sum of its local" in one for one in said)


def test_a_text_that_is_not_its_numbers_is_found(home, folder):
    def change(frame: pd.DataFrame) -> None:
        frame.loc[row(frame, unit_id="West", measure_id="adoption_any"), "estimate"] += 0.02

    forge_table(folder, "mart_adoption", change)
    said = [one for one in verify(home, folder.name) if "shown is" in one]
    assert len(said) == 1
    assert f"mart_adoption/{SPRING}/West/adoption_any/all: shown is “" in said[0]


def test_a_hidden_row_that_tells_is_found(home, folder):
    def change(frame: pd.DataFrame) -> None:
        hidden = row(frame, unit_id="West", measure_id="adoption_any", subgroup="span")
        frame.loc[hidden, "n"] = 3

    forge_table(folder, "mart_adoption", change)
    said = verify(home, folder.name)
    assert any("expected a hidden row, without n" in one for one in said)


def test_a_term_that_was_not_carried_over_as_it_was_is_found(home, folder):
    def change(frame: pd.DataFrame) -> None:
        there = row(frame, term=FALL, unit_id="Northeast", measure_id="adoption_any")
        frame.loc[there, "deff"] = 1.0

    forge_table(folder, "mart_adoption", change)
    said = verify(home, folder.name)
    assert any(f"the rows of {FALL} are not those of {FALL}-001" in one for one in said)


def test_a_local_district_and_a_region_of_one_name_are_told_apart(tmp_path, release):
    given = release(SPRING)
    renamed = {
        name: frame.replace({"unit_id": {"Region North": "West"}}) if "unit_id" in frame else frame
        for name, frame in given.tables.items()
    }
    home = Home(tmp_path / "home").create()
    made = publish(home, dataclasses.replace(given, tables=renamed))
    assert verify(home) == []
    html = (made.path / "index.html").read_text(encoding="utf-8")
    texts = {one.figure: one.text for one in figures_on(html) if one.column is one.part is None}
    regions = f"mart_adoption/{SPRING}/region=West/adoption_any/all"
    assert texts[regions] != texts[f"mart_adoption/{SPRING}/West/adoption_any/all"]


def test_no_relation_is_asked_of_a_table_that_a_publication_has_not(tmp_path):
    path = tmp_path / "old.duckdb"
    with duckdb.connect(str(path)) as con:
        con.register("empty", pa.table({"term": pa.array([], pa.string())}))
        con.execute("create table dim_measure as from empty")
    assert list(disagreements(path)) == []
