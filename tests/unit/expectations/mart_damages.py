"""A damage for each expectation on a mart: what it must find, and what else finds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.unit.expectations.mart_build import Build
from tests.unit.expectations.mart_cases import MEASURES, POPULATION, STRICTER

Damage = Callable[[Build], None]
Found = tuple[Damage, set[str]]
"""A damage, and the other expectations that find it too."""

DISTRICT = {"level": "district", "subgroup_type": "all"}
NORTH = {"unit_id": "North", "subgroup_type": "all"}
SCHOOL = {"unit_id": "S1", "subgroup_type": "all"}
GRADE = {"unit_id": "North", "subgroup": "6"}
EAST = {"unit_id": "East", "subgroup_type": "all"}
SOUTH = ("South", "S3", "S4")
ESTIMATE = ("estimate", "std_error", "df", "ci_low", "ci_high", "deff")


def put(table: str, where: dict[str, Any], **values: Any) -> Damage:
    """These values in the first row that matches."""

    def damage(build: Build) -> None:
        build.row(table, **where).update(values)

    return damage


def put_all(table: str, where: dict[str, Any], **values: Any) -> Damage:
    """These values in every row that matches."""

    def damage(build: Build) -> None:
        for row in build.rows(table, **where):
            row.update(values)

    return damage


def twice(table: str, **where: Any) -> Damage:
    """The first row that matches stands again."""

    def damage(build: Build) -> None:
        getattr(build, table).append(dict(build.row(table, **where)))

    return damage


def without(table: str, **where: Any) -> Damage:
    """The rows that match are gone."""

    def damage(build: Build) -> None:
        gone = build.rows(table, **where)
        setattr(build, table, [row for row in build.rows(table) if row not in gone])

    return damage


def coverage(where: dict[str, Any], **values: Any) -> Damage:
    return put("mart_coverage", {"population": "classrooms"} | where, **values)


def estimate(mart: str, where: dict[str, Any], **values: Any) -> Damage:
    cell = {"measure_id": next(iter(MEASURES[mart])), "weighting": "none"}
    if mart == "mart_instruction":
        cell["missing_rule"] = "drop_visit"
    return put(mart, cell | where, **values)


def forget_south(mart: str) -> Damage:
    """South is on the roster, but nobody saw it and the mart has lost its rows."""

    def damage(build: Build) -> None:
        for row in build.rows("mart_coverage"):
            if row["unit_id"] in SOUTH:
                row.update(n_seen=0, n_matched=0, coverage=0.0)
        kept = [row for row in build.rows(mart) if row["unit_id"] not in SOUTH]
        for row in kept:
            row["n"] //= 2 if row["level"] == "district" else 1
            row["n_effective"] = row["n"]
        setattr(build, mart, kept)

    return damage


def estimate_nothing_in_south(mart: str) -> Damage:
    def damage(build: Build) -> None:
        forget_south(mart)(build)
        clean = Build()
        build.mart_coverage = clean.mart_coverage
        nobody = dict.fromkeys(ESTIMATE) | {"n": 0, "n_clusters": 0, "n_effective": None}
        getattr(build, mart).extend(
            {**row, **nobody, "presentation": "caution"}
            for row in clean.rows(mart)
            if row["unit_id"] in SOUTH
        )

    return damage


def of_estimates(mart: str) -> dict[str, Found]:
    """The damages to a mart of estimates that any such mart must find."""
    seen = {"population": POPULATION[mart]}
    stricter = {"measure_id": STRICTER[mart]}
    return {
        "rows_stand_once": (twice(mart, **EAST, weighting="roster"), set()),
        "counts_are_not_negative": (estimate(mart, EAST, n_eligible=-1), set()),
        "figures_are_finite": (estimate(mart, NORTH, std_error=float("inf")), set()),
        "estimates_lie_in_the_measures_range": (estimate(mart, NORTH, ci_high=1.01), set()),
        "estimates_lie_in_their_intervals": (estimate(mart, NORTH, ci_low=0.81), set()),
        "standard_errors_are_not_negative": (estimate(mart, NORTH, std_error=-0.1), set()),
        "degrees_of_freedom_are_not_negative": (estimate(mart, NORTH, df=-1), set()),
        "clusters_are_no_more_than_n": (estimate(mart, NORTH, n_clusters=1000), set()),
        "effective_n_is_at_most_n": (estimate(mart, NORTH, n_effective=1000.0), set()),
        "presentation_is_show_or_caution": (estimate(mart, NORTH, presentation="hide"), set()),
        "whoever_was_observed_has_an_estimate": (
            estimate(mart, NORTH, **dict.fromkeys(ESTIMATE)),
            set(),
        ),
        "stricter_measures_are_not_above_looser_ones": (
            estimate(mart, NORTH | stricter, estimate=0.85, ci_high=0.9),
            set(),
        ),
        "local_districts_add_up_to_the_district": (
            estimate(mart, {"level": "district", "subgroup": "6"}, n=39, n_effective=1.0),
            {"subgroups_add_up_to_all"},
        ),
        "schools_add_up_to_the_district": (without(mart, unit_id="S1"), set()),
        "subgroups_add_up_to_all": (
            estimate(mart, EAST | {"subgroup_type": "grade"}, n=19),
            set(),
        ),
        "eligible_are_those_of_coverage": (estimate(mart, NORTH, n_eligible=61), set()),
        "n_are_among_those_seen": (put("mart_coverage", NORTH | seen, n_seen=39), set()),
        "no_local_district_is_gone": (forget_south(mart), set()),
        "every_local_district_seen_has_an_estimate": (estimate_nothing_in_south(mart), set()),
    }


def of_classrooms(mart: str) -> dict[str, Found]:
    """The damage that more than the roster's classrooms are."""
    return {"coverage_is_a_share": (estimate(mart, NORTH, coverage=1.01), set())}


