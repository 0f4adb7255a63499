-- The mathematics teachers on the roster, once for each post-stratum (local district by school
-- level), at the school in which they have most of their classes there.
with schools as (
    select * from {{ ref('int_schools__by_term') }}
),

taught as (
    select
        classrooms.term,
        classrooms.teacher_id,
        classrooms.school_id,
        schools.local_district,
        schools.school_level,
        count(*) as n_classes
    from {{ ref('int_classrooms__by_term') }} as classrooms
    inner join schools
        on classrooms.term = schools.term and classrooms.school_id = schools.school_id
    where
        classrooms.is_rostered
        and classrooms.teacher_id is not null
        and classrooms.term in ({{ changed_terms() }})
    group by
        classrooms.term,
        classrooms.teacher_id,
        classrooms.school_id,
        schools.local_district,
        schools.school_level
),

ranked as (
    select
        *,
        row_number() over (
            partition by term, teacher_id, local_district, school_level
            order by n_classes desc, school_id asc
        ) as place
    from taught
)

select
    term,
    teacher_id,
    school_id,
    local_district,
    school_level,
    n_classes
from ranked
where place = 1
