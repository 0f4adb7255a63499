{# A mart of classroom estimates under the shared columns, for the measures that the registry gives
   to that mart: every unit of geography, subgroup and weighting. Rows in which nobody
   was observed stand with n = 0 and no estimate, so that zero coverage shows up and the rows of a
   local district's schools make its own. #}
{% macro estimate_mart(mart) %}
{%- set keys = [
    'term', 'measure_id', 'geography', 'level', 'unit_id', 'subgroup_type', 'subgroup', 'weighting'
] -%}
{%- set sample_keys = ['term', 'measure_id', 'weighting'] -%}
with terms as (
    select * from {{ ref('stg_registry__terms') }}
),

measures as (
    select * from {{ ref('stg_registry__measures') }}
    where mart = '{{ mart }}'
),

units as (
    select * from {{ ref('int_schools__units') }}
    where stratum is not null
),

weights as (
    select weights.*
    from {{ ref('int_schools__weights') }} as weights
    inner join measures on weights.measure_id = measures.measure_id
),

frame as (
    select * from {{ ref('int_schools__frame') }}
),

sums as (
    select
        'school' as cluster_kind,
        term,
        school_id,
        school_id as cluster,
        measure_id,
        subgroup_type,
        subgroup,
        n,
        n_matched,
        n_visits,
        sum_y,
        sum_yy
    from {{ ref('int_schools__sums') }}

    union all

    select
        'teacher' as cluster_kind,
        term,
        school_id,
        cluster,
        measure_id,
        'all' as subgroup_type,
        'all' as subgroup,
        n,
        n_matched,
        n_visits,
        sum_y,
        sum_yy
    from {{ ref('int_teachers__sums') }}
),

clusters as (
    select
        sums.term,
        sums.measure_id,
        units.geography,
        units.level,
        units.unit_id,
        sums.subgroup_type,
        sums.subgroup,
        weights.weighting,
        units.stratum,
        sums.cluster,
        sums.n,
        sums.n_matched,
        sums.n_visits,
        weights.weight * sums.n as sw,
        weights.weight * sums.sum_y as swy,
        weights.weight * sums.sum_yy as swyy
    from sums
    inner join units
        on
            sums.term = units.term
            and sums.school_id = units.school_id
            -- a school's own row rests on its teachers, every other on schools
            and sums.cluster_kind = case when units.level = 'school' then 'teacher' else 'school' end
    inner join weights
        on
            sums.term = weights.term
            and sums.school_id = weights.school_id
            and sums.measure_id = weights.measure_id
    where weights.weight is not null
),

-- every cluster of the sample: the district's for the local districts, a school's own for itself
strata as (
    select
        {{ columns(sample_keys) }},
        stratum,
        count(*) as sampled_clusters
    from clusters
    where level in ('district', 'school') and subgroup_type = 'all'
    group by {{ columns(sample_keys) }}, stratum
),

{{ estimate_ctes('clusters', 'strata', 'measures', keys, sample_keys) }},

observed as (
    select
        {{ columns(keys) }},
        cast(sum(n_matched) as bigint) as n_matched,
        cast(sum(n_visits) as bigint) as n_visits
    from clusters
    group by {{ columns(keys) }}
),

eligible as (
    select
        frame.term,
        weights.measure_id,
        units.geography,
        units.level,
        units.unit_id,
        units.unit_name,
        frame.subgroup_type,
        frame.subgroup,
        weights.weighting,
        cast(sum(frame.n_eligible) as bigint) as n_eligible,
        cast(sum(case when weights.is_unrepresented then frame.n_eligible else 0 end) as double)
        / nullif(sum(frame.n_eligible), 0) as unrepresented_share
    from frame
    inner join units
        on frame.term = units.term and frame.school_id = units.school_id
    inner join weights
        on frame.term = weights.term and frame.school_id = weights.school_id
    where units.level <> 'school' or frame.subgroup_type = 'all'
    group by
        frame.term,
        weights.measure_id,
        units.geography,
        units.level,
        units.unit_id,
        units.unit_name,
        frame.subgroup_type,
        frame.subgroup,
        weights.weighting
)

select
    terms.school_year,
    eligible.term,
    eligible.geography,
    eligible.level,
    eligible.unit_id,
    eligible.unit_name,
    eligible.measure_id,
    eligible.subgroup_type,
    eligible.subgroup,
    eligible.weighting,
    coalesce(estimates.n, 0) as n,
    coalesce(estimates.n_clusters, 0) as n_clusters,
    eligible.n_eligible,
    cast(coalesce(observed.n_matched, 0) as double) / nullif(eligible.n_eligible, 0) as coverage,
    estimates.estimate,
    estimates.std_error,
    estimates.df,
    estimates.ci_low,
    estimates.ci_high,
    estimates.deff,
    estimates.n_effective,
    {{ presentation('estimates', 'eligible.unrepresented_share') }} as presentation,
    coalesce(observed.n_visits, 0) as n_visits
from eligible
inner join terms on eligible.term = terms.term
left join estimates on {{ equal(keys, 'eligible', 'estimates') }}
left join observed on {{ equal(keys, 'eligible', 'observed') }}
where eligible.n_eligible > 0 or estimates.n > 0
{% endmacro %}
