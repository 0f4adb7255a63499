"""What is expected of `mart_student_voice`: what all estimates of respondents are."""

from __future__ import annotations

from expectations.estimates import estimate_suite

SUITE = estimate_suite("mart_student_voice", "students")
