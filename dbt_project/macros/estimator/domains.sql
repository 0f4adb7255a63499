{# What every estimate is made from: the units of each domain by cluster, weighted, and the clusters
   of the sample it is a domain of.

   What names an estimate is numbered first, since sums are grouped and joined by it many times over:
   a sample (term, measure, missing rule, weighting), a place (unit of geography), a subgroup, and
   the domain that is all of them.

   declared_rules_only  whether only each instrument's declared rule for what is missing is wanted
   only                 a relation whose measure_id are those wanted; all, where there is none

   Makes the CTEs terms, samples (sample_no, term, measure_id, missing_rule, weighting, mart,
   population, kind, range_min, range_max, target), places, subgroups, domains (sample_no, domain_no,
   place_no, subgroup_no, unit_name, n_eligible, unrepresented_share), clusters (sample_no,
   domain_no, is_sample, school_id, stratum, cluster, n, n_matched, n_visits, sw, swy, swyy) and
   strata (sample_no, stratum, sampled_clusters). #}
{% macro domain_ctes(declared_rules_only=false, only=none) %}
terms as (
    select * from {{ ref('stg_registry__terms') }}
),

measures as (
    select * from {{ ref('stg_registry__measures') }}
    {%- if only %}
    where measure_id in (select wanted.measure_id from {{ only }} as wanted)
    {%- endif %}

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
        post_strata.term,
        post_strata.measure_id,
        post_strata.missing_rule
    from post_strata
    {%- if declared_rules_only %}
    inner join {{ ref('int_measures__recipes') }} as recipes
        on
            post_strata.measure_id = recipes.measure_id
            and post_strata.missing_rule = recipes.missing_rule
    {%- endif %}

),

samples as (
    select
        measured.term,
        measured.measure_id,
        measured.missing_rule,
        weightings.weighting,
        measures.mart,
        measures.unit as population,
        measures.kind,
        measures.range_min,
        measures.range_max,
        measures.target,
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

domains as (
    select
        weights.sample_no,
        places.place_no,
        subgroups.subgroup_no,
        max(frame.unit_name) as unit_name,
        cast(sum(frame.n_eligible) as bigint) as n_eligible,
        cast(sum(case when weights.is_unrepresented then frame.n_eligible else 0 end) as double)
        / nullif(sum(frame.n_eligible), 0) as unrepresented_share,
        {{ domain_no('weights.sample_no', 'places.place_no', 'subgroups.subgroup_no') }} as domain_no
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
        {{ domain_no('weights.sample_no', 'units.place_no', 'sums.subgroup_no') }} as domain_no,
        units.level in ('district', 'school') and sums.subgroup_type = 'all' as is_sample,
        units.school_id,
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
)
{% endmacro %}

{# The three numbers in one: joins on all of them go astray, since sides agree on a place or a
   subgroup far more often than on a domain. There are fewer than a million places and ten thousand
   subgroups. #}
{% macro domain_no(sample_no, place_no, subgroup_no) -%}
    ({{ sample_no }} * 1000000 + {{ place_no }}) * 10000 + {{ subgroup_no }}
{%- endmacro %}
