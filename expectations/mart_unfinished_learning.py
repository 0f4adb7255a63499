"""What is expected of `mart_unfinished_learning`: what all estimates of classrooms are."""

from __future__ import annotations

from expectations.estimates import estimate_suite

SUITE = estimate_suite("mart_unfinished_learning", "classrooms", always=False)
