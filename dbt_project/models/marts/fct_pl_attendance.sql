{{ config(materialized='view') }}

-- Attendance that the marts use, each row with its session.
select
    term,
    session_id,
    educator_id,
    school_id,
    role,
    attended,
    held_on,
    local_district,
    priority_area,
    audience,
    hours,
    file_sha256,
    line
from {{ ref('int_pl_attendance__judged') }}
where set_aside is null
