-- Every measure's sums by cluster, of classrooms and of respondents, for every subgroup: those of
-- its own, and those that follow from the school.
with sums as (
    select * from {{ ref('int_classrooms__sums') }}

    union all

    select * from {{ ref('int_respondents__sums') }}
),

schools as (
    select * from {{ ref('int_schools__by_term') }}
)

select * from sums

{% for subgroup_type in school_subgroup_types() %}
    union all

    select
        sums.term,
        sums.school_id,
        sums.measure_id,
        sums.missing_rule,
        sums.cluster_kind,
        sums.cluster,
        '{{ subgroup_type }}' as subgroup_type,
        coalesce(schools.{{ subgroup_type }}, 'not_stated') as subgroup,
        sums.n,
        sums.n_matched,
        sums.n_visits,
        sums.sum_y,
        sums.sum_yy
    from sums
    inner join schools
        on sums.term = schools.term and sums.school_id = schools.school_id
    where sums.cluster_kind = 'school' and sums.subgroup_type = 'all'
{% endfor %}
