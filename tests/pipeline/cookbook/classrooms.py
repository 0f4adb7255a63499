"""Checks of what the cookbook asks of classrooms and visits."""

from __future__ import annotations

import pandas as pd

from tests.pipeline.by_pandas.agreement import observer_agreement
from tests.pipeline.by_pandas.over_time import changes, comparisons
from tests.pipeline.by_pandas.signals import school_signals
from tests.pipeline.cookbook.landed import District, agree

SPRING, FALL_AFTER = "2021-22-spring", "2022-23-fall"


def estimates(district: District, mart: str, **equal: str | list[str]) -> pd.DataFrame:
    """Rows of a mart of estimates as pandas makes it, of everybody, unweighted if not said."""
    named = {"term": SPRING, "subgroup_type": "all", "weighting": "none", **equal}
    frame = district.estimates[mart]
    for column, value in named.items():
        frame = frame[frame[column].isin([value] if isinstance(value, str) else value)]
    return frame.reset_index(drop=True)


def use_in_each_local_district(found: pd.DataFrame, district: District) -> None:
    expected = estimates(
        district,
        "mart_adoption",
        level="local_district",
        measure_id="adoption_any",
        weighting="roster",
    )
    agree(found, expected, ["unit_name"])


def who_was_not_observed(found: pd.DataFrame, district: District) -> None:
    rooms = district.rooms(SPRING).dropna(subset="local_district")
    counted = rooms.groupby(["local_district", "level"])["is_visited"].agg(["size", "sum"])
    expected = counted.reset_index().set_axis(
        ["unit_name", "school_level", "n_eligible", "n_matched"], axis=1
    )
    expected["unseen"] = expected["n_eligible"] - expected["n_matched"]
    expected["coverage"] = expected["n_matched"] / expected["n_eligible"]
    agree(found, expected, ["unit_name", "school_level"])


def as_designed_or_on_the_desk(found: pd.DataFrame, district: District) -> None:
    frame = estimates(
        district, "mart_adoption", level=["district", "local_district"], geography="local_district"
    )
    wide = frame.pivot_table(index="unit_name", columns="measure_id", values="estimate")
    expected = pd.DataFrame(
        {
            "any_use": wide["adoption_any"],
            "as_designed": wide["adoption_as_designed"],
            "departed": wide["adoption_any"] - wide["adoption_as_designed"],
        }
    ).reset_index()
    agree(found, expected, ["unit_name"])


def schools_to_visit(found: pd.DataFrame, district: District) -> None:
    frame = school_signals(district.frames, {})
    frame = frame[
        (frame["term"] == SPRING)
        & (frame["measure_id"] == "adoption_as_designed")
        & ((frame["signal"] != "none") | (frame["n"] == 0))
    ]
    agree(found, frame, ["unit_name"])


def with_and_without_support(found: pd.DataFrame, district: District) -> None:
    frame = comparisons(district.frames, district.estimates)
    here = (
        (frame["term"] == FALL_AFTER)
        & (frame["level"] == "district")
        & (frame["weighting"] == "none")
        & frame["measure_id"].isin(["adoption_any", "ipg_score", "want_mathematician"])
    )
    agree(found, frame[here], ["measure_id"])


def what_changed(found: pd.DataFrame, district: District) -> None:
    frame = changes(district.frames, district.estimates)
    here = (
        (frame["term"] == SPRING)
        & frame["level"].isin(["district", "local_district"])
        & (frame["measure_id"] == "adoption_any")
        & (frame["subgroup_type"] == "all")
        & (frame["weighting"] == "none")
    )
    agree(found, frame[here], ["unit_name", "from_term"])
    schools = district.exports("observations", SPRING)["school_id"].nunique()
    whole = found[found["unit_name"] == "All local districts"]
    assert (whole["n_clusters_both"] <= schools).all()


def who_does_the_thinking(found: pd.DataFrame, district: District) -> None:
    expected = estimates(
        district,
        "mart_instruction",
        level="local_district",
        measure_id=["ca2_overall", "ca3_overall", "sharing"],
        missing_rule="exclude",
    )
    agree(found, expected, ["unit_name", "measure_id"])


def whether_ratings_agree(found: pd.DataFrame, district: District) -> None:
    frame = observer_agreement(district.frames)
    frame = frame[(frame["term"] == SPRING) & (frame["level"] == "district")]
    # items are told by their labels: no two rows have the same numbers
    agree(found.drop(columns="item_label"), frame, ["n_pairs", "n_ratings", "exact"])


