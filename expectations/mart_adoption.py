"""What is expected of `mart_adoption`: what all estimates are, and a visit for every classroom."""

from __future__ import annotations

from expectations.declared import A_NOT_BELOW_B, not_below
from expectations.estimates import estimate_suite
from expectations.invariants import invariant

SUITE = estimate_suite(
    "mart_adoption",
    "classrooms",
    invariant(
        "visits_are_no_fewer_than_classrooms",
        A_NOT_BELOW_B,
        not_below("n_visits", "n"),
        means="Every classroom of n was visited at least once.",
        why="A classroom that nobody visited has no value to count.",
    ),
)
