"""A site's instruments are read by the shipped contracts: declared in its registry, and no code."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from orchestration.reading.contract_files import load_contracts
from orchestration.reading.partition import needs_reading
from orchestration.reading.templates import raw_schema
from orchestration.registry import load_registry

INSTRUMENTS = """\
instrument,position,source,label,missing_rule,minimum_answered,citation
reflection,20,observations,Reflection after the visit,exclude,,The test's own rubric
year_two,21,teacher_survey,The second year,exclude,1/2,The test's own survey
"""
ITEMS = """\
item,instrument,position,kind,scale,text,label,construct,direction,reported,prefix
reflects,reflection,1,ordinal,depth,The teacher reflects.,Teachers reflect,,positive,yes,
next_step,reflection,2,nominal,step,What comes next?,Next step,,positive,no,
easier,year_two,1,ordinal,often,It is easier now.,Find it easier,year_two_ease,positive,yes,
lonelier,year_two,2,ordinal,often,I plan alone.,Do not plan alone,year_two_ease,negative,yes,
wishes,year_two,3,multi_select,wish,What do you wish for?,Wishes,,positive,no,wish
"""
ANSWERS = """\
scale,code,position,label,value,favourable
depth,0,1,Not at all,0,0
depth,1,2,On the surface,1,0
depth,2,3,In depth,2,1
depth,na,4,Not seen,,
step,model,1,Model a lesson,,
step,visit,2,Visit again,,
often,1,1,Never,1,0
often,2,2,Sometimes,2,0
often,3,3,Always,3,1
wish,time,1,More time,,
wish,coach,2,A coach,,
"""
CONSTRUCTS = """\
construct,instrument,position,label,definition
year_two_ease,year_two,1,Ease,Whether the second year is easier.
"""


@pytest.fixture
def site(tmp_path: Path) -> dict:
    """The registry with the site's tables, and the shipped contracts bound to it."""
    folder = tmp_path / "registry"
    folder.mkdir()
    for name, text in (
        ("instruments", INSTRUMENTS),
        ("items", ITEMS),
        ("answers", ANSWERS),
        ("constructs", CONSTRUCTS),
    ):
        (folder / f"{name}.csv").write_text(text)
    registry = load_registry(folder)
    return {"registry": registry, "contracts": load_contracts(None, registry)}


def of(row: dict, *items: str) -> list[tuple[str, str]]:
    return [(one["item"], one["code"]) for one in row["answers"] if one["item"] in items]


def test_a_new_observation_rubric_is_read_beside_the_shipped_ones(
    home, land, read, export, rows_of, quarantined, site
):
    rows = [
        {"reflects": "In depth", "next_step": "visit", "sharing": "3"},
        {"reflects": "na", "next_step": "", "sharing": ""},
        {"reflects": "Deeply", "next_step": "visit"},
    ]
    named = ({"observation_id": f"o{place}"} | row for place, row in enumerate(rows))
    land("observations", "a.csv", export("observations", *named))
    account = read("observations", **site)
    assert pq.read_schema(home.root / account.raw.path) == raw_schema("observations")
    assert [
        of(row, "materials", "sharing", "reflects", "next_step") for row in rows_of(account)
    ] == [
        [
            ("materials", "as_designed"),
            ("sharing", "3"),
            ("reflects", "2"),
            ("next_step", "visit"),
        ],
        [("materials", "as_designed"), ("reflects", "na")],
    ]
    (refused,) = quarantined(account)
    assert refused["reason"] == "reflects: a code that no value map knows (map scale:depth)"
    assert account.files[0].extra_columns == ()


def test_a_new_teacher_survey_is_read_with_its_multi_select(land, read, export, rows_of, site):
    rows = [
        {"response_id": "r1", "easier": "always", "wishes": "A coach|More time", "lonelier": "1"},
        {"response_id": "r2", "confident_use": "4"},
    ]
    land("teacher_survey", "a.csv", export("teacher_survey", *rows))
    account = read("teacher_survey", **site)
    new = ("easier", "lonelier", "wishes")
    assert [of(row, *new) for row in rows_of(account)] == [
        [("easier", "3"), ("lonelier", "1"), ("wishes", "coach"), ("wishes", "time")],
        [],
    ]
    assert not set(account.files[0].missing_items) & set(new)


def test_declaring_an_instrument_makes_the_partitions_of_its_source_stale_and_no_others(
    home, land, read, export, site, registry, contracts, key
):
    for source in ("observations", "student_survey", "teacher_survey", "pl_sessions"):
        land(source, "a.csv", export(source, {}))
        read(source)
    stale = {
        source
        for source in ("observations", "student_survey", "teacher_survey", "pl_sessions")
        if needs_reading(home, source, "2021-22-spring", key=key, **site)
    }
    assert stale == {"observations", "teacher_survey"}
