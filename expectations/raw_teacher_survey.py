"""What is expected of a term's teacher survey: teachers, besides, are known by the roster."""

from __future__ import annotations

from expectations.raw_rostered import known_teachers
from expectations.raw_surveys import survey_suite

SUITE = survey_suite(
    "teacher_survey",
    "teachers",
    "nullif(count(distinct teacher_id), 0)",
    known_teachers("respondent_id", "coalesce(role, 'teacher') = 'teacher'"),
)
