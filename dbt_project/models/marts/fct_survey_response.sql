{{ config(materialized='view') }}

-- Responses that the marts use, one row for each instrument that a response answers.
select
    source,
    term,
    instrument,
    response_id,
    recorded_on,
    school_id,
    class_id,
    grade,
    course,
    respondent_id,
    english_learner,
    disability,
    race_ethnicity,
    gender,
    role,
    is_matched,
    file_sha256,
    line
from {{ ref('int_survey_responses__used') }}
