"""Each query of docs/cookbook.md runs on a simulated district, and is checked another way."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from orchestration.dbt_docs import build_docs
from orchestration.manifest import current_manifest
from orchestration.registry import load_registry
from orchestration.settings import CHECKOUT, Home
from orchestration.simulation import simulate
from orchestration.warehouse import read_only
from tests.pipeline.cookbook import CHECKS, District, landed_districts
from tests.pipeline.fast_build import build_marts

pytestmark = pytest.mark.long

TERMS = ("2021-22-fall", "2021-22-spring", "2022-23-fall")
RECIPE = re.compile(r"^## (\d+)\. (.+?)$.*?```sql\n(.+?)```", re.MULTILINE | re.DOTALL)
RECIPES: Mapping[int, tuple[str, str]] = {
    int(number): (question, sql)
    for number, question, sql in RECIPE.findall(
        (CHECKOUT / "docs" / "cookbook.md").read_text(encoding="utf-8")
    )
}


@dataclass(frozen=True)
class Built:
    """A simulated home with marts, and the same exports as pandas has them."""

    home: Path
    district: District


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    home = tmp_path_factory.mktemp("cookbook")
    calendar = load_registry().terms
    simulate(Home(home).create(), [calendar[term] for term in TERMS], seed=5, scale=0.15)
    build_marts(home)
    shutil.copyfile(Home(home).unreleased, Home(home).current)
    return Built(home, landed_districts(home, [calendar[term] for term in TERMS]))


def answer(built: Built, sql: str) -> pd.DataFrame:
    with read_only(Home(built.home).current) as con:
        return con.execute(sql).df()


def test_there_are_twenty_recipes_and_a_check_for_each() -> None:
    assert list(RECIPES) == list(range(1, 21)) == sorted(CHECKS)


@pytest.mark.parametrize("number", sorted(RECIPES))
def test_the_answer_is_what_another_way_finds(number: int, built: Built) -> None:
    found = answer(built, RECIPES[number][1])
    assert len(found) > 0
    CHECKS[number](found, built.district)


def test_every_table_and_column_has_a_comment(built: Built) -> None:
    without = answer(
        built,
        """
        select schema_name || '.' || table_name as name from duckdb_tables()
        where not internal and comment is null
        union all
        select schema_name || '.' || view_name from duckdb_views()
        where not internal and comment is null
        union all
        select schema_name || '.' || table_name || '.' || column_name from duckdb_columns()
        where not internal and comment is null
        """,
    )
    assert without["name"].tolist() == []


@pytest.mark.long
def test_dbts_documentation_is_one_page_with_every_table_in_it(built: Built) -> None:
    page = build_docs(Home(built.home)).read_text(encoding="utf-8")
    models = json.loads(current_manifest().read_text(encoding="utf-8"))["nodes"].values()
    marts = [one for one in models if one["name"].startswith(("mart_", "dim_", "fct_"))]
    assert len(marts) > 20
    for one in marts:
        assert f'"name": "{one["name"]}"' in page
        assert json.dumps(one["description"])[1:-1] in page
    assert '"send_anonymous_usage_stats": false' in page
    assert not re.search(r'<(script|link)[^>]+(src|href)="https?:', page)
    assert not [*(built.home / "warehouse").glob(".docs-*")]
