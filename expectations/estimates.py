"""What every mart of estimates is expected to hold: the columns they share, how rows add up."""

from __future__ import annotations

from expectations.declared import (
    A_NOT_BELOW_B,
    BETWEEN,
    IN_SET,
    UNIQUE_TOGETHER,
    Expectation,
    not_below,
)
from expectations.estimate_rows import KEY

TOLERANCE = 1e-9
"""Figures that should be equal differ by rounding only; MEASURES asks for this agreement."""

FAULT_OF_THE_BUILD = (
    "This is a fault of the build, not of the data: report it; the last good build stands."
)


def shared_expectations(units: str) -> tuple[Expectation, ...]:
    """What holds of the shared columns; `units` is what n counts, in the plural."""
    return (
        Expectation(
            name="rows_stand_once",
            severity="critical",
            on="rows",
            expectation=UNIQUE_TOGETHER,
            kwargs={"column_list": list(KEY)},
            means="A cell has one row: unit, measure, subgroup and weighting name it.",
            why="With two rows there are two answers, and a reader sees either.",
            do=FAULT_OF_THE_BUILD,
        ),
        Expectation(
            name="counts_are_not_negative",
            severity="critical",
            on="rows",
            expectation=BETWEEN,
            kwargs={"column": "smallest_count", "min_value": 0},
            means="n and its clusters are stated, and no count is below 0.",
            why="A count below 0 or missing is no count, and all that rests on it is wrong.",
            do=FAULT_OF_THE_BUILD,
        ),
        Expectation(
            name="figures_are_finite",
            severity="critical",
            on="rows",
            expectation=BETWEEN,
            kwargs={"column": "n_not_finite", "max_value": 0},
            means="No figure is infinite or not a number; what cannot be computed is null.",
            why="Such a figure passes every comparison unseen and spoils every sum.",
            do=FAULT_OF_THE_BUILD,
        ),
        Expectation(
            name="estimates_lie_in_the_measures_range",
            severity="critical",
            on="rows",
            expectation=BETWEEN,
            kwargs={"column": "outside_range", "max_value": TOLERANCE},
            means="An estimate, and a proportion's interval, lie in the range that the registry "
            "declares for the measure.",
            why="A share above 1 is impossible; values, weights or the declaration are wrong.",
            do="Compare the measure's range and values in the registry; then report the build.",
        ),
        Expectation(
            name="estimates_lie_in_their_intervals",
            severity="critical",
            on="rows",
            expectation=BETWEEN,
            kwargs={"column": "outside_interval", "max_value": TOLERANCE},
            means="An interval has two ends, and the estimate lies between them.",
            why="An interval that misses its own estimate is impossible.",
            do=FAULT_OF_THE_BUILD,
        ),
        Expectation(
            name="standard_errors_are_not_negative",
            severity="critical",
            on="rows",
            expectation=BETWEEN,
            kwargs={"column": "std_error", "min_value": 0},
            means="A standard error is 0 or more.",
            why="Less than no uncertainty is impossible.",
            do=FAULT_OF_THE_BUILD,
        ),
        Expectation(
            name="degrees_of_freedom_are_not_negative",
            severity="critical",
            on="rows",
            expectation=BETWEEN,
            kwargs={"column": "df", "min_value": 0},
            means="Degrees of freedom are 0 or more, or not stated.",
            why="There would be more strata than clusters.",
            do=FAULT_OF_THE_BUILD,
        ),
        Expectation(
            name="clusters_are_no_more_than_n",
            severity="critical",
            on="rows",
            expectation=A_NOT_BELOW_B,
            kwargs=not_below("n", "n_clusters"),
            means=f"There are at least as many {units} as clusters that they lie in.",
            why=f"A cluster of no {units} is not in the sample.",
            do=FAULT_OF_THE_BUILD,
        ),
        Expectation(
            name="coverage_is_a_share",
            severity="critical",
            on="rows",
            expectation=BETWEEN,
            kwargs={"column": "coverage", "min_value": 0, "max_value": 1},
            means=f"No more {units} are matched to the roster than are on it.",
            why="More than all cannot have been seen: the roster or the matching is wrong.",
            do="Look for classes that stand twice; then report the build.",
        ),
        Expectation(
            name="effective_n_is_at_most_n",
            severity="critical",
            on="rows",
            expectation=BETWEEN,
            kwargs={"column": "n_effective_above_n", "max_value": TOLERANCE},
            means="The effective sample is no larger than the sample.",
            why="MEASURES caps it, so that luck in the design is not taken for information.",
            do=FAULT_OF_THE_BUILD,
        ),
        Expectation(
            name="presentation_is_show_or_caution",
            severity="critical",
            on="rows",
            expectation=IN_SET,
            kwargs={"column": "presentation", "value_set": ["show", "caution"]},
            means="Every row says whether it may be read without caution.",
            why="Any other word would let a weak estimate pass for a strong one.",
            do=FAULT_OF_THE_BUILD,
        ),
        Expectation(
            name="whoever_was_observed_has_an_estimate",
            severity="critical",
            on="rows",
            expectation=BETWEEN,
            kwargs={"column": "estimate_astray", "max_value": 0},
            means="There is an estimate where somebody was observed, and none where nobody was.",
            why="An estimate of nobody is invented; one that is missing hides who was seen.",
            do=FAULT_OF_THE_BUILD,
        ),
        Expectation(
            name="stricter_measures_are_not_above_looser_ones",
            severity="critical",
            on="rows",
            expectation=BETWEEN,
            kwargs={"column": "above_looser", "max_value": TOLERANCE},
            means="A measure that counts fewer codes than another of the same item is not above it "
            "in the same cell, as use as designed is not above any use.",
            why="More cannot use it as designed than use it at all.",
            do="Compare the measures' values in the registry; then report the build.",
        ),
        Expectation(
            name="local_districts_add_up_to_the_district",
            severity="critical",
            on="rows",
            expectation=BETWEEN,
            kwargs={"column": "n_gap_districts", "max_value": 0},
            means="n of the local districts add up to the district's, in every subgroup.",
            why="Somebody would be counted twice, or in no local district.",
            do=FAULT_OF_THE_BUILD,
        ),
        Expectation(
            name="schools_add_up_to_the_district",
            severity="critical",
            on="rows",
            expectation=BETWEEN,
            kwargs={"column": "n_gap_schools", "max_value": 0},
            means="n of the schools add up to the district's.",
            why="A school would be missing, or counted twice.",
            do=FAULT_OF_THE_BUILD,
        ),
        Expectation(
            name="subgroups_add_up_to_all",
            severity="critical",
            on="rows",
            expectation=BETWEEN,
            kwargs={"column": "n_gap_subgroups", "max_value": 0},
            means="The subgroups of a type, those not stated among them, add up to the whole.",
            why="Who is in no subgroup is invisible in every comparison of subgroups.",
            do=FAULT_OF_THE_BUILD,
        ),
    )
