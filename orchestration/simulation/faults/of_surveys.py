"""Faults of surveys: what was answered, and by whom."""

from __future__ import annotations

from orchestration.simulation.faults import rows
from orchestration.simulation.faults.declared import Fault
from orchestration.simulation.faults.rows import every, on_rows

STUDENT_ITEMS = (
    "want_mathematician",
    "am_mathematician",
    "recognised",
    "want_challenge",
    "like_hard",
    "share_ideas",
    "fit_in",
    "math_not_for_me",
)

OF_STUDENT_SURVEYS = (
    Fault(
        "scale_turned_round",
        "student_survey",
        "every answer stands for its opposite.",
        on_rows(rows.coded(rows.TURNED_ROUND, *STUDENT_ITEMS)),
        "no_scale_is_turned_round",
    ),
    Fault(
        "scale_shifted",
        "student_survey",
        "answers are coded 0 to 3 for 1 to 4.",
        on_rows(rows.coded(rows.SHIFTED, *STUDENT_ITEMS)),
        "every_answer_of_a_scale_is_given",
    ),
    Fault(
        "negative_item_reversed_already",
        "student_survey",
        "the export has reversed the negative item already.",
        on_rows(rows.coded(rows.TURNED_ROUND, "math_not_for_me")),
        "items_of_a_form_agree",
        says="math_not_for_me",
    ),
    Fault(
        "answers_all_alike",
        "student_survey",
        "most respondents give one answer to everything.",
        on_rows(rows.filled_through(STUDENT_ITEMS)),
        "forms_are_not_all_alike",
    ),
    Fault(
        "item_emptied",
        "student_survey",
        "the column like_hard is empty.",
        on_rows(rows.filled(like_hard="")),
        "items_are_answered",
        says="like_hard",
    ),
    Fault(
        "forms_opened_alone",
        "student_survey",
        "every tenth response is a form that was opened and not answered.",
        every(10, rows.filled(**dict.fromkeys(STUDENT_ITEMS, ""))),
        "responses_have_an_answer",
    ),
    Fault(
        "item_slid_down",
        "student_survey",
        "the column am_mathematician was pasted some rows too low.",
        on_rows(rows.slid_down("am_mathematician")),
        "items_of_a_construct_hold_together",
        table="mart_survey_quality",
    ),
    Fault(
        "consent_in_unknown_words",
        "student_survey",
        "consent is given as Ticked, which no value map knows.",
        on_rows(rows.coded({"yes": "Ticked"}, "comment_consent")),
        "answers_and_codes_are_known",
        says="comment_consent",
    ),
    Fault(
        "addresses_for_comments",
        "student_survey",
        "the comment's column has the respondents' addresses.",
        on_rows(rows.addresses_for_comments),
        "few_comments_are_held",
        table="mart_comments",
    ),
    Fault(
        "respondents_twice",
        "student_survey",
        "every fourth respondent answers again, otherwise.",
        on_rows(rows.answering_again),
        "few_respondents_answer_again",
    ),
    Fault(
        "respondent_in_two_schools",
        "student_survey",
        "somebody answers in two schools.",
        on_rows(rows.in_two_schools),
        "respondents_answer_for_one_school",
    ),
    Fault(
        "responses_under_one_school",
        "student_survey",
        "every response stands under one school.",
        on_rows(rows.under_one_school),
        "no_school_has_more_responses_than_people",
    ),
    Fault(
        "a_fifth_of_responses",
        "student_survey",
        "a filter has left every fifth response.",
        on_rows(rows.kept(1, of=5)),
        "volume_is_like_last_years",
    ),
)

OF_TEACHER_SURVEYS = (
    Fault(
        "unknown_option",
        "teacher_survey",
        "an option of challenges is one that the form does not have.",
        on_rows(rows.coded({"pacing": "parking"}, "challenges")),
        "answers_and_codes_are_known",
        says="challenges",
    ),
    Fault(
        "respondents_of_another_system",
        "teacher_survey",
        "respondents have ids of the survey platform.",
        on_rows(rows.anew("respondent_id", "panel-")),
        "most_teachers_are_on_the_roster",
    ),
    Fault(
        "more_responses_than_teachers",
        "teacher_survey",
        "every response came three times, without a respondent.",
        on_rows(rows.three_times),
        "responses_are_no_more_than_those_asked",
    ),
)
