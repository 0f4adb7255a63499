"""Laws of the whole way from landing to marts, for random districts: what must change no figure.

A mart follows from the records that landed, whatever their order and their files, and from where
each school lies. Each term of a home holds a district of its own, so that one build tries several.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from shutil import copytree, ignore_patterns
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from orchestration.registry import load_registry
from orchestration.settings import Home
from orchestration.warehouse import read_only
from tests.pipeline.districts import (
    LEVELS,
    LOCAL_DISTRICTS,
    District,
    Size,
    land_districts,
    random_district,
)
from tests.pipeline.fast_build import build_marts
from tests.pipeline.homes import school
from tests.properties.exports import cut_in_two, permuted, untidied, with_regions

pytestmark = pytest.mark.long

SEED = "1"
SIZES = (
    Size(),
    Size(local_districts=2, schools=10, responses=20, visited=0.9),
    Size(local_districts=4, schools=12, visited=0.4),
)
ACCOUNTS = "mart_row_accounting"
ORIGIN = ("file_sha256", "sha256", "line")
"""Which bytes a row came from, and on which line: what it means to lie elsewhere, and nothing else
does. (Every template has a key, and the exports here give it; none is known by its place.)"""

# an example costs a build of three districts (UPTAKE_EXAMPLES has more of them), and a smaller seed
# is no simpler example, so none is shrunk; seeds are drawn because the permutation that Hypothesis
# would try first is the one that moves nothing
few = settings(
    max_examples=int(os.environ.get("UPTAKE_EXAMPLES", "1")),
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
)
seeds = st.integers(0, 2**32 - 1)


class Built:
    """A home whose marts are built from these districts, and a connection to them."""

    def __init__(
        self, home: Path, districts: list[District], con: duckdb.DuckDBPyConnection
    ) -> None:
        self.home, self.districts, self.con = home, districts, con
        # of every dimension, fact and mart
        self.columns: dict[str, set[str]] = defaultdict(set)
        named = con.sql(
            "select table_name, column_name from information_schema.columns "
            "where table_schema = 'main'"
        )
        for table, column in named.fetchall():
            self.columns[table].add(column)

    def rows(
        self,
        table: str,
        where: str = "true",
        *,
        but: tuple[str, ...] = (),
        instead: dict[str, str] | None = None,
    ) -> Counter[str]:
        """A table's rows as text, where a double has all its digits, and how often each is there.

        Columns in `but` are left out, and the expressions of `instead` stand in others' places.
        """
        chosen = {name: name for name in sorted(self.columns[table]) if name not in but}
        listed = ", ".join(f"{one} as {name}" for name, one in (chosen | (instead or {})).items())
        found = self.con.sql(
            f"select cast(one as varchar) from (select {listed} from {table} where {where}) as one"
        )
        return Counter(text for (text,) in found.fetchall())

    def accounts(self) -> dict[tuple[str, ...], Counter[str]]:
        """What became of the rows of each file; the halves of one that was cut are added up."""
        added: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        for row in self.con.sql(f"from {ACCOUNTS}").df().to_dict("records"):
            whole = re.sub(r"-[12]\.csv$", ".csv", row["file"])
            counts = added[row["source"], row["term"], row["contract"], whole]
            counts.update({str(name): row[name] for name in row if str(name).startswith("rows_")})
            counts.update(json.loads(row["reasons"]))
        return added


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """Several districts, of which the last knows no regions."""
    home, rng = tmp_path_factory.mktemp("laws"), random.Random(SEED)
    terms = list(load_registry().terms.values())[: len(SIZES)]
    districts = [
        untidied(random_district(term, size, SEED), rng)
        for term, size in zip(terms, SIZES, strict=True)
    ]
    districts[-1] = with_regions(districts[-1], lambda row: "")
    land_districts(home, districts)
    build_marts(home)
    with read_only(Home(home).unreleased) as con:
        yield Built(home, districts, con)


@contextmanager
def rebuilt(before: Built, districts: list[District]) -> Iterator[Built]:
    """The marts of other exports, made from nothing under the same key.

    Only files that differ are read again.
    """
    assert districts != before.districts
    with TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        copytree(before.home, home, ignore=ignore_patterns("landing", "marts", "warehouse"))
        land_districts(home, districts)
        build_marts(home)
        with read_only(Home(home).unreleased) as con:
            yield Built(home, districts, con)


def assert_same(table: str, found: Counter[str], expected: Counter[str]) -> None:
    for rows, what in ((expected - found, "missing"), (found - expected, "unexpected")):
        some = "\n".join(list(rows)[:3])
        assert not rows, f"{table}: {rows.total()} rows {what}, such as\n{some}"


@few
@given(seed=seeds)
def test_the_order_of_the_rows_of_files_changes_no_figure(before, seed):
    rng = random.Random(seed)
    with rebuilt(before, [permuted(one, rng) for one in before.districts]) as after:
        for table in before.columns:
            assert_same(table, after.rows(table, but=ORIGIN), before.rows(table, but=ORIGIN))


@few
@given(seed=seeds)
def test_files_cut_in_two_change_no_figure_and_their_accounts_add_up(before, seed):
    rng = random.Random(seed)
    with rebuilt(before, [cut_in_two(one, rng) for one in before.districts]) as after:
        for table in sorted(before.columns.keys() - {ACCOUNTS}):
            assert_same(table, after.rows(table, but=ORIGIN), before.rows(table, but=ORIGIN))
        assert after.rows(ACCOUNTS).total() > before.rows(ACCOUNTS).total()
        assert after.accounts() == before.accounts()


@few
@given(seed=seeds)
def test_schools_of_which_nothing_is_known_are_listed_and_accounted_for_and_nowhere_else(
    before, seed
):
    rng = random.Random(seed)
    new = [
        school(
            f"new-{place}",
            local_district,
            level=rng.choice(LEVELS),
            region=rng.choice(("Upper", "Beyond", "")),
            support_provider=rng.choice(("LE", "Newcomer", "")),
        )
        for place, local_district in enumerate((*LOCAL_DISTRICTS, "Elsewhere", ""))
    ]
    first, *others = before.districts
    schools = first.files["schools"] | {"new": new}
    with rebuilt(before, [replace(first, files=first.files | {"schools": schools}), *others]) as (
        after
    ):
        # nobody is eligible in them, so that not even coverage has a row of theirs
        for table in sorted(before.columns.keys() - {"dim_school", ACCOUNTS}):
            assert_same(table, after.rows(table), before.rows(table))
        known = after.rows("dim_school", "not starts_with(school_id, 'new-')")
        assert_same("dim_school", known, before.rows("dim_school"))
        assert after.rows("dim_school").total() == known.total() + len(new)
        added = ("schools", "all", "schools", f"{first.term}-new.csv")
        used = dict.fromkeys(("rows_read", "rows_accepted", "rows_used"), len(new))
        assert after.accounts() == before.accounts() | {added: Counter(used)}


@few
@given(seed=seeds)
def test_regions_change_no_other_row_and_equal_the_local_districts_that_they_rename(before, seed):
    # named like other local districts, so that whatever takes the one for the other is found
    named = random.Random(seed).sample(("Upper", *LOCAL_DISTRICTS), 5)
    regions = dict(zip(("", *LOCAL_DISTRICTS), named, strict=True))
    renamed = {one or "unassigned": region for one, region in regions.items()}
    name = f"map {renamed}[unit_id]"
    as_region = {"geography": "'region'", "level": "'region'", "unit_id": name, "unit_name": name}
    local, regional = "geography = 'local_district'", "geography = 'region'"
    without_before = f"{regional} and term = '{before.districts[-1].term}'"
    placed = [
        with_regions(one, lambda row: regions[row["local_district"]]) for one in before.districts
    ]
    with rebuilt(before, placed) as after:
        assert after.rows("mart_coverage", f"{regional} and unit_id = '{regions['']}'")
        for table, columns in before.columns.items():
            if "geography" not in columns:
                # regions themselves, and the files in which they are written
                but = ("region", "sha256")
                assert_same(table, after.rows(table, but=but), before.rows(table, but=but))
                continue
            assert_same(table, after.rows(table, local), before.rows(table, local))
            assert after.rows(table, without_before)
            assert not before.rows(table, without_before)
            # that a school has no local district is said of the unit that stands for none alone
            for unit, region, but in (
                ("<> 'unassigned'", f"<> '{regions['']}'", ()),
                ("= 'unassigned'", f"= '{regions['']}'", ("flag",)),
            ):
                of_local_district = f"level = 'local_district' and unit_id {unit}"
                assert_same(
                    table,
                    after.rows(table, f"{regional} and unit_id {region}", but=but),
                    after.rows(table, of_local_district, but=but, instead=as_region),
                )
