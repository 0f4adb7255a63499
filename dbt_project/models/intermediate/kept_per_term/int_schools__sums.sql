-- All that an estimate needs of a school: the sums of its classrooms' values, by subgroup.
with classroom_values as (
    select * from {{ ref('int_classrooms__values') }}
    where term in ({{ changed_terms() }})
),

subgroups as (
    select * from {{ ref('int_classrooms__subgroups') }}
)

select
    classroom_values.term,
    classroom_values.school_id,
    classroom_values.measure_id,
    subgroups.subgroup_type,
    subgroups.subgroup,
    count(*) as n,
    count(*) filter (where subgroups.is_rostered) as n_matched,
    cast(sum(classroom_values.n_visits) as bigint) as n_visits,
    {{ exact_sum('classroom_values.value') }} as sum_y,
    {{ exact_sum('power(cast(classroom_values.value as double), 2)') }} as sum_yy
from classroom_values
inner join subgroups
    on
        classroom_values.term = subgroups.term
        and classroom_values.school_id = subgroups.school_id
        and classroom_values.class_id = subgroups.class_id
group by
    classroom_values.term,
    classroom_values.school_id,
    classroom_values.measure_id,
    subgroups.subgroup_type,
    subgroups.subgroup
