select
    term,
    observation_id,
    -- observers who went together made one visit
    coalesce(nullif(co_observation_id, ''), observation_id) as visit_id,
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
from {{ source('raw', 'observations') }}
