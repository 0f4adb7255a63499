-- The clusters of a school's own row: its teachers, since sections of one teacher are alike, or the
-- classroom where the teacher is not known.
with classroom_values as (
    select * from {{ ref('int_classrooms__values') }}
    where term in ({{ changed_terms() }})
),

classrooms as (
    select * from {{ ref('int_classrooms__by_term') }}
)

select
    classroom_values.term,
    classroom_values.school_id,
    coalesce('teacher:' || classrooms.teacher_id, 'class:' || classrooms.class_id) as cluster,
    classroom_values.measure_id,
    count(*) as n,
    count(*) filter (where classrooms.is_rostered) as n_matched,
    cast(sum(classroom_values.n_visits) as bigint) as n_visits,
    {{ exact_sum('classroom_values.value') }} as sum_y,
    {{ exact_sum('power(cast(classroom_values.value as double), 2)') }} as sum_yy
from classroom_values
inner join classrooms
    on
        classroom_values.term = classrooms.term
        and classroom_values.school_id = classrooms.school_id
        and classroom_values.class_id = classrooms.class_id
group by
    classroom_values.term,
    classroom_values.school_id,
    coalesce('teacher:' || classrooms.teacher_id, 'class:' || classrooms.class_id),
    classroom_values.measure_id