def use_by_hours(found: pd.DataFrame, district: District) -> None:
    expected = estimates(
        district,
        "mart_adoption",
        level="district",
        measure_id="adoption_as_designed",
        subgroup_type="pl_hours",
    ).rename(columns={"subgroup": "hours"})
    agree(found, expected, ["hours"])


def use_by_grade(found: pd.DataFrame, district: District) -> None:
    by_grade = estimates(
        district,
        "mart_adoption",
        level="district",
        measure_id="adoption_any",
        subgroup_type="grade",
    ).rename(columns={"subgroup": "grade"})
    agree(found, by_grade, ["grade"])
    whole = estimates(district, "mart_adoption", level="district", measure_id="adoption_any")
    assert found["n"].sum() == whole["n"].item()


def use_by_region(found: pd.DataFrame, district: District) -> None:
    expected = estimates(
        district, "mart_adoption", term=FALL_AFTER, level="region", measure_id="adoption_any"
    )
    schools = district.schools(FALL_AFTER).dropna(subset=["region", "local_district"])
    overlaps = schools.groupby("region")["local_district"].agg(
        lambda names: ", ".join(sorted(set(names)))
    )
    expected = expected.assign(overlaps=expected["unit_name"].map(overlaps))
    agree(found, expected.rename(columns={"unit_name": "region"}), ["region"])


def every_row(found: pd.DataFrame, district: District) -> None:
    read = {source: len(district.exports(source, SPRING)) for source in found["source"]}
    assert dict(zip(found["source"], found["rows_read"], strict=True)) == read
    accounted = found[["quarantined", "superseded", "used", "set_aside"]].sum(axis=1)
    assert (accounted == found["rows_read"]).all()
    roster = district.exports("roster", SPRING)
    used = found.set_index("source").loc["roster", "used"]
    assert used == (roster["subject"] == "mathematics").sum()


def never_visited(found: pd.DataFrame, district: District) -> None:
    rooms = district.rooms(SPRING)
    visited = rooms.groupby("school_id")["is_visited"].sum()
    alone = rooms[rooms["school_id"].isin(visited[visited == 0].index)]
    expected = alone.groupby(["school_id", "school_name"]).size().rename("rostered").reset_index()
    agree(found, expected, ["school_id"])


def unrepresented(found: pd.DataFrame, district: District) -> None:
    rooms = district.rooms(SPRING).dropna(subset="local_district")
    coded = district.exports("observations", SPRING)
    coded = coded[~coded["materials"].isin(["", "not_observed"])]
    told = rooms.merge(coded[["school_id", "class_id"]].drop_duplicates(), how="inner")
    sampled = set(map(tuple, told[["local_district", "level"]].drop_duplicates().to_numpy()))
    rostered = rooms.groupby(["local_district", "level"]).size()
    expected = {key: n for key, n in rostered.items() if key not in sampled}
    rows = found.set_index(["local_district", "school_level"])["n_rostered"].to_dict()
    assert rows == expected


def under_each_rule(found: pd.DataFrame, district: District) -> None:
    expected = estimates(district, "mart_instruction", level="district", measure_id="ipg_score")
    agree(found, expected, ["missing_rule"])
    by_rule = found.set_index("missing_rule")["estimate"]
    assert by_rule["lowest"] < by_rule["exclude"]


def whether_two_differ(found: pd.DataFrame, district: District) -> None:
    frame = estimates(
        district,
        "mart_adoption",
        level="local_district",
        measure_id="adoption_as_designed",
    ).set_index("unit_name")
    one, other = frame.loc["Northwest"], frame.loc["Northeast"]
    assert abs(found["difference"].item() - (one["estimate"] - other["estimate"])) < 1e-9
    variance = one["std_error"] ** 2 + other["std_error"] ** 2
    assert abs(found["std_error"].item() - variance**0.5) < 1e-9


def what_was_written(found: pd.DataFrame, district: District) -> None:
    rows = district.exports("observations", SPRING)
    own = rows["teacher_id"] == rows["observer_id"]
    counted = rows.loc[~own & (rows["materials"] != ""), "materials"].value_counts()
    assert dict(zip(found["code"], found["times"], strict=True)) == counted.to_dict()


CHECKS = {
    1: use_in_each_local_district,
    2: who_was_not_observed,
    3: as_designed_or_on_the_desk,
    4: schools_to_visit,
    5: with_and_without_support,
    6: what_changed,
    7: who_does_the_thinking,
    8: whether_ratings_agree,
    12: use_by_hours,
    13: use_by_grade,
    14: use_by_region,
    15: every_row,
    16: never_visited,
    17: unrepresented,
    18: under_each_rule,
    19: whether_two_differ,
    20: what_was_written,
}