def of_a_term(mart: str) -> dict[str, Found]:
    """The damage that a term is lost."""
    also = {"every_local_district_seen_has_an_estimate"}
    return {"the_term_has_an_estimate": (without(mart), also)}


def unassign(build: Build) -> None:
    row = build.row("mart_coverage", **NORTH)
    counts = {"n_eligible": 0, "n_seen": 1, "n_matched": 0, "coverage": None}
    more = [
        {**row, **counts, "unit_id": "unassigned", "flag": "unassigned"},
        {**row, **counts, "unit_id": "S9", "level": "school", "flag": "none_rostered"},
    ]
    graded = {"subgroup_type": "grade", "subgroup": "6"}
    build.mart_coverage += [*more, {**more[0], **graded}]
    for subgroup in ("all", "6"):
        build.row("mart_coverage", level="district", subgroup=subgroup)["n_seen"] += 1


def unsee_south(build: Build) -> None:
    for row in build.rows("mart_coverage", population="teachers"):
        if row["unit_id"] in SOUTH:
            row.update(n_seen=0, n_matched=0, coverage=0.0, flag="none_seen")
        if row["level"] == "district":
            row.update(n_seen=row["n_seen"] // 2, n_matched=row["n_matched"] // 2)
            row["coverage"] /= 2


def see_more_than_all(build: Build) -> None:
    """Teachers answer more often than they are, everywhere and of every grade."""
    for row in build.rows("mart_coverage", population="teachers"):
        more = 2 * row["n_eligible"]
        row.update(n_seen=more, n_matched=more, coverage=2.0, flag="over_100")


def lose_an_alpha(build: Build) -> None:
    build.row("mart_survey_quality", n_items=1)["alpha"] = 0.9


def answer_twice(build: Build) -> None:
    for row in build.rows("mart_survey_quality"):
        row.update(n_respondents=2 * row["n_eligible"], response_rate=2.0, flag="over_100")


def attend_twice(build: Build) -> None:
    """Three times as many attended, and were seen."""
    for row in build.rows("mart_coverage", population="educators"):
        row.update(n_seen=5 * row["n_seen"])
    for row in build.rows("mart_professional_learning"):
        row["n_attended"] *= 4
        if row["reach"] is not None:
            row["reach"] *= 4


LEARNED = {"level": "local_district", "role": "teacher", "priority_area": "discourse"}

DAMAGES: dict[str, dict[str, Found]] = {
    "mart_adoption": {
        **of_estimates("mart_adoption"),
        **of_classrooms("mart_adoption"),
        **of_a_term("mart_adoption"),
        "visits_are_no_fewer_than_classrooms": (
            estimate("mart_adoption", NORTH, n_visits=0),
            set(),
        ),
    },
    "mart_instruction": {
        **of_estimates("mart_instruction"),
        **of_classrooms("mart_instruction"),
        "rules_for_what_is_missing_are_known": (
            put(
                "mart_instruction",
                {"missing_rule": "lowest", "weighting": "roster"},
                missing_rule="highest",
            ),
            set(),
        ),
        "dropping_a_visit_counts_no_more_than_excluding_an_item": (
            put(
                "mart_instruction",
                NORTH | {"missing_rule": "exclude", "weighting": "roster"},
                n=39,
            ),
            set(),
        ),
        "excluding_an_item_counts_no_more_than_taking_it_for_the_lowest": (
            put(
                "mart_instruction",
                NORTH | {"missing_rule": "lowest", "weighting": "roster"},
                n=39,
            ),
            set(),
        ),
    },
    "mart_unfinished_learning": {
        **of_estimates("mart_unfinished_learning"),
        **of_classrooms("mart_unfinished_learning"),
    },
    "mart_student_voice": {
        **of_estimates("mart_student_voice"),
        **of_a_term("mart_student_voice"),
    },
    "mart_teacher_voice": {
        **of_estimates("mart_teacher_voice"),
        **of_a_term("mart_teacher_voice"),
    },
    "mart_survey_quality": {
        "rows_stand_once": (twice("mart_survey_quality", unit_id="East"), set()),
        "counts_are_not_negative": (
            put("mart_survey_quality", {"unit_id": "East"}, n_complete=-1),
            set(),
        ),
        "complete_are_respondents": (
            put("mart_survey_quality", {"unit_id": "East"}, n_complete=81),
            set(),
        ),
        "alpha_is_a_reliability": (lose_an_alpha, set()),
        "response_rate_is_respondents_over_eligible": (
            put("mart_survey_quality", {"unit_id": "East"}, response_rate=0.5),
            set(),
        ),
        "flags_say_what_the_rates_do": (
            put("mart_survey_quality", {"unit_id": "East"}, flag=None),
            set(),
        ),
        "local_districts_add_up_to_the_district": (
            without("mart_survey_quality", unit_id="North"),
            set(),
        ),
        "schools_add_up_to_the_district": (without("mart_survey_quality", unit_id="S1"), set()),
        "items_of_a_construct_hold_together": (
            put(
                "mart_survey_quality",
                {"level": "district", "n_items": 3},
                alpha=0.2,
            ),
            set(),
        ),
        "no_more_answer_than_were_asked": (answer_twice, set()),
    },
    "mart_professional_learning": {
        "rows_stand_once": (twice("mart_professional_learning", **LEARNED), set()),
        "counts_are_not_negative": (
            put("mart_professional_learning", LEARNED, n_sessions=-1),
            set(),
        ),
        "wholes_hold_their_parts": (
            put("mart_professional_learning", LEARNED, n_sessions=4),
            set(),
        ),
        "nobody_attends_more_than_was_offered": (
            put("mart_professional_learning", LEARNED, mean_hours=2.5),
            set(),
        ),
        "reach_is_attended_over_eligible": (
            put("mart_professional_learning", LEARNED, reach=0.5),
            set(),
        ),
        "eligible_are_those_of_coverage": (
            put("mart_coverage", NORTH | {"population": "teachers"}, n_eligible=61),
            set(),
        ),
        "attended_are_among_those_seen": (
            put("mart_coverage", NORTH | {"population": "educators"}, n_seen=29),
            set(),
        ),
        "no_local_district_reaches_more_than_all": (attend_twice, set()),
    },
    "mart_change": {
        "rows_stand_once": (twice("mart_change"), set()),
        "counts_are_not_negative": (put("mart_change", {}, n_clusters_entered=-1), set()),
        "change_is_the_later_less_the_earlier": (
            put("mart_change", DISTRICT, estimate_from=0.6),
            set(),
        ),
        "parts_make_the_change": (put("mart_change", NORTH, mix_change=0.04), set()),
        "changes_lie_in_their_intervals": (
            put("mart_change", GRADE, within_ci_high=0.05),
            set(),
        ),
        "later_estimates_are_those_of_their_marts": (
            put("mart_adoption", SCHOOL, estimate=0.75),
            set(),
        ),
    },
    "mart_support_comparison": {
        "rows_stand_once": (twice("mart_support_comparison"), set()),
        "counts_are_not_negative": (put("mart_support_comparison", {}, n_unsupported=0), set()),
        "units_are_those_that_have_both": (
            put("mart_support_comparison", {"unit_id": "North"}, level="school"),
            {"estimates_are_those_of_their_marts"},
        ),
        "difference_is_supported_less_unsupported": (
            put("mart_support_comparison", {"unit_id": "East"}, difference=0.01),
            set(),
        ),
        "differences_lie_in_their_intervals": (
            put("mart_support_comparison", {"unit_id": "East"}, change_ci_low=0.11),
            set(),
        ),
        "estimates_are_those_of_their_marts": (
            put("mart_student_voice", {"subgroup": "supported", "level": "region"}, estimate=0.75),
            set(),
        ),
        "baselines_are_labelled_by_their_size": (
            put("mart_support_comparison", {}, baseline_label="equivalent"),
            set(),
        ),
    },
    "mart_observer_agreement": {
        "rows_stand_once": (
            twice("mart_observer_agreement", level="school"),
            {"schools_add_up_to_the_district"},
        ),
        "counts_are_not_negative": (
            put("mart_observer_agreement", {"level": "region"}, n_ratings=0),
            set(),
        ),
        "shares_are_shares": (
            put("mart_observer_agreement", {"unit_id": "North"}, adjacent=0.31),
            set(),
        ),
        "kappas_are_kappas": (
            put("mart_observer_agreement", {"unit_id": "S1"}, kappa_quadratic=-1.1),
            set(),
        ),
        "agreement_has_its_ground": (
            put("mart_observer_agreement", {"unit_id": "S1"}, kappa=0.71),
            set(),
        ),
        "local_districts_add_up_to_the_district": (
            put("mart_observer_agreement", {"unit_id": "South"}, n_pairs=11),
            set(),
        ),
        "schools_add_up_to_the_district": (
            put("mart_observer_agreement", {"unit_id": "S2"}, n_ratings=21),
            set(),
        ),
    },
    "mart_ranked_options": {
        "rows_stand_once": (
            twice("mart_ranked_options"),
            {"options_stand_in_their_order", "difference_is_the_share_less_the_next_one"},
        ),
        "counts_are_not_negative": (put("mart_ranked_options", {}, n=0), set()),
        "shares_are_those_of_their_marts": (
            put("mart_teacher_voice", DISTRICT, estimate=0.5),
            set(),
        ),
        "options_stand_in_their_order": (
            put("mart_ranked_options", {"rank": 1}, next_measure_id="another"),
            set(),
        ),
        "difference_is_the_share_less_the_next_one": (
            put("mart_ranked_options", {"rank": 1, "unit_id": "North"}, difference=0.21),
            set(),
        ),
        "differences_lie_in_their_intervals": (
            put("mart_ranked_options", {"rank": 1, "unit_id": "North"}, ci_high=0.01),
            set(),
        ),
        "above_the_next_means_an_interval_above_nothing": (
            put("mart_ranked_options", {"rank": 1, "unit_id": "North"}, against_next="across"),
            set(),
        ),
    },
    "mart_school_signals": {
        "rows_stand_once": (twice("mart_school_signals"), set()),
        "counts_are_not_negative": (
            put("mart_school_signals", {}, n=-1),
            set(),
        ),
        "teachers_are_those_of_classrooms_observed": (
            put("mart_school_signals", {"unit_id": "S1"}, n=21),
            set(),
        ),
        "figures_have_their_ground": (put("mart_school_signals", {}, n=0), set()),
        "limits_lie_around_their_reference": (
            put("mart_school_signals", {}, limit_95_high=0.79),
            set(),
        ),
        "probabilities_are_probabilities": (
            put("mart_school_signals", {"unit_id": "S2"}, p_value=0.91),
            set(),
        ),
        "signals_follow_from_tests": (
            put("mart_school_signals", {}, signal="action", p_value=0.01, q_value=0.04),
            set(),
        ),
    },
    "mart_pl_sequence": {
        "rows_stand_once": (
            twice("mart_pl_sequence"),
            {"sessions_attended_are_those_of_professional_learning"},
        ),
        "counts_are_not_negative": (put("mart_pl_sequence", {}, hours=-1.0), set()),
        "sessions_attended_are_those_of_professional_learning": (
            put(
                "mart_professional_learning",
                {"level": "district", "role": "all", "priority_area": "all"},
                n_sessions=4,
            ),
            set(),
        ),
        "sessions_are_held_in_their_order": (
            put("mart_pl_sequence", {"sequence": 3}, held_on="2022-03-01"),
            set(),
        ),
    },
    "mart_comments": {
        "rows_stand_once": (twice("mart_comments"), set()),
        "every_comment_has_consent": (put("mart_comments", {}, consent=None), set()),
        "comments_say_something": (put("mart_comments", {}, text=" "), set()),
        "comments_are_named_by_their_hash": (
            put("mart_comments", {}, comment_id="response-12"),
            set(),
        ),
        "screens_are_passed_or_held": (
            put("mart_comments", {"screen": "passed"}, screen="skipped"),
            set(),
        ),
        "what_is_held_says_why": (put("mart_comments", {"screen": "held"}, reason=None), set()),
        "nothing_that_passed_has_an_address_or_a_number": (
            put("mart_comments", {"screen": "passed"}, text="Write to a.b@example.org."),
            set(),
        ),
        "few_comments_are_held": (
            put_all("mart_comments", {"screen": "passed"}, screen="held", reason="number"),
            set(),
        ),
    },
    "mart_coverage": {
        "rows_stand_once": (
            twice("mart_coverage", **EAST),
            {"subgroups_add_up_to_all"},
        ),
        "counts_are_not_negative": (
            coverage(EAST, n_matched=-1, coverage=-1 / 60),
            {"subgroups_add_up_to_all"},
        ),
        "populations_are_known": (
            put_all("mart_coverage", {"population": "educators"}, population="parents"),
            set(),
        ),
        "matched_are_eligible": (
            coverage(SCHOOL, n_seen=31, n_matched=31, coverage=31 / 30, flag="over_100"),
            {"schools_add_up_to_the_district"},
        ),
        "matched_are_seen": (
            coverage(SCHOOL, n_matched=21, coverage=21 / 30),
            {"schools_add_up_to_the_district"},
        ),
        "coverage_is_matched_over_eligible": (coverage(NORTH, coverage=None), set()),
        "flags_say_what_the_counts_do": (coverage(NORTH, flag="none_seen"), set()),
        "local_districts_add_up_to_the_district": (
            coverage(GRADE, n_seen=21),
            {"subgroups_add_up_to_all"},
        ),
        "schools_add_up_to_the_district": (without("mart_coverage", unit_id="S1"), set()),
        "subgroups_add_up_to_all": (coverage(EAST | {"subgroup_type": "grade"}, n_seen=21), set()),
        "no_school_is_unassigned": (unassign, set()),
        "every_local_district_was_seen": (unsee_south, set()),
        "no_local_district_has_more_than_all": (see_more_than_all, set()),
    },
    "mart_row_accounting": {
        "files_stand_once": (twice("mart_row_accounting", source="roster"), set()),
        "counts_are_not_negative": (
            put("mart_row_accounting", {}, rows_used=91, rows_set_aside=-1),
            {"every_loss_has_a_reason"},
        ),
        "rows_read_are_accounted_for": (put("mart_row_accounting", {}, rows_read=101), set()),
        "rows_accepted_are_used_or_set_aside": (
            put("mart_row_accounting", {}, rows_used=59),
            set(),
        ),
        "every_loss_has_a_reason": (
            put(
                "mart_row_accounting",
                {},
                reasons='{"quarantined: no such date":4,"set aside: not_admitted":30}',
            ),
            set(),
        ),
    },
}
