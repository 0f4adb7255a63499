{{ config(materialized='view') }}

-- Each classroom once for every subgroup type. A blank is `not_stated`, so that the parts of a type
-- make the whole.
with classrooms as (
    select
        classrooms.term,
        classrooms.school_id,
        classrooms.class_id,
        classrooms.is_rostered,
        classrooms.is_visited,
        classrooms.grade,
        classrooms.course,
        schools.support,
        schools.school_level,
        schools.support_provider
    from {{ ref('int_classrooms__by_term') }} as classrooms
    inner join {{ ref('int_schools__by_term') }} as schools
        on classrooms.term = schools.term and classrooms.school_id = schools.school_id
)

select
    term,
    school_id,
    class_id,
    is_rostered,
    is_visited,
    'all' as subgroup_type,
    'all' as subgroup
from classrooms
{% for subgroup_type in ['support', 'school_level', 'grade', 'course', 'support_provider'] %}
    union all

    select
        term,
        school_id,
        class_id,
        is_rostered,
        is_visited,
        '{{ subgroup_type }}' as subgroup_type,
        coalesce(nullif({{ subgroup_type }}, ''), 'not_stated') as subgroup
    from classrooms
{% endfor %}
