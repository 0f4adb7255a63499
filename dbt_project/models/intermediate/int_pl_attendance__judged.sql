{{ config(materialized='view') }}

-- Every row of attendance with its session, and the reason, if any, for which no mart uses it.
with attendance as (
    select * from {{ ref('stg_pl_attendance__rows') }}
),

sessions as (
    select * from {{ ref('stg_pl_sessions__sessions') }}
),

schools as (
    select * from {{ ref('int_schools__by_term') }}
)

select
    attendance.*,
    sessions.held_on,
    sessions.local_district,
    sessions.priority_area,
    sessions.audience,
    coalesce(sessions.hours, 0) as hours,
    case
        when sessions.session_id is null then 'unknown_session'
        when schools.school_id is null then 'unknown_school'
    end as set_aside
from attendance
left join sessions
    on attendance.term = sessions.term and attendance.session_id = sessions.session_id
left join schools
    on attendance.term = schools.term and attendance.school_id = schools.school_id
