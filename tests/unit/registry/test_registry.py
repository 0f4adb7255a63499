"""The registry's tables together: overlaid, checked against each other, and completed."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from orchestration.registry import RegistryError, load_registry
from orchestration.registry.landed import land
from orchestration.settings import Home

INSTRUMENTS = "instrument,position,source,label,missing_rule,minimum_answered,citation\n"
ITEMS = "item,instrument,position,kind,scale,text,label,construct,direction,reported,prefix\n"
ANSWERS = "scale,code,position,label,value,favourable\n"
CONSTRUCTS = "construct,instrument,position,label,definition\n"
MEASURES = (
    "measure_id,position,mart,label,definition,numerator,denominator,unit,kind,range_min,range_max,"
    "direction,source\n"
)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A pulse survey of teachers: two items on one construct, the second negative."""
    declare(tmp_path, "instruments", INSTRUMENTS, "pulse,9,teacher_survey,Pulse,,1/2,Ours\n")
    declare(
        tmp_path, "answers", ANSWERS, "faces,1,1,One,1,0\nfaces,2,2,Two,2,1\nfaces,9,3,Pass,,\n"
    )
    declare(tmp_path, "constructs", CONSTRUCTS, "mood,pulse,1,Mood,How teachers are.\n")
    declare(
        tmp_path,
        "items",
        ITEMS,
        "rested,pulse,1,ordinal,faces,I am rested.,Are rested,mood,,yes,\n"
        "tired,pulse,2,ordinal,faces,I am tired.,Are not tired,mood,negative,yes,\n",
    )
    return tmp_path


def declare(site: Path, table: str, header: str, rows: str) -> None:
    (site / f"{table}.csv").write_text(header + rows, encoding="utf-8")


def values(site: Path | None, measure: str) -> dict[tuple[str, str], float]:
    rows = load_registry(site).rows["measure_values"]
    return {
        (row.item, row.code): row.value  # type: ignore[attr-defined]
        for row in rows
        if row.measure_id == measure  # type: ignore[attr-defined]
    }


def test_every_claim_of_the_first_year_has_its_measure() -> None:
    measures = load_registry().measures
    assert {
        "adoption_any", "adoption_as_designed", "ipg_score", "ca2_overall", "ca3_overall", "col",
        "engagement", "sharing", "unfinished_within_grade_level", "adaptation_pack_used",
        "aspires_and_explores", "want_mathematician", "math_not_for_me", "aspiration", "identity",
        "challenge", "belonging", "confident_use", "materials_too_complex", "confidence",
        "commitment", "pl_quality", "usability", "challenge_complexity", "challenge_other",
    } <= set(measures)  # fmt: skip
    assert "ca1_a" not in measures
    assert "materials" not in measures


def test_the_score_of_the_guide_is_1_5_for_the_worked_visit() -> None:
    score = values(None, "ipg_score")
    visit = {"ca1_a": "1", "ca1_b": "0", "ca1_c": "1", "ca2_overall": "2", "ca3_overall": "1"}
    assert sum(score[pair] for pair in (visit | {"col": "4"}).items()) == 1.5
    highest = sum(
        max(v for (item, _), v in score.items() if item == one) for one in {*visit, "col"}
    )
    assert highest == 3


def test_favourable_is_the_top_two_of_four_and_the_other_end_for_a_negative_item() -> None:
    assert values(None, "want_challenge") == {
        ("want_challenge", code): value for code, value in zip("1234", (0, 0, 1, 1), strict=True)
    }
    assert values(None, "math_not_for_me") == {
        ("math_not_for_me", code): value for code, value in zip("1234", (1, 1, 0, 0), strict=True)
    }


def test_a_construct_is_the_mean_of_its_items_with_negative_ones_reversed() -> None:
    identity = load_registry().measures["identity"]
    assert (identity.kind, identity.combine, identity.minimum_items) == ("mean", "mean", 2)
    assert (identity.range_min, identity.range_max) == (1, 4)
    own = values(None, "identity")
    assert [own["math_not_for_me", code] for code in "1234"] == [4, 3, 2, 1]
    assert [own["am_mathematician", code] for code in "1234"] == [1, 2, 3, 4]


def test_an_option_counts_those_who_chose_it_among_all_who_chose_any() -> None:
    chosen = values(None, "challenge_pacing")
    assert chosen["challenges", "pacing"] == 1
    assert set(chosen.values()) == {0, 1}
    assert len(chosen) == 7


