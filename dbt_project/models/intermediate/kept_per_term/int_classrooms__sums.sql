-- All that an estimate needs of a school's classrooms: the sums of their values by subgroup, and,
-- for the school's own row, by teacher, since sections of one teacher are alike, or by classroom
-- where the teacher is not known.
{%- set keys = ['term', 'school_id', 'measure_id', 'missing_rule'] %}
{%- set types = subgroup_types('classrooms') %}
with classroom_values as (
    select
        classroom_values.*,
        classrooms.is_rostered,
        classrooms.grade,
        classrooms.course,
        classrooms.pl_hours,
        coalesce('teacher:' || classrooms.teacher_id, 'class:' || classrooms.class_id) as cluster
    from {{ ref('int_classrooms__values') }} as classroom_values
    inner join {{ ref('int_classrooms__by_term') }} as classrooms
        on
            classroom_values.term = classrooms.term
            and classroom_values.school_id = classrooms.school_id
            and classroom_values.class_id = classrooms.class_id
    where classroom_values.term in ({{ changed_terms() }})
)

select
    {{ columns(keys) }},
    case when grouping(cluster) = 0 then 'part' else 'school' end as cluster_kind,
    case when grouping(cluster) = 0 then cluster else school_id end as cluster,
    {{ subgroup_of_set(types) }},
    count(*) as n,
    count(*) filter (where is_rostered) as n_matched,
    cast(sum(n_visits) as bigint) as n_visits,
    {{ exact_sum('value') }} as sum_y,
    {{ exact_sum('power(cast(value as double), 2)') }} as sum_yy
from classroom_values
group by {{ subgroup_sets(keys, types, more='cluster') }}
