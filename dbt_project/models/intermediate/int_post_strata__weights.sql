-- Post-strata are local district by school level. Weighting to the roster gives each sampled unit
-- N / n of its post-stratum, N rostered and n in the sample of the measure; one with nobody sampled
-- is represented by nobody, and one with nobody rostered is left out of roster weighting: both have
-- no weight, and are counted in coverage.
with schools as (
    select * from {{ ref('int_schools__by_term') }}
    where local_district is not null
),

recipes as (
    select * from {{ ref('int_measures__recipes') }}
),

sampled as (
    select
        sums.term,
        schools.local_district,
        schools.school_level,
        sums.measure_id,
        sums.missing_rule,
        cast(sum(sums.n) as bigint) as n_sampled
    from {{ ref('int_clusters__sums') }} as sums
    inner join schools
        on sums.term = schools.term and sums.school_id = schools.school_id
    where sums.subgroup_type = 'all' and sums.cluster_kind = 'school'
    group by
        sums.term,
        schools.local_district,
        schools.school_level,
        sums.measure_id,
        sums.missing_rule
),

measured as (
    select distinct
        sampled.term,
        sampled.measure_id,
        sampled.missing_rule,
        recipes.unit
    from sampled
    inner join recipes on sampled.measure_id = recipes.measure_id
),

rostered as (
    select
        term,
        population,
        local_district,
        school_level,
        n_eligible as n_rostered
    from {{ ref('int_units__frame') }}
    where level = 'local_district' and subgroup_type = 'all' and not is_unassigned
)

select
    rostered.term,
    measured.measure_id,
    measured.missing_rule,
    rostered.local_district,
    rostered.school_level,
    rostered.n_rostered,
    coalesce(sampled.n_sampled, 0) as n_sampled,
    case
        when rostered.n_rostered > 0 and sampled.n_sampled > 0
            then cast(rostered.n_rostered as double) / sampled.n_sampled
    end as weight
from rostered
inner join measured
    on rostered.term = measured.term and rostered.population = measured.unit
left join sampled
    on
        rostered.term = sampled.term
        and rostered.local_district = sampled.local_district
        and rostered.school_level = sampled.school_level
        and measured.measure_id = sampled.measure_id
        and measured.missing_rule = sampled.missing_rule
