-- All that an estimate needs of a school's respondents: the sums of their values by subgroup, and,
-- for the school's own row, by cluster, which is the class where it is known.
{%- set keys = ['term', 'school_id', 'measure_id'] %}
with changed as (
    {{ changed_terms() }}
),

respondent_values as (
    select * from {{ ref('int_respondents__values') }}
    where term in (select changed.term from changed)
)

{% for source, population in [('student_survey', 'students'), ('teacher_survey', 'teachers')] %}
    {%- set types = subgroup_types(population) %}
    select
        {{ columns(keys) }},
        'exclude' as missing_rule,
        case when grouping(cluster) = 0 then 'part' else 'school' end as cluster_kind,
        case when grouping(cluster) = 0 then cluster else school_id end as cluster,
        {{ subgroup_of_set(types) }},
        count(*) as n,
        count(*) filter (where is_matched) as n_matched,
        cast(0 as bigint) as n_visits,
        {{ exact_sum('value') }} as sum_y,
        {{ exact_sum('power(value, 2)') }} as sum_yy
    from respondent_values
    where source = '{{ source }}'
    group by {{ subgroup_sets(keys, types, more='cluster') }}
    {{ 'union all' if not loop.last }}
{% endfor %}
