"""What a column's contract accepts the database holds to: a build with anything else breaks."""

import json
import shutil

import duckdb
import pytest

from orchestration.manifest import current_manifest
from tests.pipeline.fast_build import build_marts
from tests.pipeline.homes import land_small_district

pytestmark = pytest.mark.long

Column = tuple[str, str]


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    home = tmp_path_factory.mktemp("accepted")
    land_small_district(home)
    build_marts(home)
    copy = home / "copy.duckdb"
    shutil.copyfile(home / "marts" / "unreleased.duckdb", copy)
    with duckdb.connect(str(copy)) as con:
        yield con


def stated() -> set[Column]:
    """The columns of which a model's contract states what they accept, by schema's table."""
    manifest = json.loads(current_manifest().read_text())
    return {
        (f"{node['schema']}.{node['name']}", name)
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"]["materialized"] != "view"
        for name, column in node["columns"].items()
        if any(one["type"] == "check" for one in column["constraints"])
    }


def checked(con: duckdb.DuckDBPyConnection) -> set[Column]:
    return {
        (f"{schema}.{table}", column)
        for schema, table, columns in con.execute(
            """
            select schema_name, table_name, constraint_column_names from duckdb_constraints()
            where constraint_type = 'CHECK'
            """
        ).fetchall()
        for column in columns
    }


def test_every_stated_check_is_in_the_database(database):
    assert stated()
    assert stated() <= checked(database)


def test_a_value_that_is_not_accepted_breaks_the_build(database):
    broken = []
    for table, column in sorted(stated()):
        rows = database.execute(f"select count(*) from {table}").fetchone()
        if rows[0]:
            with pytest.raises(duckdb.ConstraintException, match="CHECK constraint"):
                database.execute(
                    f"insert into {table} "
                    f"select * replace ('nonsense' as {column}) from {table} limit 1"
                )
            broken.append((table, column))
    assert len(broken) > len(stated()) / 2
