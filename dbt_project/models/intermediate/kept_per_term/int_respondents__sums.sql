-- All that an estimate needs of a school's respondents: the sums of their values by subgroup, and,
-- for the school's own row, by cluster, which is the class where it is known.
{%- set keys = ['respondents.term', 'respondents.school_id', 'valued.measure_id'] %}
with changed as (
    {{ changed_terms() }}
)

{% for source, population in [('student_survey', 'students'), ('teacher_survey', 'teachers')] %}
    {%- set types = subgroup_types(population) %}
    -- each kind of export apart, so that the other's values are not made for it
    select
        {{ columns(keys) }},
        'exclude' as missing_rule,
        case when grouping(respondents.cluster) = 0 then 'part' else 'school' end as cluster_kind,
        case
            when grouping(respondents.cluster) = 0 then respondents.cluster
            else respondents.school_id
        end as cluster,
        {{ subgroup_of_set(types) }},
        count(*) as n,
        count(*) filter (where respondents.is_matched) as n_matched,
        cast(0 as bigint) as n_visits,
        {{ exact_sum('valued.value') }} as sum_y,
        {{ exact_sum('power(valued.value, 2)') }} as sum_yy
    from {{ ref('int_survey_responses__used') }} as respondents
    inner join {{ ref('int_respondents__values') }} as valued
        on respondents.source = valued.source and respondents.respondent = valued.respondent
    where
        respondents.source = '{{ source }}'
        and respondents.term in (select changed.term from changed)
    group by {{ subgroup_sets(keys, types, more='respondents.cluster') }}
    {{ 'union all' if not loop.last }}
{% endfor %}
