{# A mart of estimates under the shared columns, for the measures that the registry gives to that
   mart, of classrooms or of respondents: every unit of geography, subgroup and weighting. Rows in
   which nobody was observed stand with n = 0 and no estimate, so that zero coverage shows up and the
   rows of a local district's schools make its own.

   with_rules   whether rows are told apart by missing rule; otherwise what is missing is excluded
   with_visits  whether the mart counts visits #}
{% macro estimate_mart(mart, with_rules=false, with_visits=false) %}
{%- set keys = [
    'term', 'measure_id', 'missing_rule', 'geography', 'level', 'unit_id', 'subgroup_type', 'subgroup',
    'weighting',
] -%}
{%- set sample_keys = ['term', 'measure_id', 'missing_rule', 'weighting'] -%}
with terms as (
    select * from {{ ref('stg_registry__terms') }}
),

measures as (
    select * from {{ ref('stg_registry__measures') }}
    where mart = '{{ mart }}'
),

units as (
    select
        units.*,
        schools.local_district,
        schools.school_level
    from {{ ref('int_schools__units') }} as units
    inner join {{ ref('int_schools__by_term') }} as schools
        on units.term = schools.term and units.school_id = schools.school_id
    where units.stratum is not null
),

frame as (
    select * from {{ ref('int_units__frame') }}
    where not is_unassigned
),

-- the weight of a post-stratum's units: 1, or to the roster; one without a roster weight is left
-- out of that weighting
weights as (
    {% for weighting, weight in [('none', 'cast(1 as double)'), ('roster', 'post_strata.weight')] %}
    select
        post_strata.term,
        post_strata.measure_id,
        post_strata.missing_rule,
        post_strata.local_district,
        post_strata.school_level,
        measures.unit as population,
        '{{ weighting }}' as weighting,
        {{ weight }} as weight,
        {{ 'post_strata.n_sampled = 0' if weighting == 'roster' else 'false' }} as is_unrepresented
    from {{ ref('int_post_strata__weights') }} as post_strata
    inner join measures on post_strata.measure_id = measures.measure_id

    {{ 'union all' if not loop.last }}
    {% endfor %}
),

sums as (
    select sums.*
    from {{ ref('int_clusters__sums') }} as sums
    inner join measures on sums.measure_id = measures.measure_id
),

clusters as (
    select
        sums.term,
        sums.measure_id,
        sums.missing_rule,
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
            -- a school's own row rests on the parts within it, every other on schools
            and sums.cluster_kind = case when units.level = 'school' then 'part' else 'school' end
    inner join weights
        on
            sums.term = weights.term
            and sums.measure_id = weights.measure_id
            and sums.missing_rule = weights.missing_rule
            and units.local_district = weights.local_district
            and units.school_level = weights.school_level
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
        weights.term,
        weights.measure_id,
        weights.missing_rule,
        frame.geography,
        frame.level,
        frame.unit_id,
        frame.unit_name,
        frame.subgroup_type,
        frame.subgroup,
        weights.weighting,
        cast(sum(frame.n_eligible) as bigint) as n_eligible,
        cast(sum(case when weights.is_unrepresented then frame.n_eligible else 0 end) as double)
        / nullif(sum(frame.n_eligible), 0) as unrepresented_share
    from frame
    inner join weights
        on
            frame.term = weights.term
            and frame.population = weights.population
            and frame.local_district = weights.local_district
            and frame.school_level = weights.school_level
    group by
        weights.term,
        weights.measure_id,
        weights.missing_rule,
        frame.geography,
        frame.level,
        frame.unit_id,
        frame.unit_name,
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
    {%- if with_rules %}
    eligible.missing_rule,
    {%- endif %}
    eligible.subgroup_type,
    eligible.subgroup,
    eligible.weighting,
    coalesce(estimates.n, 0) as n,
    coalesce(estimates.n_clusters, 0) as n_clusters,
    eligible.n_eligible,
    case
        when eligible.n_eligible > 0
            then cast(coalesce(observed.n_matched, 0) as double) / eligible.n_eligible
    end as coverage,
    estimates.estimate,
    estimates.std_error,
    estimates.df,
    estimates.ci_low,
    estimates.ci_high,
    estimates.deff,
    estimates.n_effective,
    {{ presentation('estimates', 'eligible.unrepresented_share') }} as presentation
    {%- if with_visits %},
    coalesce(observed.n_visits, 0) as n_visits
    {%- endif %}
from eligible
inner join terms on eligible.term = terms.term
left join estimates on {{ equal(keys, 'eligible', 'estimates') }}
left join observed on {{ equal(keys, 'eligible', 'observed') }}
where eligible.n_eligible > 0 or estimates.n > 0
{% endmacro %}
