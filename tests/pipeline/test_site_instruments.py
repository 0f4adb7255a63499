"""Instruments are data: a site's registry alone adds a rubric and a survey, and marts follow.

Landing has two columns of a reflection rubric beside the canonical ones, and a teacher survey whose
respondents answer a pulse instead of the shipped instrument, or both. No contract, code, schema or
SQL knows of either.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.pipeline.fast_build import build_marts
from tests.pipeline.homes import TERM, land, query, school, section, visit

REGISTRY = {
    "instruments": """\
instrument,position,source,label,missing_rule,minimum_answered,citation
reflection,20,observations,Reflection,lowest,,The test's own rubric
pulse,21,teacher_survey,Pulse,,1/2,The test's own survey
""",
    "answers": """\
scale,code,position,label,value,favourable
depth,0,1,Absent,0,0
depth,1,2,Shallow,1,0
depth,2,3,Fair,2,0
depth,3,4,Deep,3,1
depth,4,5,Very deep,4,1
depth,unseen,6,Not seen,,
mood,1,1,Low,1,0
mood,2,2,Middling,2,0
mood,3,3,High,3,1
mood,4,4,Very high,4,1
help,coach,1,A coach,,
help,time,2,More time,,
""",
    "constructs": """\
construct,instrument,position,label,definition
reflecting,reflection,1,Reflecting,Whether the lesson looks back on itself.
wellbeing,pulse,1,Wellbeing,How teachers are.
""",
    "items": """\
item,instrument,position,kind,scale,text,label,construct,direction,reported,prefix
looks_back,reflection,1,ordinal,depth,The lesson looks back.,Look back,reflecting,,yes,
revises,reflection,2,ordinal,depth,Students revise their work.,Revise,reflecting,,yes,
rested,pulse,1,ordinal,mood,I am rested.,Are rested,wellbeing,,yes,
worn_out,pulse,2,ordinal,mood,I am worn out.,Are not worn out,wellbeing,negative,yes,
wanted,pulse,3,multi_select,help,What would help?,Wanted,,,no,wanted
""",
}


def _visit(class_id: str, looks_back: str, revises: str) -> dict[str, object]:
    return visit("s1", class_id, "as_designed") | {"looks_back": looks_back, "revises": revises}


def _response(response_id: str, **answers: str) -> dict[str, str]:
    own = dict.fromkeys(("rested", "worn_out", "wanted", "confident_use"), "") | answers
    return {
        "response_id": response_id,
        "recorded_on": "2022-05-02",
        "school_id": "s1" if response_id < "r4" else "s2",
        "class_id": "",
        "grade": "",
        "respondent_id": f"teacher-{response_id}",
        "role": "teacher",
    } | own


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("site")
    (home / "registry").mkdir()
    for table, text in REGISTRY.items():
        (home / "registry" / f"{table}.csv").write_text(text, encoding="utf-8")
    land(home, "schools", "all", "schools.csv", [school("s1"), school("s2")])
    land(home, "roster", TERM, "roster.csv", [section(s, c) for s in ("s1", "s2") for c in "abc"])
    land(
        home,
        "observations",
        TERM,
        "visits.csv",
        [
            _visit("a", "3", "Very deep"),
            _visit("b", "Shallow", "unseen"),
            _visit("c", "0", ""),
        ],
    )
    land(
        home,
        "teacher_survey",
        TERM,
        "pulse.csv",
        [
            _response("r1", rested="Very high", worn_out="Low", wanted="coach; More time"),
            _response("r2", rested="2", worn_out="Very high"),
            _response("r3", worn_out="3", wanted="time", confident_use="Agree"),
            _response("r4", rested="High", worn_out="Middling", confident_use="Disagree"),
            _response("r5", confident_use="Agree"),
        ],
    )
    build_marts(home)
    return home


@pytest.fixture(scope="module")
def estimates(home: Path) -> pd.DataFrame:
    """The district's unweighted rows of both marts by measure and missing rule."""
    found = query(
        home,
        """
        with both_marts as (
            select * from mart_instruction
            union all by name
            select *, 'exclude' as missing_rule from mart_teacher_voice
        )
        select measure_id, missing_rule, n, estimate from both_marts
        where level = 'district' and subgroup_type = 'all' and weighting = 'none'
        """,
        "unreleased",
    )
    return found.set_index(["measure_id", "missing_rule"]).sort_index()


