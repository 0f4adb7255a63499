"""A figure is found by its address, and by what a person would write for it."""

from __future__ import annotations

from typing import Any

import pytest

from orchestration.recomputing.naming import NoSuchFigure, named

MART = "mart_adoption"
START = f"{MART}/2021-22-spring"


def row(level: str, unit_id: str, unit_name: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "term": "2021-22-spring",
        "level": level,
        "unit_id": unit_id,
        "unit_name": unit_name or unit_id,
        "measure_id": "adoption_any",
        "subgroup_type": "all",
        "subgroup": "all",
        "weighting": "none",
    } | more


WEST = row("local_district", "West")
ROWS = [
    row("district", "district", "All local districts"),
    WEST,
    row("region", "West"),
    row("school", "s1", "Lake/Hill School"),
    row("school", "s2", "100% Academy"),
    row("school", "s3", "Twin School"),
    row("school", "s4", "Twin School"),
    row("local_district", "s4"),
    WEST | {"weighting": "roster"},
    WEST | {"subgroup_type": "english_learner", "subgroup": "yes"},
    WEST | {"subgroup_type": "support_provider", "subgroup": "A/B and Sons"},
]


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("district/adoption_any/all", 0),
        ("All local districts/adoption_any/all", 0),
        ("West/adoption_any/all", 1),
        ("region=West/adoption_any/all", 2),
        ("s1/adoption_any/all", 3),
        ("Lake%2FHill School/adoption_any/all", 3),
        ("Lake/Hill School/adoption_any/all", 3),
        ("100%25 Academy/adoption_any/all", 4),
        ("100% Academy/adoption_any/all", 4),
        ("West/adoption_any/all/roster", 8),
        ("West/adoption_any/english_learner=yes", 9),
        ("West/adoption_any/support_provider=A%2FB and Sons", 10),
        ("West/adoption_any/support_provider=A/B and Sons", 10),
    ],
)
def test_a_figure_is_found_by_what_is_written(written: str, place: int) -> None:
    assert named(MART, ROWS, f"{START}/{written}") is ROWS[place]


def test_none_is_said_with_the_nearest() -> None:
    with pytest.raises(NoSuchFigure, match=r"has no .*Wset.* The nearest are .*/West/adoption_any"):
        named(MART, ROWS, f"{START}/Wset/adoption_any/all")
    with pytest.raises(NoSuchFigure, match="Lake%2FHill School"):
        named(MART, ROWS, f"{START}/Lake Hill Schol/adoption_any/all")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Twin School", ("s3/adoption_any/all (school Twin School)", "s4/adoption_any/all")),
        ("s4", ("s4/adoption_any/all (school Twin School)", "(local district s4)")),
    ],
)
def test_several_are_all_named(written: str, told: tuple[str, str]) -> None:
    with pytest.raises(NoSuchFigure) as refused:
        named(MART, ROWS, f"{START}/{written}/adoption_any/all")
    assert "names 2 figures" in str(refused.value)
    for one in told:
        assert one in str(refused.value)
