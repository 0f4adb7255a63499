-- Classrooms that are rostered, or were visited, or both. Grade and course are the roster's where
-- the classroom is on it, else what observers wrote.
with changed as (
    {{ changed_terms() }}
),

rostered as (
    select * from {{ ref('int_roster__judged') }}
    where set_aside is null and term in (select changed.term from changed)
),

visited as (
    select
        term,
        school_id,
        class_id,
        max(grade) as grade,
        max(course) as course,
        max(teacher_id) as teacher_id,
        count(distinct visit_id) as n_visits
    from {{ ref('int_observations__judged') }}
    where set_aside is null and term in (select changed.term from changed)
    group by term, school_id, class_id
)

select
    coalesce(rostered.term, visited.term) as term,
    coalesce(rostered.school_id, visited.school_id) as school_id,
    coalesce(rostered.class_id, visited.class_id) as class_id,
    coalesce(rostered.grade, visited.grade) as grade,
    coalesce(rostered.course, visited.course) as course,
    coalesce(rostered.teacher_id, visited.teacher_id) as teacher_id,
    rostered.students,
    rostered.english_learners,
    rostered.students_with_disabilities,
    rostered.class_id is not null as is_rostered,
    visited.class_id is not null as is_visited,
    coalesce(visited.n_visits, 0) as n_visits
from rostered
full outer join visited
    on
        rostered.term = visited.term
        and rostered.school_id = visited.school_id
        and rostered.class_id = visited.class_id
