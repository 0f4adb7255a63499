{{ config(materialized='view') }}

-- Observations that the marts use, one row an observer's visit; the codes of all items are in
-- `answers`, whatever the instrument.
select
    term,
    observation_id,
    visit_id,
    observed_on,
    school_id,
    class_id,
    grade,
    course,
    teacher_id,
    observer_id,
    observer_role,
    observer_org,
    co_observation_id,
    minutes_observed,
    unit,
    lesson,
    answers,
    file_sha256,
    line
from {{ ref('int_observations__judged') }}
where set_aside is null
