"""What was suppressed is in no byte of a publication."""

from __future__ import annotations

import struct

import duckdb
import pandas as pd
import pytest

from orchestration.disclosure import PUBLISHABLE
from orchestration.publishing import publish
from orchestration.publishing.model import DIMENSIONS
from tests.unit.publishing.voices import RELEASED

FALL = "2021-22-fall"


@pytest.fixture(scope="module")
def published(tmp_path_factory, release):
    from orchestration.settings import Home

    home = Home(tmp_path_factory.mktemp("home")).create()
    return publish(home, release(FALL, "2021-22-spring")).path


WITH_SMALL_CELLS = {
    "mart_adoption": "n < 5",
    "mart_instruction": "n < 5",
    "mart_unfinished_learning": "n < 5",
    "mart_student_voice": "n < 11",
    "mart_teacher_voice": "n < 5",
    "mart_survey_quality": "n < 11",
    "mart_professional_learning": "n < 5",
    "mart_pl_sequence": "n < 5",
    "mart_coverage": "n < 5",
}


@pytest.mark.parametrize(("name", "shown"), list(WITH_SMALL_CELLS.items()))
def test_the_publication_has_suppressed_cells(published, name, shown):
    table = pd.read_parquet(published / "data" / f"{name}.parquet")
    hidden = table[table["suppression"] == "primary"]
    assert {"West"} == set(hidden["unit_name" if "unit_name" in hidden else "local_district"])
    assert shown in set(hidden["shown"])
    assert hidden[PUBLISHABLE[name].statistics].isna().all().all()


def test_no_value_of_a_suppressed_cell_or_a_school_is_in_any_byte(published, secrets):
    share, count = secrets
    needles = [
        repr(share)[:10].encode(),
        struct.pack("<d", share),
        str(count).encode(),
        f"{count:,}".encode(),
        struct.pack("<q", count),
        b"School 1\x00",
    ]
    for path in published.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not [needle for needle in needles if needle in data], path


def test_no_value_of_a_suppressed_cell_or_a_school_is_in_any_table(published, secrets):
    share, count = secrets
    with duckdb.connect(str(published / "marts.duckdb"), read_only=True) as con:
        names = {row[0] for row in con.execute("show tables").fetchall()}
        assert names == {*PUBLISHABLE, *DIMENSIONS}
        frames = [con.table(name).df() for name in names - set(DIMENSIONS)]
    frames += [pd.read_parquet(path) for path in (published / "data").glob("*.parquet")]
    for frame in frames:
        numbers = frame.select_dtypes("number").to_numpy(dtype="float64", na_value=0).ravel()
        assert not (abs(numbers - share) < 1e-6).any()
        assert not (numbers == count).any()
        assert "level" not in frame or "school" not in set(frame["level"])


def test_no_file_name_of_landing_and_no_comment_that_was_not_released_is_published(published):
    for path in published.rglob("*"):
        if path.is_file():
            assert b"Tell-Tale" not in path.read_bytes()


def test_only_released_comments_are_in_the_data(published):
    comments = pd.read_parquet(published / "data" / "mart_comments.parquet")
    assert len(comments) == 8
    assert comments["released"].all()
    assert comments["text"].str.endswith(RELEASED).all()


def test_days_are_dates_and_empty_columns_text_in_the_database(published):
    with duckdb.connect(str(published / "marts.duckdb"), read_only=True) as con:
        types = dict(con.execute("select column_name, data_type from duckdb_columns()").fetchall())
    assert (types["ends_on"], types["valid_from"], types["valid_to"]) == ("DATE", "DATE", "DATE")
    assert (types["n"], types["estimate"], types["shown"]) == ("BIGINT", "DOUBLE", "VARCHAR")
    assert (types["held_on"], types["sequence"], types["released"]) == ("DATE", "BIGINT", "BOOLEAN")
