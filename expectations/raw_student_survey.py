"""What is expected of a term's student survey."""

from __future__ import annotations

from expectations.raw_surveys import survey_suite

SUITE = survey_suite("student_survey", "seats", "sum(students)")
