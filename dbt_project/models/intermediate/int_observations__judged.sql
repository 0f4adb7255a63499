{{ config(materialized='view') }}

-- Every observation with the reason, if any, for which no mart uses it.
with observations as (
    select * from {{ ref('stg_observations__rows') }}
),

schools as (
    select * from {{ ref('int_schools__by_term') }}
)

select
    observations.*,
    case
        when schools.school_id is null then 'unknown_school'
        -- nobody observes themselves
        when observations.observer_id = observations.teacher_id then 'observer_is_teacher'
    end as set_aside
from observations
left join schools
    on observations.term = schools.term and observations.school_id = schools.school_id