def test_a_site_adds_an_instrument_by_its_tables_alone(site: Path) -> None:
    registry = load_registry(site)
    assert registry.measures["rested"].mart == "mart_teacher_voice"
    assert registry.measures["mood"].minimum_items == 1
    assert values(site, "tired") == {("tired", "1"): 1, ("tired", "2"): 0}
    assert values(site, "mood")["tired", "1"] == 2
    assert registry.value_maps["scale:faces"] == {
        "One": "1", "1": "1", "Two": "2", "2": "2", "Pass": "9", "9": "9",
    }  # fmt: skip
    assert [item.item for item in registry.items_of("teacher_survey")][-2:] == ["rested", "tired"]


def test_a_declared_measure_stands_in_place_of_the_derived_one(site: Path) -> None:
    declare(
        site,
        "measures",
        MEASURES,
        "rested,9001,mart_teacher_voice,Rested at last,Ours.,Yes,All,teachers,proportion,0,1,"
        "higher,Ours\n",
    )
    registry = load_registry(site)
    assert registry.measures["rested"].label == "Rested at last"
    assert values(site, "rested") == {("rested", "1"): 0, ("rested", "2"): 1}


@pytest.mark.parametrize("measure", ["adoption_any", "want_challenge", "rested"])
def test_any_measure_may_have_a_target(site: Path, measure: str) -> None:
    declare(site, "targets", "measure_id,target\n", f"{measure},0.8\n")
    with_target = load_registry(site).measures
    assert {one.measure_id: one.target for one in with_target.values() if one.target} == {
        measure: 0.8
    }


@pytest.mark.parametrize(
    ("row", "said"), [("invented,0.8", "neither"), ("adoption_any,80", "outside its range 0 to 1")]
)
def test_a_target_is_of_a_measure_and_within_its_range(site: Path, row: str, said: str) -> None:
    declare(site, "targets", "measure_id,target\n", f"{row}\n")
    with pytest.raises(RegistryError, match=said):
        load_registry(site)


def test_a_column_with_an_ordinary_value_may_be_left_out(site: Path) -> None:
    text = (site / "instruments.csv").read_text()
    assert ",missing_rule," in text
    declare(
        site,
        "instruments",
        "instrument,position,source,label,citation\n",
        "pulse,9,teacher_survey,Pulse,Ours\n",
    )
    pulse = load_registry(site).instruments["pulse"]
    assert (pulse.missing_rule, pulse.minimum_answered) == ("exclude", "1")


@pytest.mark.parametrize(
    ("table", "before", "after", "said"),
    [
        ("items", "rested,pulse", "rested,impulse", "instrument 'impulse', which instruments.csv"),
        ("items", "faces,I am rested", "frowns,I am rested", "on scale 'frowns'"),
        ("items", "Are rested,mood", "Are rested,humour", "construct 'humour', which constructs"),
        ("items", "Are rested,mood", "Are rested,confidence", "names construct 'confidence'"),
        ("items", "rested,pulse,1,ordinal", "rested,pulse,1,nominal", "only ordinal ones"),
        ("items", "rested,pulse,1,ordinal", "rested,pulse,1,multi_select", "only ordinal ones"),
        ("answers", "Two,2,1", "Two,2,", "whether it is favourable"),
        ("answers", "Two,2,1", "Two,1,1", "each its own"),
        ("answers", "faces,2,2,Two,2,1", "faces,2,2,Two,,", "two or more answers"),
        ("answers", "faces,9,3,Pass,,", "faces,3,3,Three,7,1", "cannot be reversed"),
        ("instruments", ",1/2,", ",3/2,", "expected at most 1"),
        ("constructs", "mood,pulse", "mood,teacher_im", "which is teacher_im's"),
        ("constructs", "mood,", "air,pulse,2,Air,Air.\nmood,", "no item of items.csv belongs"),
    ],
)
def test_what_hangs_loose_is_refused_in_a_sentence(
    site: Path, table: str, before: str, after: str, said: str
) -> None:
    path = site / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(RegistryError, match=said):
        load_registry(site)


def test_a_measure_of_several_items_takes_no_multi_select(site: Path) -> None:
    declare(
        site,
        "measures",
        MEASURES,
        "both,9001,mart_teacher_voice,Both,Ours.,Yes,All,teachers,proportion,0,1,higher,Ours\n",
    )
    declare(
        site,
        "measure_values",
        "measure_id,item,code,value\n",
        "both,rested,2,1\nboth,challenges,pacing,1\n",
    )
    with pytest.raises(RegistryError, match=r"both.*challenges"):
        load_registry(site)


def test_the_whole_is_landed_under_its_columns_own_names(site: Path) -> None:
    home = Home(site.parent / "home").create()
    landed = {one.source: home.root / str(one.path) for one in land(home, load_registry(site))}
    assert "construct" in pq.read_schema(landed["items"]).names
    constructs = pq.read_table(landed["constructs"], columns=["construct", "label"]).to_pylist()
    assert {"construct": "mood", "label": "Mood"} in constructs
