{# A mart of estimates under the shared columns, for the measures that the registry gives to that
   mart, of classrooms or of respondents: every unit of geography, subgroup and weighting. Rows in
   which nobody was observed stand with n = 0 and no estimate, so that zero coverage shows up and the
   rows of a local district's schools make its own.

   What names an estimate is numbered first, since sums are grouped and joined by it many times over:
   a sample (term, measure, missing rule, weighting), a place (unit of geography), a subgroup.

   with_rules   whether rows are told apart by missing rule; otherwise what is missing is excluded
   with_visits  whether the mart counts visits #}
{% macro estimate_mart(mart, with_rules=false, with_visits=false) %}
{%- set keys = ['sample_no', 'place_no', 'subgroup_no'] -%}
with terms as (
    select * from {{ ref('stg_registry__terms') }}
),

measures as (
    select * from {{ ref('stg_registry__measures') }}
    where mart = '{{ mart }}'
),

post_strata as (
    select
        post_strata.*,
        measures.unit as population
    from {{ ref('int_post_strata__weights') }} as post_strata
    inner join measures on post_strata.measure_id = measures.measure_id
),

measured as (
    select distinct
        term,
        measure_id,
        missing_rule
    from post_strata
),

samples as (
    select
        measured.term,
        measured.measure_id,
        measured.missing_rule,
        weightings.weighting,
        measures.kind,
        measures.range_min,
        measures.range_max,
        row_number() over (
            order by measured.term, measured.measure_id, measured.missing_rule, weightings.weighting
        ) as sample_no
    from measured
    inner join measures on measured.measure_id = measures.measure_id
    cross join (select 'none' as weighting union all select 'roster' as weighting) as weightings
),

-- the weight of a post-stratum's units: 1, or to the roster; one without a roster weight is left
-- out of that weighting
weights as (
    select
        samples.sample_no,
        post_strata.term,
        post_strata.measure_id,
        post_strata.missing_rule,
        post_strata.population,
        post_strata.local_district,
        post_strata.school_level,
        case samples.weighting when 'none' then 1 else post_strata.weight end as weight,
        samples.weighting = 'roster' and post_strata.n_sampled = 0 as is_unrepresented
    from post_strata
    inner join samples
        on
            post_strata.term = samples.term
            and post_strata.measure_id = samples.measure_id
            and post_strata.missing_rule = samples.missing_rule
),

frame as (
    select * from {{ ref('int_units__frame') }}
    where not is_unassigned
),

places as (
    select
        geography,
        level,
        unit_id,
        row_number() over (order by geography, level, unit_id) as place_no
    from frame
    group by geography, level, unit_id
),

subgroups as (
    select
        subgroup_type,
        subgroup,
        row_number() over (order by subgroup_type, subgroup) as subgroup_no
    from frame
    group by subgroup_type, subgroup
),

units as (
    select
        units.term,
        units.school_id,
        places.place_no,
        units.level,
        units.stratum,
        schools.local_district,
        schools.school_level
    from {{ ref('int_schools__units') }} as units
    inner join {{ ref('int_schools__by_term') }} as schools
        on units.term = schools.term and units.school_id = schools.school_id
    inner join places
        on
            units.geography = places.geography
            and units.level = places.level
            and units.unit_id = places.unit_id
    where units.stratum is not null
),

sums as (
    select
        sums.*,
        subgroups.subgroup_no
    from {{ ref('int_clusters__sums') }} as sums
    inner join measures on sums.measure_id = measures.measure_id
    inner join subgroups
        on sums.subgroup_type = subgroups.subgroup_type and sums.subgroup = subgroups.subgroup
),

clusters as (
    select
        weights.sample_no,
        units.place_no,
        sums.subgroup_no,
        units.level in ('district', 'school') and sums.subgroup_type = 'all' as is_sample,
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
        sample_no,
        stratum,
        count(*) as sampled_clusters
    from clusters
    where is_sample
    group by sample_no, stratum
),

{{ estimate_ctes('clusters', 'strata', 'samples', keys, ['sample_no'], measure_key='sample_no') }},

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
        weights.sample_no,
        places.place_no,
        subgroups.subgroup_no,
        max(frame.unit_name) as unit_name,
        cast(sum(frame.n_eligible) as bigint) as n_eligible,
        cast(sum(case when weights.is_unrepresented then frame.n_eligible else 0 end) as double)
        / nullif(sum(frame.n_eligible), 0) as unrepresented_share
    from frame
    inner join places
        on
            frame.geography = places.geography
            and frame.level = places.level
            and frame.unit_id = places.unit_id
    inner join subgroups
        on frame.subgroup_type = subgroups.subgroup_type and frame.subgroup = subgroups.subgroup
    inner join weights
        on
            frame.term = weights.term
            and frame.population = weights.population
            and frame.local_district = weights.local_district
            and frame.school_level = weights.school_level
    group by weights.sample_no, places.place_no, subgroups.subgroup_no
)

select
    terms.school_year,
    samples.term,
    places.geography,
    places.level,
    places.unit_id,
    eligible.unit_name,
    samples.measure_id,
    {%- if with_rules %}
    samples.missing_rule,
    {%- endif %}
    subgroups.subgroup_type,
    subgroups.subgroup,
    samples.weighting,
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
inner join samples on eligible.sample_no = samples.sample_no
inner join places on eligible.place_no = places.place_no
inner join subgroups on eligible.subgroup_no = subgroups.subgroup_no
inner join terms on samples.term = terms.term
left join estimates on {{ equal(keys, 'eligible', 'estimates') }}
left join observed on {{ equal(keys, 'eligible', 'observed') }}
where eligible.n_eligible > 0 or estimates.n > 0
{% endmacro %}
