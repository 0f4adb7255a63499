{{ config(materialized='view') }}

select
    term,
    school_id,
    class_id,
    grade,
    course,
    teacher_id,
    students,
    english_learners,
    students_with_disabilities,
    is_rostered,
    is_visited,
    n_visits,
    pl_hours
from {{ ref('int_classrooms__by_term') }}
