"""What every mart of estimates is expected to hold: the columns they share, how rows add up."""

from __future__ import annotations

from expectations.declared import (
    A_NOT_BELOW_B,
    BETWEEN,
    IN_SET,
    Expectation,
    Frame,
    Suite,
    not_below,
)
from expectations.estimate_rows import KEY, rows_frame
from expectations.estimate_units import (
    term_expectation,
    term_frame,
    unit_expectations,
    units_frame,
)
from expectations.invariants import (
    COUNTS_ARE_NOT_NEGATIVE,
    TOLERANCE,
    invariant,
    no_more_than,
    stands_once,
)


def estimate_suite(
    mart: str,
    population: str,
    *more: Expectation,
    more_key: tuple[str, ...] = (),
    always: bool = True,
    frames: dict[str, Frame] | None = None,
) -> Suite:
    """The suite of a mart of estimates.

    `population` is that of mart_coverage which n counts, and the word for it. `more_key`: columns
    that tell its rows apart beside the shared ones. `always`: whoever is seen has something to
    estimate; otherwise exports that are whole may lack it. `more` is expected of this mart alone,
    on the shared frames or on `frames`.
    """
    own = {"term": term_frame(mart, population)} if always else {}
    return Suite(
        table=mart,
        compares=("mart_coverage", "dim_measure", "raw.measure_values"),
        frames={
            "rows": rows_frame(mart, population, more_key=more_key),
            "local_districts": units_frame(mart, population, always=always),
            **own,
            **(frames or {}),
        },
        expectations=(
            stands_once((*KEY[:-1], *more_key, KEY[-1]), "A cell"),
            *_shared(population),
            *(_AT_MOST_ALL if population == "classrooms" else ()),
            *unit_expectations(population),
            *((term_expectation(population),) if always else ()),
            *more,
        ),
    )


_AT_MOST_ALL = (
    invariant(
        "coverage_is_a_share",
        BETWEEN,
        {"column": "coverage", "min_value": 0, "max_value": 1},
        means="No more classrooms are matched to the roster than are on it.",
        why="More than all cannot have been seen: the roster or the matching is wrong.",
        do="Look for classes that stand twice; then report the build.",
    ),
)
"""Of respondents more may answer than are on the roster, which is flagged and judged there."""


def _shared(units: str) -> tuple[Expectation, ...]:
    return (
        COUNTS_ARE_NOT_NEGATIVE,
        invariant(
            "figures_are_finite",
            BETWEEN,
            no_more_than("n_not_finite", 0),
            means="No figure is infinite or not a number; what cannot be computed is null.",
            why="Such a figure passes every comparison unseen and spoils every sum.",
        ),
        invariant(
            "estimates_lie_in_the_measures_range",
            BETWEEN,
            no_more_than("outside_range", TOLERANCE),
            means="An estimate, and a proportion's interval, lie in the range that the registry "
            "declares for the measure.",
            why="A share above 1 is impossible; values, weights or the declaration are wrong.",
            do="Compare the measure's range and values in the registry; then report the build.",
        ),
        invariant(
            "estimates_lie_in_their_intervals",
            BETWEEN,
            no_more_than("outside_interval", TOLERANCE),
            means="An interval has two ends, and the estimate lies between them.",
            why="An interval that misses its own estimate is impossible.",
        ),
        invariant(
            "standard_errors_are_not_negative",
            BETWEEN,
            {"column": "std_error", "min_value": 0},
            means="A standard error is 0 or more.",
            why="Less than no uncertainty is impossible.",
        ),
        invariant(
            "degrees_of_freedom_are_not_negative",
            BETWEEN,
            {"column": "df", "min_value": 0},
            means="Degrees of freedom are 0 or more, or not stated.",
            why="There would be more strata than clusters.",
        ),
        invariant(
            "clusters_are_no_more_than_n",
            A_NOT_BELOW_B,
            not_below("n", "n_clusters"),
            means=f"There are at least as many {units} as clusters that they lie in.",
            why=f"A cluster of no {units} is not in the sample.",
        ),
        invariant(
            "effective_n_is_at_most_n",
            BETWEEN,
            no_more_than("n_effective_above_n", TOLERANCE),
            means="The effective sample is no larger than the sample.",
            why="MEASURES caps it, so that luck in the design is not taken for information.",
        ),
        invariant(
            "presentation_is_show_or_caution",
            IN_SET,
            {"column": "presentation", "value_set": ["show", "caution"]},
            means="Every row says whether it may be read without caution.",
            why="Any other word would let a weak estimate pass for a strong one.",
        ),
        invariant(
            "whoever_was_observed_has_an_estimate",
            BETWEEN,
            no_more_than("estimate_astray", 0),
            means="There is an estimate where somebody was observed, and none where nobody was.",
            why="An estimate of nobody is invented; one that is missing hides who was seen.",
        ),
        invariant(
            "stricter_measures_are_not_above_looser_ones",
            BETWEEN,
            no_more_than("above_looser", TOLERANCE),
            means="A measure that counts fewer codes than another of the same item is not above it "
            "in the same cell, as use as designed is not above any use.",
            why="More cannot use it as designed than use it at all.",
            do="Compare the measures' values in the registry; then report the build.",
        ),
        invariant(
            "local_districts_add_up_to_the_district",
            BETWEEN,
            no_more_than("n_gap_districts", 0),
            means="n of the local districts add up to the district's, in every subgroup.",
            why="Somebody would be counted twice, or in no local district.",
        ),
        invariant(
            "schools_add_up_to_the_district",
            BETWEEN,
            no_more_than("n_gap_schools", 0),
            means="n of the schools add up to the district's.",
            why="A school would be missing, or counted twice.",
        ),
        invariant(
            "subgroups_add_up_to_all",
            BETWEEN,
            no_more_than("n_gap_subgroups", 0),
            means="The subgroups of a type, those not stated among them, add up to the whole.",
            why="Who is in no subgroup is invisible in every comparison of subgroups.",
        ),
        invariant(
            "eligible_are_those_of_coverage",
            BETWEEN,
            no_more_than("eligible_gap", 0),
            means=f"As many {units} are eligible as mart_coverage says of the same unit and "
            "subgroup.",
            why="Two denominators of one and the same thing cannot both be right.",
        ),
        invariant(
            "n_are_among_those_seen",
            BETWEEN,
            no_more_than("above_seen", 0),
            means=f"n is no more than the {units} that mart_coverage has seen.",
            why="Who was not seen has no value to count.",
        ),
    )