@pytest.mark.parametrize(
    ("measure", "rule", "n", "estimate"),
    [
        # deep or very deep among a (3), b (1) and c (0)
        ("looks_back", "exclude", 3, 1 / 3),
        ("looks_back", "drop_visit", 2, 1 / 2),
        # a (4) alone; under `lowest` b's unseen counts as 0; c is blank and missing under any rule
        ("revises", "exclude", 1, 1.0),
        ("revises", "lowest", 2, 1 / 2),
        # mean of both items, both needed: a (3 + 4) / 2; under `lowest` b (1 + 0) / 2 too
        ("reflecting", "exclude", 1, 3.5),
        ("reflecting", "lowest", 2, 2.0),
        # high or very high: r1, not r2, r4
        ("rested", "exclude", 3, 2 / 3),
        # low or middling is favourable: r1 and r4, not r2 and r3
        ("worn_out", "exclude", 4, 1 / 2),
        # means of what was answered, worn_out as 5 - x: 4, 1.5, 2, 3
        ("wellbeing", "exclude", 4, 10.5 / 4),
        # of the two who chose anything one wants a coach, both want time
        ("wanted_coach", "exclude", 2, 1 / 2),
        ("wanted_time", "exclude", 2, 1.0),
        # the shipped instrument goes on beside it: r3, r5 agree, r4 does not
        ("confident_use", "exclude", 3, 2 / 3),
    ],
)
def test_the_marts_have_the_sites_measures(
    estimates: pd.DataFrame, measure: str, rule: str, n: int, estimate: float
) -> None:
    row = estimates.to_dict("index")[measure, rule]
    assert (row["n"], row["estimate"]) == (n, pytest.approx(estimate, abs=1e-12))


def test_each_instrument_has_respondents_of_its_own(home: Path) -> None:
    found = query(
        home,
        """
        select instrument, any_value(n_respondents) as n, any_value(alpha) as alpha
        from mart_survey_quality
        where level = 'district' and construct in ('wellbeing', 'confidence')
        group by instrument
        """,
        "unreleased",
    ).set_index("instrument")
    assert found["n"].to_dict() == {"pulse": 4, "teacher_im": 3}
    # complete cases r1 (4, 4), r2 (2, 1), r4 (3, 3): variances 1 and 7/3, of the totals 19/3
    assert found.loc["pulse", "alpha"] == pytest.approx(2 * (1 - (1 + 7 / 3) / (19 / 3)), abs=1e-12)


def test_the_dimension_tells_a_reader_what_they_mean(home: Path) -> None:
    found = query(
        home, "select * from dim_measure where measure_id = 'reflecting'", "unreleased"
    ).iloc[0]
    assert (found["mart"], found["missing_rule"]) == ("mart_instruction", "lowest")
    assert (found["range_min"], found["range_max"]) == (0, 4)
    assert found["label"] == "Reflecting"


def test_every_answer_is_in_the_facts(home: Path) -> None:
    ratings = query(
        home,
        "select item, code, value from fct_observation_rating where instrument = 'reflection'",
        "unreleased",
    )
    assert sorted(zip(ratings["item"], ratings["code"], strict=True)) == [
        ("looks_back", "0"), ("looks_back", "1"), ("looks_back", "3"),
        ("revises", "4"), ("revises", "unseen"),
    ]  # fmt: skip
    answers = query(
        home,
        "select value from fct_survey_answer where item in ('worn_out', 'wanted')",
        "unreleased",
    )
    assert len(answers) == 4 + 3
    assert set(answers["value"].dropna()) == {1, 2, 3, 4}
