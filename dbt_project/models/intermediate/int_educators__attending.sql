{{ config(materialized='view') }}

-- Those who attended a session of the term, once for each post-stratum: at the school that the
-- roster has them at there, else at the first of those that they were entered under.
with attended as (
    select distinct
        term,
        educator_id,
        school_id
    from {{ ref('int_pl_attendance__judged') }}
    where set_aside is null and attended
),

schools as (
    select * from {{ ref('int_schools__by_term') }}
),

placed as (
    select
        attended.term,
        attended.educator_id,
        coalesce(teachers.school_id, attended.school_id) as school_id,
        teachers.teacher_id is not null as is_matched,
        row_number() over (
            partition by
                attended.term, attended.educator_id, schools.local_district, schools.school_level
            order by attended.school_id
        ) as place
    from attended
    inner join schools
        on attended.term = schools.term and attended.school_id = schools.school_id
    left join {{ ref('int_teachers__by_term') }} as teachers
        on
            attended.term = teachers.term
            and attended.educator_id = teachers.teacher_id
            and schools.local_district is not distinct from teachers.local_district
            and schools.school_level = teachers.school_level
)

select
    term,
    educator_id,
    school_id,
    is_matched
from placed
where place = 1
